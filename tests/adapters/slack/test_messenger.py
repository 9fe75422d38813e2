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
from tests.adapters.slack.servers import LoopbackSlackApi, open_slack_api, slack_error_response, slack_ok_response

SLACK_LEE_ADDRESS = Address("slack", "U1", "T1")
SLACK_TURN_CARD = Card((("Your turn.",),))
DM_LOOKUP_SINCE = datetime(2026, 11, 2, 9, 0, 0, 250000, UTC)
SLACK_REMINDER_KEY = "abc123"


class LeapingClock:
    """Moves by ten minutes at each look, so that nothing waits for its pace."""

    now = 1000.0

    def __call__(self) -> float:
        self.now += 600
        return self.now


def render_fake_slack_message(card: Card, key: str) -> Mapping[str, Any]:
    block = {"type": "section", "block_id": f"st:{key}", "text": {"type": "plain_text", "text": card.text()}}
    return {"text": card.text(), "blocks": [block]}


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlackApi]:
    async with open_slack_api() as fake:
        fake.answer("users.info", {"user": {"id": "U1", "deleted": False}})
        fake.answer("conversations.open", {"channel": {"id": "D1"}})
        fake.answer("chat.postMessage", {"ts": "1.2", "channel": "D1"})
        yield fake


@dataclass
class SlackFakeTime:
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
class PacedSlackMessenger:
    """A messenger whose pace costs time."""

    time: SlackFakeTime
    our: SlackApi
    channels: SlackDirectMessages
    messenger: SlackMessenger


@pytest.fixture
async def paced(slack: LoopbackSlackApi) -> AsyncIterator[PacedSlackMessenger]:
    time = SlackFakeTime()
    async with new_slack_session() as session:
        our = SlackApi(new_slack_client("xoxb-1", slack.url, session), TokenState("slack"), time)
        profiles, channels = SlackProfiles(our, RequestPacer(100, 100, time), time), SlackDirectMessages(our)
        yield PacedSlackMessenger(
            time, our, channels, SlackMessenger(our, channels, render_fake_slack_message, profiles, time, time.sleep)
        )
        await profiles.stop()


@pytest.fixture
async def messenger(slack: LoopbackSlackApi) -> AsyncIterator[SlackMessenger]:
    clock = LeapingClock()
    async with new_slack_session() as session:
        our = SlackApi(new_slack_client("xoxb-1", slack.url, session), TokenState("slack"), clock)
        profiles = SlackProfiles(our, RequestPacer(2, 2, clock), clock)
        yield SlackMessenger(
            our, SlackDirectMessages(our, max_conversations=2), render_fake_slack_message, profiles, clock
        )
        await profiles.stop()


def history_page_with(*keys: str, at: str = f"{DM_LOOKUP_SINCE.timestamp() + 60:.6f}", **more: Any) -> dict[str, Any]:
    """A page, all of it said `at` this moment, by default a minute after `DM_LOOKUP_SINCE`."""
    marked = [{"ts": at, "blocks": [{"block_id": f"st:{key}", "type": "section"}]} for key in keys]
    people = [{"ts": at, "text": "hi"}, {"ts": at, "blocks": None}, {"ts": at, "blocks": [{"type": "rich_text"}]}]
    return {"messages": [*people, *marked], "has_more": False, **more}


async def test_a_reminder_is_posted_to_the_conversation_without_previews(
    messenger: SlackMessenger, slack: LoopbackSlackApi
) -> None:
    await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    assert slack.arguments_for("conversations.open") == [{"users": "U1"}]
    assert slack.arguments_for("chat.postMessage") == [
        {
            "channel": "D1",
            **render_fake_slack_message(SLACK_TURN_CARD, SLACK_REMINDER_KEY),
            "unfurl_links": False,
            "unfurl_media": False,
        }
    ]


async def test_a_conversation_is_opened_once(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    for _ in range(3):
        await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    assert len(slack.arguments_for("conversations.open")) == 1
    assert len(slack.arguments_for("chat.postMessage")) == 3


async def test_conversations_are_forgotten_after_the_most(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    for user in ("U1", "U2", "U3", "U1"):
        await messenger.send(Address("slack", user), SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    assert len(slack.arguments_for("conversations.open")) == 4


async def test_a_conversation_is_recalled_after_a_restart_and_opened_by_nobody(
    messenger: SlackMessenger, slack: LoopbackSlackApi
) -> None:
    messenger.restore_conversation(SLACK_LEE_ADDRESS, "")
    messenger.restore_conversation(SLACK_LEE_ADDRESS, "D7")
    assert await messenger.wait_for_turn(SLACK_LEE_ADDRESS) == "D7"
    await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    assert slack.arguments_for("conversations.open") == []
    messenger.restore_conversation(SLACK_LEE_ADDRESS, "D8")
    assert await messenger.wait_for_turn(SLACK_LEE_ADDRESS) == "D7", "what was learnt since is better"


async def test_somebody_who_left_is_not_written_to(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    slack.answer("users.info", {"user": {"id": "U1", "deleted": True}})
    with pytest.raises(Undeliverable, match="deactivated"):
        await messenger.wait_for_turn(SLACK_LEE_ADDRESS)
    assert slack.arguments_for("chat.postMessage") == []


async def test_an_unknown_profile_stops_nothing(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    slack.answer("users.info", lambda _: slack_error_response("fatal_error"))
    await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    assert len(slack.arguments_for("chat.postMessage")) == 1


async def test_an_opening_whose_answer_is_lost_sent_nothing(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    for answer in (lambda _: slack_error_response("fatal_error"), {"channel": {}}, {}):
        slack.answer("conversations.open", answer)
        with pytest.raises(TryLater):
            await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    assert slack.arguments_for("chat.postMessage") == []


async def test_a_conversation_that_is_gone_is_opened_anew_once(
    messenger: SlackMessenger, slack: LoopbackSlackApi
) -> None:
    await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    slack.answer("chat.postMessage", lambda _: slack_error_response("channel_not_found"), {"ts": "1"})
    with pytest.raises(TryLater):
        await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    messenger.restore_conversation(SLACK_LEE_ADDRESS, "D1")  # from a book that knows no better
    await messenger.wait_for_turn(SLACK_LEE_ADDRESS)
    await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    assert len(slack.arguments_for("conversations.open")) == 2
    slack.answer("chat.postMessage", lambda _: slack_error_response("channel_not_found"))
    with pytest.raises(Undeliverable):  # the very same is gone again
        await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    assert len(slack.arguments_for("chat.postMessage")) == 4


async def test_an_uncertain_post_is_not_repeated(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    slack.answer("chat.postMessage", lambda _: web.Response(status=503))
    with pytest.raises(DeliveryUncertain):
        await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    assert len(slack.arguments_for("chat.postMessage")) == 1


async def test_nothing_is_asked_while_slack_wants_rest(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    slack.answer("chat.postMessage", lambda _: slack_error_response("ratelimited", 429, **{"Retry-After": "86400"}))
    with pytest.raises(TryLater):
        await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    calls = len(slack.calls)
    with pytest.raises(TryLater) as later:
        await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, "another")
    assert later.value.retry_after is not None
    assert len(slack.calls) == calls


async def test_it_is_not_ready_while_the_token_is_refused(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    assert messenger.ready
    slack.answer("chat.postMessage", lambda _: slack_error_response("token_revoked"))
    with pytest.raises(TryLater):
        await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    assert not messenger.ready
    calls = len(slack.calls)
    with pytest.raises(TryLater):
        await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    assert len(slack.calls) == calls


async def test_a_sent_message_is_found_by_its_key(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    slack.answer("conversations.history", history_page_with("other", SLACK_REMINDER_KEY))
    assert await messenger.was_sent(SLACK_LEE_ADDRESS, SLACK_REMINDER_KEY, DM_LOOKUP_SINCE)
    assert slack.arguments_for("conversations.history") == [{"channel": "D1", "limit": "200"}]


async def test_it_is_found_however_far_slacks_clock_is_behind_ours(
    messenger: SlackMessenger, slack: LoopbackSlackApi
) -> None:
    slack.answer("conversations.history", history_page_with(SLACK_REMINDER_KEY))
    assert await messenger.was_sent(SLACK_LEE_ADDRESS, SLACK_REMINDER_KEY, DM_LOOKUP_SINCE + timedelta(days=30))


async def test_what_was_said_before_is_not_read_to_the_beginning(
    messenger: SlackMessenger, slack: LoopbackSlackApi
) -> None:
    old = f"{DM_LOOKUP_SINCE.timestamp() - 1:.6f}"
    slack.answer("conversations.history", history_page_with("a", at=old, response_metadata={"next_cursor": "c1"}))
    assert await messenger.was_sent(SLACK_LEE_ADDRESS, SLACK_REMINDER_KEY, DM_LOOKUP_SINCE) is False
    assert len(slack.arguments_for("conversations.history")) == 1


async def test_a_history_that_goes_in_circles_is_left(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    slack.answer("conversations.history", history_page_with("a", response_metadata={"next_cursor": "c1"}))
    with pytest.raises(DeliveryUncertain):
        await messenger.was_sent(SLACK_LEE_ADDRESS, SLACK_REMINDER_KEY, DM_LOOKUP_SINCE)
    assert len(slack.arguments_for("conversations.history")) == 2


async def test_another_key_is_not_taken_for_it(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    slack.answer("conversations.history", history_page_with("abc1234", "xabc123", "ABC123"))
    assert await messenger.was_sent(SLACK_LEE_ADDRESS, SLACK_REMINDER_KEY, DM_LOOKUP_SINCE) is False


async def test_it_is_looked_for_on_every_page(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    first = history_page_with("a", has_more=True, response_metadata={"next_cursor": "c1"})
    second = history_page_with("b", has_more=True, response_metadata={"next_cursor": "c2"})
    slack.answer(
        "conversations.history",
        first,
        second,
        history_page_with(SLACK_REMINDER_KEY, response_metadata={"next_cursor": ""}),
    )
    assert await messenger.was_sent(SLACK_LEE_ADDRESS, SLACK_REMINDER_KEY, DM_LOOKUP_SINCE)
    assert [asked.get("cursor") for asked in slack.arguments_for("conversations.history")] == [None, "c1", "c2"]


@pytest.mark.parametrize("name", ["missing_scope", "channel_not_found"])
async def test_where_slack_cannot_be_asked_nothing_is_known(
    messenger: SlackMessenger, slack: LoopbackSlackApi, name: str
) -> None:
    slack.answer("conversations.history", lambda _: slack_error_response(name))
    assert await messenger.was_sent(SLACK_LEE_ADDRESS, SLACK_REMINDER_KEY, DM_LOOKUP_SINCE) is None


async def test_nobody_is_found_who_cannot_be_written_to(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    slack.answer("conversations.open", lambda _: slack_error_response("user_disabled"))
    assert await messenger.was_sent(SLACK_LEE_ADDRESS, SLACK_REMINDER_KEY, DM_LOOKUP_SINCE) is None


UNKNOWN_SEND_OUTCOMES = [
    lambda _: slack_error_response("fatal_error"),
    lambda _: slack_error_response("ratelimited", 429),
    lambda _: slack_error_response("token_revoked"),
    lambda _: slack_ok_response(),
    lambda _: slack_ok_response(messages="none"),
    lambda _: slack_ok_response(messages=[], has_more=True),
]


@pytest.mark.parametrize("answer", UNKNOWN_SEND_OUTCOMES)
async def test_a_look_that_failed_is_no_answer(messenger: SlackMessenger, slack: LoopbackSlackApi, answer: Any) -> None:
    slack.answer("conversations.history", answer)
    with pytest.raises((TryLater, DeliveryUncertain)):
        await messenger.was_sent(SLACK_LEE_ADDRESS, SLACK_REMINDER_KEY, DM_LOOKUP_SINCE - timedelta(minutes=1))


async def test_messages_keep_to_the_pace_of_a_channel_and_of_the_workspace(paced: PacedSlackMessenger) -> None:
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
    paced: PacedSlackMessenger, slack: LoopbackSlackApi
) -> None:
    people = [Address("slack", f"U{number}", "T1") for number in range(10)]
    came = await asyncio.gather(*[paced.messenger.wait_for_turn(who) for who in people], return_exceptions=True)
    later = sorted(one.retry_after.total_seconds() for one in came if isinstance(one, TryLater) and one.retry_after)
    assert len(later) == len(people) - len(slack.arguments_for("conversations.open")) >= 3
    assert all(1.2 <= after - before < 1.4 for before, after in pairwise(later)), "one after the other"


async def test_a_refusal_to_open_is_heard_before_the_next_is_asked_for(
    paced: PacedSlackMessenger, slack: LoopbackSlackApi
) -> None:
    async def slowly(_request: object) -> web.Response:
        await asyncio.sleep(0.05)
        return slack_error_response("ratelimited", 429, **{"Retry-After": "60"})

    slack.answer("conversations.open", slowly)
    turns = [paced.messenger.wait_for_turn(Address("slack", f"U{number}", "T1")) for number in range(2)]
    came = await asyncio.gather(*turns, return_exceptions=True)
    assert [type(one) for one in came] == [TryLater, TryLater]
    assert len(slack.arguments_for("conversations.open")) == 1


async def test_a_rest_that_is_asked_for_while_one_waits_is_kept(paced: PacedSlackMessenger) -> None:
    paced.channels.remember("U1", "D1")
    await paced.messenger.wait_for_turn(SLACK_LEE_ADDRESS)
    paced.time.meanwhile = lambda: paced.our._holds.hold("chat.postMessage", 60)
    with pytest.raises(TryLater) as held:
        await paced.messenger.wait_for_turn(SLACK_LEE_ADDRESS)
    assert held.value.retry_after is not None


async def test_who_is_known_waits_for_nobody_elses_opening(paced: PacedSlackMessenger, slack: LoopbackSlackApi) -> None:
    gate = asyncio.Event()

    async def slowly(_request: object) -> web.Response:
        await gate.wait()
        return slack_error_response("fatal_error")

    paced.channels.remember("U1", "D1")
    slack.answer("conversations.open", slowly)
    opening = asyncio.create_task(paced.messenger.wait_for_turn(Address("slack", "U2", "T1")))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(3):
        await paced.messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    gate.set()
    with pytest.raises(TryLater):
        await opening
