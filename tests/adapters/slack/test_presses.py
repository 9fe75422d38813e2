"""Buttons: on messages, in the home, months later, twice, and with a value that nobody drew."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.adapters.slack.workspace import ADD_EMAILED_DANA, SlackWorkspace, first_block_id, last_message
from tests.fakes_slack import SlackPerson, SlackScreenMessage, payloads
from tests.fakes_slack.reading import interactive_elements

ESCAPED_NOTE = "They like <b> & jazz, see https://example.org/jazz"


async def press_forged_value(
    club: SlackWorkspace, message: SlackScreenMessage, value: str, who: SlackPerson | None = None
) -> None:
    """Press its first button as if it carried another value."""
    person = who or club.ada
    block, element = next(interactive_elements(deepcopy(message.blocks)))
    payload = payloads.message_press_payload(club.slack.world, person.user, message, block, {**element, "value": value})
    await club.slack.deliver("interactive", payload)
    await club.idle()


async def test_a_press_on_a_private_answer_replaces_it_in_place(either: SlackWorkspace) -> None:
    answer = await either.says(ADD_EMAILED_DANA)
    await either.ada.press(answer, "Undo")
    await either.idle()
    assert either.ada.ephemerals == [answer]
    assert await either.names() == []
    assert len(answer.versions) == 1
    assert either.ada.received == []


async def test_a_press_on_a_direct_message_replaces_it_in_place(either: SlackWorkspace) -> None:
    await either.says(ADD_EMAILED_DANA)
    await either.ada.write("Dana")
    await either.idle()
    [card] = either.ada.received
    await either.ada.press(card, "More…")
    await either.idle()
    assert either.ada.received == [card]
    assert len(card.versions) == 1


async def test_what_is_folded_into_a_menu_works_as_a_button_does(either: SlackWorkspace) -> None:
    await either.says(ADD_EMAILED_DANA)
    await either.ada.write("Dana")
    await either.idle()
    [card] = either.ada.received
    for label in ("More…", "Rest"):
        await either.ada.press(card, label)
        await either.idle()
    assert "Dana rests now" in card.said
    assert await either.kinds() == ["attempt", "set_aside"]


async def test_a_reminder_keeps_its_mark_when_a_press_replaces_it(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    reminder = await club.reminded()
    mark = first_block_id(reminder)
    await club.ada.press(reminder, "I'd rather not")
    await club.idle()
    assert len(reminder.versions) == 1
    assert first_block_id(reminder) == mark
    assert await club.kinds() == ["attempt", "slot_declined"]


async def test_a_form_that_a_reminder_opened_is_answered_in_its_place_and_keeps_its_mark(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    reminder = await club.reminded()
    mark = first_block_id(reminder)
    await club.ada.press(reminder, "Later")
    await club.idle()
    await club.ada.submit(until="2026-12-15")
    await club.idle()
    assert club.ada.received == [reminder]
    assert len(reminder.versions) == 1
    assert first_block_id(reminder) == mark
    assert await club.kinds() == ["attempt", "snoozed"]


async def test_a_button_works_months_later_after_a_restart(kept: SlackWorkspace) -> None:
    await kept.says(ADD_EMAILED_DANA)
    answer = last_message(kept.ada)
    kept.clock.move(kept.clock.now().replace(year=2027, month=9))
    await kept.restart()
    await kept.ada.press(answer, "Add someone")
    await kept.idle()
    await kept.ada.submit(contact="Sam", channel="none")
    await kept.idle()
    assert await kept.names() == ["Dana", "Sam"]
    assert answer.said.startswith("Sam is on your board.")


async def test_a_stale_press_shows_how_things_stand_and_changes_nothing(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    brake = deepcopy(await club.says("log Dana channel: email"))
    await club.says("reply Dana kind: answer")
    await club.ada.press(brake, "Log it anyway")
    await club.idle()
    assert await club.kinds() == ["attempt", "reply_received"]
    [shown] = [ephemeral for ephemeral in club.ada.ephemerals if ephemeral.ts == brake.ts]
    assert "Dana" in shown.said
    assert "Wanting to try again" not in shown.said


async def test_pressing_twice_has_one_effect_and_one_sensible_answer(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await club.says("log Dana channel: email")
    brake = deepcopy(last_message(club.ada))
    for _ in range(2):
        await club.ada.press(brake, "Log it anyway")
        await club.idle()
    assert await club.kinds() == ["attempt", "attempt"]
    assert "went wrong" not in club.ada.sees


async def test_a_press_that_slack_hands_out_twice_has_one_effect_and_one_answer(either: SlackWorkspace) -> None:
    await either.says(ADD_EMAILED_DANA)
    await either.says("log Dana channel: email")
    brake = last_message(either.ada)
    await either.ada.press(brake, "Log it anyway")
    await either.slack.repeat()
    await either.idle()
    assert await either.kinds() == ["attempt", "attempt"]
    assert len(brake.versions) == 1


async def test_another_members_contact_is_not_found(club: SlackWorkspace) -> None:
    await club.says("add Priya channel: email note: of Lee alone", club.lee)
    book = await club.book("U0LEE")
    assert book is not None
    answer = await club.says(ADD_EMAILED_DANA)
    for line in ("show", "log", "forget", "edit"):
        await press_forged_value(club, answer, f"{line} #{book.contacts[0].id}")
        assert "Priya" not in club.ada.sees
    assert await club.names("U0LEE") == ["Priya"]
    assert await club.names() == ["Dana"]


@pytest.mark.parametrize(
    "value", ["", "nothing", "x" * 10_000, "show #", "resume draft: x", "\x00", "log contact: #x mark: y"]
)
async def test_a_value_that_nobody_drew_is_answered_and_changes_nothing(club: SlackWorkspace, value: str) -> None:
    answer = await club.says(ADD_EMAILED_DANA)
    await press_forged_value(club, answer, value)
    assert await club.kinds() == ["attempt"]
    assert "went wrong" not in club.ada.sees
    assert answer.versions or club.ada.view


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
