"""Reminders as direct messages: sent once, in time, and found again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from adapters.common.rate_limits import RequestPacer
from adapters.common.token import TokenState
from adapters.slack.api import SlackApi, new_slack_client, new_slack_session
from adapters.slack.direct_messages import SlackDirectMessages
from adapters.slack.messenger import SlackMessenger
from adapters.slack.profiles import SlackProfiles
from bot.domain.errors import DeliveryUncertain, TryLater, Undeliverable
from bot.domain.messages import Card
from bot.domain.model import Address
from tests.adapters.slack.servers import Api, api, error, ok

LEE = Address("slack", "U1", "T1")
CARD = Card((("Your turn.",),))
SINCE = datetime(2026, 11, 2, 9, 0, 0, 250000, UTC)
KEY = "abc123"


class Clock:
    """Moves by ten minutes at each look, so that nothing waits for its pace."""

    now = 1000.0

    def __call__(self) -> float:
        self.now += 600
        return self.now


def draw(card: Card, key: str) -> Mapping[str, Any]:
    block = {"type": "section", "block_id": f"st:{key}", "text": {"type": "plain_text", "text": card.text()}}
    return {"text": card.text(), "blocks": [block]}


@pytest.fixture
async def slack() -> AsyncIterator[Api]:
    async with api() as fake:
        fake.answer("users.info", {"user": {"id": "U1", "deleted": False}})
        fake.answer("conversations.open", {"channel": {"id": "D1"}})
        fake.answer("chat.postMessage", {"ts": "1.2", "channel": "D1"})
        yield fake


@dataclass
class Time:
    """Moves only when somebody sleeps. `meanwhile` happens then."""

    now: float = 1000.0
    meanwhile: Callable[[], object] = lambda: None

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.meanwhile()
        self.now += seconds
        await asyncio.sleep(0)


@dataclass
class Paced:
    """A messenger whose pace costs time."""

    time: Time
    our: SlackApi
    channels: SlackDirectMessages
    messenger: SlackMessenger


@pytest.fixture
async def paced(slack: Api) -> AsyncIterator[Paced]:
    time = Time()
    async with new_slack_session() as session:
        our = SlackApi(new_slack_client("xoxb-1", slack.url, session), TokenState("slack"), time)
        profiles, channels = SlackProfiles(our, RequestPacer(100, 100, time), time), SlackDirectMessages(our)
        yield Paced(time, our, channels, SlackMessenger(our, channels, draw, profiles, time, time.sleep))
        await profiles.stop()


@pytest.fixture
async def messenger(slack: Api) -> AsyncIterator[SlackMessenger]:
    clock = Clock()
    async with new_slack_session() as session:
        our = SlackApi(new_slack_client("xoxb-1", slack.url, session), TokenState("slack"), clock)
        profiles = SlackProfiles(our, RequestPacer(2, 2, clock), clock)
        yield SlackMessenger(our, SlackDirectMessages(our, max_conversations=2), draw, profiles, clock)
        await profiles.stop()


def holding(*keys: str, at: str = f"{SINCE.timestamp() + 60:.6f}", **more: Any) -> dict[str, Any]:
    """A page, all of it said `at` this moment, by default a minute after `SINCE`."""
    marked = [{"ts": at, "blocks": [{"block_id": f"st:{key}", "type": "section"}]} for key in keys]
    people = [{"ts": at, "text": "hi"}, {"ts": at, "blocks": None}, {"ts": at, "blocks": [{"type": "rich_text"}]}]
    return {"messages": [*people, *marked], "has_more": False, **more}


async def test_a_reminder_is_posted_to_the_conversation_without_previews(messenger: SlackMessenger, slack: Api) -> None:
    await messenger.send(LEE, CARD, KEY)
    assert slack.asked("conversations.open") == [{"users": "U1"}]
    assert slack.asked("chat.postMessage") == [
        {"channel": "D1", **draw(CARD, KEY), "unfurl_links": False, "unfurl_media": False}
    ]


async def test_a_conversation_is_opened_once(messenger: SlackMessenger, slack: Api) -> None:
    for _ in range(3):
        await messenger.send(LEE, CARD, KEY)
    assert len(slack.asked("conversations.open")) == 1
    assert len(slack.asked("chat.postMessage")) == 3


async def test_conversations_are_forgotten_after_the_most(messenger: SlackMessenger, slack: Api) -> None:
    for user in ("U1", "U2", "U3", "U1"):
        await messenger.send(Address("slack", user), CARD, KEY)
    assert len(slack.asked("conversations.open")) == 4


async def test_a_conversation_is_recalled_after_a_restart_and_opened_by_nobody(
    messenger: SlackMessenger, slack: Api
) -> None:
    messenger.restore_conversation(LEE, "")
    messenger.restore_conversation(LEE, "D7")
    assert await messenger.wait_for_turn(LEE) == "D7"
    await messenger.send(LEE, CARD, KEY)
    assert slack.asked("conversations.open") == []
    messenger.restore_conversation(LEE, "D8")
    assert await messenger.wait_for_turn(LEE) == "D7", "what was learnt since is better"


async def test_somebody_who_left_is_not_written_to(messenger: SlackMessenger, slack: Api) -> None:
    slack.answer("users.info", {"user": {"id": "U1", "deleted": True}})
    with pytest.raises(Undeliverable, match="deactivated"):
        await messenger.wait_for_turn(LEE)
    assert slack.asked("chat.postMessage") == []


async def test_an_unknown_profile_stops_nothing(messenger: SlackMessenger, slack: Api) -> None:
    slack.answer("users.info", lambda _: error("fatal_error"))
    await messenger.send(LEE, CARD, KEY)
    assert len(slack.asked("chat.postMessage")) == 1


async def test_an_opening_whose_answer_is_lost_sent_nothing(messenger: SlackMessenger, slack: Api) -> None:
    for answer in (lambda _: error("fatal_error"), {"channel": {}}, {}):
        slack.answer("conversations.open", answer)
        with pytest.raises(TryLater):
            await messenger.send(LEE, CARD, KEY)
    assert slack.asked("chat.postMessage") == []


async def test_a_conversation_that_is_gone_is_opened_anew_once(messenger: SlackMessenger, slack: Api) -> None:
    await messenger.send(LEE, CARD, KEY)
    slack.answer("chat.postMessage", lambda _: error("channel_not_found"), {"ts": "1"})
    with pytest.raises(TryLater):
        await messenger.send(LEE, CARD, KEY)
    messenger.restore_conversation(LEE, "D1")  # from a book that knows no better
    await messenger.wait_for_turn(LEE)
    await messenger.send(LEE, CARD, KEY)
    assert len(slack.asked("conversations.open")) == 2
    slack.answer("chat.postMessage", lambda _: error("channel_not_found"))
    with pytest.raises(Undeliverable):  # the very same is gone again
        await messenger.send(LEE, CARD, KEY)
    assert len(slack.asked("chat.postMessage")) == 4


async def test_an_uncertain_post_is_not_repeated(messenger: SlackMessenger, slack: Api) -> None:
    slack.answer("chat.postMessage", lambda _: web.Response(status=503))
    with pytest.raises(DeliveryUncertain):
        await messenger.send(LEE, CARD, KEY)
    assert len(slack.asked("chat.postMessage")) == 1


async def test_nothing_is_asked_while_slack_wants_rest(messenger: SlackMessenger, slack: Api) -> None:
    slack.answer("chat.postMessage", lambda _: error("ratelimited", 429, **{"Retry-After": "86400"}))
    with pytest.raises(TryLater):
        await messenger.send(LEE, CARD, KEY)
    calls = len(slack.calls)
    with pytest.raises(TryLater) as later:
        await messenger.send(LEE, CARD, "another")
    assert later.value.retry_after is not None
    assert len(slack.calls) == calls


async def test_it_is_not_ready_while_the_token_is_refused(messenger: SlackMessenger, slack: Api) -> None:
    assert messenger.ready
    slack.answer("chat.postMessage", lambda _: error("token_revoked"))
    with pytest.raises(TryLater):
        await messenger.send(LEE, CARD, KEY)
    assert not messenger.ready
    calls = len(slack.calls)
    with pytest.raises(TryLater):
        await messenger.send(LEE, CARD, KEY)
    assert len(slack.calls) == calls


async def test_a_sent_message_is_found_by_its_key(messenger: SlackMessenger, slack: Api) -> None:
    slack.answer("conversations.history", holding("other", KEY))
    assert await messenger.was_sent(LEE, KEY, SINCE)
    assert slack.asked("conversations.history") == [{"channel": "D1", "limit": "200"}]


async def test_it_is_found_however_far_slacks_clock_is_behind_ours(messenger: SlackMessenger, slack: Api) -> None:
    slack.answer("conversations.history", holding(KEY))
    assert await messenger.was_sent(LEE, KEY, SINCE + timedelta(days=30))


async def test_what_was_said_before_is_not_read_to_the_beginning(messenger: SlackMessenger, slack: Api) -> None:
    old = f"{SINCE.timestamp() - 1:.6f}"
    slack.answer("conversations.history", holding("a", at=old, response_metadata={"next_cursor": "c1"}))
    assert await messenger.was_sent(LEE, KEY, SINCE) is False
    assert len(slack.asked("conversations.history")) == 1


async def test_a_history_that_goes_in_circles_is_left(messenger: SlackMessenger, slack: Api) -> None:
    slack.answer("conversations.history", holding("a", response_metadata={"next_cursor": "c1"}))
    with pytest.raises(DeliveryUncertain):
        await messenger.was_sent(LEE, KEY, SINCE)
    assert len(slack.asked("conversations.history")) == 2


async def test_another_key_is_not_taken_for_it(messenger: SlackMessenger, slack: Api) -> None:
    slack.answer("conversations.history", holding("abc1234", "xabc123", "ABC123"))
    assert await messenger.was_sent(LEE, KEY, SINCE) is False


async def test_it_is_looked_for_on_every_page(messenger: SlackMessenger, slack: Api) -> None:
    first = holding("a", has_more=True, response_metadata={"next_cursor": "c1"})
    second = holding("b", has_more=True, response_metadata={"next_cursor": "c2"})
    slack.answer("conversations.history", first, second, holding(KEY, response_metadata={"next_cursor": ""}))
    assert await messenger.was_sent(LEE, KEY, SINCE)
    assert [asked.get("cursor") for asked in slack.asked("conversations.history")] == [None, "c1", "c2"]


@pytest.mark.parametrize("name", ["missing_scope", "channel_not_found"])
async def test_where_slack_cannot_be_asked_nothing_is_known(messenger: SlackMessenger, slack: Api, name: str) -> None:
    slack.answer("conversations.history", lambda _: error(name))
    assert await messenger.was_sent(LEE, KEY, SINCE) is None


async def test_nobody_is_found_who_cannot_be_written_to(messenger: SlackMessenger, slack: Api) -> None:
    slack.answer("conversations.open", lambda _: error("user_disabled"))
    assert await messenger.was_sent(LEE, KEY, SINCE) is None


UNKNOWN = [
    lambda _: error("fatal_error"),
    lambda _: error("ratelimited", 429),
    lambda _: error("token_revoked"),
    lambda _: ok(),
    lambda _: ok(messages="none"),
    lambda _: ok(messages=[], has_more=True),
]


@pytest.mark.parametrize("answer", UNKNOWN)
async def test_a_look_that_failed_is_no_answer(messenger: SlackMessenger, slack: Api, answer: Any) -> None:
    slack.answer("conversations.history", answer)
    with pytest.raises((TryLater, DeliveryUncertain)):
        await messenger.was_sent(LEE, KEY, SINCE - timedelta(minutes=1))


async def test_messages_keep_to_the_pace_of_a_channel_and_of_the_workspace(paced: Paced) -> None:
    people = [Address("slack", f"U{number}", "T1") for number in range(20)]
    for who in people:
        paced.channels.remember(who.user, f"D{who.user}")
    before = paced.time.now
    for who in people:
        await paced.messenger.wait_for_turn(who)
    assert 19 / 5 <= paced.time.now - before <= 5
    before = paced.time.now
    for _ in range(4):
        await paced.messenger.wait_for_turn(people[0])
    assert 3 <= paced.time.now - before <= 5


async def test_who_would_stand_long_for_a_new_conversation_is_given_a_time_of_their_own(
    paced: Paced, slack: Api
) -> None:
    people = [Address("slack", f"U{number}", "T1") for number in range(10)]
    came = await asyncio.gather(*[paced.messenger.wait_for_turn(who) for who in people], return_exceptions=True)
    later = sorted(one.retry_after.total_seconds() for one in came if isinstance(one, TryLater) and one.retry_after)
    assert len(later) == len(people) - len(slack.asked("conversations.open")) >= 3
    assert all(1.2 <= after - before < 1.4 for before, after in pairwise(later)), "one after the other"


async def test_a_refusal_to_open_is_heard_before_the_next_is_asked_for(paced: Paced, slack: Api) -> None:
    async def slowly(_request: object) -> web.Response:
        await asyncio.sleep(0.05)
        return error("ratelimited", 429, **{"Retry-After": "60"})

    slack.answer("conversations.open", slowly)
    turns = [paced.messenger.wait_for_turn(Address("slack", f"U{number}", "T1")) for number in range(2)]
    came = await asyncio.gather(*turns, return_exceptions=True)
    assert [type(one) for one in came] == [TryLater, TryLater]
    assert len(slack.asked("conversations.open")) == 1


async def test_a_rest_that_is_asked_for_while_one_waits_is_kept(paced: Paced) -> None:
    paced.channels.remember("U1", "D1")
    await paced.messenger.wait_for_turn(LEE)
    paced.time.meanwhile = lambda: paced.our._holds.hold("chat.postMessage", 60)
    with pytest.raises(TryLater) as held:
        await paced.messenger.wait_for_turn(LEE)
    assert held.value.retry_after is not None


async def test_who_is_known_waits_for_nobody_elses_opening(paced: Paced, slack: Api) -> None:
    gate = asyncio.Event()

    async def slowly(_request: object) -> web.Response:
        await gate.wait()
        return error("fatal_error")

    paced.channels.remember("U1", "D1")
    slack.answer("conversations.open", slowly)
    opening = asyncio.create_task(paced.messenger.wait_for_turn(Address("slack", "U2", "T1")))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(3):
        await paced.messenger.send(LEE, CARD, KEY)
    gate.set()
    with pytest.raises(TryLater):
        await opening
