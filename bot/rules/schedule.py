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
from bot.domain.model import DateRange as Busy
from bot.rules import ContactStatus, Stage, WaitWindow, contact_status, read_timeline, wait_held_until

BUDGETED_KINDS = frozenset(
    {ReminderKind.PERMISSION, ReminderKind.STALEMATE, ReminderKind.PATIENCE, ReminderKind.GOING_QUIET}
)
ANSWER_EXPECTING_KINDS = frozenset(
    {ReminderKind.CALL_CHECK, ReminderKind.PERMISSION, ReminderKind.STALEMATE, ReminderKind.SNOOZE_OVER}
)
REMINDER_KIND_ORDER = list(ReminderKind)
ANY_DAY_KINDS = frozenset(
    {ReminderKind.CALL_CHECK, ReminderKind.CLUB_NOTE}
)  # what the member began themselves: outside every limit but the night
REQUESTED_NOTE_KINDS = frozenset(
    (ClubNoteKind.OFFER_MADE, ClubNoteKind.INTRODUCED, ClubNoteKind.TALK_WANTED)
)  # somebody waits for these
SNOOZE_REMINDER_STAGES = frozenset({Stage.YOUR_TURN, Stage.TO_CONTACT, Stage.IN_TOUCH, Stage.CALL_PLANNED})
LONG_BASKET_INTERVAL = timedelta(weeks=4)
END_OF_TIME = datetime.max.replace(tzinfo=UTC)
PLACELESS_ZONES = frozenset(
    ("UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu", "GMT", "Etc/GMT")
)


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder and when it may go out: `at` is its first allowed moment, not before its time has come."""

    item: ReminderItem
    due_at: datetime


@dataclass(frozen=True, slots=True)
class MemberClock:
    """What a member's day looks like to the bot: their calendar, their hour, and the policy."""

    calendar: Calendar
    reminder_hour: time
    policy: Policy

    def reminder_time_from(self, day: date) -> datetime:
        """The hour of reminders on the first working day that is not before `day`."""
        return self.calendar.instant_at(self.calendar.first_working_day(day), self.reminder_hour)

    def next_reminder_time(self, after: datetime) -> datetime:
        """The first hour of reminders that is later than `after`."""
        today = self.calendar.day_of(after)
        first = self.reminder_time_from(today)
        return first if first > after else self.reminder_time_from(today + ONE_DAY)

    def is_reminder_time(self, at: datetime) -> bool:
        """Whether unasked messages may be sent now: a working day, after the member's hour, before the quiet hours."""
        local = self.calendar.to_local(at)
        return (
            self.calendar.is_working_day(local.date()) and self.reminder_hour <= local.time() < self.policy.quiet_from
        )

    def after_quiet_hours(self, at: datetime) -> datetime:
        """`at`, or the end of the quiet hours that it falls into."""
        local = self.calendar.to_local(at)
        if local.time() < self.policy.quiet_until:
            return self.calendar.instant_at(local.date(), self.policy.quiet_until)
        if local.time() >= self.policy.quiet_from:
            return self.calendar.instant_at(local.date() + ONE_DAY, self.policy.quiet_until)
        return at


def member_calendar(book: Book, defaults: HostDefaults) -> Calendar:
    """The member's calendar: what they chose, else what their platform tells, else the host's.

    A host's zone that is only UTC says nothing of where its members live: then a guess goes before it.
    """
    assumed = (book.profile.likely_zone or defaults.zone) if defaults.zone in PLACELESS_ZONES else defaults.zone
    return Calendar(book.settings.zone or book.profile.zone or assumed, book.settings.country or defaults.country)


def member_language(book: Book) -> str:
    """The member's language (BCP 47): what they chose, else what their platform tells, else English."""
    return book.settings.language or book.profile.language or "en"


def member_clock(book: Book, defaults: HostDefaults, policy: Policy = POLICY) -> MemberClock:
    return MemberClock(member_calendar(book, defaults), policy.reminder_times[book.settings.reminder_hour], policy)


def book_contact_status(book: Book, contact: Contact, now: datetime, clock: MemberClock) -> ContactStatus:
    """How things stand with one contact of this book. In a club's busy days nobody is expected to answer."""
    if seasons := tuple(busy for club in book.memberships for busy in club.seasons):
        contact = replace(
            contact, busy_ranges=(*contact.busy_ranges, *(Busy(season.first, season.last) for season in seasons))
        )
    return contact_status(contact, now, clock.calendar, clock.policy, book.settings)


def build_reminder_schedule(
    book: Book, now: datetime, defaults: HostDefaults, policy: Policy = POLICY
) -> tuple[DueReminder, ...]:
    """The reminders that the book holds at `now`, the earliest first; those with `at <= now` may be sent now."""
    days = member_clock(book, defaults, policy)
    if book.unreachable_reason or book.profile.account_closed_at:
        return ()
    silent = book.landed_at or book.quiet_since or book.paused_until == END_OF_TIME
    quiet = [] if silent else _gone_quiet_reminder(book, days)
    found = [
        *_club_note_reminders(book),
        *([] if silent else [*_unsent_contact_reminders(book, now, days), *_basket_reminder(book, days), *quiet]),
    ]
    placed = [DueReminder(due.item, _first_allowed_time(book, due, now, days)) for due in found]
    if quiet and any(due.item.kind is ReminderKind.GOING_QUIET and due.due_at <= now for due in placed):
        placed = [due for due in placed if due.item.kind in (ReminderKind.GOING_QUIET, ReminderKind.CLUB_NOTE)]
    return tuple(sorted(placed, key=lambda due: (due.due_at, REMINDER_KIND_ORDER.index(due.item.kind))))


def due_reminders(
    book: Book, now: datetime, defaults: HostDefaults, policy: Policy = POLICY
) -> tuple[DueReminder, ...]:
    """What one message may say at `now`: the most useful first; empty outside the hours for it."""
    days, given_up = member_clock(book, defaults, policy), _items_in_state(book, DeliveryState.PARKED)
    ready = [
        due
        for due in build_reminder_schedule(book, now, defaults, policy)
        if due.due_at <= now and due.item not in given_up and _may_send_now(due, now, days)
    ]
    matters = {contact.id: contact.matters for contact in book.contacts}
    ordered = sorted(
        ready,
        key=lambda due: (REMINDER_KIND_ORDER.index(due.item.kind), not matters.get(due.item.contact_id), due.due_at),
    )
    # A club's word is a message of its own, about nothing else.
    words = [due for due in ordered if due.item.kind is ReminderKind.CLUB_NOTE]
    return tuple(words[:1] or ordered)


def next_book_wake(book: Book, now: datetime, defaults: HostDefaults, policy: Policy = POLICY) -> datetime | None:
    """The earliest moment from `now` on at which something may be due, or None."""
    if book.pending_club_updates:
        return now
    if under_way := [envelope.retry_at for envelope in book.envelopes if envelope.state is not DeliveryState.PARKED]:
        return max(min(under_way), now)
    days, given_up = member_clock(book, defaults, policy), _items_in_state(book, DeliveryState.PARKED)
    moments = (
        _next_sending_time(due, now, days)
        for due in build_reminder_schedule(book, now, defaults, policy)
        if due.item not in given_up
    )
    return min((at for at in moments if at < END_OF_TIME), default=None)


def wake_after_change(
    before: Book, after: Book, now: datetime, defaults: HostDefaults, policy: Policy = POLICY
) -> datetime | None:
    """`next_wake` of a book that a command changed: never too late, perhaps too early, which is harmless.

    Only the contacts that changed are looked at, where the others still have what `before.wake_at` was derived from.
    """
    if not _only_contacts_changed(before, after, defaults):
        return next_book_wake(after, now, defaults, policy)
    old = {contact.id: contact for contact in before.contacts}
    changed = tuple(contact for contact in after.contacts if old.get(contact.id) is not contact)
    moments = (before.wake_at, next_book_wake(replace(after, contacts=changed), now, defaults, policy))
    return min(filter(None, moments), default=None)


def _only_contacts_changed(before: Book, after: Book, defaults: HostDefaults) -> bool:
    """Whether nothing differs but contacts and what no reminder depends on.

    Once a day all is derived anew: the host may have changed the defaults, or the program its rules.
    """
    calendar = member_calendar(after, defaults)
    same = replace(
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
        and same == after
        and calendar.day_of(before.last_active_at) == calendar.day_of(after.last_active_at)
    )


def is_envelope_due(
    book: Book, envelope: Envelope, now: datetime, defaults: HostDefaults, policy: Policy = POLICY
) -> bool:
    """Whether all that an envelope says is still due and may be said at `now`."""
    return set(envelope.items) <= {due.item for due in due_reminders(book, now, defaults, policy)}


def _items_in_state(book: Book, state: DeliveryState) -> set[ReminderItem]:
    return {item for envelope in book.envelopes if envelope.state is state for item in envelope.items}


def _may_send_now(due: DueReminder, now: datetime, clock: MemberClock) -> bool:
    return clock.after_quiet_hours(now) == now if due.item.kind in ANY_DAY_KINDS else clock.is_reminder_time(now)


def _next_sending_time(due: DueReminder, now: datetime, clock: MemberClock) -> datetime:
    """When a reminder can go that was missed or is still to come."""
    if due.due_at > now or _may_send_now(due, now, clock):
        return max(due.due_at, now)
    return clock.after_quiet_hours(now) if due.item.kind in ANY_DAY_KINDS else clock.next_reminder_time(now)


def _first_allowed_time(book: Book, due: DueReminder, now: datetime, clock: MemberClock) -> datetime:
    """The first moment that hours, working days, pause and budget leave to a reminder."""
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
    """Whether a club's word answers what the member began, so that a pause does not swallow it."""
    return any(
        NoteOccasion(note.id) == due.item.occasion and note.kind in REQUESTED_NOTE_KINDS for note in book.club_notes
    )


def _first_time_within_budget(book: Book, at: datetime, now: datetime, clock: MemberClock, spare: int) -> datetime:
    """`at`, or the hour of the first later day whose budget (one a day, three a local week) is not used up.

    `spare`: messages of the week to be left for others. What could have gone on an earlier day needs room today.
    """
    used = [clock.calendar.day_of(sent.sent_at) for sent in book.sent_reminders if sent.uses_budget]

    def spent(day: date) -> bool:
        week = sum(one.isocalendar()[:2] == day.isocalendar()[:2] for one in used)
        return used.count(day) >= clock.policy.max_reminders_per_day or week >= max(
            1, clock.policy.max_reminders_per_week - spare
        )

    def first_free(moment: datetime) -> datetime:
        while spent(clock.calendar.day_of(moment)):
            moment = clock.reminder_time_from(clock.calendar.day_of(moment) + ONE_DAY)
        return moment

    at = first_free(at)
    return first_free(now) if at < now and spent(clock.calendar.day_of(now)) else at


def _club_note_reminders(book: Book) -> Iterator[DueReminder]:
    """What clubs have to say to the member. "Nothing from me" for ever is kept, but for what they asked for."""
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
    held = wait_held_until(thread, clock.calendar)
    from_then = clock.calendar.start_of_day(held) if held else now
    # Nothing but the time ends a rest or a snooze: what comes then is known now, or nothing would wake the book.
    then_stands = book_contact_status(book, contact, max(now, from_then), clock)
    if then_stands.stage is Stage.CLOSED or then_stands.stage is Stage.RESTING:
        return
    rested = (
        clock.calendar.start_of_day(thread.set_aside.until) if thread.set_aside and thread.set_aside.until else None
    )
    for plan in thread.plans:
        at = call_check_time(plan, clock.policy)
        yield DueReminder(
            ReminderItem(ReminderKind.CALL_CHECK, EntryOccasion(plan.id), contact.id), max(at, rested) if rested else at
        )
    for kind, entry_id, day in _wait_reminders(book, contact, then_stands, clock):
        at = clock.reminder_time_from(max(day, held) if held else day)
        yield DueReminder(
            ReminderItem(kind, EntryOccasion(entry_id), contact.id),
            at if at > contact.changed_at else clock.next_reminder_time(contact.changed_at),
        )


def call_check_time(plan: Plan, policy: Policy) -> datetime:
    return plan.starts_at + timedelta(minutes=plan.minutes) + policy.call_check_delay


def _wait_reminders(
    book: Book, contact: Contact, status: ContactStatus, clock: MemberClock
) -> Iterator[tuple[ReminderKind, str, date]]:
    """The reminders of the present wait: the kind, the id of the entry that brings it, and its local day."""
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
        return  # once turned to someone else, no message proposes this contact again
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
    """When to turn to someone else: at the end of the last wait, or when a permission lapses; halfway there for a
    contact who matters a lot. (Rule 4.)"""
    end = lapse_day if window.allows_follow_up else window.end
    begin = lapse_day - timedelta(days=policy.unused_permission_days) if window.allows_follow_up else window.start
    return begin + ONE_DAY * half_rounded_up((end - begin).days) if contact.matters else end


def half_rounded_up(days: int) -> int:
    return -(-days // 2)


def patience_reminder_day(window: WaitWindow, clock: MemberClock) -> date | None:
    """Day ⌈n/2⌉ of a window of three days or more; None when no working day before its end is left for it."""
    if window.days < clock.policy.min_patience_wait_days:
        return None
    day = clock.calendar.first_working_day(window.start + ONE_DAY * half_rounded_up(window.days))
    return day if day < window.end else None


def _basket_reminder(book: Book, clock: MemberClock) -> Iterator[DueReminder]:
    """The basket message: on the first working day of the week after the last one (or after the book was opened).

    Whoever has not been here for four weeks gets it once in four weeks; after a pause it waits for its next Monday.
    """
    pace = book.settings.basket_cadence
    if pace is Cadence.NEVER or not any(is_open_contact(contact) for contact in book.contacts):
        return
    last = book.last_basket_day or clock.calendar.day_of(book.created_at)
    absent = clock.calendar.day_of(book.last_active_at) + LONG_BASKET_INTERVAL <= last
    rest = LONG_BASKET_INTERVAL if book.last_basket_day and (absent or pace is Cadence.MONTHLY) else timedelta(weeks=1)
    monday = last - ONE_DAY * last.weekday() + rest
    for again in filter(None, (book.paused_until, book.reminders_resumed_at)):
        if again != END_OF_TIME and clock.reminder_time_from(monday) < again:
            day = clock.calendar.day_of(again)
            monday = day + ONE_DAY * (-day.weekday() % 7)
            monday += timedelta(weeks=1) if clock.reminder_time_from(monday) < again else timedelta()
    yield DueReminder(ReminderItem(ReminderKind.BASKET, WeekOccasion(monday)), clock.reminder_time_from(monday))


def is_open_contact(contact: Contact) -> bool:
    """Whether the contact is still part of the member's network."""
    return not contact.entries or read_timeline(contact).closed is None


def _gone_quiet_reminder(book: Book, clock: MemberClock) -> list[DueReminder]:
    """After so many asking messages in a row that nobody answered, one message says that the bot stops."""
    asked = (sent for sent in reversed(book.sent_reminders) if sent.expects_answer)
    ignored = [sent.sent_at for sent in takewhile(lambda sent: not sent.was_answered, asked)]
    if len(ignored) < clock.policy.max_ignored_reminders:
        return []
    # the last of the first so many: a message that comes meanwhile must not put the end off
    last = ignored[-clock.policy.max_ignored_reminders]
    return [
        DueReminder(
            ReminderItem(ReminderKind.GOING_QUIET, SilenceOccasion(last)),
            clock.next_reminder_time(last + clock.policy.ignored_after),
        )
    ]
