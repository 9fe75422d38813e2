"""The first word within three seconds, whatever the store does; and nothing said into the void."""

from __future__ import annotations

import asyncio

import pytest

from tests.adapters.discord.workspace import ADA_USER_ID, OUTREACH_ROOT, DiscordWorkspace
from tests.fakes_discord import DiscordResult, faults
from tests.fakes_discord.faults import EDIT_ANSWER, INTERACTION_CALLBACK

pytestmark = pytest.mark.quick_responses


@pytest.fixture
def slow(club: DiscordWorkspace) -> DiscordWorkspace:
    """A store that answers nothing before its gate is opened; people wait longer than the bot."""
    club.discord.patience = 0.4
    return club


async def finish_after_gate(club: DiscordWorkspace, seen: DiscordResult) -> DiscordResult:
    club.store.gate.set()
    await seen.wait_until_answered()
    await club.idle()
    return seen


async def test_a_slow_command_is_announced_and_answered_later(slow: DiscordWorkspace) -> None:
    slow.store.gate.clear()
    seen = await slow.slash("add", contact="Dana", channel="email")
    assert seen.thinking
    assert (await finish_after_gate(slow, seen)).said.startswith("Dana is on your board.")
    assert seen.ephemeral
    assert await slow.names() == ["Dana"]


async def test_a_slow_press_changes_nothing_before_it_replaces_the_card(slow: DiscordWorkspace) -> None:
    card = await slow.slash("add", contact="Dana", channel="email")
    slow.store.gate.clear()
    seen = await slow.ada.press(card, "Undo")
    assert not seen.failed
    assert "Dana is on your board." in slow.ada.sees
    assert (await finish_after_gate(slow, seen)).replaced
    assert await slow.names() == []


async def test_a_form_that_comes_too_late_is_a_button_that_opens_it(slow: DiscordWorkspace) -> None:
    card = await slow.slash("board")
    slow.store.gate.clear()
    seen = await finish_after_gate(slow, await slow.ada.press(card, "Add someone"))
    assert [label for label, _ in seen.buttons] == ["Open the form"]
    form = await slow.ada.press(seen, "Open the form")
    assert form.modal is not None


async def test_a_slow_form_is_announced_too(slow: DiscordWorkspace) -> None:
    form = await slow.ada.press(await slow.slash("board"), "Add someone")
    slow.store.gate.clear()
    seen = await slow.ada.submit(form, contact="Dana")
    assert not seen.failed
    assert "Dana is on your board." in (await finish_after_gate(slow, seen)).said


async def test_a_slow_answer_to_plain_words_comes_by_itself(slow: DiscordWorkspace) -> None:
    await slow.slash("add", contact="Dana")
    slow.store.gate.clear()
    assert await slow.ada.says("Dana") is None
    slow.store.gate.set()
    await slow.idle()
    assert "Dana" in slow.ada.inbox[-1].said


async def test_choices_that_would_come_too_late_are_none(slow: DiscordWorkspace) -> None:
    slow.store.gate.clear()
    assert await slow.ada.autocomplete(OUTREACH_ROOT, "show", "contact", "d") == []
    slow.store.gate.set()


async def test_what_could_not_be_kept_is_said_so(club: DiscordWorkspace) -> None:
    club.store.broken = True
    seen = await club.slash("add", contact="Dana", channel="email")
    assert "I couldn't save that just now" in seen.said
    assert await club.names() == []


async def test_an_interaction_that_arrives_almost_too_late_is_answered(club: DiscordWorkspace) -> None:
    seen = await club.ada.slash(OUTREACH_ROOT, "add", contact="Dana", lag=2.9)
    assert seen.said.startswith("Dana is on your board.")


@pytest.mark.parametrize("lag", [3.1, 60.0])
async def test_one_that_arrives_too_late_is_done_once_and_told_directly(club: DiscordWorkspace, lag: float) -> None:
    club.discord.patience = 0.1
    seen = await club.ada.slash(OUTREACH_ROOT, "add", contact="Dana", channel="email", lag=lag)
    await club.idle()
    assert seen.failed
    assert [one.said.splitlines()[0] for one in club.ada.inbox] == ["Dana is on your board."]
    assert await club.names() == ["Dana"]


async def test_a_press_that_arrives_too_late_is_told_directly_too(club: DiscordWorkspace) -> None:
    card = await club.slash("add", contact="Dana", channel="email")
    club.discord.patience = 0.1
    await club.ada.press(card, "Undo", lag=5.0)
    await club.idle()
    assert await club.names() == []
    assert len(club.ada.inbox) == 1


@pytest.mark.parametrize("stored", [False, True])
async def test_an_answer_whose_own_answer_is_lost_is_said_exactly_once(club: DiscordWorkspace, stored: bool) -> None:
    club.discord.fail(INTERACTION_CALLBACK, with_=faults.dropped(), stored=stored)
    club.discord.patience = 0.4
    await club.slash("add", contact="Dana", channel="email")
    await club.idle()
    said = [
        ephemeral for ephemeral in [*club.ada.ephemerals, *club.ada.inbox] if "Dana is on your board." in ephemeral.said
    ]
    assert len(said) == 1
    assert await club.names() == ["Dana"]


async def test_when_the_answer_cannot_be_edited_any_more_it_comes_directly(slow: DiscordWorkspace) -> None:
    slow.discord.fail(EDIT_ANSWER, with_=faults.error(404, 10015, "Unknown Webhook"))
    slow.store.gate.clear()
    await slow.slash("add", contact="Dana", channel="email")
    slow.store.gate.set()
    await slow.idle()
    assert slow.ada.inbox[-1].said.startswith("Dana is on your board.")


async def test_whoever_types_faster_than_a_hand_gets_no_choices_for_a_while(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    offered = await asyncio.gather(*(club.ada.autocomplete(OUTREACH_ROOT, "show", "contact", "d") for _ in range(80)))
    assert [] in offered
    assert offered[0] != []
    assert await club.lee.autocomplete(OUTREACH_ROOT, "plan", "when", "friday 3pm") != []


async def test_somebody_who_is_faster_than_a_hand_keeps_nobody_waiting(club: DiscordWorkspace) -> None:
    club.discord.patience = 0.5
    await asyncio.gather(*(club.slash("board") for _ in range(230)))
    club.discord.patience = 20
    seen = await club.slash("board", club.lee)
    assert "Waiting to hear back is hard" in seen.said
    flooded = [text for text in club.discord.texts()[ADA_USER_ID] if "One thing at a time" in text]
    assert len(flooded) == 1
