"""Which reminders a book holds, and the first moment at which each may be sent.

Pure: it is asked as often as one likes and answers the same. What was sent already is told by the book itself
(`Outreach.told`, `Book.sent`, `Book.basket_day`), so a reminder is neither lost by sleeping nor doubled by waking.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from bot.domain.calendar import ONE_DAY, Calendar
from bot.domain.model import POLICY, Book, Envelope, Home, Item, Kind, Outreach, Pace, Plan, Policy, Posted, Word
from bot.domain.model import Days as Busy
from bot.rules import Stage, Standing, Window, held_until, read, standing

COUNTED = frozenset({Kind.MAY, Kind.STALEMATE, Kind.PATIENCE, Kind.GONE_QUIET})
ASKING = frozenset({Kind.CALL_CHECK, Kind.MAY, Kind.STALEMATE, Kind.LATER})
ORDER = list(Kind)
ANY_DAY = frozenset({Kind.CALL_CHECK, Kind.CLUB})  # what the member began themselves: outside every limit but the night
ASKED_FOR = frozenset((Word.MATCH, Word.MET, Word.TALK))  # somebody waits for these
LATER_STAGES = frozenset({Stage.YOUR_TURN, Stage.TO_CONTACT, Stage.IN_TOUCH, Stage.CALL_PLANNED})
BASKET_REST = timedelta(weeks=4)
NEVER = datetime.max.replace(tzinfo=UTC)
NO_PLACE = frozenset(
    ("UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu", "GMT", "Etc/GMT")
)


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder and when it may go out: `at` is its first allowed moment, not before its time has come."""

    item: Item
    at: datetime


@dataclass(frozen=True, slots=True)
class Days:
    """What a member's day looks like to the bot: their calendar, their hour, and the policy."""

    calendar: Calendar
    hour: time
    policy: Policy

    def hour_of(self, day: date) -> datetime:
        """The hour of reminders on the first working day that is not before `day`."""
        return self.calendar.at(self.calendar.working_from(day), self.hour)

    def next_hour(self, after: datetime) -> datetime:
        """The first hour of reminders that is later than `after`."""
        today = self.calendar.day(after)
        first = self.hour_of(today)
        return first if first > after else self.hour_of(today + ONE_DAY)

    def in_hours(self, at: datetime) -> bool:
        """Whether unasked messages may be sent now: a working day, after the member's hour, before the quiet hours."""
        local = self.calendar.local(at)
        return self.calendar.is_working(local.date()) and self.hour <= local.time() < self.policy.quiet_from

    def awake(self, at: datetime) -> datetime:
        """`at`, or the end of the quiet hours that it falls into."""
        local = self.calendar.local(at)
        if local.time() < self.policy.quiet_until:
            return self.calendar.at(local.date(), self.policy.quiet_until)
        if local.time() >= self.policy.quiet_from:
            return self.calendar.at(local.date() + ONE_DAY, self.policy.quiet_until)
        return at


def home_of(book: Book, home: Home) -> Calendar:
    """The member's calendar: what they chose, else what their platform tells, else the host's.

    A host's zone that is only UTC says nothing of where its members live: then a guess goes before it.
    """
    assumed = (book.profile.likely or home.zone) if home.zone in NO_PLACE else home.zone
    return Calendar(book.settings.zone or book.profile.zone or assumed, book.settings.country or home.country)


def language_of(book: Book) -> str:
    """The member's language (BCP 47): what they chose, else what their platform tells, else English."""
    return book.settings.language or book.profile.language or "en"


def days_of(book: Book, home: Home, policy: Policy = POLICY) -> Days:
    return Days(home_of(book, home), policy.hours[book.settings.hour], policy)


def stands(book: Book, outreach: Outreach, now: datetime, days: Days) -> Standing:
    """How things stand with one contact of this book. In a club's busy days nobody is expected to answer."""
    if seasons := tuple(busy for club in book.clubs for busy in club.seasons):
        outreach = replace(outreach, busy=(*outreach.busy, *(Busy(one.first, one.last) for one in seasons)))
    return standing(outreach, now, days.calendar, days.policy, book.settings)


def agenda(book: Book, now: datetime, home: Home, policy: Policy = POLICY) -> tuple[Due, ...]:
    """The reminders that the book holds at `now`, the earliest first; those with `at <= now` may be sent now."""
    days = days_of(book, home, policy)
    if book.unreachable or book.profile.left:
        return ()
    silent = book.landed_at or book.quiet_since or book.paused_until == NEVER
    quiet = [] if silent else _gone_quiet(book, days)
    found = [*_notes(book), *([] if silent else [*_of_contacts(book, now, days), *_basket(book, days), *quiet])]
    placed = [Due(due.item, _allowed(book, due, now, days)) for due in found]
    if quiet and any(due.item.kind is Kind.GONE_QUIET and due.at <= now for due in placed):
        placed = [due for due in placed if due.item.kind in (Kind.GONE_QUIET, Kind.CLUB)]
    return tuple(sorted(placed, key=lambda due: (due.at, ORDER.index(due.item.kind))))


def due_now(book: Book, now: datetime, home: Home, policy: Policy = POLICY) -> tuple[Due, ...]:
    """What one message may say at `now`: the most useful first; empty outside the hours for it."""
    days, given_up = days_of(book, home, policy), _posted(book, Posted.PARKED)
    ready = [
        due
        for due in agenda(book, now, home, policy)
        if due.at <= now and due.item not in given_up and _may_go(due, now, days)
    ]
    matters = {one.id: one.matters for one in book.contacts}
    ordered = sorted(ready, key=lambda due: (ORDER.index(due.item.kind), not matters.get(due.item.contact), due.at))
    # A club's word is a message of its own, about nothing else.
    words = [due for due in ordered if due.item.kind is Kind.CLUB]
    return tuple(words[:1] or ordered)


def next_wake(book: Book, now: datetime, home: Home, policy: Policy = POLICY) -> datetime | None:
    """The earliest moment from `now` on at which something may be due, or None."""
    if book.errands:
        return now
    if under_way := [one.retry_at for one in book.envelopes if one.state is not Posted.PARKED]:
        return max(min(under_way), now)
    days, given_up = days_of(book, home, policy), _posted(book, Posted.PARKED)
    moments = (_reopens(due, now, days) for due in agenda(book, now, home, policy) if due.item not in given_up)
    return min((at for at in moments if at < NEVER), default=None)


def wake_after(before: Book, after: Book, now: datetime, home: Home, policy: Policy = POLICY) -> datetime | None:
    """`next_wake` of a book that a command changed: never too late, perhaps too early, which is harmless.

    Only the contacts that changed are looked at, where the others still have what `before.wake_at` was derived from.
    """
    if not _rests_on(before, after, home):
        return next_wake(after, now, home, policy)
    old = {one.id: one for one in before.contacts}
    changed = tuple(one for one in after.contacts if old.get(one.id) is not one)
    moments = (before.wake_at, next_wake(replace(after, contacts=changed), now, home, policy))
    return min(filter(None, moments), default=None)


def _rests_on(before: Book, after: Book, home: Home) -> bool:
    """Whether nothing differs but contacts and what no reminder depends on.

    Once a day all is derived anew: the host may have changed the defaults, or the program its rules.
    """
    calendar = home_of(after, home)
    same = replace(
        before,
        contacts=after.contacts,
        active_at=after.active_at,
        drafts=after.drafts,
        handled=after.handled,
        undo=after.undo,
        zone_told=after.zone_told,
    )
    return before.version > 0 and same == after and calendar.day(before.active_at) == calendar.day(after.active_at)


def still_holds(book: Book, envelope: Envelope, now: datetime, home: Home, policy: Policy = POLICY) -> bool:
    """Whether all that an envelope says is still due and may be said at `now`."""
    return set(envelope.items) <= {due.item for due in due_now(book, now, home, policy)}


def _posted(book: Book, state: Posted) -> set[Item]:
    return {item for one in book.envelopes if one.state is state for item in one.items}


def _may_go(due: Due, now: datetime, days: Days) -> bool:
    return days.awake(now) == now if due.item.kind in ANY_DAY else days.in_hours(now)


def _reopens(due: Due, now: datetime, days: Days) -> datetime:
    """When a reminder can go that was missed or is still to come."""
    if due.at > now or _may_go(due, now, days):
        return max(due.at, now)
    return days.awake(now) if due.item.kind in ANY_DAY else days.next_hour(now)


def _allowed(book: Book, due: Due, now: datetime, days: Days) -> datetime:
    """The first moment that hours, working days, pause and budget leave to a reminder."""
    if _was_asked_for(book, due):
        return days.awake(due.at)
    at = max(due.at, book.paused_until or due.at)
    if due.item.kind in ANY_DAY:
        return days.awake(at)
    if book.resumed_at and at <= book.resumed_at:
        at = days.next_hour(book.resumed_at)
    if not days.in_hours(at):
        at = days.next_hour(at)
    if due.item.kind not in COUNTED:
        return at
    # Patience yields: it never takes the last message of a week, which a permission may need.
    return _within_budget(book, at, now, days, spare=1 if due.item.kind is Kind.PATIENCE else 0)


def _was_asked_for(book: Book, due: Due) -> bool:
    """Whether a club's word answers what the member began, so that a pause does not swallow it."""
    return any(note.id == due.item.mark and note.kind in ASKED_FOR for note in book.notes)


def _within_budget(book: Book, at: datetime, now: datetime, days: Days, spare: int) -> datetime:
    """`at`, or the hour of the first later day whose budget (one a day, three a local week) is not used up.

    `spare`: messages of the week to be left for others. What could have gone on an earlier day needs room today.
    """
    used = [days.calendar.day(sent.at) for sent in book.sent if sent.counts]

    def spent(day: date) -> bool:
        week = sum(one.isocalendar()[:2] == day.isocalendar()[:2] for one in used)
        return used.count(day) >= days.policy.per_day or week >= max(1, days.policy.per_week - spare)

    def first_free(moment: datetime) -> datetime:
        while spent(days.calendar.day(moment)):
            moment = days.hour_of(days.calendar.day(moment) + ONE_DAY)
        return moment

    at = first_free(at)
    return first_free(now) if at < now and spent(days.calendar.day(now)) else at


def _notes(book: Book) -> Iterator[Due]:
    """What clubs have to say to the member. "Nothing from me" for ever is kept, but for what they asked for."""
    for note in book.notes:
        if book.paused_until != NEVER or note.kind in ASKED_FOR:
            yield Due(Item(Kind.CLUB, mark=note.id), note.at)


def _of_contacts(book: Book, now: datetime, days: Days) -> Iterator[Due]:
    for one in book.contacts:
        for due in _of_contact(book, one, now, days):
            if due.item.key not in one.told:
                yield due


def _of_contact(book: Book, one: Outreach, now: datetime, days: Days) -> Iterator[Due]:
    thread = read(one)
    held = held_until(thread, days.calendar)
    from_then = days.calendar.start(held) if held else now
    # Nothing but the time ends a rest or a snooze: what comes then is known now, or nothing would wake the book.
    then_stands = stands(book, one, max(now, from_then), days)
    if then_stands.stage is Stage.CLOSED or then_stands.stage is Stage.RESTING:
        return
    rested = days.calendar.start(thread.rested.until) if thread.rested and thread.rested.until else None
    for plan in thread.plans:
        at = call_check_at(plan, days.policy)
        yield Due(Item(Kind.CALL_CHECK, one.id, plan.id), max(at, rested) if rested else at)
    for kind, mark, day in _steps(book, one, then_stands, days):
        at = days.hour_of(max(day, held) if held else day)
        yield Due(Item(kind, one.id, mark), at if at > one.changed else days.next_hour(one.changed))


def call_check_at(plan: Plan, policy: Policy) -> datetime:
    return plan.start + timedelta(minutes=plan.minutes) + policy.call_slack


def _steps(book: Book, one: Outreach, now_stands: Standing, days: Days) -> Iterator[tuple[Kind, str, date]]:
    """The reminders of the present wait with the local day of each."""
    thread, window, episode = now_stands.thread, now_stands.window, now_stands.thread.episode
    snoozed = thread.snoozed
    if now_stands.stage in LATER_STAGES and snoozed:
        yield Kind.LATER, snoozed.id, snoozed.until
    if window is None or episode is None or now_stands.lapses is None or now_stands.stage is Stage.CALL_PLANNED:
        return
    if any(Item(Kind.STALEMATE, mark=touch).key in one.told for touch in episode.touches):
        return  # once turned to someone else, no message proposes this contact again
    yield Kind.STALEMATE, episode.id, widen_day(one, window, now_stands.lapses, days.policy)
    if window.permits and now_stands.stage is not Stage.SOMEONE_ELSE:
        if now_stands.stage is Stage.THEIR_TURN and book.settings.patience and (day := patience_day(window, days)):
            yield Kind.PATIENCE, episode.touch, day
        yield Kind.MAY, episode.hold, window.end


def widen_day(one: Outreach, window: Window, lapses: date, policy: Policy) -> date:
    """When to turn to someone else: at the end of the last wait, or when a permission lapses; halfway there for a
    contact who matters a lot. (Rule 4.)"""
    end = lapses if window.permits else window.end
    begin = lapses - timedelta(days=policy.lapse) if window.permits else window.start
    return begin + ONE_DAY * halfway((end - begin).days) if one.matters else end


def halfway(days: int) -> int:
    return -(-days // 2)


def patience_day(window: Window, days: Days) -> date | None:
    """Day ⌈n/2⌉ of a window of three days or more; None when no working day before its end is left for it."""
    if window.days < days.policy.patience_window:
        return None
    day = days.calendar.working_from(window.start + ONE_DAY * halfway(window.days))
    return day if day < window.end else None


def _basket(book: Book, days: Days) -> Iterator[Due]:
    """The basket message: on the first working day of the week after the last one (or after the book was opened).

    Whoever has not been here for four weeks gets it once in four weeks; after a pause it waits for its next Monday.
    """
    pace = book.settings.basket
    if pace is Pace.NEVER or not any(stand_open(one) for one in book.contacts):
        return
    last = book.basket_day or days.calendar.day(book.created)
    absent = days.calendar.day(book.active_at) + BASKET_REST <= last
    rest = BASKET_REST if book.basket_day and (absent or pace is Pace.MONTHLY) else timedelta(weeks=1)
    monday = last - ONE_DAY * last.weekday() + rest
    for again in filter(None, (book.paused_until, book.resumed_at)):
        if again != NEVER and days.hour_of(monday) < again:
            day = days.calendar.day(again)
            monday = day + ONE_DAY * (-day.weekday() % 7)
            monday += timedelta(weeks=1) if days.hour_of(monday) < again else timedelta()
    yield Due(Item(Kind.BASKET, mark=monday.isoformat()), days.hour_of(monday))


def stand_open(one: Outreach) -> bool:
    """Whether the contact is still part of the member's network."""
    return not one.entries or read(one).closed is None


def _gone_quiet(book: Book, days: Days) -> list[Due]:
    """After so many asking messages in a row that nobody answered, one message says that the bot stops."""
    asked = (sent for sent in reversed(book.sent) if sent.asks)
    ignored = [sent.at for sent in takewhile(lambda sent: not sent.answered, asked)]
    if len(ignored) < days.policy.ignored:
        return []
    # the last of the first so many: a message that comes meanwhile must not put the end off
    last = ignored[-days.policy.ignored]
    return [Due(Item(Kind.GONE_QUIET, mark=last.isoformat()), days.next_hour(last + days.policy.ignored_after))]
