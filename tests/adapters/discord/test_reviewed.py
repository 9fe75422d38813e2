"""What readers of the adapter found, and must not come back."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from adapters.discord import render
from tests.adapters.discord.workspace import Club
from tests.fakes_discord import copy, faults
from tests.fakes_discord.faults import CALLBACK, SEND, SYNC

ADDED = "Dana is on your board."


@pytest.mark.parametrize("failure", [faults.dropped(), faults.status(502)], ids=["dropped", "502"])
async def test_a_promise_whose_own_answer_is_lost_is_kept(club: Club, failure: faults.Failure) -> None:
    club.discord.patience = 1.5
    club.store.gate.clear()
    club.discord.fail(CALLBACK, with_=failure, stored=True)
    seen = await club.slash("add", contact="Dana", channel="email")
    club.store.gate.set()
    await seen.over(within=10)
    await club.idle()
    assert len([one for one in club.ada.window if ADDED in one.said]) == 1
    if not failure.drop:  # then the library asked a second time
        assert club.discord.world.violations == ["callback: answered twice"]
        club.discord.world.violations.clear()


@pytest.mark.parametrize("failure", [faults.dropped(), faults.limited(0.3)], ids=["dropped", "429"])
async def test_a_direct_answer_is_tried_again_and_never_said_twice(club: Club, failure: faults.Failure) -> None:
    await club.slash("add", contact="Dana")
    club.discord.fail(SEND, with_=failure, stored=failure.drop)
    await club.ada.says("Dana")
    await club.idle()
    assert len(club.ada.inbox) == 1


async def test_what_was_not_done_is_said_beside_a_reminder_which_stays(club: Club) -> None:
    await club.slash("add", contact="Dana", channel="email")
    await club.wait(days=9)
    reminder, ada = club.ada.inbox[-1], club.ada.at("dm")
    await ada.press(reminder, "They wrote")
    asked = copy(reminder)
    club.store.broken = True
    seen = await ada.press(reminder, "Answer")
    assert "I couldn't save that just now" in seen.said
    assert seen.message.ephemeral
    assert (reminder.said, reminder.buttons) == (asked.said, asked.buttons)
    club.store.broken = False
    assert (await ada.press(reminder, "Answer")).replaced
    assert "reply" in await club.kinds()


async def test_the_same_when_it_took_long(club: Club) -> None:
    club.discord.patience = 1.5
    card = await club.slash("add", contact="Dana", channel="email")
    club.store.gate.clear()
    club.store.broken = True
    seen = await club.ada.press(card, "Undo")
    club.store.gate.set()
    await club.idle()
    assert "I couldn't save that just now" in club.ada.sees
    assert ADDED in club.ada.sees
    assert not seen.failed


@pytest.mark.parametrize("how", ["command", "press", "form"])
async def test_a_card_that_cannot_be_drawn_is_told_to_its_member_and_to_the_host(
    club: Club, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    card = await club.slash("board")
    form = await club.ada.press(card, "Add someone") if how == "form" else None
    real = render.message

    def stumbles(said, mark=0):
        if "went wrong" not in said.text():
            raise ValueError("Dana")
        return real(said, mark)

    monkeypatch.setattr(render, "message", stumbles)
    with capture_logs() as logs:
        if how == "command":
            seen = await club.slash("board")
        elif form is not None:
            seen = await club.ada.submit(form, contact="Lee")
        else:
            seen = await club.ada.press(card, "Who can read this?")
        await club.idle()
    assert "something went wrong on my side" in seen.said
    assert [one["error"] for one in logs if one["event"] == "fault"] == ["ValueError"]
    assert "Dana" not in str(logs)


async def test_whoever_is_being_answered_when_we_leave_gets_the_answer(club: Club) -> None:
    club.discord.patience = 0.1
    club.store.gate.clear()
    seen = await club.slash("add", contact="Dana", channel="email")
    asyncio.get_running_loop().call_later(0.3, club.store.gate.set)
    await club.bot.stop()
    assert ADDED in seen.said


async def test_nothing_new_is_taken_while_we_leave(club: Club) -> None:
    club.discord.patience = 0.1
    club.store.gate.clear()
    await club.slash("add", contact="Dana", channel="email")
    asyncio.get_running_loop().call_later(0.5, club.store.gate.set)
    leaving = asyncio.ensure_future(club.bot.stop())
    await asyncio.sleep(0.2)
    assert (await club.slash("add", contact="Lee")).failed
    await leaving
    assert await club.names() == ["Dana"]


async def test_commands_that_discord_did_not_take_are_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.platform.SYNC_PAUSE", 0.05)
    club = await Club.open()
    await club.store.keep_memo("discord commands", "")
    fault = club.discord.fail(SYNC, with_=faults.limited(0.1), times=2)
    await club.bot.stop()
    await club.start()
    assert fault.happened == 2
    assert [call.answered for call in club.discord.called(SYNC)][-1] == ["200"]
    await club.close()
    club.harmless()


async def test_a_refusal_of_the_token_is_not_believed_for_ever(club: Club) -> None:
    club.bot.client.gate.standing.close("401")
    seen = await club.slash("add", contact="Dana", channel="email")
    assert ADDED in seen.said  # answers to people carry no token of ours
    assert not club.bot.messenger.ready
