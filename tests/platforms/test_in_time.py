"""The first word comes in time, whatever the store does; and an end lets be finished what is in hand."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord import platform as discord_platform
from adapters.slack import platform as slack_platform
from tests.platforms.stage import ADD_EMAILED_DANA, ADD_UNCONTACTED_DANA, Stage

NOT_SAVED = "I couldn't save that just now, and nothing was changed."

pytestmark = pytest.mark.quick_responses


@pytest.fixture
def slow(any_stage: Stage) -> Stage:
    """People look only for a moment whether there is more than a promise; a promise must be there."""
    any_stage.hurry()
    return any_stage


def newest(stage: Stage) -> str:
    return str(stage.private()[-1].said)


async def test_a_slow_command_is_acknowledged_and_answered_later_to_its_author_alone(slow: Stage) -> None:
    slow.hold()
    await slow.say(ADD_EMAILED_DANA)
    assert "Dana" not in slow.ada.sees
    await slow.release()
    assert newest(slow).startswith("Dana is on your board.")
    assert len(slow.private()) == 1
    assert "Dana" not in slow.lee.sees
    assert slow.inbox() == []


async def test_a_slow_press_replaces_the_card_when_it_is_done(slow: Stage) -> None:
    card = await slow.say(ADD_EMAILED_DANA)
    slow.hold()
    await slow.press(card, "Undo")
    assert card.versions == []
    await slow.release()
    assert (slow.private(), len(card.versions)) == ([card], 1)
    assert await slow.names() == []


async def test_a_form_that_comes_too_late_to_be_opened_is_offered_with_a_button(slow: Stage) -> None:
    card = await slow.say("board")
    slow.hold()
    await slow.press(card, "Add someone")
    slow.fake.clock.move(4)
    await slow.release()
    assert slow.form() is None
    [offer] = slow.private()
    form = await slow.press(offer, "Open the form")
    assert (await slow.fill(form, contact="Dana", channel="none")).said.startswith("Dana is on your board.")


async def test_a_slow_form_is_acknowledged_and_answered_later(slow: Stage) -> None:
    form = await slow.press(await slow.say("board"), "Add someone")
    slow.hold()
    await slow.fill(form, contact="Dana", channel="email")
    await slow.release()
    assert "Dana is on your board." in slow.ada.sees
    assert await slow.names() == ["Dana"]


async def test_a_slow_form_with_an_error_keeps_all_that_was_typed(slow: Stage) -> None:
    form = await slow.press(await slow.say("board"), "Add someone")
    slow.hold()
    await slow.fill(form, contact="Dana", channel="email", via="Dana", company="Acme")
    await slow.release()
    await slow.fill(await slow.corrected(slow.form() or slow.private()[-1]), via="")
    book = await slow.book()
    assert book is not None
    assert [(contact.name, contact.company) for contact in book.contacts] == [("Dana", "Acme")]


async def test_a_slow_answer_to_plain_words_comes_by_itself(slow: Stage) -> None:
    slow.hold()
    await slow.write("board")
    await slow.release()
    [answer] = slow.inbox()
    assert "Waiting to hear back is hard" in answer.said


async def test_a_store_that_cannot_keep_says_so_and_keeps_no_half(any_stage: Stage) -> None:
    form_card = await any_stage.say(ADD_UNCONTACTED_DANA)
    before = await any_stage.book()
    form = await any_stage.press(form_card, "I reached out")
    any_stage.store.broken = True
    for line in ("log Dana channel: email", "add Sam channel: email via: Lee", "pause until: friday"):
        assert (await any_stage.say(line)).said.startswith(NOT_SAVED), line
    assert (await any_stage.fill(form, channel="phone")).said.startswith(NOT_SAVED)
    assert (await any_stage.write("add Sam channel: email")).said.startswith(NOT_SAVED)
    assert await any_stage.book() == before


@pytest.mark.parametrize("late", [False, True])
async def test_what_was_not_done_is_said_beside_a_card_which_stays(stage: Stage, late: bool) -> None:
    stage.hurry()
    card = await stage.say(ADD_EMAILED_DANA)
    before = card.said, card.buttons
    stage.store.broken = True
    if late:
        stage.hold()
    await stage.press(card, "Undo")
    await stage.release()
    assert NOT_SAVED in stage.ada.sees
    assert (card.said, card.buttons) == before
    stage.store.broken = False
    assert await stage.press(card, "Undo") is card
    assert await stage.names() == []


async def test_an_end_lets_an_answer_that_is_in_hand_be_given_and_takes_nothing_new(slow: Stage) -> None:
    slow.hold()
    await slow.say(ADD_EMAILED_DANA)
    ending = asyncio.create_task(slow.bot.stop())
    await asyncio.sleep(0.05)
    assert not ending.done()
    slow.store.gate.set()
    await ending
    assert newest(slow).startswith("Dana is on your board.")


async def test_an_end_does_not_wait_for_ever(slow: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_platform, "SLACK_DRAIN_SECONDS", 0.1)
    monkeypatch.setattr(discord_platform, "DISCORD_DRAIN_SECONDS", 0.1)
    slow.hold()
    await slow.say(ADD_EMAILED_DANA)
    async with asyncio.timeout(2):
        await slow.bot.stop()
    assert [task for task in asyncio.all_tasks() if "adapters." in str(task.get_coro())] == []
    slow.store.gate.set()


async def test_one_members_haste_keeps_nobody_waiting(stage: Stage) -> None:
    running = most = 0
    load = stage.store.load

    async def slowly(owner):  # type: ignore[no-untyped-def]
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.005)
        running -= 1
        return await load(owner)

    stage.store.load = slowly
    await asyncio.gather(*(stage.command("help", stage.ada) for _ in range(40)))
    assert most <= 2  # the home of Slack's is drawn meanwhile


async def test_a_flood_is_stemmed_and_the_others_are_served(stage: Stage) -> None:
    for _ in range(11):
        await asyncio.gather(*(stage.command("help", stage.ada) for _ in range(20)))
    await stage.idle()
    told = [one.said for one in stage.screen() if "One thing at a time" in one.said]
    assert told == ["One thing at a time, please; I'm still here."]
    assert "Waiting to hear back is hard" in (await stage.say("board", stage.lee)).said
