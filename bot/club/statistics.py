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
    Club,
    Entry,
    Happened,
    Outcome,
    Outreach,
    Pulse,
    Reply,
    Settled,
    Slot,
)
from bot.rules import Stage

CONTRIBUTORS = 5  # fewer are never counted
STEP = 5  # sums and numbers of people are rounded to this
CHANGED = 3  # so many must have come or gone before others are counted
COMPARED = timedelta(weeks=8)
NOBODY = "nobody "  # begins what stands in the place of who was forgotten: no platform's id of a person has a blank
WEEK = timedelta(weeks=1)
SETTLED = timedelta(days=6)  # nothing is counted anew before, however often the meeting is moved
SILENCE = timedelta(weeks=4)  # without any answer, while reaching out

STEPS, ANSWERS, CALLS = "steps", "answers", "calls"
MIDDLE, WAITED, SILENT = "middle", "waited", "silent"
BANDS = (0, 4, 8, 15)  # 0 to 3, 4 to 7, 8 to 14, more
SUMS = (STEPS, ANSWERS, CALLS)
TOPICS = ("phone", "quiet", "no call", "first hello")


@dataclass(frozen=True, slots=True)
class Tally:
    """One member's week, and what they meet just now. It is added up and never kept."""

    steps: int = 0
    answers: int = 0
    calls: int = 0
    waited: tuple[int, ...] = ()  # days until each answer
    silent: bool = False
    topics: frozenset[str] = frozenset()


def tally(
    book: Book, stages: Mapping[str, Stage], since: datetime, until: datetime, joined: datetime | None = None
) -> Tally:
    """What the club may add up of a member who said so, `joined` then. `stages`: of the contacts by id, at `until`."""
    entries = [(one, entry) for one in book.contacts for entry in one.entries if joined is None or entry.at >= joined]
    week = [(one, entry) for one, entry in entries if since <= entry.at < until]
    lately = [entry for _one, entry in entries if until - SILENCE <= entry.at < until]
    return Tally(
        steps=sum(isinstance(entry, Attempt) for _one, entry in week),
        answers=sum(isinstance(entry, Reply) for _one, entry in week),
        calls=sum(_held(entry) for _one, entry in week),
        waited=tuple(days for one, entry in week if (days := _waited(one, entry)) is not None),
        silent=_silent([entry for _one, entry in entries], until),
        topics=frozenset(_topics(lately, stages)),
    )


def _silent(entries: Collection[Entry], until: datetime) -> bool:
    """Whether somebody who has reached out for weeks has heard nothing for weeks."""
    lately, before = until - SILENCE, [one for one in entries if one.at < until]
    reached = [one.at for one in before if isinstance(one, Attempt)]
    heard = any(isinstance(one, Reply) and one.at >= lately for one in before)
    return bool(reached) and min(reached) < lately <= max(reached) and not heard


def _held(entry: Entry) -> bool:
    return isinstance(entry, Outcome) and entry.happened is Happened.HELD


def _waited(one: Outreach, entry: Entry) -> int | None:
    """Days from the last touch before a reply."""
    if not isinstance(entry, Reply):
        return None
    touches = [other.at for other in one.entries if isinstance(other, Attempt) and other.at <= entry.at]
    return (entry.at - max(touches)).days if touches else None


def _topics(lately: Collection[Entry], stages: Mapping[str, Stage]) -> Iterable[str]:
    if any(isinstance(one, Settled) and one.slot is Slot.PHONE for one in lately):
        yield "phone"
    if Stage.SOMEONE_ELSE in stages.values():
        yield "quiet"
    if any(isinstance(one, Outcome) and one.happened is Happened.NO_CALL for one in lately):
        yield "no call"
    if Stage.TO_CONTACT in stages.values():
        yield "first hello"


def cohort_of(club: Club, joined: Collection[Address], now: datetime) -> tuple[Address, ...]:
    """Whom a count of today may be about; nobody when it could be compared with an earlier one."""
    present, before = set(joined), set(club.cohort)
    recent = club.counted_at is not None and now - club.counted_at < COMPARED
    if before and recent and _apart(before, present) < CHANGED:
        present = before if before <= present else set()
    return tuple(sorted(present, key=lambda one: (one.team, one.user))) if len(present) >= CONTRIBUTORS else ()


def _apart(before: Collection[Address], present: Collection[Address]) -> int:
    """How many came or went at least: whoever had themselves forgotten may be among those who came."""
    nobody = sum(one.user.startswith(NOBODY) for one in before)
    came, went = set(present) - set(before), set(before) - set(present)
    return len(went) - nobody + abs(len(came) - nobody)


def counted(tallies: Collection[Tally], since: datetime, until: datetime) -> Pulse | None:
    """What may be shown of these members; None when it is nothing."""
    sums = {
        STEPS: [one.steps for one in tallies],
        ANSWERS: [one.answers for one in tallies],
        CALLS: [one.calls for one in tallies],
        SILENT: [int(one.silent) for one in tallies],
    }
    shown = {name: rounded(sum(each)) for name, each in sums.items() if contributors(each) >= CONTRIBUTORS}
    if not _hides(contributors(sums[SILENT]), len(tallies)):
        shown.pop(SILENT, None)
    steps = [one.steps for one in tallies if one.steps]
    waits = [median(one.waited) for one in tallies if one.waited]
    # The middle of five is one member's own number: it is told as a band.
    medians = {name: band(median(of)) for name, of in ((MIDDLE, steps), (WAITED, waits)) if len(of) >= CONTRIBUTORS}
    met = {one: sum(one in each.topics for each in tallies) for one in TOPICS}
    topics = tuple(one for one, many in met.items() if _hides(many, len(tallies)))
    if not shown and not topics:
        return None
    return Pulse(at=until, since=since, figures=tuple({**shown, **medians}.items()), topics=topics)


def _hides(many: int, of: int) -> bool:
    """Whether "so many" tells nothing of one: five at least, and two at least of whom it does not hold."""
    return CONTRIBUTORS <= many <= of - 2


def band(number: float) -> int:
    """The first number of the band that this one lies in."""
    return max(one for one in BANDS if one <= max(number, 0))


def contributors(each: Iterable[int]) -> int:
    return sum(one > 0 for one in each)


def rounded(number: int) -> int:
    """To the nearest five, and never to nothing."""
    return max(STEP, STEP * round(number / STEP))


def still_counts(club: Club, joined: Collection[Address]) -> bool:
    """Whether all whom the last count was about are still in: if not, it is not shown any more."""
    return club.pulse is not None and set(club.cohort) <= set(joined)
