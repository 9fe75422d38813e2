"""Direct messages that are closed: one try, everything kept, told privately at the next command, then tried again."""

from __future__ import annotations

import asyncio

import pytest

from tests.adapters.discord.workspace import ADA_USER_ID, DiscordWorkspace
from tests.fakes_discord import faults
from tests.fakes_discord.faults import CREATE_MESSAGE, OPEN_DM

CLOSED_DM_FAULT = faults.error(403, 50007, "Cannot send messages to this user")
CLOSED_DM_NOTICE = "your direct messages are closed to me. Nothing is lost."


async def add_quiet_contact(club: DiscordWorkspace) -> None:
    """A contact of whom there is something to say in a while."""
    await club.slash("add", contact="Dana", channel="email")


def count_dm_tries(club: DiscordWorkspace) -> int:
    return len(club.discord.called(CREATE_MESSAGE))


async def test_closed_messages_are_tried_once_and_nothing_is_lost(club: DiscordWorkspace) -> None:
    await add_quiet_contact(club)
    door = club.discord.fail(CREATE_MESSAGE, with_=CLOSED_DM_FAULT, times=None)
    await club.wait(days=14)
    assert count_dm_tries(club) == 1
    door.undo()
    seen = await club.slash("board")
    assert CLOSED_DM_NOTICE in seen.said
    assert seen.ephemeral
    assert "Privacy Settings" in seen.said
    await club.wait(days=7)
    assert "Dana" in club.ada.inbox[-1].said
    assert CLOSED_DM_NOTICE not in (await club.slash("board")).said


async def test_doors_that_stay_closed_are_told_of_each_time_they_were_tried(club: DiscordWorkspace) -> None:
    await add_quiet_contact(club)
    club.discord.fail(CREATE_MESSAGE, with_=CLOSED_DM_FAULT, times=None)
    await club.wait(days=14)
    assert CLOSED_DM_NOTICE in (await club.slash("board")).said
    await club.wait(days=7)
    assert count_dm_tries(club) == 2
    assert CLOSED_DM_NOTICE in (await club.slash("board")).said


async def test_a_form_cannot_tell_it_so_the_next_card_does(club: DiscordWorkspace) -> None:
    await add_quiet_contact(club)
    club.discord.fail(CREATE_MESSAGE, with_=CLOSED_DM_FAULT, times=None)
    await club.wait(days=14)
    card = club.ada.window[-1]
    form = await club.ada.press(card, "Add someone")
    assert form.modal is not None
    assert CLOSED_DM_NOTICE in (await club.slash("board")).said


@pytest.mark.parametrize("code", [50001, 50007, 50278])
async def test_somebody_who_cannot_be_written_to_any_more_is_left_alone(club: DiscordWorkspace, code: int) -> None:
    """As after the last server in common is gone, or when the app was taken away again."""
    await add_quiet_contact(club)
    club.discord.fail(OPEN_DM, with_=faults.error(403, code, "no"), times=None)
    await club.wait(days=30)
    assert len(club.discord.called(OPEN_DM)) == 1
    assert count_dm_tries(club) == 0
    book = await club.book()
    assert book is not None
    assert book.unreachable_reason


async def test_nobody_is_written_to_who_never_used_the_bot(club: DiscordWorkspace) -> None:
    await add_quiet_contact(club)
    await club.wait(days=40)
    opened = {call.body["recipient_id"] for call in club.discord.called(OPEN_DM)}
    assert opened == {str(ADA_USER_ID)}


async def test_nothing_of_it_is_ever_said_in_a_channel(club: DiscordWorkspace) -> None:
    await add_quiet_contact(club)
    club.discord.fail(CREATE_MESSAGE, with_=CLOSED_DM_FAULT, times=None)
    await club.wait(days=14)
    await club.slash("board")
    assert all(str(call.body).find("Dana") < 0 for call in club.discord.called(CREATE_MESSAGE)[1:])


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
