"""Reminders as direct messages: sent once, in time, and found again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

import discord
import pytest

from adapters.discord import api as module
from adapters.discord.api import TryLater
from adapters.discord.direct_messages import DiscordDirectMessages
from adapters.discord.element_ids import discord_message_nonce, discord_reminder_mark
from adapters.discord.messenger import DiscordMessenger
from bot.domain.errors import DeliveryUncertain, MessageRejected, Undeliverable
from bot.domain.messages import Card
from bot.domain.model import Address
from tests.adapters.discord.loopback_client import LoopbackClient, open_loopback_client
from tests.adapters.discord.servers import (
    UNCERTAIN_DISCORD_ANSWERS,
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


async def test_it_is_ready_when_it_was_opened_and_the_token_is_taken(post: DiscordMessengerHarness) -> None:
    unopened = DiscordMessenger(
        post.our.client,
        post.our.gate,
        post.channels,
        render_fake_discord_message,
        post.our.time.wall,
        post.our.time.now,
    )
    assert not unopened.ready
    assert post.messenger.ready
    post.our.standing.mark_refused("4004")
    assert not post.messenger.ready
    with pytest.raises(TryLater):
        await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)


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


async def test_an_answer_that_is_lost_makes_no_second_message(
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


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("answer", UNCERTAIN_DISCORD_ANSWERS)
async def test_whatever_became_of_the_first_try_a_second_makes_it_one_message(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi, answer: Any, stored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DISCORD_CALL_SECONDS", 0.3)
    api.answer(LEE_MESSAGES_ROUTE, StoredThenAnswered(answer) if stored else answer)
    with pytest.raises(DeliveryUncertain):
        await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    monkeypatch.setattr(module, "DISCORD_CALL_SECONDS", 15)
    api.answer(LEE_MESSAGES_ROUTE, None)
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert len(api.stored["1001"]) == 1


async def test_a_message_that_they_deleted_meanwhile_was_delivered(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    api.answer(LEE_MESSAGES_ROUTE, lambda _: discord_error_response(404, 10008))
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert len(api.requests_for(LEE_MESSAGES_ROUTE)) == 1


async def test_later_it_is_looked_for(post: DiscordMessengerHarness, api: LoopbackDiscordApi) -> None:
    since = discord.utils.snowflake_time(10**18) - timedelta(minutes=1)
    post.our.time.seconds += OLD_ENOUGH.total_seconds()
    assert await post.messenger.was_sent(DM_LEE, REMINDER_KEY, since) is False
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert await post.messenger.was_sent(DM_LEE, REMINDER_KEY, since) is True
    assert await post.messenger.was_sent(DM_LEE, "other", since) is False
    assert await post.messenger.was_sent(DM_SAM, REMINDER_KEY, since) is False


async def test_every_page_is_looked_through(post: DiscordMessengerHarness, api: LoopbackDiscordApi) -> None:
    since = discord.utils.snowflake_time(10**18) - timedelta(minutes=1)
    api.store("1001", {"components": []})
    for _ in range(250):
        api.store("1001", {"content": "hi"})
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    for _ in range(130):
        api.store("1001", {"content": "hi"})
    assert await post.messenger.was_sent(DM_LEE, REMINDER_KEY, since) is True
    assert await post.messenger.was_sent(DM_LEE, "other", since) is False
    assert len(api.requests_for(LEE_HISTORY_ROUTE)) == 2 + 4


async def test_a_mark_in_somebody_elses_message_is_not_ours(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    since = discord.utils.snowflake_time(10**18) - timedelta(minutes=1)
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    api.stored["1001"][0]["author"] = {"id": "1", "username": "lee"}
    assert await post.messenger.was_sent(DM_LEE, REMINDER_KEY, since) is False


async def test_it_is_found_however_far_discords_clock_is_behind_ours(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    api.store("1001", {"content": "hi"})
    since = discord.utils.snowflake_time(int(api.stored["1001"][0]["id"])) + timedelta(days=30)
    assert await post.messenger.was_sent(DM_LEE, REMINDER_KEY, since) is True


async def test_no_page_is_looked_at_that_is_older_than_the_first_try(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    for _ in range(250):
        api.store("1001", {"content": "hi"})
    since = discord.utils.snowflake_time(int(api.stored["1001"][120]["id"]))
    assert await post.messenger.was_sent(DM_LEE, REMINDER_KEY, since + timedelta(minutes=5)) is False
    assert len(api.requests_for(LEE_HISTORY_ROUTE)) == 1


async def test_a_look_that_fails_says_neither(post: DiscordMessengerHarness, api: LoopbackDiscordApi) -> None:
    since = post.our.time.wall() - OLD_ENOUGH
    api.answer(LEE_HISTORY_ROUTE, lambda _: discord_error_response(503))
    with pytest.raises(DeliveryUncertain):
        await post.messenger.was_sent(DM_LEE, REMINDER_KEY, since)
    api.answer(LEE_HISTORY_ROUTE, {"id": "1"})
    with pytest.raises(DeliveryUncertain):
        await post.messenger.was_sent(DM_LEE, REMINDER_KEY, since)
    api.answer(LEE_HISTORY_ROUTE, lambda _: discord_error_response(403, 50013))
    with pytest.raises(TryLater):
        await post.messenger.was_sent(DM_LEE, REMINDER_KEY, since)


async def test_after_a_clock_was_set_back_it_is_looked_for(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    await post.messenger.was_sent(DM_LEE, REMINDER_KEY, post.our.time.wall() + timedelta(hours=1))
    assert len(api.requests_for(LEE_HISTORY_ROUTE)) == 1


@pytest.mark.parametrize("code", [50007, 10013, 50278, 50001])
async def test_somebody_who_cannot_be_written_to_is_asked_once(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi, code: int
) -> None:
    api.answer(LEE_MESSAGES_ROUTE, lambda _: discord_error_response(403, code))
    with pytest.raises(Undeliverable, match=str(code)):
        await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert len(api.requests_for(LEE_MESSAGES_ROUTE)) == 1


async def test_somebody_whose_conversation_cannot_be_opened_cannot_be_asked_about(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    api.answer(OPEN_DM_ROUTE, lambda _: discord_error_response(400, 50007))
    assert await post.messenger.was_sent(DM_LEE, REMINDER_KEY, post.our.time.wall() - OLD_ENOUGH) is None
    post.our.time.seconds += 3
    with pytest.raises(Undeliverable):
        await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)


async def test_a_conversation_that_is_gone_is_opened_anew_once(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    api.answer(LEE_MESSAGES_ROUTE, lambda _: discord_error_response(404, 10003), None)
    with pytest.raises(TryLater):
        await post.messenger.send(DM_LEE, YOUR_TURN_CARD, "second")
    post.messenger.restore_conversation(DM_LEE, "1001")  # from a book that knows no better
    assert not post.channels.is_known(DM_LEE.user)
    await post.messenger.wait_for_turn(DM_LEE)
    await post.messenger.send(DM_LEE, YOUR_TURN_CARD, "second")
    api.answer(LEE_MESSAGES_ROUTE, lambda _: discord_error_response(404, 10003))
    assert len(api.requests_for(OPEN_DM_ROUTE)) == 2
    assert len(api.stored["1001"]) == 2
    with pytest.raises(MessageRejected):  # the very same is gone again
        await post.messenger.send(DM_LEE, YOUR_TURN_CARD, "third")


async def test_one_opened_just_now_and_gone_is_not_opened_again(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    api.answer(LEE_MESSAGES_ROUTE, lambda _: discord_error_response(404, 10003))
    with pytest.raises(TryLater):
        await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert len(api.requests_for(OPEN_DM_ROUTE)) == 1


@pytest.mark.parametrize(
    "answer", [lambda _: discord_error_response(503), abort_discord_request, {"type": 1}, {"id": 5}, {"id": "x"}]
)
async def test_an_opening_whose_answer_is_lost_sent_nothing(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi, answer: Any
) -> None:
    api.answer(OPEN_DM_ROUTE, answer)
    with pytest.raises(TryLater):
        await post.messenger.send(DM_LEE, YOUR_TURN_CARD, REMINDER_KEY)
    assert api.stored == {}


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


async def test_new_conversations_are_opened_slowly(post: DiscordMessengerHarness, api: LoopbackDiscordApi) -> None:
    before = post.our.time.seconds
    for user in range(10, 20):
        await post.messenger.wait_for_turn(Address("discord", str(user)))
    assert post.our.time.seconds - before >= 9 * 2


async def test_who_would_stand_long_in_that_queue_is_given_a_time_of_their_own(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    people = [Address("discord", str(user)) for user in range(10, 20)]
    came = await asyncio.gather(*[post.messenger.wait_for_turn(who) for who in people], return_exceptions=True)
    crowded = [one for one in came if isinstance(one, TryLater)]
    assert len(crowded) == len(people) - len(api.requests_for(OPEN_DM_ROUTE)) >= 7
    later = sorted(one.retry_after.total_seconds() for one in crowded if one.retry_after)
    assert len(later) == len(crowded)
    assert all(2 <= after - before < 2.2 for before, after in pairwise(later)), "and one after the other"


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


async def test_who_is_known_waits_for_nobody_elses_opening(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    gate = asyncio.Event()

    async def slowly(_request: object) -> Any:
        await gate.wait()
        return discord_error_response(503)

    post.channels.remember(DM_SAM.user, 1002)
    api.answer(OPEN_DM_ROUTE, slowly)
    opening = asyncio.create_task(post.messenger.wait_for_turn(DM_LEE))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(3):
        await post.messenger.send(DM_SAM, YOUR_TURN_CARD, REMINDER_KEY)
    gate.set()
    with pytest.raises(TryLater):
        await opening


async def test_messages_keep_to_the_pace_of_a_channel_and_of_the_bot(post: DiscordMessengerHarness) -> None:
    users = [str(one) for one in range(10, 100)]
    for user in users:
        post.channels.remember(user, int(user))
    before = post.our.time.seconds
    for user in users:
        await post.messenger.wait_for_turn(Address("discord", user))
    assert 2 <= post.our.time.seconds - before <= 3
    before = post.our.time.seconds
    post.channels.remember(DM_LEE.user, 1001)
    for _ in range(6):
        await post.messenger.wait_for_turn(DM_LEE)
    assert post.our.time.seconds - before >= 5


async def test_conversations_are_forgotten_after_the_most(api: LoopbackDiscordApi) -> None:
    async with open_loopback_client(api) as our:
        await our.client.login("token")
        post = build_discord_messenger(our, most=2)
        for user in ("1", "2", "3", "1"):
            await post.messenger.wait_for_turn(Address("discord", user))
            our.time.seconds += 3
        assert len(api.requests_for(OPEN_DM_ROUTE)) == 4
        post.channels.remember("1", 1001)
        assert post.channels.is_known("1")


async def test_a_refusal_to_open_is_heard_before_the_next_is_asked_for(
    post: DiscordMessengerHarness, api: LoopbackDiscordApi
) -> None:
    async def slowly(_request: object) -> Any:
        await asyncio.sleep(0.05)
        return discord_error_response(403, 40003)

    api.answer(OPEN_DM_ROUTE, slowly)
    came = await asyncio.gather(
        post.messenger.wait_for_turn(DM_LEE), post.messenger.wait_for_turn(DM_SAM), return_exceptions=True
    )
    assert [type(one) for one in came] == [TryLater, TryLater]
    assert len(api.requests_for(OPEN_DM_ROUTE)) == 1


async def test_a_rest_that_is_asked_for_while_one_waits_is_kept(post: DiscordMessengerHarness) -> None:
    for user in ("1", "2"):
        post.channels.remember(user, int(user))
    await post.messenger.wait_for_turn(DM_LEE)
    post.our.time.look = lambda: post.our.gate._holds.hold("everything", 60)
    with pytest.raises(TryLater) as held:
        await post.messenger.wait_for_turn(DM_LEE)
    assert held.value.retry_after is not None
