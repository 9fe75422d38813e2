"""Which reminders follow from a book, and the first moment at which each may be sent.

Pure functions, which give the same result however often they are called. The book itself records what was sent
(`Contact.reminded_keys`, `Book.sent_reminders`, `Book.last_basket_day`), so a late sweep loses no reminder and an early
one repeats none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

from bot.domain.calendar import ONE_DAY
from bot.domain.model import (
    POLICY,
    Book,
    Cadence,
    ClubNoteKind,
    Contact,
    DeliveryState,
    EntryOccasion,
    Envelope,
    HostDefaults,
    NoteOccasion,
    Plan,
    Policy,
    ReminderItem,
    ReminderKind,
    SilenceOccasion,
    WeekOccasion,
)
from bot.rules import ContactStatus, Stage, WaitWindow, read_timeline, wait_held_until
from bot.rules.context import book_contact_status
from bot.rules.member_clock import MemberClock, member_calendar, member_clock

BUDGETED_KINDS = frozenset(
    {ReminderKind.PERMISSION, ReminderKind.STALEMATE, ReminderKind.PATIENCE, ReminderKind.GOING_QUIET}
)
ANSWER_EXPECTING_KINDS = frozenset(
    {ReminderKind.CALL_CHECK, ReminderKind.PERMISSION, ReminderKind.STALEMATE, ReminderKind.SNOOZE_OVER}
)
REMINDER_KIND_ORDER = list(ReminderKind)
ANY_DAY_KINDS = frozenset(
    {ReminderKind.CALL_CHECK, ReminderKind.CLUB_NOTE}
)  # exempt from working days and the budget: only the quiet hours and a pause hold these back
REQUESTED_NOTE_KINDS = frozenset(
    (ClubNoteKind.OFFER_MADE, ClubNoteKind.INTRODUCED, ClubNoteKind.TALK_WANTED)
)  # somebody waits for these, so a pause does not hold them back
SNOOZE_REMINDER_STAGES = frozenset({Stage.YOUR_TURN, Stage.TO_CONTACT, Stage.IN_TOUCH, Stage.CALL_PLANNED})
LONG_BASKET_INTERVAL = timedelta(weeks=4)
END_OF_TIME = datetime.max.replace(tzinfo=UTC)  # as `Book.paused_until`: until further notice


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder that follows from the book and was not sent yet."""

    item: ReminderItem
    #: The first moment (UTC) at which it may be sent. May lie in the future.
    due_at: datetime


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
    goodbye = [] if is_silent else _gone_quiet_reminder(book, clock)
    candidates = [
        *_club_note_reminders(book),
        *(
            []
            if is_silent
            else [*_unsent_contact_reminders(book, now, clock), *_basket_reminder(book, clock), *goodbye]
        ),
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
        NoteOccasion(note.id) == due.item.occasion and note.kind in REQUESTED_NOTE_KINDS for note in book.club_notes
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


def _club_note_reminders(book: Book) -> Iterator[DueReminder]:
    """The club notes to send. A pause until further notice leaves only those that somebody waits for."""
    for note in book.club_notes:
        if book.paused_until != END_OF_TIME or note.kind in REQUESTED_NOTE_KINDS:
            yield DueReminder(ReminderItem(ReminderKind.CLUB_NOTE, NoteOccasion(note.id)), note.created_at)


def _unsent_contact_reminders(book: Book, now: datetime, clock: MemberClock) -> Iterator[DueReminder]:
    for contact in book.contacts:
        for due in _contact_reminders(book, contact, now, clock):
            if due.item.key not in contact.reminded_keys:
                yield due


def _contact_reminders(book: Book, contact: Contact, now: datetime, clock: MemberClock) -> Iterator[DueReminder]:
    thread = read_timeline(contact)
    held_until = wait_held_until(thread, clock.calendar)
    hold_end = clock.calendar.start_of_day(held_until) if held_until else now
    # Only time ends a rest or a snooze, so the status at its end is derived already now: nothing else wakes the book.
    status = book_contact_status(book, contact, max(now, hold_end), clock)
    if status.stage is Stage.CLOSED or status.stage is Stage.RESTING:
        return
    rest_end = (
        clock.calendar.start_of_day(thread.set_aside.until) if thread.set_aside and thread.set_aside.until else None
    )
    for plan in thread.plans:
        at = call_check_time(plan, clock.policy)
        yield DueReminder(
            ReminderItem(ReminderKind.CALL_CHECK, EntryOccasion(plan.id), contact.id),
            max(at, rest_end) if rest_end else at,
        )
    for kind, entry_id, day in _wait_reminders(book, contact, status, clock):
        at = clock.reminder_time_from(max(day, held_until) if held_until else day)
        yield DueReminder(
            ReminderItem(kind, EntryOccasion(entry_id), contact.id),
            at if at > contact.changed_at else clock.next_reminder_time(contact.changed_at),
        )


def call_check_time(plan: Plan, policy: Policy) -> datetime:
    """When to ask how a planned call went (UTC)."""
    return plan.starts_at + timedelta(minutes=plan.minutes) + policy.call_check_delay


def _wait_reminders(
    book: Book, contact: Contact, status: ContactStatus, clock: MemberClock
) -> Iterator[tuple[ReminderKind, str, date]]:
    """The reminders of the present wait. Each is a kind, the id of the entry that causes it, and a local day."""
    thread, window, episode = status.thread, status.window, status.thread.episode
    snoozed = thread.snoozed
    if status.stage in SNOOZE_REMINDER_STAGES and snoozed:
        yield ReminderKind.SNOOZE_OVER, snoozed.id, snoozed.until
    if window is None or episode is None or status.lapse_day is None or status.stage is Stage.CALL_PLANNED:
        return
    if any(
        ReminderItem(ReminderKind.STALEMATE, EntryOccasion(entry_id)).key in contact.reminded_keys
        for entry_id in episode.wait_starter_ids
    ):
        return  # after the bot suggested someone else, no message proposes this contact again
    yield ReminderKind.STALEMATE, episode.id, stalemate_day(contact, window, status.lapse_day, clock.policy)
    if window.allows_follow_up and status.stage is not Stage.SOMEONE_ELSE:
        if (
            status.stage is Stage.THEIR_TURN
            and book.settings.patience_reminders
            and (day := patience_reminder_day(window, clock))
        ):
            yield ReminderKind.PATIENCE, episode.wait_started_by, day
        yield ReminderKind.PERMISSION, episode.wait_changed_by, window.end


def stalemate_day(contact: Contact, window: WaitWindow, lapse_day: date, policy: Policy) -> date:
    """The local day on which to suggest someone else (rule 4).

    It is the end of the last wait, or the day on which an unused permission lapses. For a contact who matters it is
    halfway there.
    """
    end = lapse_day if window.allows_follow_up else window.end
    begin = lapse_day - timedelta(days=policy.unused_permission_days) if window.allows_follow_up else window.start
    return begin + ONE_DAY * half_rounded_up((end - begin).days) if contact.matters else end


def half_rounded_up(days: int) -> int:
    return -(-days // 2)


def patience_reminder_day(window: WaitWindow, clock: MemberClock) -> date | None:
    """Day ⌈n/2⌉ of a wait of n days, or the next working day. None if that is not before its end, or n is small."""
    if window.days < clock.policy.min_patience_wait_days:
        return None
    day = clock.calendar.first_working_day(window.start + ONE_DAY * half_rounded_up(window.days))
    return day if day < window.end else None


def _basket_reminder(book: Book, clock: MemberClock) -> Iterator[DueReminder]:
    """The basket message, on the first working day of the week after the last one, or after the book was created.

    A member who has been inactive for four weeks gets it every four weeks. After a pause it waits for the next Monday.
    """
    cadence = book.settings.basket_cadence
    if cadence is Cadence.NEVER or not any(is_open_contact(contact) for contact in book.contacts):
        return
    last_day = book.last_basket_day or clock.calendar.day_of(book.created_at)
    is_absent = clock.calendar.day_of(book.last_active_at) + LONG_BASKET_INTERVAL <= last_day
    is_rare = book.last_basket_day and (is_absent or cadence is Cadence.MONTHLY)
    monday = last_day - ONE_DAY * last_day.weekday() + (LONG_BASKET_INTERVAL if is_rare else timedelta(weeks=1))
    for resumed_at in filter(None, (book.paused_until, book.reminders_resumed_at)):
        if resumed_at != END_OF_TIME and clock.reminder_time_from(monday) < resumed_at:
            day = clock.calendar.day_of(resumed_at)
            monday = day + ONE_DAY * (-day.weekday() % 7)
            monday += timedelta(weeks=1) if clock.reminder_time_from(monday) < resumed_at else timedelta()
    yield DueReminder(ReminderItem(ReminderKind.BASKET, WeekOccasion(monday)), clock.reminder_time_from(monday))


def is_open_contact(contact: Contact) -> bool:
    """Whether the contact is not closed."""
    return not contact.entries or read_timeline(contact).closed is None


def _gone_quiet_reminder(book: Book, clock: MemberClock) -> list[DueReminder]:
    """The goodbye, after `Policy.max_ignored_reminders` in a row that asked something and were not answered."""
    asking = (sent for sent in reversed(book.sent_reminders) if sent.expects_answer)
    ignored = [sent.sent_at for sent in takewhile(lambda sent: not sent.was_answered, asking)]
    if len(ignored) < clock.policy.max_ignored_reminders:
        return []
    # The newest is first. A further reminder that is ignored meanwhile must not postpone the goodbye.
    last = ignored[-clock.policy.max_ignored_reminders]
    return [
        DueReminder(
            ReminderItem(ReminderKind.GOING_QUIET, SilenceOccasion(last)),
            clock.next_reminder_time(last + clock.policy.ignored_after),
        )
    ]
