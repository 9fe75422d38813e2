"""How each delivery outcome changes a member's book. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.club.membership import without_memberships
from bot.delivery.outbox import MAX_BACKOFF, with_envelope, without_envelope
from bot.domain.model import (
    Book,
    Contact,
    DeliveryState,
    Envelope,
    HostDefaults,
    NoteOccasion,
    ReminderItem,
    ReminderKind,
    SentReminder,
)
from bot.rules.member_clock import member_calendar
from bot.rules.moment import BookMoment
from bot.rules.reminders import ANSWER_EXPECTING_KINDS
from bot.rules.schedule import BUDGETED_KINDS

SENT_RETENTION = timedelta(days=60)  # the budget looks back a week; three ignored reminders in a row may take weeks


@dataclass(frozen=True, slots=True)
class BookOutcomes:
    """Delivery outcomes applied to a member's book."""

    defaults: HostDefaults

    def on_delivered(self, record: Book, envelope: Envelope, now: datetime) -> Book:
        return mark_delivered(record, envelope, now, self.defaults)

    def on_parked(self, record: Book, envelope: Envelope, now: datetime) -> Book:
        return park_envelope(record, envelope, now, self.defaults)

    def on_overtaken(self, record: Book, envelope: Envelope, now: datetime, *, surely_unsent: bool) -> Book:
        return postpone_envelope(record, envelope, now, self.defaults, surely_unsent=surely_unsent)

    def on_obsolete(self, record: Book, envelope: Envelope) -> Book:
        return without_delivered_notes(without_envelope(record, envelope), envelope.items)

    def on_refused(self, record: Book, envelope: Envelope, reason: str, now: datetime) -> Book:
        """Nothing is sent until the member's next command. The reminders stay due."""
        return replace(without_envelope(record, envelope), unreachable_reason=reason)

    def on_account_closed(self, record: Book, envelope: Envelope, now: datetime) -> Book:
        """Nothing is sent until the account is open again. The reminders stay due, but the member leaves all clubs."""
        closed = replace(
            without_envelope(record, envelope),
            profile=replace(record.profile, account_closed_at=record.profile.account_closed_at or now),
        )
        return without_memberships(closed)


def mark_delivered(book: Book, envelope: Envelope, now: datetime, defaults: HostDefaults) -> Book:
    """The book after an envelope was sent at `now`: its keys are recorded, and the budget of day and week is used."""
    kinds = {item.kind for item in envelope.items}
    sent = SentReminder(
        sent_at=now, expects_answer=bool(kinds & ANSWER_EXPECTING_KINDS), uses_budget=bool(kinds & BUDGETED_KINDS)
    )
    return replace(
        without_delivered_notes(without_envelope(book, envelope), envelope.items),
        contacts=_with_reminded_keys(book.contacts, envelope.items),
        sent_reminders=(
            *(reminder for reminder in book.sent_reminders if now - reminder.sent_at < SENT_RETENTION),
            sent,
        ),
        last_basket_day=member_calendar(book, defaults).day_of(now)
        if ReminderKind.BASKET in kinds
        else book.last_basket_day,
        quiet_since=now if ReminderKind.GOING_QUIET in kinds else book.quiet_since,
    )


def park_envelope(book: Book, envelope: Envelope, now: datetime, defaults: HostDefaults) -> Book:
    """The book after giving up an envelope. A weekly overview and a goodbye in it count as sent: see `report`."""
    kinds = {item.kind for item in envelope.items}
    return replace(
        with_envelope(book, replace(envelope, state=DeliveryState.PARKED)),
        last_basket_day=member_calendar(book, defaults).day_of(now)
        if ReminderKind.BASKET in kinds
        else book.last_basket_day,
        quiet_since=now if ReminderKind.GOING_QUIET in kinds else book.quiet_since,
    )


def postpone_envelope(
    book: Book, envelope: Envelope, now: datetime, defaults: HostDefaults, *, surely_unsent: bool
) -> Book:
    """The book after an envelope turned out not to be due now: the member acted in the meantime, or it is night.

    An envelope that was certainly not sent is removed; what is still due gets a new one later. One that may have been
    sent waits for `MAX_BACKOFF` while its items are still scheduled, because a new one would reset the count of copies.
    """
    scheduled = {due.item for due in BookMoment(book, now, defaults).schedule}
    if surely_unsent or not scheduled.issuperset(envelope.items):
        return without_envelope(book, envelope)
    return with_envelope(book, replace(envelope, retry_at=now + MAX_BACKOFF))


def without_delivered_notes(book: Book, items: Sequence[ReminderItem]) -> Book:
    """The book without those club notes that are among `items`."""
    delivered = {item.occasion for item in items if item.kind is ReminderKind.CLUB_NOTE}
    if not delivered:
        return book
    return replace(book, club_notes=tuple(note for note in book.club_notes if NoteOccasion(note.id) not in delivered))


def _with_reminded_keys(contacts: Sequence[Contact], items: Sequence[ReminderItem]) -> tuple[Contact, ...]:
    keys: dict[str, list[str]] = {}
    for item in items:
        keys.setdefault(item.contact_id, []).append(item.key)
    return tuple(
        replace(contact, reminded_keys=(*contact.reminded_keys, *keys[contact.id])) if contact.id in keys else contact
        for contact in contacts
    )
