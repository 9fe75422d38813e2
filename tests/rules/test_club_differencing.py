"""Two counts, one after the other: what they tell together of one member, which is nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.club import statistics
from bot.club.membership import anonymize_member, without_member
from bot.club.statistics import MemberTally
from bot.domain.model import Address, Club, ClubKey, Meeting, Pulse, Weekday
from tests.samples import local_instant

DIFFERENCING_NOW = local_instant("2026-11-23 18:00")
DIFFERENCING_SINCE = DIFFERENCING_NOW - timedelta(weeks=1)
COHORT_ADDRESSES = tuple(Address("slack", f"U{number:02}", "T1") for number in range(14))
differencing_settings = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)

member_tallies = st.builds(
    MemberTally,
    steps=st.integers(0, 40),
    answers=st.integers(0, 10),
    calls=st.integers(0, 10),
    reply_wait_days=st.lists(st.integers(0, 60), max_size=3).map(tuple),
    is_silent=st.booleans(),
    topics=st.sets(st.sampled_from(statistics.PULSE_TOPICS)).map(frozenset),
)
EXTREME_TALLIES = (
    MemberTally(),
    MemberTally(40, 10, 10, (0,) * 10, is_silent=False, topics=frozenset(statistics.PULSE_TOPICS)),
    MemberTally(1, 1, 1, (60,), is_silent=True),
    MemberTally(is_silent=True, topics=frozenset(statistics.PULSE_TOPICS)),
)


def uncounted_club() -> Club:
    meeting = Meeting(channel_id="C1", weekday=Weekday.TUESDAY, start_time=time(18), zone="Europe/Berlin")
    return Club(
        key=ClubKey("slack", "T1"),
        created_at=DIFFERENCING_SINCE,
        facilitator=COHORT_ADDRESSES[-1],
        meeting=meeting,
        setup_id="m",
    )


@dataclass(frozen=True)
class PublishedFigures:
    """What others get to see: the private view with the pulse, then the digest."""

    view: Pulse | None
    digest: Pulse | None


def club_after_count(
    before: Club, joined: Collection[Address], did: Mapping[Address, MemberTally], now: datetime
) -> Club:
    """The club after a count, as `ClubWorker._update_statistics` leaves it."""
    cohort = statistics.next_cohort(before, joined, now)
    pulse = statistics.build_pulse([did[one] for one in cohort], DIFFERENCING_SINCE, now)
    after = replace(before, pulse=pulse, members=tuple(joined))
    return replace(after, counted_members=cohort, counted_at=now) if pulse else after


def digest_pulse(of: Club, joined: Collection[Address]) -> Pulse | None:
    return of.pulse if statistics.is_pulse_current(of, joined) else None


@given(st.data(), st.sampled_from((5, 6)), st.booleans())
@differencing_settings
def test_after_one_joined_or_left_nothing_tells_what_they_did(data: st.DataObject, size: int, joins: bool) -> None:
    members = list(COHORT_ADDRESSES[: size + joins])
    target = data.draw(st.sampled_from(members))
    others = [member for member in members if member != target]
    did = {member: data.draw(member_tallies) for member in members}
    first = club_after_count(uncounted_club(), others if joins else members, did, DIFFERENCING_NOW)
    then = {member: data.draw(member_tallies) for member in members}
    after = DIFFERENCING_NOW + timedelta(days=data.draw(st.integers(0, 55)))
    seen = []
    for behaviour in (*EXTREME_TALLIES, data.draw(member_tallies)):
        second = club_after_count(first, members if joins else others, {**then, target: behaviour}, after)
        seen.append(PublishedFigures(second.pulse, digest_pulse(second, members if joins else others)))
        if first.pulse and not joins:
            assert seen[-1] == PublishedFigures(None, None), "whatever the others do"
    if first.pulse:
        assert all(one == seen[0] for one in seen)


@given(st.data(), st.sampled_from((5, 6)))
@differencing_settings
def test_who_leaves_before_the_digest_is_not_in_it(data: st.DataObject, size: int) -> None:
    members = COHORT_ADDRESSES[:size]
    target = data.draw(st.sampled_from(members))
    counted = club_after_count(
        uncounted_club(), members, {member: data.draw(member_tallies) for member in members}, DIFFERENCING_NOW
    )
    left = [member for member in members if member != target]
    assert digest_pulse(counted, left) is None
    assert without_member(counted, target, DIFFERENCING_NOW).pulse is None or not counted.counted_members


@given(st.data())
@differencing_settings
def test_after_somebody_left_the_counts_rest_until_three_came_or_went_or_eight_weeks_passed(
    data: st.DataObject,
) -> None:
    members = list(COHORT_ADDRESSES[: data.draw(st.integers(6, 9))])
    busy = {person: MemberTally(steps=9, answers=3) for person in COHORT_ADDRESSES}
    now, of = DIFFERENCING_NOW, club_after_count(uncounted_club(), members, busy, DIFFERENCING_NOW)
    before = set(of.counted_members)
    present = set(members[1:])
    for _ in range(7):
        now += timedelta(weeks=1)
        change = data.draw(st.sampled_from(COHORT_ADDRESSES))
        present ^= {change} if change != members[0] else set()
        of = club_after_count(of, sorted(present, key=str), busy, now)
        apart = len(present ^ before)
        assert (of.pulse is not None) == (
            apart >= statistics.MIN_COHORT_CHANGES and len(present) >= statistics.MIN_CONTRIBUTORS
        )
        if of.pulse:
            return
    now = DIFFERENCING_NOW + statistics.COHORT_COMPARISON_PERIOD
    assert club_after_count(of, members[1:], busy, now - timedelta(seconds=1)).pulse is None
    assert club_after_count(of, members[1:], busy, now).pulse is not None


@given(st.data())
@differencing_settings
def test_of_two_counts_in_a_row_the_same_are_counted_or_three_others(data: st.DataObject) -> None:
    busy = {person: MemberTally(steps=2) for person in COHORT_ADDRESSES}
    of, present, now = uncounted_club(), set(COHORT_ADDRESSES[:6]), DIFFERENCING_NOW
    told: list[tuple[datetime, set[Address]]] = []
    for _ in range(10):
        present ^= data.draw(st.sets(st.sampled_from(COHORT_ADDRESSES), max_size=4))
        now += timedelta(days=data.draw(st.sampled_from((0, 1, 7, 7, 7, 30))))
        of = club_after_count(of, sorted(present, key=str), busy, now)
        if of.pulse:
            assert set(of.counted_members) <= present
            assert len(of.counted_members) >= statistics.MIN_CONTRIBUTORS
            told.append((now, set(of.counted_members)))
    for (at, cohort), (later, other) in pairwise(told):
        assert (
            cohort == other
            or len(cohort ^ other) >= statistics.MIN_COHORT_CHANGES
            or later - at >= statistics.COHORT_COMPARISON_PERIOD
        )


def test_who_comes_back_is_counted_again_with_the_same() -> None:
    busy = {person: MemberTally(steps=2) for person in COHORT_ADDRESSES}
    first = club_after_count(uncounted_club(), COHORT_ADDRESSES[:6], busy, DIFFERENCING_NOW)
    rests = club_after_count(first, COHORT_ADDRESSES[1:6], busy, DIFFERENCING_NOW + timedelta(weeks=1))
    again = club_after_count(rests, COHORT_ADDRESSES[:6], busy, DIFFERENCING_NOW + timedelta(weeks=2))
    assert (rests.pulse, again.counted_members) == (None, first.counted_members)
    assert again.pulse


def test_newcomers_wait_until_they_are_three() -> None:
    busy = {person: MemberTally(steps=2) for person in COHORT_ADDRESSES}
    first = club_after_count(uncounted_club(), COHORT_ADDRESSES[:6], busy, DIFFERENCING_NOW)
    assert len(club_after_count(first, COHORT_ADDRESSES[:8], busy, DIFFERENCING_NOW).counted_members) == 6
    assert len(club_after_count(first, COHORT_ADDRESSES[:9], busy, DIFFERENCING_NOW).counted_members) == 9


def test_who_is_forgotten_is_compared_as_one_who_went_and_is_named_no_more() -> None:
    busy = {person: MemberTally(steps=2) for person in COHORT_ADDRESSES}
    of = club_after_count(uncounted_club(), COHORT_ADDRESSES[:9], busy, DIFFERENCING_NOW)
    for number in range(1, 4):
        of = anonymize_member(of, COHORT_ADDRESSES[number], DIFFERENCING_NOW)
        assert COHORT_ADDRESSES[number] not in of.counted_members
        assert len(set(of.counted_members)) == 9
        left = [person for person in COHORT_ADDRESSES[:9] if person not in COHORT_ADDRESSES[1 : number + 1]]
        assert (club_after_count(of, left, busy, DIFFERENCING_NOW).pulse is not None) == (
            number >= statistics.MIN_COHORT_CHANGES
        )


def test_who_is_forgotten_and_comes_back_may_be_the_one_who_was_there() -> None:
    busy = {person: MemberTally(steps=2) for person in COHORT_ADDRESSES}
    of = anonymize_member(
        club_after_count(uncounted_club(), COHORT_ADDRESSES[:6], busy, DIFFERENCING_NOW),
        COHORT_ADDRESSES[0],
        DIFFERENCING_NOW,
    )
    for number in (6, 7, 8):
        assert club_after_count(of, COHORT_ADDRESSES[:number], busy, DIFFERENCING_NOW).pulse is None
    assert club_after_count(of, COHORT_ADDRESSES[:9], busy, DIFFERENCING_NOW).pulse
