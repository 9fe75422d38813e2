"""Reminders as direct messages: sent once, in time, and found again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.common.rate_limits import RequestPacer
from adapters.common.token import TokenState
from adapters.slack.api import SlackApi, new_slack_client, new_slack_session
from adapters.slack.direct_messages import SlackDirectMessages
from adapters.slack.messenger import SlackMessenger
from adapters.slack.profiles import SlackProfiles
from bot.domain.errors import DeliveryUncertain, MessageRejected, TryLater, Undeliverable
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


async def test_somebody_who_left_is_not_written_to(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    slack.answer("users.info", {"user": {"id": "U1", "deleted": True}})
    with pytest.raises(Undeliverable, match="deactivated"):
        await messenger.wait_for_turn(SLACK_LEE_ADDRESS)
    assert slack.arguments_for("chat.postMessage") == []


async def test_an_unknown_profile_stops_nothing(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    slack.answer("users.info", lambda _: slack_error_response("fatal_error"))
    await messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    assert len(slack.arguments_for("chat.postMessage")) == 1


async def test_a_history_that_goes_in_circles_is_left(messenger: SlackMessenger, slack: LoopbackSlackApi) -> None:
    slack.answer("conversations.history", history_page_with("a", response_metadata={"next_cursor": "c1"}))
    with pytest.raises(DeliveryUncertain):
        await messenger.was_sent(SLACK_LEE_ADDRESS, SLACK_REMINDER_KEY, DM_LOOKUP_SINCE)
    assert len(slack.arguments_for("conversations.history")) == 2


async def test_without_the_scope_the_look_up_is_refused_and_says_why(
    messenger: SlackMessenger, slack: LoopbackSlackApi
) -> None:
    slack.answer("conversations.history", lambda _: slack_error_response("missing_scope"))
    with pytest.raises(MessageRejected, match=r"^missing_scope$"):
        await messenger.was_sent(SLACK_LEE_ADDRESS, SLACK_REMINDER_KEY, DM_LOOKUP_SINCE)


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
