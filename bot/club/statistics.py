"""Counts over the members of a club that reveal nothing about a single member.

A sum is shown from five contributors on, and rounded to five. The same members (the cohort) are counted from week to
week. Newcomers are added three at a time, and when someone leaves, counting stops until three have come or gone. So
two successive counts never differ by one member's data. Counts older than eight weeks are not compared with new ones.
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

MIN_CONTRIBUTORS = 5  # a figure over fewer members is not shown
ROUNDING_STEP = 5  # sums and numbers of members are rounded to this
MIN_COHORT_CHANGES = 3  # members who must have come or gone before the cohort changes
COHORT_COMPARISON_PERIOD = timedelta(weeks=8)
# Of the user id that replaces an erased member in the cohort. No platform's user ids have a blank.
ANONYMOUS_USER_PREFIX = "nobody "
STATISTICS_PERIOD = timedelta(weeks=1)
MIN_COUNT_INTERVAL = timedelta(days=6)  # between two counts, even if the meeting is moved
LONG_SILENCE_PERIOD = timedelta(weeks=4)  # without a reply, although the member makes attempts

FIGURE_STEPS, FIGURE_ANSWERS, FIGURE_CALLS = "steps", "answers", "calls"
FIGURE_MEDIAN_STEPS, FIGURE_MEDIAN_WAIT_DAYS, FIGURE_SILENT_MEMBERS = "middle", "waited", "silent"
MEDIAN_BAND_STARTS = (0, 4, 8, 15)  # 0 to 3, 4 to 7, 8 to 14, 15 or more
SUM_FIGURES = (FIGURE_STEPS, FIGURE_ANSWERS, FIGURE_CALLS)
PULSE_TOPICS = ("phone", "quiet", "no call", "first hello")


@dataclass(frozen=True, slots=True)
class MemberTally:
    """One member's numbers for a week. They are only added up with others', and never stored."""

    #: Attempts.
    steps: int = 0
    #: Replies.
    answers: int = 0
    #: Calls that took place.
    calls: int = 0
    #: For each reply, the days since the attempt before it.
    reply_wait_days: tuple[int, ...] = ()
    #: No reply for `LONG_SILENCE_PERIOD`, although attempts were made.
    is_silent: bool = False
    #: Of `PULSE_TOPICS`.
    topics: frozenset[str] = frozenset()


def tally_member_week(
    book: Book, stages: Mapping[str, Stage], since: datetime, until: datetime, joined_at: datetime | None = None
) -> MemberTally:
    """Tally the entries from `since` to `until` (UTC) of a member who agreed to be counted at `joined_at`; earlier
    entries do not count. `stages`: the contacts' stages at `until`, by contact id.
    """
    entries = [
        (contact, entry)
        for contact in book.contacts
        for entry in contact.entries
        if joined_at is None or entry.at >= joined_at
    ]
    week = [(contact, entry) for contact, entry in entries if since <= entry.at < until]
    recent_entries = [entry for _contact, entry in entries if until - LONG_SILENCE_PERIOD <= entry.at < until]
    return MemberTally(
        steps=sum(isinstance(entry, Attempt) for _contact, entry in week),
        answers=sum(isinstance(entry, ReplyReceived) for _contact, entry in week),
        calls=sum(_is_held_call(entry) for _contact, entry in week),
        reply_wait_days=tuple(
            days for contact, entry in week if (days := _count_reply_wait_days(contact, entry)) is not None
        ),
        is_silent=_is_in_long_silence([entry for _contact, entry in entries], until),
        topics=frozenset(_find_pulse_topics(recent_entries, stages)),
    )


def _is_in_long_silence(entries: Collection[Entry], until: datetime) -> bool:
    """True if the member made attempts both before and during the last four weeks, without a reply in these weeks."""
    silent_since, past_entries = until - LONG_SILENCE_PERIOD, [entry for entry in entries if entry.at < until]
    attempt_times = [one.at for one in past_entries if isinstance(one, Attempt)]
    has_reply = any(isinstance(one, ReplyReceived) and one.at >= silent_since for one in past_entries)
    return bool(attempt_times) and min(attempt_times) < silent_since <= max(attempt_times) and not has_reply


def _is_held_call(entry: Entry) -> bool:
    return isinstance(entry, CallOutcome) and entry.result is CallResult.HELD


def _count_reply_wait_days(contact: Contact, entry: Entry) -> int | None:
    """Days from the last attempt to this reply. None if the entry is no reply, or no attempt came before it."""
    if not isinstance(entry, ReplyReceived):
        return None
    attempt_times = [other.at for other in contact.entries if isinstance(other, Attempt) and other.at <= entry.at]
    return (entry.at - max(attempt_times)).days if attempt_times else None


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
    """The members whom a count at `now` may cover. Empty if comparing it with the last count could reveal a member, or
    if they are too few.
    """
    present, before = set(members), set(club.counted_members)
    recent = club.counted_at is not None and now - club.counted_at < COHORT_COMPARISON_PERIOD
    if before and recent and _count_cohort_changes(before, present) < MIN_COHORT_CHANGES:
        present = before if before <= present else set()
    return tuple(sorted(present, key=lambda one: (one.team, one.user))) if len(present) >= MIN_CONTRIBUTORS else ()


def is_erased_placeholder(member: Address) -> bool:
    """Whether this stands for an erased member of the cohort."""
    return member.user.startswith(ANONYMOUS_USER_PREFIX)


def _count_cohort_changes(before: Collection[Address], after: Collection[Address]) -> int:
    """The smallest number of people who can have come or left.

    An erased member may have come back, so each placeholder is paired with one newcomer first.
    """
    erased = sum(map(is_erased_placeholder, before))
    joined, departed = set(after) - set(before), set(before) - set(after)
    return len(departed) - erased + abs(len(joined) - erased)


def build_pulse(tallies: Collection[MemberTally], since: datetime, until: datetime) -> Pulse | None:
    """What may be shown of these tallies, from `since` to `until` (UTC). None if nothing may be shown."""
    sums = {
        FIGURE_STEPS: [tally.steps for tally in tallies],
        FIGURE_ANSWERS: [tally.answers for tally in tallies],
        FIGURE_CALLS: [tally.calls for tally in tallies],
        FIGURE_SILENT_MEMBERS: [int(tally.is_silent) for tally in tallies],
    }
    figures = {
        name: round_figure(sum(numbers))
        for name, numbers in sums.items()
        if count_contributors(numbers) >= MIN_CONTRIBUTORS
    }
    if not _is_anonymous_count(count_contributors(sums[FIGURE_SILENT_MEMBERS]), len(tallies)):
        figures.pop(FIGURE_SILENT_MEMBERS, None)
    steps = [tally.steps for tally in tallies if tally.steps]
    waits = [median(tally.reply_wait_days) for tally in tallies if tally.reply_wait_days]
    # The median of five is one member's own number, so only its band is shown.
    medians = {
        name: to_median_band(median(numbers))
        for name, numbers in ((FIGURE_MEDIAN_STEPS, steps), (FIGURE_MEDIAN_WAIT_DAYS, waits))
        if len(numbers) >= MIN_CONTRIBUTORS
    }
    topic_counts = {topic: sum(topic in tally.topics for tally in tallies) for topic in PULSE_TOPICS}
    topics = tuple(topic for topic, count in topic_counts.items() if _is_anonymous_count(count, len(tallies)))
    if not figures and not topics:
        return None
    return Pulse(counted_at=until, counted_from=since, figures=tuple({**figures, **medians}.items()), topics=topics)


def _is_anonymous_count(count: int, total: int) -> bool:
    """True if the count reveals nothing about one member: at least five members are in it, and at least two are not."""
    return MIN_CONTRIBUTORS <= count <= total - 2


def to_median_band(number: float) -> int:
    """The first number of the band that contains `number`."""
    return max(start for start in MEDIAN_BAND_STARTS if start <= max(number, 0))


def count_contributors(member_counts: Iterable[int]) -> int:
    return sum(count > 0 for count in member_counts)


def round_figure(number: int) -> int:
    """Round to the nearest five, but not down to 0."""
    return max(ROUNDING_STEP, ROUNDING_STEP * round(number / ROUNDING_STEP))


def is_pulse_current(club: Club, members: Collection[Address]) -> bool:
    """Whether there is a pulse and everyone in the last cohort is still in the club. Only then may it be shown."""
    return club.pulse is not None and set(club.counted_members) <= set(members)
