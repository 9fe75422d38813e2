"""Direct messages that are closed: one try, everything kept, told privately at the next command, then tried again."""

from __future__ import annotations

import asyncio

import pytest

from tests.adapters.discord.workspace import DiscordWorkspace
from tests.fakes_discord import DiscordUser, faults
from tests.fakes_discord.faults import CREATE_MESSAGE, OPEN_DM

CLOSED_DM_FAULT = faults.error(403, 50007, "Cannot send messages to this user")
CLOSED_DM_NOTICE = "your direct messages are closed to me. Nothing is lost."


async def add_quiet_contact(club: DiscordWorkspace) -> None:
    """A contact of whom there is something to say in a while."""
    await club.slash("add", contact="Dana", channel="email")


async def test_a_form_cannot_tell_it_so_the_next_card_does(club: DiscordWorkspace) -> None:
    await add_quiet_contact(club)
    club.discord.fail(CREATE_MESSAGE, with_=CLOSED_DM_FAULT, times=None)
    await club.wait(days=14)
    card = club.ada.window[-1]
    form = await club.ada.press(card, "Add someone")
    assert form.modal is not None
    assert CLOSED_DM_NOTICE in (await club.slash("board")).said


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.quick_responses
async def test_whoever_comes_by_another_way_is_answered_in_plain_messages_again(
    club: DiscordWorkspace, late: bool
) -> None:
    """Also when that answer came late."""
    club.discord.patience = 0.3
    door = club.discord.fail(CREATE_MESSAGE, with_=CLOSED_DM_FAULT, times=None)
    await club.ada.says("help")
    await club.idle()
    door.undo()
    await club.ada.says("help")
    await club.idle()
    assert club.ada.inbox == [], "they are left alone for a while"
    if late:
        club.store.gate.clear()
        looking = asyncio.create_task(club.slash("board"))
        await asyncio.sleep(0.2)
        club.store.gate.set()
        await looking
        await club.idle()
    else:
        await club.slash("board")
    await club.ada.says("help")
    await club.idle()
    assert len(club.ada.inbox) == 1


async def test_somebody_behind_a_closed_door_is_not_answered_again_and_again(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    club.discord.patience = 0.1
    club.discord.fail(CREATE_MESSAGE, with_=CLOSED_DM_FAULT, times=None)
    for _ in range(8):
        await club.ada.says("Dana")
    await club.idle()
    assert len(club.discord.called(CREATE_MESSAGE)) == 1
    assert CLOSED_DM_NOTICE in (await club.slash("board")).said


async def test_late_answers_to_many_strangers_open_few_conversations(club: DiscordWorkspace) -> None:
    club.discord.patience = 0.3
    people = [club.discord.invite(DiscordUser(7_000 + number, f"p{number}")) for number in range(25)]
    await asyncio.gather(*(person.slash("outreach", "board", lag=5.0) for person in people))
    await club.idle()
    assert len(club.discord.called(OPEN_DM)) <= 12


async def test_a_late_answer_that_is_refused_is_told_at_the_next_command(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    club.discord.fail(CREATE_MESSAGE, with_=CLOSED_DM_FAULT, times=None)
    club.discord.patience = 0.3
    await club.ada.slash("outreach", "board", lag=5.0)
    await club.idle()
    assert CLOSED_DM_NOTICE in (await club.slash("board")).said
