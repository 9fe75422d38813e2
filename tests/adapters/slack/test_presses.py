"""Buttons: on messages, in the home, months later, twice, and with a value that nobody drew."""

from __future__ import annotations

import pytest

from tests.adapters.slack.workspace import ADD_EMAILED_DANA, SlackWorkspace

ESCAPED_NOTE = "They like <b> & jazz, see https://example.org/jazz"


async def test_a_button_in_the_home_opens_a_modal_and_its_answer_comes_as_a_direct_message(
    either: SlackWorkspace,
) -> None:
    await either.ada.open_home()
    await either.idle()
    assert either.ada.home is not None
    await either.ada.press(either.ada.home, "Add someone")
    await either.idle()
    await either.ada.submit(contact="Dana", channel="none")
    await either.idle()
    _greeting, answer = either.ada.received
    assert answer.said.startswith("Dana is on your board.")
    assert "Dana" in either.ada.home.said


async def test_a_card_that_the_home_asks_for_is_shown_in_a_modal_whose_buttons_redraw_it(club: SlackWorkspace) -> None:
    await club.ada.open_home()
    await club.idle()
    assert club.ada.home is not None
    await club.ada.press(club.ada.home, "Who can read this?")
    await club.idle()
    view = club.ada.view
    assert view is not None
    assert "Other members never see your contacts." in view.said
    await club.ada.press(view, "Forget me")
    await club.idle()
    assert club.ada.stack == [view]
    assert view.said.startswith("This erases your whole book")


@pytest.mark.parametrize("shortcut", ["global", "message"])
async def test_a_shortcut_opens_the_form_and_is_answered_in_a_direct_message(
    either: SlackWorkspace, shortcut: str
) -> None:
    await either.says(ADD_EMAILED_DANA)
    if shortcut == "global":
        await either.ada.shortcut("log")
    else:
        await either.ada.message_shortcut("log_message", ESCAPED_NOTE, author="U0LEE")
    await either.idle()
    await either.ada.submit(contact="Dana", channel="phone", when="2026-11-23")
    await either.idle()
    assert [one.said.splitlines()[0][:18] for one in either.ada.received] == ["Noted: call to Dan"]
    book = await either.book()
    assert book is not None
    assert book.contacts[0].entries[-1].note == (ESCAPED_NOTE if shortcut == "message" else "")


async def test_a_message_of_5000_characters_is_shortened_and_says_so(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await club.ada.message_shortcut("log_message", "n" * 5000, author="U0LEE")
    await club.idle()
    view = club.ada.view
    assert view is not None
    [kept] = [block["element"]["initial_value"] for block in view.blocks if block.get("block_id") == "note"]
    assert kept == "n" * 2999 + "…"
