"""A Discord that tells no more than it must is served like any other, and answers that are lost are said once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.discord.loopback_client import open_loopback_client
from tests.adapters.discord.servers import (
    LoopbackDiscordApi,
    LoopbackGateway,
    discord_error_response,
    open_discord_server,
)
from tests.adapters.discord.workspace import OUTREACH_ROOT, DiscordWorkspace
from tests.fakes_discord import DiscordResult, faults
from tests.fakes_discord.faults import CREATE_MESSAGE, EDIT_ANSWER, INTERACTION_CALLBACK
from tests.platforms.loopback import wait_until

GATEWAY_BOT_ROUTE, GATEWAY_ROUTE = "GET /gateway/bot", "GET /gateway"

pytestmark = pytest.mark.quick_responses


@pytest.fixture
async def plain(club: DiscordWorkspace) -> DiscordWorkspace:
    """It is begun anew, and told less from now on."""
    club.discord.world.plain = True
    await club.restart()
    return club


@pytest.mark.parametrize("place", ["guild", "dm", "private"])
async def test_all_that_a_person_does_is_answered_once_everywhere(plain: DiscordWorkspace, place: str) -> None:
    ada = plain.ada.at(place)
    added = await ada.slash(OUTREACH_ROOT, "add", contact="Dana", channel="none")
    assert added.said.startswith("Dana is on your board.")
    board = await ada.slash(OUTREACH_ROOT, "board")
    shown = await ada.press(board, "Dana")
    assert shown.replaced
    form = await ada.press(shown, "I reached out")
    assert form.modal
    assert (await ada.submit(channel="email")).said.startswith("Noted: e-mail to Dana")
    assert await ada.autocomplete(OUTREACH_ROOT, "show", "contact", "d")
    await plain.idle()
    assert not plain.discord.called(CREATE_MESSAGE)
    assert not plain.discord.called(EDIT_ANSWER), "one answer is enough"


async def test_a_form_that_was_opened_is_not_offered_again(plain: DiscordWorkspace) -> None:
    form = await plain.ada.press(await plain.slash("board"), "Add someone")
    await plain.idle()
    assert form.modal
    assert not plain.discord.called(CREATE_MESSAGE)


@pytest.mark.parametrize(
    "lost", [faults.bad_json(), faults.dropped(), faults.empty(), faults.status(502)], ids=lambda one: one.name
)
async def test_what_was_announced_is_said_though_it_is_not_known_that_it_was(
    club: DiscordWorkspace, lost: faults.Failure
) -> None:
    club.store.gate.clear()
    club.discord.patience = 0.4
    club.discord.fail(INTERACTION_CALLBACK, with_=lost, stored=True)
    seen = await club.slash("add", contact="Dana", channel="none")
    assert seen.thinking
    assert (await finish_plain_after_gate(club, seen)).said.startswith("Dana is on your board.")
    assert club.ada.inbox == []


async def test_what_could_not_be_announced_is_said_at_once(club: DiscordWorkspace) -> None:
    club.store.gate.clear()
    club.discord.patience = 0.4
    club.discord.fail(INTERACTION_CALLBACK, with_=faults.dropped())
    seen = await club.slash("add", contact="Dana", channel="none")
    assert seen.failed
    assert (await finish_plain_after_gate(club, seen)).said.startswith("Dana is on your board.")


async def finish_plain_after_gate(club: DiscordWorkspace, seen: DiscordResult) -> DiscordResult:
    club.store.gate.set()
    await seen.wait_until_answered()
    await club.idle()
    return seen


async def test_an_address_without_a_limit_is_as_good() -> None:
    async with open_discord_server() as (api, gateway):
        await assert_connects_first_try(api, gateway, {GATEWAY_BOT_ROUTE: {"url": api.gateway}})
        await assert_connects_first_try(
            api, gateway, {GATEWAY_BOT_ROUTE: {"url": api.gateway, "session_start_limit": {"remaining": 5}}}
        )
        await assert_connects_first_try(
            api,
            gateway,
            {GATEWAY_BOT_ROUTE: lambda _: discord_error_response(404), GATEWAY_ROUTE: {"url": api.gateway}},
        )
        assert len(gateway.identified) == 3


async def assert_connects_first_try(api: LoopbackDiscordApi, gateway: LoopbackGateway, answers: dict[str, Any]) -> None:
    """At the first try."""
    for call, answer in answers.items():
        api.answer(call, answer)
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
        assert our.time.slept == []
