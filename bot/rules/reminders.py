"""Which reminders follow from a book, and when each becomes due; `bot.rules.schedule` then says when it may be sent.

Pure functions, which give the same result however often they are called. The book itself records what was sent
(`Contact.reminded_keys`, `Book.sent_reminders`, `Book.last_basket_day`), so a late sweep loses no reminder and an early
one repeats none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile

from bot.domain.calendar import ONE_DAY
from bot.domain.model import (
    END_OF_TIME,
    Book,
    Cadence,
    Contact,
    EntryOccasion,
    IntroducedNote,
    NoteContent,
    NoteOccasion,
    OfferNote,
    Plan,
    Policy,
    ReminderItem,
    ReminderKind,
    SilenceOccasion,
    TalkRequestNote,
    WeekOccasion,
)
from bot.rules import ContactStatus, Stage, WaitWindow, read_timeline, wait_held_until
from bot.rules.member_clock import MemberClock

ANSWER_EXPECTING_KINDS = frozenset(
    {ReminderKind.CALL_CHECK, ReminderKind.PERMISSION, ReminderKind.STALEMATE, ReminderKind.SNOOZE_OVER}
)
SNOOZE_REMINDER_STAGES = frozenset({Stage.YOUR_TURN, Stage.TO_CONTACT, Stage.IN_TOUCH, Stage.CALL_PLANNED})
LONG_BASKET_INTERVAL = timedelta(weeks=4)
StatusAt = Callable[[datetime, Contact], ContactStatus]
"""The status of a contact at a moment (UTC): `BookMoment.status_at`."""


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder that follows from the book and was not sent yet."""

    item: ReminderItem
    #: The first moment (UTC) at which it may be sent. May lie in the future.
    due_at: datetime


def is_requested_note(content: NoteContent) -> bool:
    """Whether somebody waits for the note, so that a pause does not hold it back."""
    return isinstance(content, OfferNote | IntroducedNote | TalkRequestNote)


def club_note_reminders(book: Book) -> Iterator[DueReminder]:
    """The club notes to send. A pause until further notice leaves only those that somebody waits for."""
    for note in book.club_notes:
        if book.paused_until != END_OF_TIME or is_requested_note(note.content):
            yield DueReminder(ReminderItem(ReminderKind.CLUB_NOTE, NoteOccasion(note.id)), note.created_at)


def unsent_contact_reminders(book: Book, now: datetime, clock: MemberClock, status_at: StatusAt) -> list[DueReminder]:
    unsent: list[DueReminder] = []
    for contact in book.contacts:
        sent_keys = frozenset(contact.reminded_keys)
        reminders = _contact_reminders(book, contact, now, clock, status_at, sent_keys)
        unsent += [due for due in reminders if due.item.key not in sent_keys] if sent_keys else reminders
    return unsent


def _contact_reminders(
    book: Book, contact: Contact, now: datetime, clock: MemberClock, status_at: StatusAt, sent_keys: Set[str]
) -> Iterator[DueReminder]:
    thread = read_timeline(contact)
    held_until = wait_held_until(thread, clock.calendar)
    hold_end = clock.calendar.start_of_day(held_until) if held_until else now
    # Only time ends a rest or a snooze, so the status at its end is derived already now: nothing else wakes the book.
    status = status_at(max(now, hold_end), contact)
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
    for kind, entry_id, day in _wait_reminders(book, contact, status, clock, sent_keys):
        at = clock.reminder_time_from(max(day, held_until) if held_until else day)
        yield DueReminder(
            ReminderItem(kind, EntryOccasion(entry_id), contact.id),
            at if at > contact.changed_at else clock.next_reminder_time(contact.changed_at),
        )


def call_check_time(plan: Plan, policy: Policy) -> datetime:
    """When to ask how a planned call went (UTC)."""
    return plan.starts_at + timedelta(minutes=plan.minutes) + policy.call_check_delay


def _wait_reminders(
    book: Book, contact: Contact, status: ContactStatus, clock: MemberClock, sent_keys: Set[str]
) -> Iterator[tuple[ReminderKind, str, date]]:
    """The reminders of the present wait. Each is a kind, the id of the entry that causes it, and a local day."""
    thread, window, episode = status.thread, status.window, status.thread.episode
    snoozed = thread.snoozed
    if status.stage in SNOOZE_REMINDER_STAGES and snoozed:
        yield ReminderKind.SNOOZE_OVER, snoozed.id, snoozed.until
    if window is None or episode is None or status.lapse_day is None or status.stage is Stage.CALL_PLANNED:
        return
    if sent_keys and not _stalemate_entry_ids(sent_keys).isdisjoint(episode.wait_starter_ids):
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


def _stalemate_entry_ids(sent_keys: Set[str]) -> set[str]:
    """The ids of the entries whose waits ended with the suggestion of someone else."""
    prefix = ReminderItem(ReminderKind.STALEMATE, EntryOccasion("")).key
    return {key.removeprefix(prefix) for key in sent_keys if key.startswith(prefix)}


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


def basket_reminder(book: Book, clock: MemberClock) -> Iterator[DueReminder]:
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


def gone_quiet_reminder(book: Book, clock: MemberClock) -> list[DueReminder]:
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
