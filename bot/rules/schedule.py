"""When each reminder of a book may be sent: the hours, a pause, the budget, and when the book is next looked at.

Pure functions, which give the same result however often they are called.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.domain.calendar import ONE_DAY
from bot.domain.model import (
    END_OF_TIME,
    POLICY,
    Book,
    DeliveryState,
    Envelope,
    HostDefaults,
    NoteOccasion,
    Policy,
    ReminderItem,
    ReminderKind,
)
from bot.rules.member_clock import MemberClock, member_calendar, member_clock
from bot.rules.reminders import (
    DueReminder,
    basket_reminder,
    club_note_reminders,
    gone_quiet_reminder,
    is_requested_note,
    unsent_contact_reminders,
)

BUDGETED_KINDS = frozenset(
    {ReminderKind.PERMISSION, ReminderKind.STALEMATE, ReminderKind.PATIENCE, ReminderKind.GOING_QUIET}
)
REMINDER_KIND_ORDER = list(ReminderKind)
ANY_DAY_KINDS = frozenset(
    {ReminderKind.CALL_CHECK, ReminderKind.CLUB_NOTE}
)  # exempt from working days and the budget: only the quiet hours and a pause hold these back


def build_reminder_schedule(
    book: Book, now: datetime, defaults: HostDefaults, policy: Policy = POLICY
) -> tuple[DueReminder, ...]:
    """All reminders of the book as of `now`, the earliest first. Empty while the member cannot be reached.

    A reminder with `due_at <= now` is due, but may still have to wait for the hours in which messages are sent.
    """
    clock = member_clock(book, defaults, policy)
    if book.unreachable_reason or book.profile.account_closed_at:
        return ()
    is_silent = book.landed_at or book.quiet_since or book.paused_until == END_OF_TIME
    goodbye = [] if is_silent else gone_quiet_reminder(book, clock)
    candidates = [
        *club_note_reminders(book),
        *([] if is_silent else [*unsent_contact_reminders(book, now, clock), *basket_reminder(book, clock), *goodbye]),
    ]
    schedule = [DueReminder(due.item, _first_allowed_time(book, due, now, clock)) for due in candidates]
    if goodbye and any(due.item.kind is ReminderKind.GOING_QUIET and due.due_at <= now for due in schedule):
        schedule = [due for due in schedule if due.item.kind in (ReminderKind.GOING_QUIET, ReminderKind.CLUB_NOTE)]
    return tuple(sorted(schedule, key=lambda due: (due.due_at, REMINDER_KIND_ORDER.index(due.item.kind))))


def due_reminders(
    book: Book, now: datetime, defaults: HostDefaults, policy: Policy = POLICY
) -> tuple[DueReminder, ...]:
    """The reminders that go into one message at `now`, by priority. Empty outside the hours for messages.

    Items of parked envelopes are left out. A club note is always a message of its own.
    """
    clock, parked_items = member_clock(book, defaults, policy), _items_in_state(book, DeliveryState.PARKED)
    sendable = [
        due
        for due in build_reminder_schedule(book, now, defaults, policy)
        if due.due_at <= now and due.item not in parked_items and _may_send_now(due, now, clock)
    ]
    matters = {contact.id: contact.matters for contact in book.contacts}
    by_priority = sorted(
        sendable,
        key=lambda due: (REMINDER_KIND_ORDER.index(due.item.kind), not matters.get(due.item.contact_id), due.due_at),
    )
    club_notes = [due for due in by_priority if due.item.kind is ReminderKind.CLUB_NOTE]
    return tuple(club_notes[:1] or by_priority)


def next_book_wake(book: Book, now: datetime, defaults: HostDefaults, policy: Policy = POLICY) -> datetime | None:
    """The earliest moment (UTC) from `now` on at which a sweep may find something to send. None: never."""
    if book.pending_club_updates:
        return now
    if retry_times := [envelope.retry_at for envelope in book.envelopes if envelope.state is not DeliveryState.PARKED]:
        return max(min(retry_times), now)
    clock, parked_items = member_clock(book, defaults, policy), _items_in_state(book, DeliveryState.PARKED)
    sending_times = (
        _next_sending_time(due, now, clock)
        for due in build_reminder_schedule(book, now, defaults, policy)
        if due.item not in parked_items
    )
    return min((at for at in sending_times if at < END_OF_TIME), default=None)


def wake_after_change(
    before: Book, after: Book, now: datetime, defaults: HostDefaults, policy: Policy = POLICY
) -> datetime | None:
    """The wake of a book after a command: never later than `next_book_wake`, sometimes earlier, which is harmless.

    A faster way looks only at the changed contacts. It is valid only while every unchanged contact was already counted
    in `before.wake_at`.
    """
    if not _only_contacts_changed(before, after, defaults):
        return next_book_wake(after, now, defaults, policy)
    old = {contact.id: contact for contact in before.contacts}
    changed = tuple(contact for contact in after.contacts if old.get(contact.id) is not contact)
    wakes = (before.wake_at, next_book_wake(replace(after, contacts=changed), now, defaults, policy))
    return min(filter(None, wakes), default=None)


def _only_contacts_changed(before: Book, after: Book, defaults: HostDefaults) -> bool:
    """Whether the books differ only in contacts and in fields that no reminder depends on.

    False for the first command of a day, so that the whole book is looked at once a day: the host may have changed the
    defaults, or an update of the program the rules.
    """
    calendar = member_calendar(after, defaults)
    expected = replace(
        before,
        contacts=after.contacts,
        last_active_at=after.last_active_at,
        drafts=after.drafts,
        handled_events=after.handled_events,
        undo=after.undo,
        zone_announced=after.zone_announced,
    )
    return (
        before.version > 0
        and expected == after
        and calendar.day_of(before.last_active_at) == calendar.day_of(after.last_active_at)
    )


def is_envelope_due(
    book: Book, envelope: Envelope, now: datetime, defaults: HostDefaults, policy: Policy = POLICY
) -> bool:
    """Whether every item of the envelope is still due and may be sent at `now`."""
    return set(envelope.items) <= {due.item for due in due_reminders(book, now, defaults, policy)}


def _items_in_state(book: Book, state: DeliveryState) -> set[ReminderItem]:
    return {item for envelope in book.envelopes if envelope.state is state for item in envelope.items}


def _may_send_now(due: DueReminder, now: datetime, clock: MemberClock) -> bool:
    return clock.after_quiet_hours(now) == now if due.item.kind in ANY_DAY_KINDS else clock.is_reminder_time(now)


def _next_sending_time(due: DueReminder, now: datetime, clock: MemberClock) -> datetime:
    """The first moment from `now` on at which the reminder may be sent, also if `due_at` was missed."""
    if due.due_at > now or _may_send_now(due, now, clock):
        return max(due.due_at, now)
    return clock.after_quiet_hours(now) if due.item.kind in ANY_DAY_KINDS else clock.next_reminder_time(now)


def _first_allowed_time(book: Book, due: DueReminder, now: datetime, clock: MemberClock) -> datetime:
    """The first moment at which reminder hours, working days, a pause and the budget allow the reminder."""
    if _was_requested(book, due):
        return clock.after_quiet_hours(due.due_at)
    at = max(due.due_at, book.paused_until or due.due_at)
    if due.item.kind in ANY_DAY_KINDS:
        return clock.after_quiet_hours(at)
    if book.reminders_resumed_at and at <= book.reminders_resumed_at:
        at = clock.next_reminder_time(book.reminders_resumed_at)
    if not clock.is_reminder_time(at):
        at = clock.next_reminder_time(at)
    if due.item.kind not in BUDGETED_KINDS:
        return at
    # Patience yields: it never takes the last message of a week, which a permission may need.
    return _first_time_within_budget(book, at, now, clock, spare=1 if due.item.kind is ReminderKind.PATIENCE else 0)


def _was_requested(book: Book, due: DueReminder) -> bool:
    """Whether the reminder is a club note that somebody waits for, so that a pause does not hold it back."""
    return any(
        NoteOccasion(note.id) == due.item.occasion and is_requested_note(note.content) for note in book.club_notes
    )


def _first_time_within_budget(book: Book, at: datetime, now: datetime, clock: MemberClock, spare: int) -> datetime:
    """`at`, or the reminder hour of the first later day with budget left (see `Policy.max_reminders_per_day`).

    `spare` messages of the week are left for other reminders. A reminder that was missed needs budget of today.
    """
    used_days = [clock.calendar.day_of(sent.sent_at) for sent in book.sent_reminders if sent.uses_budget]

    def is_spent(day: date) -> bool:
        week = sum(used_day.isocalendar()[:2] == day.isocalendar()[:2] for used_day in used_days)
        return used_days.count(day) >= clock.policy.max_reminders_per_day or week >= max(
            1, clock.policy.max_reminders_per_week - spare
        )

    def first_free(moment: datetime) -> datetime:
        while is_spent(clock.calendar.day_of(moment)):
            moment = clock.reminder_time_from(clock.calendar.day_of(moment) + ONE_DAY)
        return moment

    at = first_free(at)
    return first_free(now) if at < now and is_spent(clock.calendar.day_of(now)) else at
