"""Reminders as direct messages: sent once, in time, and found again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import discord
import pytest

from adapters.discord.api import TryLater
from adapters.discord.direct_messages import DiscordDirectMessages
from adapters.discord.element_ids import discord_message_nonce, discord_reminder_mark
from adapters.discord.messenger import DiscordMessenger
from bot.domain.errors import DeliveryUncertain, Undeliverable
from bot.domain.messages import Card
from bot.domain.model import Address
from tests.adapters.discord.loopback_client import LoopbackClient, open_loopback_client
from tests.adapters.discord.servers import (
    LoopbackDiscordApi,
    StoredThenAnswered,
    abort_discord_request,
    discord_error_response,
    open_discord_server,
)

DM_LEE, DM_SAM = Address("discord", "1"), Address("discord", "2")
YOUR_TURN_CARD = Card((("Your turn.",),))
REMINDER_KEY = "abc123"
OPEN_DM_ROUTE, LEE_MESSAGES_ROUTE, SAM_MESSAGES_ROUTE = (
    "POST /users/@me/channels",
    "POST /channels/1001/messages",
    "POST /channels/1002/messages",
)
LEE_HISTORY_ROUTE = "GET /channels/1001/messages"
OLD_ENOUGH = timedelta(minutes=5)


@dataclass
class FakeDiscordMessage:
    content: str
    view: Any
    embeds: list[discord.Embed] = field(default_factory=list)


def render_fake_discord_message(card: Card, marked: int) -> FakeDiscordMessage:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Yes", custom_id="st:yes", id=marked))
    view.stop()
    return FakeDiscordMessage(card.text(), view)


@dataclass
class DiscordMessengerHarness:
    our: LoopbackClient
    channels: DiscordDirectMessages
    messenger: DiscordMessenger


@pytest.fixture
async def api() -> AsyncIterator[LoopbackDiscordApi]:
    async with open_discord_server() as (api, _):
        yield api


@pytest.fixture
async def post(api: LoopbackDiscordApi) -> AsyncIterator[DiscordMessengerHarness]:
    async with open_loopback_client(api) as our:
        await our.client.login("token")
        api.calls.clear()
        yield build_discord_messenger(our)


def build_discord_messenger(our: LoopbackClient, most: int = 10_000) -> DiscordMessengerHarness:
    channels = DiscordDirectMessages(our.client, our.time.now, most)
    messenger = DiscordMessenger(
        our.client, our.gate, channels, render_fake_discord_message, our.time.wall, our.time.now, our.time.sleep
    )
    messenger.enable()
    return DiscordMessengerHarness(our, channels, messenger)


async def test_a_reminder_is_posted_with_its_nonce_and_without_pings(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert api.requests_for(OPEN_DM_ROUTE) == [{"recipient_id": "1"}]
    [given] = api.requests_for(LEE_MESSAGES_ROUTE)
    assert given["content"] == "Your turn."
    assert given["nonce"] == discord_message_nonce(REMINDER_KEY, "1")
    assert given["enforce_nonce"] is True
    assert given["allowed_mentions"] == {"parse": []}
    assert given["components"][0]["components"][0]["id"] == discord_reminder_mark(REMINDER_KEY)


async def test_it_is_not_ready_before_it_was_opened(post: DiscordMessengerHarness) -> None:
    our, time = post.our, post.our.time
    unopened = DiscordMessenger(
        our.client, our.gate, post.channels, render_fake_discord_message, time.wall, time.now, time.sleep
    )
    assert not unopened.ready


async def test_one_envelope_sent_twice_at_once_is_one_message(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    await post.messenger.wait_for_turn(DM_LEE)
    await asyncio.gather(*[post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY) for _ in range(5)])
    assert len(api.requests_for(LEE_MESSAGES_ROUTE)) == 5
    assert len(api.stored["1001"]) == 1


async def test_two_people_and_two_envelopes_never_share_a_nonce(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    for to in (DM_LEE, DM_SAM):
        await post.messenger.wait_for_turn(to)
        for key in (REMINDER_KEY, "other"):
            await post.messenger.send(to, YOUR_TURN_CARD, key)
    assert len(api.by_nonce) == 4
    assert [len(api.stored[channel]) for channel in ("1001", "1002")] == [2, 2]


async def test_an_answer_that_is_lost_makes_no_second_message_even_where_none_can_be_looked_up(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    api.answer(LEE_MESSAGES_ROUTE, StoredThenAnswered(abort_discord_request), None)
    with pytest.raises(DeliveryUncertain):
        await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    first = post.our.time.wall()
    assert await post.messenger.was_sent(DM_LEE, REMINDER_KEY, first - timedelta(minutes=1)) is True
    api.answer(LEE_HISTORY_ROUTE, lambda _: discord_error_response(503), None)
    assert await post.messenger.was_sent(DM_LEE, REMINDER_KEY, first - timedelta(minutes=1)) is None
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert len(api.stored["1001"]) == 1


async def test_a_message_that_they_deleted_meanwhile_was_delivered(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    api.answer(LEE_MESSAGES_ROUTE, lambda _: discord_error_response(404, 10008))
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert len(api.requests_for(LEE_MESSAGES_ROUTE)) == 1


async def test_a_mark_in_somebody_elses_message_is_not_ours(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    since = discord.utils.snowflake_time(10**18) - timedelta(minutes=1)
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    api.stored["1001"][0]["author"] = {"id": "1", "username": "lee"}
    assert await post.messenger.was_sent(DM_LEE, REMINDER_KEY, since) is False


async def test_after_a_clock_was_set_back_it_is_looked_for(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    await post.messenger.was_sent(DM_LEE, REMINDER_KEY, post.our.time.wall() + timedelta(hours=1))
    assert len(api.requests_for(LEE_HISTORY_ROUTE)) == 1


async def test_one_opened_just_now_and_gone_is_not_opened_again(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    api.answer(LEE_MESSAGES_ROUTE, lambda _: discord_error_response(404, 10003))
    with pytest.raises(TryLater):
        await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert len(api.requests_for(OPEN_DM_ROUTE)) == 1


@pytest.mark.parametrize("code", [40003, 20026])
async def test_opening_too_fast_holds_new_conversations_and_no_others(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi, code: int
) -> None:
    post.channels.remember("1", 1001)
    api.answer(OPEN_DM_ROUTE, lambda _: discord_error_response(403, code), None)
    for _ in range(3):
        with pytest.raises(TryLater) as later:
            await post.messenger.send(DM_SAM, YOUR_TURN_CARD, REMINDER_KEY)
        assert later.value.retry_after is not None
        assert later.value.retry_after > timedelta(minutes=5)
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert len(api.requests_for(OPEN_DM_ROUTE)) == 1
    post.our.time.seconds += 6 * 3600
    await post.messenger.send(DM_SAM, YOUR_TURN_CARD, REMINDER_KEY)
    assert [len(api.stored[channel]) for channel in ("1001", "1002")] == [1, 1]


async def test_a_conversation_is_recalled_after_a_restart_and_opened_by_nobody(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    post.messenger.restore_conversation(DM_LEE, "1001")
    assert await post.messenger.wait_for_turn(DM_LEE) == "1001"
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert api.requests_for(OPEN_DM_ROUTE) == []
    post.messenger.restore_conversation(DM_LEE, "1002")
    assert await post.messenger.wait_for_turn(DM_LEE) == "1001", "what was learnt since is better"
    for nonsense in ("", "x", "-1"):
        post.messenger.restore_conversation(DM_SAM, nonsense)
        assert not post.channels.is_known(DM_SAM.user)


@pytest.mark.parametrize("answer", [(403, 50001), (404, 10003)])
async def test_one_that_is_recalled_and_not_ours_any_more_is_opened_anew_once(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi, answer: tuple[int, int]
) -> None:
    post.messenger.restore_conversation(DM_LEE, "999")
    api.answer("POST /channels/999/messages", lambda _: discord_error_response(*answer))
    with pytest.raises(TryLater):
        await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    post.messenger.restore_conversation(DM_LEE, "999")
    await post.messenger.wait_for_turn(DM_LEE)
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert len(api.stored["1001"]) == 1
    assert len(api.requests_for(OPEN_DM_ROUTE)) == 1


async def test_whom_we_have_no_access_to_is_asked_once(post: DiscordMessengerHarness, api: LoopbackDiscordApi) -> None:
    await post.messenger.wait_for_turn(DM_LEE)
    api.answer(LEE_MESSAGES_ROUTE, lambda _: discord_error_response(403, 50001))
    with pytest.raises(Undeliverable):
        await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert len(api.requests_for(LEE_MESSAGES_ROUTE)) == len(api.requests_for(OPEN_DM_ROUTE)) == 1
