"""When each reminder of a book may be sent: the hours, a pause, the budget, and when the book is next looked at.

Pure functions, which give the same result however often they are called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import takewhile

from bot.domain.calendar import ONE_DAY
from bot.domain.model import (
    END_OF_TIME,
    Book,
    DeliveryState,
    NoteOccasion,
    ReminderItem,
    ReminderKind,
)
from bot.rules.member_clock import MemberClock
from bot.rules.reminders import (
    DueReminder,
    StatusAt,
    basket_reminder,
    club_note_reminders,
    gone_quiet_reminder,
    is_requested_note,
    unsent_contact_reminders,
)

BUDGETED_KINDS = frozenset(
    {ReminderKind.PERMISSION, ReminderKind.STALEMATE, ReminderKind.PATIENCE, ReminderKind.GOING_QUIET}
)
REMINDER_KIND_ORDER = {kind: order for order, kind in enumerate(ReminderKind)}
ANY_DAY_KINDS = frozenset(
    {ReminderKind.CALL_CHECK, ReminderKind.CLUB_NOTE}
)  # exempt from working days and the budget: only the quiet hours and a pause hold these back


def build_reminder_schedule(
    book: Book, now: datetime, clock: MemberClock, status_at: StatusAt
) -> tuple[DueReminder, ...]:
    """See `BookMoment.schedule`."""
    if book.unreachable_reason or book.profile.account_closed_at:
        return ()
    budget = SentBudget.of(book, clock)

    @cache  # most contacts share their kinds and times with others
    def allowed_time(kind: ReminderKind, due_at: datetime) -> datetime:
        return _first_allowed_time(book, kind, due_at, now, clock, budget)

    requested_notes = {NoteOccasion(note.id) for note in book.club_notes if is_requested_note(note.content)}
    schedule = [
        DueReminder(
            due.item,
            clock.after_quiet_hours(due.due_at)  # a pause does not hold back what somebody waits for
            if due.item.kind is ReminderKind.CLUB_NOTE and due.item.occasion in requested_notes
            else allowed_time(due.item.kind, due.due_at),
        )
        for due in _candidate_reminders(book, now, clock, status_at)
    ]
    if schedule and schedule[-1].item.kind is ReminderKind.GOING_QUIET and schedule[-1].due_at <= now:
        schedule = [due for due in schedule if due.item.kind in (ReminderKind.GOING_QUIET, ReminderKind.CLUB_NOTE)]
    return tuple(sorted(schedule, key=lambda due: (due.due_at, REMINDER_KIND_ORDER[due.item.kind])))


def _candidate_reminders(book: Book, now: datetime, clock: MemberClock, status_at: StatusAt) -> list[DueReminder]:
    """The reminders before hours, pause and budget are applied, a goodbye last."""
    candidates = [*club_note_reminders(book)]
    if not (book.landed_at or book.quiet_since or book.paused_until == END_OF_TIME):
        candidates += unsent_contact_reminders(book, now, clock, status_at)
        candidates += basket_reminder(book, clock)
        candidates += gone_quiet_reminder(book, clock)
    return candidates


def select_due_reminders(
    book: Book, schedule: Sequence[DueReminder], now: datetime, clock: MemberClock
) -> tuple[DueReminder, ...]:
    """See `BookMoment.due`."""
    may_send = {any_day: _may_send_now(now, clock, any_day=any_day) for any_day in (True, False)}
    parked_items = _parked_items(book)
    sendable = [
        due
        for due in takewhile(lambda due: due.due_at <= now, schedule)
        if may_send[due.item.kind in ANY_DAY_KINDS] and due.item not in parked_items
    ]
    matters = {contact.id for contact in book.contacts if contact.matters}
    by_priority = sorted(
        sendable,
        key=lambda due: (REMINDER_KIND_ORDER[due.item.kind], due.item.contact_id not in matters, due.due_at),
    )
    club_notes = [due for due in by_priority if due.item.kind is ReminderKind.CLUB_NOTE]
    return tuple(club_notes[:1] or by_priority)


def find_next_sending_time(
    book: Book, schedule: Sequence[DueReminder], now: datetime, clock: MemberClock
) -> datetime | None:
    """The first moment (UTC) from `now` on at which a reminder may be sent that is not parked. None: never."""
    parked_items = _parked_items(book)
    sending_times = (_next_sending_time(due, now, clock) for due in schedule if due.item not in parked_items)
    return min((at for at in sending_times if at < END_OF_TIME), default=None)


def _parked_items(book: Book) -> set[ReminderItem]:
    return {item for envelope in book.envelopes if envelope.state is DeliveryState.PARKED for item in envelope.items}


def _may_send_now(now: datetime, clock: MemberClock, *, any_day: bool) -> bool:
    return clock.after_quiet_hours(now) == now if any_day else clock.is_reminder_time(now)


def _next_sending_time(due: DueReminder, now: datetime, clock: MemberClock) -> datetime:
    """The first moment from `now` on at which the reminder may be sent, also if `due_at` was missed."""
    any_day = due.item.kind in ANY_DAY_KINDS
    if due.due_at > now or _may_send_now(now, clock, any_day=any_day):
        return max(due.due_at, now)
    return clock.after_quiet_hours(now) if any_day else clock.next_reminder_time(now)


def _first_allowed_time(
    book: Book, kind: ReminderKind, due_at: datetime, now: datetime, clock: MemberClock, budget: SentBudget
) -> datetime:
    """The first moment at which reminder hours, working days, a pause and the budget allow a reminder of this kind."""
    at = max(due_at, book.paused_until or due_at)
    if kind in ANY_DAY_KINDS:
        return clock.after_quiet_hours(at)
    if book.reminders_resumed_at and at <= book.reminders_resumed_at:
        at = clock.next_reminder_time(book.reminders_resumed_at)
    if not clock.is_reminder_time(at):
        at = clock.next_reminder_time(at)
    if kind not in BUDGETED_KINDS:
        return at
    # Patience yields: it never takes the last message of a week, which a permission may need.
    return budget.first_time(at, now, spare=1 if kind is ReminderKind.PATIENCE else 0)


@dataclass(frozen=True, slots=True)
class SentBudget:
    """How many reminders within the budget were sent: see `Policy.max_reminders_per_day`."""

    clock: MemberClock
    #: By local day.
    by_day: Counter[date]
    #: By ISO year and week.
    by_week: Counter[tuple[int, int]]

    @classmethod
    def of(cls, book: Book, clock: MemberClock) -> SentBudget:
        days = [clock.calendar.day_of(sent.sent_at) for sent in book.sent_reminders if sent.uses_budget]
        return cls(clock, Counter(days), Counter(day.isocalendar()[:2] for day in days))

    def first_time(self, at: datetime, now: datetime, spare: int) -> datetime:
        """`at`, or the reminder hour of the first later day with budget left.

        `spare` messages of the week are left for other reminders. A reminder that was missed needs budget of today.
        """
        at = self._first_free(at, spare)
        is_missed = at < now and self._is_spent(self.clock.calendar.day_of(now), spare)
        return self._first_free(now, spare) if is_missed else at

    def _first_free(self, at: datetime, spare: int) -> datetime:
        while self._is_spent(day := self.clock.calendar.day_of(at), spare):
            at = self.clock.reminder_time_from(day + ONE_DAY)
        return at

    def _is_spent(self, day: date, spare: int) -> bool:
        policy = self.clock.policy
        return self.by_day[day] >= policy.max_reminders_per_day or self.by_week[day.isocalendar()[:2]] >= max(
            1, policy.max_reminders_per_week - spare
        )
