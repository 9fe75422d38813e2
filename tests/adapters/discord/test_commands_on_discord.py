"""Commands, presses, forms and direct messages as members of a Discord server meet them."""

from __future__ import annotations

import pytest

from tests.adapters.discord.workspace import LEE_USER_ID, OUTREACH_ROOT, DiscordWorkspace
from tests.fakes_discord import DiscordClientRefusal


async def test_a_command_is_answered_to_its_member_alone(club: DiscordWorkspace) -> None:
    seen = await club.slash("add", contact="Dana", channel="email")
    assert seen.ephemeral
    assert seen.said.startswith("Dana is on your board.")
    assert [label for label, _ in seen.buttons][:2] == ["Add someone", "Who moves next?"]
    assert await club.names() == ["Dana"]
    assert "Dana" not in club.lee.sees


@pytest.mark.parametrize("place", ["guild", "dm", "private"])
async def test_it_works_in_a_server_in_direct_messages_and_where_one_installed_it_for_oneself(
    club: DiscordWorkspace, place: str
) -> None:
    seen = await club.ada.at(place).slash(OUTREACH_ROOT, "add", contact="Dana")
    assert seen.ephemeral
    assert await club.names() == ["Dana"]


async def test_a_book_is_the_members_own_in_every_server(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    assert "Dana" in (await club.ada.at("dm").slash(OUTREACH_ROOT, "board")).said
    assert "Dana" not in (await club.slash("board", club.lee)).said


async def test_a_button_replaces_the_card_that_it_stands_on(club: DiscordWorkspace) -> None:
    seen = await club.slash("add", contact="Dana", channel="email")
    pressed = await club.ada.press(seen, "Undo")
    assert pressed.replaced
    assert await club.names() == []


async def test_a_button_works_after_a_restart(kept: DiscordWorkspace) -> None:
    seen = await kept.slash("add", contact="Dana", channel="email")
    await kept.restart()
    pressed = await kept.ada.press(seen, "Undo")
    assert pressed.replaced
    assert await kept.names() == []


async def test_a_button_that_needs_words_opens_a_form_and_what_is_typed_is_kept(club: DiscordWorkspace) -> None:
    seen = await club.slash("board")
    form = await club.ada.press(seen, "Add someone")
    assert form.modal is not None
    answer = await club.ada.submit(form, contact="Dana", channel="email")
    assert answer.replaced
    assert "Dana is on your board." in answer.said


async def test_a_form_is_taken_after_a_restart(kept: DiscordWorkspace) -> None:
    form = await kept.ada.press(await kept.slash("board"), "Add someone")
    await kept.restart()
    assert "Dana is on your board." in (await kept.ada.submit(form, contact="Dana")).said
    assert await kept.names() == ["Dana"]


async def test_what_a_form_got_wrong_is_said_with_a_way_back_to_all_that_was_typed(club: DiscordWorkspace) -> None:
    form = await club.ada.press(await club.slash("board"), "Add someone")
    wrong = await club.ada.submit(form, contact="Dana", channel="email", when="in 3 weeks", company="Acme")
    assert [label for label, _ in wrong.buttons] == ["Try again"]
    assert wrong.ephemeral
    again = await club.ada.press(wrong, "Try again")
    assert again.modal is not None
    assert "Acme" in again.said
    assert await club.names() == []
    answer = await club.ada.submit(again, when="yesterday")
    assert "Dana is on your board." in answer.said
    assert (await club.kinds())[0] == "attempt"


async def test_plain_words_open_the_contacts_card(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana", channel="email")
    answer = await club.ada.says("Dana answered!")
    assert answer is not None
    assert "Dana" in answer.said
    assert "They wrote" in [label for label, _ in answer.buttons]
    assert await club.kinds() == ["attempt"]


async def test_a_message_becomes_the_note_of_an_outreach(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    form = await club.ada.message_menu("Log as outreach", "I wrote to Dana about the opening")
    assert form.modal is not None
    assert "I wrote to Dana about the opening" in form.said
    answer = await club.ada.submit(form, contact="Dana", channel="email")
    assert answer.ephemeral
    assert await club.kinds() == ["attempt"]


async def test_contacts_are_offered_while_one_types_and_only_ones_own(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    await club.slash("add", club.lee, contact="Daniel")
    offered = await club.ada.autocomplete(OUTREACH_ROOT, "show", "contact", "dan")
    assert [one["name"] for one in offered] == ["Dana"]
    assert "Dana" in (await club.slash("show", contact=offered[0]["value"])).said


async def test_a_time_is_resolved_while_one_types(club: DiscordWorkspace) -> None:
    offered = await club.ada.autocomplete(OUTREACH_ROOT, "plan", "when", "friday 3pm")
    assert [one["name"] for one in offered] == ["Fri 27 Nov, 15:00 (friday 3pm)"]


async def test_discords_own_time_is_taken(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    seen = await club.slash("plan", contact="Dana", when="<t:1795788000:F>")
    assert "<t:1795788000:F>" in seen.said


async def test_times_are_shown_on_the_readers_own_clock(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana", channel="email")
    seen = await club.slash("plan", contact="Dana", when="friday 15:00")
    assert "<t:" in seen.said


async def test_the_first_answer_with_a_time_names_the_zone(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    seen = await club.slash("plan", contact="Dana", when="friday 15:00")
    assert "I go by the time of Europe/Berlin" in seen.said
    assert "Change my zone" in [label for label, _ in seen.buttons]


async def test_a_reminder_comes_as_a_direct_message_and_can_be_answered_there(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana", channel="email")
    await club.wait(days=9)
    reminder = club.ada.inbox[-1]
    assert "Dana" in reminder.said
    pressed = await club.ada.at("dm").press(reminder, "They wrote")
    assert pressed.modal or pressed.replaced
    assert club.discord.person(LEE_USER_ID).inbox == []


async def test_an_unknown_command_is_not_there_to_be_used(club: DiscordWorkspace) -> None:
    with pytest.raises((DiscordClientRefusal, AssertionError)):
        await club.ada.slash(OUTREACH_ROOT, "news")


async def test_a_whole_line_in_the_first_option_is_understood(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Zoe Lind channel: email company: Acme")
    assert await club.names() == ["Zoe Lind"]
    assert await club.kinds("Zoe Lind") == ["attempt"]


async def test_the_wait_of_the_first_minute_names_the_zone_it_goes_by(club: DiscordWorkspace) -> None:
    seen = await club.slash("add", contact="Dana", channel="email")
    assert "I go by the time of Europe/Berlin, this bot's default." in seen.said
    assert "Change my zone" in [label for label, _ in seen.buttons]
