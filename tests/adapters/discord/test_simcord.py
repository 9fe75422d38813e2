"""The adapter on simcord: what a second reading of Discord's documentation makes of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import simcord
from discord.http import Route

from adapters.discord.tree import MESSAGE_MENU_NAME
from tests.adapters.discord.simulated import SIMCORD_ROOT_COMMAND, SimcordClub, open_simcord_club

pytestmark = pytest.mark.exhaustive


async def test_a_command_is_answered_to_its_member_alone(tmp_path: Path) -> None:
    async with open_simcord_club(tmp_path) as here:
        seen = await here.slash("add", contact="Dana", channel="email")
        assert seen.response is not None
        assert seen.ephemeral
        assert seen.response.content.startswith("Dana is on your board.")
        assert await here.names() == ["Dana"]


async def test_what_is_typed_is_completed_from_the_members_own_board(tmp_path: Path) -> None:
    async with open_simcord_club(tmp_path) as here:
        await here.slash("add", contact="Dana Smith")
        [choice] = await here.ada.autocomplete(here.general, f"{SIMCORD_ROOT_COMMAND} show", "contact", "dan")
        assert choice["name"].startswith("Dana Smith")
        card = await here.slash("show", contact=choice["value"])
        assert card.response is not None
        assert "Dana Smith" in card.response.content
        assert await here.ada.user.autocomplete(f"{SIMCORD_ROOT_COMMAND} show", "contact", "lee") == []


async def test_a_button_replaces_its_card_in_a_server_and_in_direct_messages(tmp_path: Path) -> None:
    async with open_simcord_club(tmp_path) as here:
        added = await here.slash("add", contact="Dana", channel="email")
        assert response_message_id(await press_in_simcord(here, added, "Undo")) == response_message_id(added)
        assert await here.names() == []
        await here.slash("add", contact="Dana", channel="email")
        await here.ada.user.send_dm("Dana wrote")
        [card] = here.inbox
        assert response_message_id(await here.press(card, "They wrote")) == card.id
        [asked] = here.inbox
        assert asked.content.startswith("Dana got back to you.")


async def test_a_form_is_taken_after_a_restart(tmp_path: Path) -> None:
    async with open_simcord_club(tmp_path) as here:
        form = await press_in_simcord(here, await here.slash("board"), "Add someone")
        await here.again(tmp_path)
        answer = await here.submit(form, contact="Dana", channel="email")
        assert answer.response is not None
        assert answer.response.content.startswith("Dana is on your board.")


async def test_a_button_works_after_a_restart(tmp_path: Path) -> None:
    async with open_simcord_club(tmp_path) as here:
        added = await here.slash("add", contact="Dana", channel="email")
        await here.again(tmp_path)
        await press_in_simcord(here, added, "Undo")
        assert await here.names() == []


async def test_the_menu_of_a_message_offers_its_text_as_a_note(tmp_path: Path) -> None:
    async with open_simcord_club(tmp_path) as here:
        await here.slash("add", contact="Dana")
        lee = here.ada.guild.add_member(here.env.create_user("lee"))
        message = await lee.send(here.general, "shall we talk?")
        form = await here.ada.context_menu(here.general, MESSAGE_MENU_NAME, message)
        await here.submit(form, contact="Dana", channel="email")
        card = await here.slash("show", contact="Dana")
        assert card.response is not None
        assert "shall we talk?" in card.response.content


async def test_a_command_that_is_not_there_cannot_be_used(tmp_path: Path) -> None:
    async with open_simcord_club(tmp_path) as here:
        with pytest.raises(simcord.SetupError):
            await here.slash("dance")
        with pytest.raises(simcord.SetupError):
            await here.slash("add", channel="email")


async def test_what_simcord_does_not_know_fails_a_test(tmp_path: Path) -> None:
    async with open_simcord_club(tmp_path) as here:
        with pytest.raises(simcord.RouteNotImplemented):
            await here.env.bot.http.request(Route("GET", "/something/else"))
        with pytest.raises(AssertionError, match="does not implement 'GET /something/else'"):
            here.harmless()
        here.refused.clear()


async def test_what_simcord_refuses_fails_a_test_though_the_member_is_answered(tmp_path: Path) -> None:
    async with open_simcord_club(tmp_path) as here:
        here.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
        await here.slash("add", contact="Dana", channel="email")
        [card] = here.inbox
        assert card.content.startswith("Dana is on your board.")
        with pytest.raises(AssertionError, match="POST /interactions/"):
            here.harmless()
        here.refused.clear()


async def test_a_reminder_comes_as_a_direct_message_and_its_buttons_work(tmp_path: Path) -> None:
    async with open_simcord_club(tmp_path) as here:
        await here.slash("add", contact="Dana", channel="email")
        await here.slash("plan", contact="Dana", when="today 15:00")
        await here.wait(here.clock.now() + timedelta(hours=6))
        [asked] = here.inbox
        assert "Did your call with Dana happen?" in asked.content
        assert response_message_id(await here.press(asked, "Yes")) == asked.id


async def press_in_simcord(here: SimcordClub, on: simcord.InteractionResult, label: str) -> simcord.InteractionResult:
    assert on.response is not None
    return await here.press(on.response, label)


def response_message_id(seen: simcord.InteractionResult) -> int:
    assert seen.response is not None
    return seen.response.id
