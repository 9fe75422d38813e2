"""What only Discord needs to send a message once: nonces, its own clock, and conversations that it takes for spam."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.discord.element_ids import discord_message_nonce, discord_reminder_mark
from bot.domain.errors import DeliveryUncertain, TryLater, Undeliverable
from bot.domain.messages import Button, Card
from bot.domain.model import Address
from tests.adapters.discord.workspace import ADA_USER_ID, LEE_USER_ID, DiscordWorkspace
from tests.fakes_discord import faults
from tests.fakes_discord.faults import CREATE_MESSAGE

DM_ADA, DM_LEE = Address("discord", str(ADA_USER_ID)), Address("discord", str(LEE_USER_ID))
YOUR_TURN_CARD = Card((("Your turn.",),), buttons=(Button("Yes", "board"),))
REMINDER_KEY = "abc123"
A_MINUTE = timedelta(minutes=1)


async def send_reminder(club: DiscordWorkspace, to: Address = DM_LEE, key: str = REMINDER_KEY) -> None:
    await club.messenger.send(to, YOUR_TURN_CARD, key)


async def test_a_reminder_is_posted_with_its_nonce_and_its_mark(club: DiscordWorkspace) -> None:
    await send_reminder(club)
    [given] = [call.body for call in club.requests("message")]
    assert (given["nonce"], given["enforce_nonce"]) == (discord_message_nonce(REMINDER_KEY, DM_LEE.user), True)
    assert given["allowed_mentions"] == {"parse": []}
    assert given["components"][0]["components"][0]["id"] == discord_reminder_mark(REMINDER_KEY)


async def test_it_is_not_ready_before_it_was_opened(club: DiscordWorkspace) -> None:
    club.bot.messenger._is_enabled = False
    assert not club.bot.messenger.ready
    club.bot.messenger.enable()
    assert club.bot.messenger.ready


async def test_one_envelope_sent_twice_at_once_is_one_message(club: DiscordWorkspace) -> None:
    await club.messenger.wait_for_turn(DM_LEE)
    await asyncio.gather(*(send_reminder(club) for _ in range(5)))
    assert (club.count("message"), len(club.lee.inbox)) == (5, 1)


async def test_two_people_and_two_envelopes_never_share_a_nonce(club: DiscordWorkspace) -> None:
    for to in (DM_ADA, DM_LEE):
        for key in (REMINDER_KEY, "other"):
            await send_reminder(club, to, key)
    assert len({call.body["nonce"] for call in club.requests("message")}) == 4
    assert [len(who.inbox) for who in (club.ada, club.lee)] == [2, 2]


@pytest.mark.parametrize("stored", [False, True])
async def test_for_two_minutes_a_second_try_is_no_second_message_though_none_can_be_looked_up(
    club: DiscordWorkspace, stored: bool
) -> None:
    began = club.clock.now()
    club.fail("message", faults.dropped(), stored=stored)
    with pytest.raises(DeliveryUncertain):
        await send_reminder(club)
    club.fail("history", faults.dropped(), times=None)
    assert await club.messenger.was_sent(DM_LEE, REMINDER_KEY, began - A_MINUTE) is None
    await send_reminder(club)
    assert len(club.lee.inbox) == 1


async def test_a_message_that_they_deleted_meanwhile_was_delivered(club: DiscordWorkspace) -> None:
    club.discord.fail(CREATE_MESSAGE, with_=faults.error(404, 10008, "Unknown Message"))
    await send_reminder(club)
    assert club.count("message") == 1


async def test_a_mark_in_somebody_elses_message_is_not_ours(club: DiscordWorkspace) -> None:
    await send_reminder(club)
    club.lee.dm.messages[0].author = LEE_USER_ID
    assert await club.messenger.was_sent(DM_LEE, REMINDER_KEY, club.clock.now() - A_MINUTE) is False


async def test_after_a_clock_was_set_back_it_is_looked_for(club: DiscordWorkspace) -> None:
    await send_reminder(club)
    assert await club.messenger.was_sent(DM_LEE, REMINDER_KEY, club.clock.now() + 60 * A_MINUTE) is True


@pytest.mark.parametrize("code", [40003, 20026])
async def test_opening_too_fast_holds_new_conversations_and_no_others(club: DiscordWorkspace, code: int) -> None:
    await club.messenger.wait_for_turn(DM_ADA)
    club.fail("open", faults.error(403, code, "no"))
    for _ in range(3):
        with pytest.raises(TryLater) as later:
            await send_reminder(club)
        assert later.value.retry_after is not None
        assert later.value.retry_after > 5 * A_MINUTE
    await send_reminder(club, DM_ADA)
    assert club.count("open") == 2
    club.clock.move(club.clock.now() + timedelta(hours=6, seconds=1))
    await send_reminder(club)
    assert [len(who.inbox) for who in (club.ada, club.lee)] == [1, 1]


@pytest.mark.parametrize("nonsense", ["", "x", "-1"])
async def test_what_is_no_conversation_is_not_recalled(club: DiscordWorkspace, nonsense: str) -> None:
    club.messenger.restore_conversation(DM_LEE, nonsense)
    await send_reminder(club)
    assert (club.count("open"), len(club.lee.inbox)) == (1, 1)


async def test_one_that_is_recalled_and_not_ours_any_more_is_opened_anew_once(club: DiscordWorkspace) -> None:
    foreign = str(club.discord.world.between("private", ADA_USER_ID, LEE_USER_ID).id)
    club.messenger.restore_conversation(DM_LEE, foreign)
    with pytest.raises(TryLater):
        await send_reminder(club)
    club.messenger.restore_conversation(DM_LEE, foreign)
    await club.messenger.wait_for_turn(DM_LEE)
    await send_reminder(club)
    assert (club.count("open"), len(club.lee.inbox)) == (1, 1)


async def test_whom_we_have_no_access_to_is_asked_once(club: DiscordWorkspace) -> None:
    await club.messenger.wait_for_turn(DM_LEE)
    club.fail("message", faults.error(403, 50001, "Missing Access"))
    with pytest.raises(Undeliverable):
        await send_reminder(club)
    assert club.count("message") == club.count("open") == 1
