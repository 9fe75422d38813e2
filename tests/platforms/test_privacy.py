"""A book stays its member's own, whatever is pressed, forged or overheard."""

from __future__ import annotations

import pytest

from tests.platforms.stage import ADD_EMAILED_DANA, Stage


@pytest.mark.parametrize("line", ["show contact: #{0}", "log #{0}", "forget contact: #{0} sure: yes", "edit #{0}"])
async def test_another_members_contact_is_not_found_whatever_a_button_says(stage: Stage, line: str) -> None:
    await stage.say("add Priya channel: email note: of Lee alone", stage.lee)
    book = await stage.book(stage.lee.user.id)
    assert book is not None
    answer = await stage.press_forged(await stage.say(ADD_EMAILED_DANA), line.format(book.contacts[0].id))
    assert answer.said
    assert "Priya" not in stage.ada.sees
    assert "went wrong" not in stage.ada.sees
    assert await stage.names(stage.lee.user.id) == ["Priya"]
    assert await stage.names() == ["Dana"]


async def test_another_members_draft_is_not_found(stage: Stage) -> None:
    await stage.say("log Zed channel: email note: a secret of hers", stage.lee)
    book = await stage.book(stage.lee.user.id)
    assert book is not None
    await stage.press_forged(await stage.say(ADD_EMAILED_DANA), f"resume draft: {book.drafts[0].id}")
    assert "secret" not in stage.ada.sees


@pytest.mark.parametrize(
    "line",
    [
        "nothing",
        "show",
        "show #",
        "board page: 9999999",
        'add contact: "',
        "resume draft: x",
        "log contact: #x mark: y",
    ],
)
async def test_a_button_that_nobody_drew_is_answered_and_changes_nothing(stage: Stage, line: str) -> None:
    answer = await stage.press_forged(await stage.say(ADD_EMAILED_DANA), line)
    assert answer.said
    assert "went wrong" not in stage.ada.sees
    assert await stage.kinds() == ["attempt"]


async def test_what_the_bot_says_itself_is_not_heard(any_stage: Stage) -> None:
    await any_stage.say(ADD_EMAILED_DANA)
    answer = await any_stage.write("Dana")
    looks = any_stage.store.looks
    await any_stage.echo(answer)
    await any_stage.idle()
    assert any_stage.store.looks == looks
    assert any_stage.inbox() == [answer]


async def test_what_is_written_in_a_channel_is_not_heard(stage: Stage) -> None:
    await stage.overhear("Dana answered")
    await stage.idle()
    assert (stage.store.looks, stage.inbox()) == (0, [])
