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
from tests.faults.figures import printed_seed, report_figure, trial_count
from tests.faults.member_crowd import CROWD_DUE_AT, POSTS_PER_SECOND, MemberCrowd, open_member_crowd, rate_limit_storm

STORM_PLATFORMS = ("slack", "discord")
STORM_MINUTES, STORM_MEMBERS = trial_count("STORM_MINUTES", 2), trial_count("STORM_MEMBERS", 25)
BLOCKED_MEMBERS, BLOCKED_DAYS = trial_count("BLOCKED", 20), trial_count("BLOCKED_DAYS", 10)
GOOD_MEMBERS = trial_count("GOOD", 30)
STORM_RETRY_SECONDS = (1, 2, 5, 20, 60)


@pytest.mark.parametrize("platform", STORM_PLATFORMS)
async def test_half_of_all_refused_for_minutes_loses_nothing_and_nothing_comes_early(platform: str) -> None:
    async with open_member_crowd(platform, STORM_MEMBERS) as place:
        place.set_fault_source(rate_limit_storm(platform, 0.5, Random(printed_seed()), STORM_RETRY_SECONDS))  # noqa: S311
        await place.wait(minutes=STORM_MINUTES)
        refused = sum("429" in call.answered for call in place.calls())
        place.set_fault_source(None)
        assert await place.lost_reminders() == []
        await place.wait(hours=6)
        assert place.early_requests() == []
        assert Counter(place.count_copies().values()) == {1: STORM_MEMBERS}
        assert refused > 5
    report_figure("storms", minutes=STORM_MINUTES, members=STORM_MEMBERS, refusals=refused, early=0, lost=0, twice=0)


@pytest.mark.parametrize("platform", STORM_PLATFORMS)
async def test_whoever_is_refused_is_asked_once_and_no_more(platform: str) -> None:
    refusal: Any = (
        discord_faults.error(403, 50007, "Cannot send messages to this user")
        if platform == "discord"
        else slack_faults.error("user_disabled")
    )
    async with open_member_crowd(platform, BLOCKED_MEMBERS) as place:
        never = place.fail(refusal, times=None)
        await place.wait(days=BLOCKED_DAYS)
        assert never.happened <= BLOCKED_MEMBERS
        assert not any(place.count_copies().values())
        assert all([(await place.book(who)).unreachable_reason for who in place.people])
        assert await place.lost_reminders() == []
    report_figure(
        "blocked members",
        **{"members": BLOCKED_MEMBERS, "days": BLOCKED_DAYS, "refused requests": never.happened, "lost": 0},
    )


@pytest.mark.parametrize("platform", STORM_PLATFORMS)
async def test_one_that_cannot_be_drawn_is_parked_and_all_others_come_in_time(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_member_crowd(platform, GOOD_MEMBERS + 1) as place:
        bad, whole = place.people[GOOD_MEMBERS // 2], member_worker.reminder_card

        def poisoned(context: member_worker.BookContext, *rest: Any, **more: Any) -> Any:
            if context.book.owner == bad:
                raise RuntimeError("it cannot be drawn")
            return whole(context, *rest, **more)

        monkeypatch.setattr(member_worker, "reminder_card", poisoned)
        await place.wait(hours=9)
        assert Counter(place.count_copies().values()) == {1: GOOD_MEMBERS, 0: 1}
        [envelope] = (await place.book(bad)).envelopes
        assert (envelope.state, envelope.tries) == (DeliveryState.PARKED, MAX_SEND_TRIES)
        assert latest_send_delay(place) <= GOOD_MEMBERS / POSTS_PER_SECOND[platform] + 5
    report_figure("a bad one among good ones", good=GOOD_MEMBERS, delivered=GOOD_MEMBERS, bad=1, parked=1)


def latest_send_delay(place: MemberCrowd) -> float:
    """Seconds after they were due at which the last message was sent."""
    return max(float(post.at) for post in place.posts()) - CROWD_DUE_AT.timestamp()
