"""A Discord that tells no more than it must is served like any other, and answers that are lost are said once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.discord.living import bot
from tests.adapters.discord.servers import Api, Gateway, discord_server, error, until
from tests.adapters.discord.workspace import ROOT, Club
from tests.fakes_discord import Seen, faults
from tests.fakes_discord.faults import CALLBACK, EDIT_ANSWER, SEND

WITH_LIMIT, WITHOUT = "GET /gateway/bot", "GET /gateway"


@pytest.fixture
async def plain(club: Club) -> Club:
    """It is begun anew, and told less from now on."""
    club.discord.world.plain = True
    await club.restart()
    return club


@pytest.mark.parametrize("place", ["guild", "dm", "private"])
async def test_all_that_a_person_does_is_answered_once_everywhere(plain: Club, place: str) -> None:
    ada = plain.ada.at(place)
    added = await ada.slash(ROOT, "add", contact="Dana", channel="none")
    assert added.said.startswith("Dana is on your board.")
    board = await ada.slash(ROOT, "board")
    shown = await ada.press(board, "Dana")
    assert shown.replaced
    form = await ada.press(shown, "I reached out")
    assert form.modal
    assert (await ada.submit(channel="email")).said.startswith("Noted: e-mail to Dana")
    assert await ada.autocomplete(ROOT, "show", "contact", "d")
    await plain.idle()
    assert not plain.discord.called(SEND)
    assert not plain.discord.called(EDIT_ANSWER), "one answer is enough"


async def test_a_form_that_was_opened_is_not_offered_again(plain: Club) -> None:
    form = await plain.ada.press(await plain.slash("board"), "Add someone")
    await plain.idle()
    assert form.modal
    assert not plain.discord.called(SEND)


@pytest.mark.parametrize("lost", [faults.bad_json(), faults.dropped(), faults.empty()], ids=lambda one: one.name)
async def test_what_was_announced_is_said_though_it_is_not_known_that_it_was(club: Club, lost: faults.Failure) -> None:
    club.store.gate.clear()
    club.discord.patience = 1.5
    club.discord.fail(CALLBACK, with_=lost, stored=True)
    seen = await club.slash("add", contact="Dana", channel="none")
    assert seen.thinking
    assert (await opened(club, seen)).said.startswith("Dana is on your board.")
    assert club.ada.inbox == []


async def test_what_could_not_be_announced_is_said_at_once(club: Club) -> None:
    club.store.gate.clear()
    club.discord.patience = 1.5
    club.discord.fail(CALLBACK, with_=faults.dropped())
    seen = await club.slash("add", contact="Dana", channel="none")
    assert seen.failed
    assert (await opened(club, seen)).said.startswith("Dana is on your board.")


async def opened(club: Club, seen: Seen) -> Seen:
    club.store.gate.set()
    await seen.over()
    await club.idle()
    return seen


async def test_an_address_without_a_limit_is_as_good() -> None:
    async with discord_server() as (api, gateway):
        await connects(api, gateway, {WITH_LIMIT: {"url": api.gateway}})
        await connects(api, gateway, {WITH_LIMIT: {"url": api.gateway, "session_start_limit": {"remaining": 5}}})
        await connects(api, gateway, {WITH_LIMIT: lambda _: error(404), WITHOUT: {"url": api.gateway}})
        assert len(gateway.identified) == 3


async def connects(api: Api, gateway: Gateway, answers: dict[str, Any]) -> None:
    """At the first try."""
    for call, answer in answers.items():
        api.answer(call, answer)
    async with bot(api) as our:
        await our.live.log_in()
        await until(lambda: our.live.healthy)
        assert our.time.slept == []
