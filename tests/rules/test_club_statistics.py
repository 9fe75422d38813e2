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
from tests.samples import answered, book, contact, local, wrote

NOW = local("2026-11-23 18:00")
SINCE = NOW - timedelta(weeks=1)
quick = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def shown(*tallies: MemberTally) -> dict[str, int]:
    pulse = statistics.build_pulse(tallies, SINCE, NOW)
    return dict(pulse.figures) if pulse else {}


# Each figure by itself.

ONE_OF_EACH = {
    statistics.FIGURE_STEPS: MemberTally(steps=3),
    statistics.FIGURE_ANSWERS: MemberTally(answers=3),
    statistics.FIGURE_CALLS: MemberTally(calls=3),
    statistics.FIGURE_SILENT_MEMBERS: MemberTally(is_silent=True),
    statistics.FIGURE_MEDIAN_WAIT_DAYS: MemberTally(steps=1, reply_wait_days=(4,)),
}


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_a_figure_is_shown_from_five_contributors_on_whatever_the_others_do(name: str) -> None:
    one, idle = ONE_OF_EACH[name], MemberTally()
    assert name not in shown(*[one] * 4, *[idle] * 20)
    assert name in shown(*[one] * 5, idle, idle)
    assert (name in shown(*[one] * 5)) is (name != statistics.FIGURE_SILENT_MEMBERS), "that all are is told of nobody"


def test_much_of_a_few_is_not_shown() -> None:
    assert shown(*[MemberTally(steps=500, answers=90, calls=40, reply_wait_days=(1, 2))] * 4) == {}


def test_each_figure_has_its_own_contributors() -> None:
    said = shown(*[MemberTally(steps=2)] * 5, MemberTally(answers=1), *[MemberTally(calls=1)] * 4)
    assert set(said) == {statistics.FIGURE_STEPS, statistics.FIGURE_MEDIAN_STEPS}


@pytest.mark.parametrize(
    ("number", "said"), [(0, 5), (1, 5), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (24, 25), (101, 100)]
)
def test_sums_are_rounded_to_five_and_never_to_nothing(number: int, said: int) -> None:
    assert statistics.round_figure(number) == said


@given(st.lists(st.integers(0, 60), max_size=12))
@quick
def test_no_exact_sum_is_shown(steps: list[int]) -> None:
    figures = shown(*(MemberTally(steps=step) for step in steps))
    assert all(
        value % statistics.ROUNDING_STEP == 0
        for name, value in figures.items()
        if name != statistics.FIGURE_MEDIAN_STEPS
    )


def test_medians_are_of_those_who_did_something_and_need_five_of_them() -> None:
    assert shown(*(MemberTally(steps=one) for one in (1, 2, 3, 40, 90, 0, 0)))[statistics.FIGURE_MEDIAN_STEPS] == 0
    assert shown(*(MemberTally(steps=one) for one in (4, 5, 7, 40, 90)))[statistics.FIGURE_MEDIAN_STEPS] == 4
    waits = [MemberTally(steps=1, reply_wait_days=one) for one in ((1,), (2, 4), (3,), (9,), (30, 40))]
    assert shown(*waits)[statistics.FIGURE_MEDIAN_WAIT_DAYS] == 0
    assert statistics.FIGURE_MEDIAN_WAIT_DAYS not in shown(*waits[:4], MemberTally(steps=1), MemberTally(steps=1))


@pytest.mark.parametrize("topic", statistics.PULSE_TOPICS)
def test_a_topic_is_told_when_five_meet_it(topic: str) -> None:
    met, other = (
        MemberTally(topics=frozenset({topic})),
        MemberTally(topics=frozenset(statistics.PULSE_TOPICS) - {topic}),
    )
    assert statistics.build_pulse([*[met] * 4, *[MemberTally()] * 9], SINCE, NOW) is None
    pulse = statistics.build_pulse([*[met] * 5, *[other] * 4], SINCE, NOW)
    assert pulse
    assert pulse.topics == (topic,)
    assert not pulse.figures


def test_nothing_that_may_be_shown_is_no_pulse() -> None:
    assert statistics.build_pulse([], SINCE, NOW) is None
    assert statistics.build_pulse([MemberTally()] * 9, SINCE, NOW) is None


# One member's week.


def tallied(*entries: Entry, **stages: Stage) -> MemberTally:
    return statistics.tally_member_week(book(contact("Dana", *entries)), stages, SINCE, NOW)


def test_only_what_happened_in_the_week_is_added_up() -> None:
    inside, edge = NOW - timedelta(days=2), timedelta(seconds=1)
    plan = Plan(id="p", at=inside, starts_at=inside, minutes=30)
    held = CallOutcome(id="o", at=inside, plan_id="p", result=CallResult.HELD)
    found = tallied(wrote(SINCE - edge), wrote(SINCE), answered(inside), plan, held, wrote(NOW), answered(NOW))
    assert (found.steps, found.answers, found.calls, found.reply_wait_days) == (1, 1, 1, (5,))


def test_a_call_counts_when_it_happened_and_an_answer_waits_since_the_last_touch() -> None:
    inside = NOW - timedelta(days=1)
    missed = CallOutcome(id="o", at=inside, plan_id="p", result=CallResult.NO_CALL)
    found = tallied(wrote(NOW - timedelta(days=20)), wrote(NOW - timedelta(days=9)), answered(inside), missed)
    assert (found.calls, found.reply_wait_days) == (0, (8,))
    assert tallied(answered(inside)).reply_wait_days == ()


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
    entries = [wrote(NOW - timedelta(days=one)) for one in tried]
    assert tallied(*entries, *(answered(NOW - timedelta(days=one)) for one in heard)).is_silent is silent


def test_topics_are_of_the_last_four_weeks_and_of_how_things_stand() -> None:
    lately, before = NOW - timedelta(days=27), NOW - timedelta(days=29)

    def left_out(at: datetime, slot: Slot) -> SlotDeclined:
        return SlotDeclined(id="s", at=at, slot=slot)

    assert tallied(left_out(lately, Slot.PHONE)).topics == {"phone"}
    assert not tallied(left_out(before, Slot.PHONE), left_out(lately, Slot.WRITTEN)).topics
    no_call = CallOutcome(id="o", at=lately, plan_id="p", result=CallResult.NO_CALL)
    assert tallied(no_call, dana=Stage.SOMEONE_ELSE, lee=Stage.TO_CONTACT).topics == {"no call", "quiet", "first hello"}
