"""Storms of refusals, members who cannot be written to, and a message that cannot be drawn, among many."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from bot.delivery import member_worker
from bot.delivery.outbox import MAX_SEND_TRIES
from bot.domain.model import DeliveryState
from tests.fakes_discord import faults as discord_faults
from tests.fakes_slack import faults as slack_faults
from tests.faults.figures import figure, seed, size
from tests.faults.halls import DUE, PACE, Hall, hall, storm

PLATFORMS = ("slack", "discord")
MINUTES, CROWD = size("STORM_MINUTES", 2), size("STORM_MEMBERS", 25)
BLOCKED, DAYS = size("BLOCKED", 20), size("BLOCKED_DAYS", 10)
GOOD = size("GOOD", 30)
RESTS = (1, 2, 5, 20, 60)


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_half_of_all_refused_for_minutes_loses_nothing_and_nothing_comes_early(platform: str) -> None:
    async with hall(platform, CROWD) as place:
        place.weather(storm(platform, 0.5, Random(seed()), RESTS))  # noqa: S311
        await place.wait(minutes=MINUTES)
        refused = sum("429" in call.answered for call in place.calls())
        place.weather(None)
        assert await place.lost() == []
        await place.wait(hours=6)
        assert place.early() == []
        assert Counter(place.copies().values()) == {1: CROWD}
        assert refused > 5
    figure("storms", minutes=MINUTES, members=CROWD, refusals=refused, early=0, lost=0, twice=0)


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_whoever_is_refused_is_asked_once_and_no_more(platform: str) -> None:
    refusal: Any = (
        discord_faults.error(403, 50007, "Cannot send messages to this user")
        if platform == "discord"
        else slack_faults.error("user_disabled")
    )
    async with hall(platform, BLOCKED) as place:
        never = place.fail(refusal, times=None)
        await place.wait(days=DAYS)
        assert never.happened <= BLOCKED
        assert not any(place.copies().values())
        assert all([(await place.book(who)).unreachable_reason for who in place.people])
        assert await place.lost() == []
    figure("blocked members", **{"members": BLOCKED, "days": DAYS, "refused requests": never.happened, "lost": 0})


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_one_that_cannot_be_drawn_is_parked_and_all_others_come_in_time(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hall(platform, GOOD + 1) as place:
        bad, whole = place.people[GOOD // 2], member_worker.reminder_card

        def poisoned(context: member_worker.BookContext, *rest: Any, **more: Any) -> Any:
            if context.book.owner == bad:
                raise RuntimeError("it cannot be drawn")
            return whole(context, *rest, **more)

        monkeypatch.setattr(member_worker, "reminder_card", poisoned)
        await place.wait(hours=9)
        assert Counter(place.copies().values()) == {1: GOOD, 0: 1}
        [envelope] = (await place.book(bad)).envelopes
        assert (envelope.state, envelope.tries) == (DeliveryState.PARKED, MAX_SEND_TRIES)
        assert latest(place) <= GOOD / PACE[platform] + 5
    figure("a bad one among good ones", good=GOOD, delivered=GOOD, bad=1, parked=1)


def latest(place: Hall) -> float:
    """Seconds after they were due at which the last message was sent."""
    return max(float(post.at) for post in place.posts()) - DUE.timestamp()
