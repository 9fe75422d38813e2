"""The first word within three seconds, whatever the store does; and nothing said into the void."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from adapters.discord import render
from tests.adapters.discord.workspace import OUTREACH_ROOT, DiscordWorkspace
from tests.fakes_discord import faults
from tests.fakes_discord.faults import INTERACTION_CALLBACK

pytestmark = pytest.mark.quick_responses


async def test_choices_that_would_come_too_late_are_none(club: DiscordWorkspace) -> None:
    club.store.gate.clear()
    assert await club.ada.autocomplete(OUTREACH_ROOT, "show", "contact", "d") == []
    club.store.gate.set()


async def test_an_interaction_that_arrives_almost_too_late_is_answered(club: DiscordWorkspace) -> None:
    seen = await club.ada.slash(OUTREACH_ROOT, "add", contact="Dana", lag=2.9)
    assert seen.said.startswith("Dana is on your board.")


async def test_one_that_arrives_too_late_is_done_once_and_told_directly(club: DiscordWorkspace) -> None:
    club.discord.patience = 0.5
    seen = await club.ada.slash(OUTREACH_ROOT, "add", contact="Dana", channel="email", lag=3.1)
    await club.idle()
    assert seen.failed
    assert [one.said.splitlines()[0] for one in club.ada.inbox] == ["Dana is on your board."]
    assert await club.names() == ["Dana"]


@pytest.mark.parametrize("stored", [False, True])
async def test_an_answer_whose_own_answer_is_lost_is_said_exactly_once(club: DiscordWorkspace, stored: bool) -> None:
    club.discord.patience = 0.5
    club.discord.fail(INTERACTION_CALLBACK, with_=faults.dropped(), stored=stored)
    club.discord.patience = 0.4
    await club.slash("add", contact="Dana", channel="email")
    await club.idle()
    said = [
        ephemeral for ephemeral in [*club.ada.ephemerals, *club.ada.inbox] if "Dana is on your board." in ephemeral.said
    ]
    assert len(said) == 1
    assert await club.names() == ["Dana"]


async def test_whoever_types_faster_than_a_hand_gets_no_choices_for_a_while(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    offered = await asyncio.gather(*(club.ada.autocomplete(OUTREACH_ROOT, "show", "contact", "d") for _ in range(80)))
    assert [] in offered
    assert offered[0] != []
    assert await club.lee.autocomplete(OUTREACH_ROOT, "plan", "when", "friday 3pm") != []


@pytest.mark.parametrize("how", ["command", "press", "form"])
async def test_a_card_that_cannot_be_drawn_is_told_to_its_member_and_to_the_host(
    club: DiscordWorkspace, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    card = await club.slash("board")
    form = await club.ada.press(card, "Add someone") if how == "form" else None
    real = render.render_discord_message

    def stumbles(said, mark=0):
        if "went wrong" not in said.text():
            raise ValueError("Dana")
        return real(said, mark)

    monkeypatch.setattr(render, "render_discord_message", stumbles)
    with capture_logs() as logs:
        if how == "command":
            seen = await club.slash("board")
        elif form is not None:
            seen = await club.ada.submit(form, contact="Lee")
        else:
            seen = await club.ada.press(card, "Who can read this?")
        await club.idle()
    assert "something went wrong on my side" in seen.said
    assert [log["error"] for log in logs if log["event"] == "fault"] == ["ValueError"]
    assert "Dana" not in str(logs)


async def test_nothing_new_is_taken_while_we_leave(club: DiscordWorkspace) -> None:
    club.discord.patience = 0.1
    club.store.gate.clear()
    await club.slash("add", contact="Dana", channel="email")
    asyncio.get_running_loop().call_later(0.5, club.store.gate.set)
    leaving = asyncio.ensure_future(club.bot.stop())
    await asyncio.sleep(0.2)
    assert (await club.slash("add", contact="Lee")).failed
    await leaving
    assert await club.names() == ["Dana"]
