"""What only Slack needs to send a reminder once: who left the workspace, and a history that goes in circles."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.domain.messages import Card
from bot.domain.model import Address
from tests.adapters.slack.workspace import SLACK_TEAM_ID, SlackWorkspace
from tests.fakes_slack import faults

SLACK_LEE_ADDRESS = Address("slack", "U0LEE", SLACK_TEAM_ID)
SLACK_TURN_CARD = Card((("Your turn.",),))
SLACK_REMINDER_KEY = "abc123"


def slack_page(**said: Any) -> Any:
    return faults.Failure("page", 200, json.dumps({"ok": True, **said}))


async def is_found(club: SlackWorkspace) -> bool | None:
    return await club.messenger.was_sent(SLACK_LEE_ADDRESS, SLACK_REMINDER_KEY, club.clock.now() - timedelta(minutes=2))


async def test_somebody_who_left_is_not_written_to(club: SlackWorkspace) -> None:
    """Slack itself answers that it was sent."""
    club.slack.world.users["U0LEE"].deleted = True
    with pytest.raises(Undeliverable, match="deactivated"):
        await club.messenger.wait_for_turn(SLACK_LEE_ADDRESS)
    assert club.count("message") == 0


async def test_an_unknown_profile_stops_nothing(club: SlackWorkspace) -> None:
    club.fail("member", faults.error("fatal_error"), times=None)
    await club.messenger.wait_for_turn(SLACK_LEE_ADDRESS)
    await club.messenger.send(SLACK_LEE_ADDRESS, SLACK_TURN_CARD, SLACK_REMINDER_KEY)
    assert len(club.lee.received) == 1


async def test_a_history_that_goes_in_circles_is_left(club: SlackWorkspace) -> None:
    later = f"{club.seconds() + 60:.6f}"
    page = slack_page(messages=[{"ts": later, "blocks": None}], response_metadata={"next_cursor": "c1"})
    club.fail("history", page, times=None)
    with pytest.raises(DeliveryUncertain):
        await is_found(club)
    assert club.count("history") == 2


async def test_without_the_scope_the_look_up_is_refused_and_says_why(club: SlackWorkspace) -> None:
    club.fail("history", faults.error("missing_scope"))
    with pytest.raises(MessageRejected, match=r"^missing_scope$"):
        await is_found(club)


@pytest.mark.parametrize(
    "failure",
    [
        *(faults.error(name) for name in ("fatal_error", "ratelimited", "token_revoked")),
        *(slack_page(), slack_page(messages="none"), slack_page(messages=[], has_more=True)),
    ],
)
async def test_a_look_that_failed_is_no_answer(club: SlackWorkspace, failure: Any) -> None:
    club.fail("history", failure)
    with pytest.raises((TryLater, DeliveryUncertain)):
        await is_found(club)


async def test_where_a_conversation_is_not_there_nothing_is_known(club: SlackWorkspace) -> None:
    club.fail("history", faults.error("channel_not_found"))
    assert await is_found(club) is None
