"""What comes from people and from Discord that nobody hoped for."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord.forms import DISCORD_ID_PREFIX
from tests.adapters.discord.workspace import ADA_USER_ID, OUTREACH_ROOT, DiscordWorkspace
from tests.fakes_discord import copy_discord_message
from tests.fakes_discord.answers import COMPONENT_TYPE, MODAL_SUBMIT_TYPE
from tests.fakes_discord.faults import INTERACTION_CALLBACK


async def press_forged_custom_id(club: DiscordWorkspace, seen, custom_id: str) -> str:
    """A press with a custom_id that no client would send, on a message of one's own."""
    message = seen.message
    message.components[0]["components"][0]["custom_id"] = custom_id
    pressed = await club.lee._do(COMPONENT_TYPE, {"custom_id": custom_id, "component_type": 2, "id": 2}, message, lag=0)
    return pressed.said


async def test_anothers_contact_is_not_found_whatever_the_button_says(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana", channel="email")
    book = await club.book()
    assert book is not None
    [dana] = book.contacts
    for line in (f"show contact: #{dana.id}", f"forget contact: #{dana.id} sure: yes", f"rest contact: #{dana.id}"):
        said = await press_forged_custom_id(club, await club.slash("board", club.lee), DISCORD_ID_PREFIX + line)
        assert "Dana" not in said
        assert "not find" in said or "can't find" in said or "isn't" in said, said
    assert await club.names() == ["Dana"]


@pytest.mark.parametrize(
    "line", ["x", "board page: 9999999", "show", 'add contact: "', "forget contact: me", "show contact: #" + "x" * 70]
)
async def test_a_button_of_nonsense_gets_a_sensible_answer(club: DiscordWorkspace, line: str) -> None:
    said = await press_forged_custom_id(club, await club.slash("board", club.lee), DISCORD_ID_PREFIX + line)
    assert said
    assert "something went wrong" not in said


async def test_a_forged_form_is_answered_and_changes_nobody_else(club: DiscordWorkspace) -> None:
    form = await club.ada.press(await club.slash("board"), "Add someone")
    assert form.modal is not None
    data = {
        "custom_id": "st:nonsense",
        "components": [{"type": 18, "component": {"type": 4, "custom_id": "x", "value": "y"}}],
    }
    seen = await club.ada._do(MODAL_SUBMIT_TYPE, data, form.modal.source, form.modal, lag=0)
    assert seen.said
    assert await club.names() == []


async def test_the_same_event_twice_has_one_effect_and_one_answer(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana", channel="email")
    await club.discord.repeat("INTERACTION_CREATE")
    await club.idle()
    assert await club.names() == ["Dana"]
    assert len(club.ada.window) == 1


async def test_an_event_that_is_repeated_after_a_restart_has_one_effect(kept: DiscordWorkspace) -> None:
    await kept.slash("add", contact="Dana")
    await kept.slash("log", contact="Dana", channel="phone")
    await kept.restart()
    done = list(kept.discord.world.interactions.values())[-1]
    await kept.discord.gateway.dispatch("INTERACTION_CREATE", done.payload)
    await kept.idle()
    assert (await kept.kinds()).count("attempt") == 1
    assert kept.ada.inbox == []  # what stands there is the answer
    assert kept.discord.world.violations == ["callback: answered twice"]
    kept.discord.world.violations.clear()


async def test_a_button_pressed_twice_is_done_once(club: DiscordWorkspace) -> None:
    card = await club.slash("add", contact="Dana", channel="email")
    old = copy_discord_message(card.message)
    await club.ada.press(card, "Undo")
    again = await club.ada.press(old, "Undo")
    assert "nothing" in again.said.casefold() or "none" in again.said
    assert await club.names() == []


async def test_a_message_of_4001_characters_is_answered(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    answer = await club.ada.says("Dana " + "x" * 3_996)
    assert answer is not None
    assert len(answer.content) <= 2_000


async def test_a_note_as_long_as_discord_lets_one_write_can_be_mended(club: DiscordWorkspace) -> None:
    form = await club.ada.press(await club.slash("board"), "Add someone")
    seen = await club.ada.submit(form, contact="D" * 4_000)
    assert [label for label, _ in seen.buttons] == ["Try again"]


async def test_an_upload_without_a_word_is_left_unopened_and_said_so(club: DiscordWorkspace) -> None:
    upload = {"id": "1", "filename": "cv.pdf", "size": 10_000_000, "url": "https://cdn.example/cv.pdf", "proxy_url": ""}
    before = len(club.ada.inbox)
    club.discord.world.post(club.ada.dm, {"content": "", "attachments": [upload]}, author=ADA_USER_ID)
    await club.discord.until(lambda: len(club.ada.inbox) > before)
    assert "I can read words only" in club.ada.inbox[-1].said


async def test_of_26_contacts_25_are_offered_and_the_last_is_found_by_typing(club: DiscordWorkspace) -> None:
    for number in range(26):
        await club.slash("add", contact=f"Person{number:02}")
    offered = await club.ada.autocomplete(OUTREACH_ROOT, "show", "contact", "")
    assert len(offered) == 25
    suggestion = (await club.ada.autocomplete(OUTREACH_ROOT, "show", "contact", "Person00"))[0]
    assert suggestion["name"] == "Person00"
    assert "Person00" in (await club.slash("show", contact=suggestion["value"])).said


async def test_a_board_of_many_people_fits_into_a_message(club: DiscordWorkspace) -> None:
    for number in range(40):
        await club.slash("add", contact=f"{'Long' * 15}{number:02}", channel="email")
    assert (await club.slash("board")).said


@pytest.mark.parametrize("greetings", [0, 100])
async def test_a_hundred_greetings_of_discord_begin_nothing(club: DiscordWorkspace, greetings: int) -> None:
    await club.slash("add", contact="Dana", channel="email")
    await club.idle()
    running = len(asyncio.all_tasks())
    for _ in range(greetings):
        club.bot.client.dispatch("ready")
    await club.idle()
    assert len(asyncio.all_tasks()) <= running
    await club.wait(days=9)
    assert len(club.ada.inbox) == 2


async def test_a_message_in_a_server_is_none_of_ours(club: DiscordWorkspace) -> None:
    general = next(channel for channel in club.discord.world.channels.values() if channel.kind == "guild")
    club.discord.world.post(general, {"content": "Dana answered"}, author=ADA_USER_ID)
    await club.idle()
    assert club.ada.inbox == []


async def test_names_in_notifications_can_be_hidden(club: DiscordWorkspace) -> None:
    assert (await club.slash("settings", names="no")).message.embeds == []
    await club.slash("add", contact="Dana", channel="email")
    await club.wait(days=9)
    reminder = club.ada.inbox[-1]
    assert "Dana" not in reminder.content
    assert "Dana" in reminder.said


async def test_a_button_of_a_card_that_was_replaced_a_moment_ago_is_answered(club: DiscordWorkspace) -> None:
    """Discord hands the card on as it is by now, without that button."""
    card = await club.slash("add", contact="Dana", channel="email")
    message = card.message
    assert message is not None
    older = dict(message.buttons)
    await club.ada.press(card, "Undo")
    data = {"custom_id": older["Who moves next?"], "component_type": 2, "id": 2}
    seen = await club.ada._do(COMPONENT_TYPE, data, message, lag=0)
    assert seen.said
    assert len(club.discord.called(INTERACTION_CALLBACK)) == 3
