"""What comes from people and from Discord that nobody hoped for."""

from __future__ import annotations

import asyncio

import pytest

from tests.adapters.discord.workspace import ADA_USER_ID, OUTREACH_ROOT, DiscordWorkspace
from tests.fakes_discord.answers import COMPONENT_TYPE, MODAL_SUBMIT_TYPE
from tests.fakes_discord.faults import INTERACTION_CALLBACK


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
