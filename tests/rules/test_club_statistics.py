"""What may be counted of a club: each figure by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.club import statistics
from bot.club.statistics import MemberTally
from bot.domain.model import CallOutcome, CallResult, Entry, Plan, Slot, SlotDeclined
from bot.rules import Stage
from tests.samples import local_instant, reply_entry, sample_book, sample_contact, sent_attempt

STATISTICS_NOW = local_instant("2026-11-23 18:00")
STATISTICS_SINCE = STATISTICS_NOW - timedelta(weeks=1)
statistics_settings = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def pulse_figures(*tallies: MemberTally) -> dict[str, int]:
    pulse = statistics.build_pulse(tallies, STATISTICS_SINCE, STATISTICS_NOW)
    return dict(pulse.figures) if pulse else {}


# Each figure by itself.

TALLY_PER_FIGURE = {
    statistics.FIGURE_STEPS: MemberTally(steps=3),
    statistics.FIGURE_ANSWERS: MemberTally(answers=3),
    statistics.FIGURE_CALLS: MemberTally(calls=3),
    statistics.FIGURE_SILENT_MEMBERS: MemberTally(is_silent=True),
    statistics.FIGURE_MEDIAN_WAIT_DAYS: MemberTally(steps=1, reply_wait_days=(4,)),
}


@pytest.mark.parametrize("name", TALLY_PER_FIGURE)
def test_a_figure_is_shown_from_five_contributors_on_whatever_the_others_do(name: str) -> None:
    tally, idle = TALLY_PER_FIGURE[name], MemberTally()
    assert name not in pulse_figures(*[tally] * 4, *[idle] * 20)
    assert name in pulse_figures(*[tally] * 5, idle, idle)
    assert (name in pulse_figures(*[tally] * 5)) is (name != statistics.FIGURE_SILENT_MEMBERS), (
        "that all are is told of nobody"
    )


def test_much_of_a_few_is_not_shown() -> None:
    assert pulse_figures(*[MemberTally(steps=500, answers=90, calls=40, reply_wait_days=(1, 2))] * 4) == {}


def test_each_figure_has_its_own_contributors() -> None:
    said = pulse_figures(*[MemberTally(steps=2)] * 5, MemberTally(answers=1), *[MemberTally(calls=1)] * 4)
    assert set(said) == {statistics.FIGURE_STEPS, statistics.FIGURE_MEDIAN_STEPS}


@pytest.mark.parametrize(
    ("number", "said"), [(0, 5), (1, 5), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (24, 25), (101, 100)]
)
def test_sums_are_rounded_to_five_and_never_to_nothing(number: int, said: int) -> None:
    assert statistics.round_figure(number) == said


@given(st.lists(st.integers(0, 60), max_size=12))
@statistics_settings
def test_no_exact_sum_is_shown(steps: list[int]) -> None:
    figures = pulse_figures(*(MemberTally(steps=step) for step in steps))
    assert all(
        value % statistics.ROUNDING_STEP == 0
        for name, value in figures.items()
        if name != statistics.FIGURE_MEDIAN_STEPS
    )


def test_medians_are_of_those_who_did_something_and_need_five_of_them() -> None:
    assert (
        pulse_figures(*(MemberTally(steps=one) for one in (1, 2, 3, 40, 90, 0, 0)))[statistics.FIGURE_MEDIAN_STEPS] == 0
    )
    assert pulse_figures(*(MemberTally(steps=one) for one in (4, 5, 7, 40, 90)))[statistics.FIGURE_MEDIAN_STEPS] == 4
    waits = [MemberTally(steps=1, reply_wait_days=one) for one in ((1,), (2, 4), (3,), (9,), (30, 40))]
    assert pulse_figures(*waits)[statistics.FIGURE_MEDIAN_WAIT_DAYS] == 0
    assert statistics.FIGURE_MEDIAN_WAIT_DAYS not in pulse_figures(
        *waits[:4], MemberTally(steps=1), MemberTally(steps=1)
    )


@pytest.mark.parametrize("topic", statistics.PULSE_TOPICS)
def test_a_topic_is_told_when_five_meet_it(topic: str) -> None:
    met, other = (
        MemberTally(topics=frozenset({topic})),
        MemberTally(topics=frozenset(statistics.PULSE_TOPICS) - {topic}),
    )
    assert statistics.build_pulse([*[met] * 4, *[MemberTally()] * 9], STATISTICS_SINCE, STATISTICS_NOW) is None
    pulse = statistics.build_pulse([*[met] * 5, *[other] * 4], STATISTICS_SINCE, STATISTICS_NOW)
    assert pulse
    assert pulse.topics == (topic,)
    assert not pulse.figures


def test_nothing_that_may_be_shown_is_no_pulse() -> None:
    assert statistics.build_pulse([], STATISTICS_SINCE, STATISTICS_NOW) is None
    assert statistics.build_pulse([MemberTally()] * 9, STATISTICS_SINCE, STATISTICS_NOW) is None


# One member's week.


def tally_of_dana(*entries: Entry, **stages: Stage) -> MemberTally:
    return statistics.tally_member_week(
        sample_book(sample_contact("Dana", *entries)), stages, STATISTICS_SINCE, STATISTICS_NOW
    )


def test_only_what_happened_in_the_week_is_added_up() -> None:
    inside, edge = STATISTICS_NOW - timedelta(days=2), timedelta(seconds=1)
    plan = Plan(id="p", at=inside, starts_at=inside, minutes=30)
    held = CallOutcome(id="o", at=inside, plan_id="p", result=CallResult.HELD)
    found = tally_of_dana(
        sent_attempt(STATISTICS_SINCE - edge),
        sent_attempt(STATISTICS_SINCE),
        reply_entry(inside),
        plan,
        held,
        sent_attempt(STATISTICS_NOW),
        reply_entry(STATISTICS_NOW),
    )
    assert (found.steps, found.answers, found.calls, found.reply_wait_days) == (1, 1, 1, (5,))


def test_a_call_counts_when_it_happened_and_an_answer_waits_since_the_last_touch() -> None:
    inside = STATISTICS_NOW - timedelta(days=1)
    missed = CallOutcome(id="o", at=inside, plan_id="p", result=CallResult.NO_CALL)
    found = tally_of_dana(
        sent_attempt(STATISTICS_NOW - timedelta(days=20)),
        sent_attempt(STATISTICS_NOW - timedelta(days=9)),
        reply_entry(inside),
        missed,
    )
    assert (found.calls, found.reply_wait_days) == (0, (8,))
    assert tally_of_dana(reply_entry(inside)).reply_wait_days == ()


@pytest.mark.parametrize(
    ("tried", "heard", "silent"),
    [
        ((40, 10), (), True),
        ((40, 28), (), True),
        ((40,), (), False),  # they rest: nobody is silent to whoever does not ask
        ((27, 10), (), False),  # not for long enough
        ((28, 10), (), False),
        ((29, 1), (), True),
        ((40, 10), (28,), False),
        ((40, 10), (29,), True),
        ((40, 10), (1,), False),
        ((), (), False),
        ((40, 10), (0,), True),  # at that very moment is the next week's
    ],
)
def test_silent_is_who_reached_out_for_weeks_and_heard_nothing_for_weeks(
    tried: tuple[int, ...], heard: tuple[int, ...], silent: bool
) -> None:
    entries = [sent_attempt(STATISTICS_NOW - timedelta(days=one)) for one in tried]
    assert (
        tally_of_dana(*entries, *(reply_entry(STATISTICS_NOW - timedelta(days=one)) for one in heard)).is_silent
        is silent
    )


def test_topics_are_of_the_last_four_weeks_and_of_how_things_stand() -> None:
    lately, before = STATISTICS_NOW - timedelta(days=27), STATISTICS_NOW - timedelta(days=29)

    def left_out(at: datetime, slot: Slot) -> SlotDeclined:
        return SlotDeclined(id="s", at=at, slot=slot)

    assert tally_of_dana(left_out(lately, Slot.PHONE)).topics == {"phone"}
    assert not tally_of_dana(left_out(before, Slot.PHONE), left_out(lately, Slot.WRITTEN)).topics
    no_call = CallOutcome(id="o", at=lately, plan_id="p", result=CallResult.NO_CALL)
    assert tally_of_dana(no_call, dana=Stage.SOMEONE_ELSE, lee=Stage.TO_CONTACT).topics == {
        "no call",
        "quiet",
        "first hello",
    }
