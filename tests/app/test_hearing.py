"""Plain direct messages: they show, and change nothing before a button is pressed."""

from __future__ import annotations

import pytest

from tests.fakes import Member


@pytest.fixture
async def ada() -> Member:
    ada = Member()
    await ada.say("add Dana Smith channel: email")
    await ada.say("add Lee channel: none")
    return ada


async def hear_direct_message(ada: Member, text: str) -> str:
    before = (await ada.book()).contacts
    ada.last = await ada.core.handle_direct_message(ada.actor, text, ada.now)
    assert (await ada.book()).contacts == before, "nothing changes"
    return ada.last.text()


@pytest.mark.parametrize(
    "text",
    [
        "Dana answered",
        "dana smith wrote back!",
        "reply from Dana came",
        "close to Dana at last",
        "log: dana called",
        "Dana",
    ],
)
async def test_words_that_name_a_contact_open_their_card(ada: Member, text: str) -> None:
    assert (await hear_direct_message(ada, text)).startswith("It's Dana Smith's turn;")


async def test_words_that_name_two_ask_whose_card_it_shall_be(ada: Member) -> None:
    assert await hear_direct_message(ada, "Dana Smith met Lee") == "Whose card shall I open?"


async def test_commands_that_only_show_are_answered(ada: Member) -> None:
    assert "Nothing to do: Dana Smith" in await hear_direct_message(ada, "board")
    assert "no fault of yours" in await hear_direct_message(ada, "why Dana")
    assert "Six commands" in await hear_direct_message(ada, "help")


async def test_a_command_that_would_change_something_is_asked_back_and_done_at_a_press(ada: Member) -> None:
    assert (
        await hear_direct_message(ada, "add Priya company: Acme")
        == "You wrote: “add Priya company: Acme”.\nShall I do that?"
    )
    assert "Priya is on your board." in await ada.press("Yes, please")
    assert "can't find that any more" in await ada.press_line("resume draft: gone")
    assert "Shall I do that?" in await hear_direct_message(ada, "undo")
    await ada.press("Yes, please")
    assert await ada.names() == ["Dana Smith", "Lee"]


async def test_a_command_with_its_slash_is_done_at_once(ada: Member) -> None:
    ada.last = await ada.core.handle_direct_message(ada.actor, "/outreach add Priya", ada.now)
    assert await ada.names() == ["Dana Smith", "Lee", "Priya"]


async def test_a_form_is_offered_for_what_is_missing(ada: Member) -> None:
    await hear_direct_message(ada, "plan Dana")
    assert (ada.form.command, ada.form.reopen) == ("plan", "plan contact: Dana")


@pytest.mark.parametrize("text", ["good morning", "Hello!", "i feel terrible", "Nobody answered me", "THANKS", "…"])
async def test_words_that_name_nobody_are_answered_kindly_and_without_a_lecture(ada: Member, text: str) -> None:
    assert await hear_direct_message(ada, text) == (
        "I'm here; names and a few words are what I understand.\nWhom is it about?"
    )
    assert ada.buttons == ["See Dana Smith", "See Lee", "Add someone", "Board"]


@pytest.mark.parametrize("text", ["stop", "please be quiet!", "what about my time zone"])
async def test_whoever_asks_for_quiet_is_offered_it(ada: Member, text: str) -> None:
    assert await hear_direct_message(ada, text) == "Shall I be quiet for a while, or write at another hour?"
    await ada.press("Two quiet weeks")
    assert (await ada.book()).paused_until


@pytest.mark.parametrize("text", ["Priya", "Priya Patel.", "Mary Ann Stone"])
async def test_a_name_that_is_new_is_offered_for_the_board(ada: Member, text: str) -> None:
    name = text.rstrip(".")
    assert await hear_direct_message(ada, text) == f"Shall I add {name} to your board?"
    await ada.press(ada.buttons[0])
    assert name in await ada.names()


async def test_a_word_full_of_quotes_is_nobodys_name(ada: Member) -> None:
    """No button could carry it."""
    assert (
        await hear_direct_message(ada, "Priya" + '"' * 60)
        == "I'm here; names and a few words are what I understand.\nWhom is it about?"
    )


async def test_the_first_words_of_somebody_new_are_welcomed() -> None:
    ada = Member()
    answer = await ada.core.handle_direct_message(ada.actor, "hi there", ada.now)
    assert answer.text().startswith("Waiting to hear back is hard")


async def test_a_message_that_comes_twice_keeps_one_draft(ada: Member) -> None:
    for _ in range(2):
        await ada.core.handle_direct_message(ada.actor, "add Priya", ada.now, "Ev1")
    assert len((await ada.book()).drafts) == 1
