"""What may be said of many, so that nothing is said of one.

A sum is shown from five contributors on, and rounded. The same people are counted from week to week; newcomers come
in three at a time, and when somebody leaves, the counts rest until three have come or gone. So two successive counts
never differ by the doings of one. What is older than eight weeks tells nothing of today and is compared with nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bot.domain.model import (
    Address,
    Attempt,
    Book,
    CallOutcome,
    CallResult,
    Club,
    Contact,
    Entry,
    Pulse,
    ReplyReceived,
    Slot,
    SlotDeclined,
)
from bot.rules import Stage

MIN_CONTRIBUTORS = 5  # fewer are never counted
ROUNDING_STEP = 5  # sums and numbers of people are rounded to this
MIN_COHORT_CHANGES = 3  # so many must have come or gone before others are counted
COHORT_COMPARISON_PERIOD = timedelta(weeks=8)
ANONYMOUS_USER_PREFIX = (
    "nobody "  # begins what stands in the place of who was forgotten: no platform's id of a person has a blank
)
STATISTICS_PERIOD = timedelta(weeks=1)
MIN_COUNT_INTERVAL = timedelta(days=6)  # nothing is counted anew before, however often the meeting is moved
LONG_SILENCE_PERIOD = timedelta(weeks=4)  # without any answer, while reaching out

FIGURE_STEPS, FIGURE_ANSWERS, FIGURE_CALLS = "steps", "answers", "calls"
FIGURE_MEDIAN_STEPS, FIGURE_MEDIAN_WAIT_DAYS, FIGURE_SILENT_MEMBERS = "middle", "waited", "silent"
MEDIAN_BAND_STARTS = (0, 4, 8, 15)  # 0 to 3, 4 to 7, 8 to 14, more
SUM_FIGURES = (FIGURE_STEPS, FIGURE_ANSWERS, FIGURE_CALLS)
PULSE_TOPICS = ("phone", "quiet", "no call", "first hello")


@dataclass(frozen=True, slots=True)
class MemberTally:
    """One member's week, and what they meet just now. It is added up and never kept."""

    steps: int = 0
    answers: int = 0
    calls: int = 0
    reply_wait_days: tuple[int, ...] = ()  # days until each answer
    is_silent: bool = False
    topics: frozenset[str] = frozenset()


def tally_member_week(
    book: Book, stages: Mapping[str, Stage], since: datetime, until: datetime, joined_at: datetime | None = None
) -> MemberTally:
    """What the club may add up of a member who said so, `joined` then. `stages`: of the contacts by id, at `until`."""
    entries = [
        (contact, entry)
        for contact in book.contacts
        for entry in contact.entries
        if joined_at is None or entry.at >= joined_at
    ]
    week = [(one, entry) for one, entry in entries if since <= entry.at < until]
    lately = [entry for _one, entry in entries if until - LONG_SILENCE_PERIOD <= entry.at < until]
    return MemberTally(
        steps=sum(isinstance(entry, Attempt) for _one, entry in week),
        answers=sum(isinstance(entry, ReplyReceived) for _one, entry in week),
        calls=sum(_is_held_call(entry) for _one, entry in week),
        reply_wait_days=tuple(days for one, entry in week if (days := _count_reply_wait_days(one, entry)) is not None),
        is_silent=_is_in_long_silence([entry for _one, entry in entries], until),
        topics=frozenset(_find_pulse_topics(lately, stages)),
    )


def _is_in_long_silence(entries: Collection[Entry], until: datetime) -> bool:
    """Whether somebody who has reached out for weeks has heard nothing for weeks."""
    lately, before = until - LONG_SILENCE_PERIOD, [entry for entry in entries if entry.at < until]
    reached = [one.at for one in before if isinstance(one, Attempt)]
    heard = any(isinstance(one, ReplyReceived) and one.at >= lately for one in before)
    return bool(reached) and min(reached) < lately <= max(reached) and not heard


def _is_held_call(entry: Entry) -> bool:
    return isinstance(entry, CallOutcome) and entry.result is CallResult.HELD


def _count_reply_wait_days(contact: Contact, entry: Entry) -> int | None:
    """Days from the last touch before a reply."""
    if not isinstance(entry, ReplyReceived):
        return None
    touches = [other.at for other in contact.entries if isinstance(other, Attempt) and other.at <= entry.at]
    return (entry.at - max(touches)).days if touches else None


def _find_pulse_topics(recent_entries: Collection[Entry], stages: Mapping[str, Stage]) -> Iterable[str]:
    if any(isinstance(entry, SlotDeclined) and entry.slot is Slot.PHONE for entry in recent_entries):
        yield "phone"
    if Stage.SOMEONE_ELSE in stages.values():
        yield "quiet"
    if any(isinstance(entry, CallOutcome) and entry.result is CallResult.NO_CALL for entry in recent_entries):
        yield "no call"
    if Stage.TO_CONTACT in stages.values():
        yield "first hello"


def next_cohort(club: Club, members: Collection[Address], now: datetime) -> tuple[Address, ...]:
    """Whom a count of today may be about; nobody when it could be compared with an earlier one."""
    present, before = set(members), set(club.counted_members)
    recent = club.counted_at is not None and now - club.counted_at < COHORT_COMPARISON_PERIOD
    if before and recent and _count_cohort_changes(before, present) < MIN_COHORT_CHANGES:
        present = before if before <= present else set()
    return tuple(sorted(present, key=lambda one: (one.team, one.user))) if len(present) >= MIN_CONTRIBUTORS else ()


def _count_cohort_changes(before: Collection[Address], after: Collection[Address]) -> int:
    """How many came or went at least: whoever had themselves forgotten may be among those who came."""
    nobody = sum(one.user.startswith(ANONYMOUS_USER_PREFIX) for one in before)
    came, went = set(after) - set(before), set(before) - set(after)
    return len(went) - nobody + abs(len(came) - nobody)


def build_pulse(tallies: Collection[MemberTally], since: datetime, until: datetime) -> Pulse | None:
    """What may be shown of these members; None when it is nothing."""
    sums = {
        FIGURE_STEPS: [tally.steps for tally in tallies],
        FIGURE_ANSWERS: [tally.answers for tally in tallies],
        FIGURE_CALLS: [tally.calls for tally in tallies],
        FIGURE_SILENT_MEMBERS: [int(tally.is_silent) for tally in tallies],
    }
    shown = {
        name: round_figure(sum(each)) for name, each in sums.items() if count_contributors(each) >= MIN_CONTRIBUTORS
    }
    if not _is_anonymous_count(count_contributors(sums[FIGURE_SILENT_MEMBERS]), len(tallies)):
        shown.pop(FIGURE_SILENT_MEMBERS, None)
    steps = [tally.steps for tally in tallies if tally.steps]
    waits = [median(tally.reply_wait_days) for tally in tallies if tally.reply_wait_days]
    # The middle of five is one member's own number: it is told as a band.
    medians = {
        name: to_median_band(median(of))
        for name, of in ((FIGURE_MEDIAN_STEPS, steps), (FIGURE_MEDIAN_WAIT_DAYS, waits))
        if len(of) >= MIN_CONTRIBUTORS
    }
    met = {topic: sum(topic in each.topics for each in tallies) for topic in PULSE_TOPICS}
    topics = tuple(one for one, many in met.items() if _is_anonymous_count(many, len(tallies)))
    if not shown and not topics:
        return None
    return Pulse(counted_at=until, counted_from=since, figures=tuple({**shown, **medians}.items()), topics=topics)


def _is_anonymous_count(count: int, total: int) -> bool:
    """Whether "so many" tells nothing of one: five at least, and two at least of whom it does not hold."""
    return MIN_CONTRIBUTORS <= count <= total - 2


def to_median_band(number: float) -> int:
    """The first number of the band that this one lies in."""
    return max(start for start in MEDIAN_BAND_STARTS if start <= max(number, 0))


def count_contributors(member_counts: Iterable[int]) -> int:
    return sum(count > 0 for count in member_counts)


def round_figure(number: int) -> int:
    """To the nearest five, and never to nothing."""
    return max(ROUNDING_STEP, ROUNDING_STEP * round(number / ROUNDING_STEP))


def is_pulse_current(club: Club, members: Collection[Address]) -> bool:
    """Whether all whom the last count was about are still in: if not, it is not shown any more."""
    return club.pulse is not None and set(club.counted_members) <= set(members)
