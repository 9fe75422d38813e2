"""What the outcome of a delivery makes of a member's book. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.club.membership import without_memberships
from bot.delivery.outbox import MAX_BACKOFF, Outcome, OutcomeKind, with_envelope, without_envelope
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


def with_book_outcome(book: Book, outcome: Outcome, defaults: HostDefaults) -> Book:
    """The book after the delivery of one of its envelopes ended."""
    envelope, now, remaining = outcome.envelope, outcome.at, without_envelope(book, outcome.envelope)
    match outcome.kind:
        case OutcomeKind.DELIVERED:
            sent = _with_sent_reminder(remaining, envelope, now)
            return _with_single_messages(without_delivered_notes(sent, envelope.items), envelope, now, defaults)
        case OutcomeKind.PARKED:
            parked = with_envelope(book, replace(envelope, state=DeliveryState.PARKED))
            return _with_single_messages(parked, envelope, now, defaults)
        case OutcomeKind.OVERTAKEN:
            return _with_overtaken_envelope(book, envelope, now, defaults)
        case OutcomeKind.OBSOLETE:
            return without_delivered_notes(remaining, envelope.items)
        case OutcomeKind.REFUSED:  # nothing is sent until the member's next command; the reminders stay due
            return replace(remaining, unreachable_reason=outcome.reason)
        case OutcomeKind.GONE:  # nothing is sent until the account is open again; the reminders stay due
            closed_at = book.profile.account_closed_at or now
            return without_memberships(replace(remaining, profile=replace(book.profile, account_closed_at=closed_at)))


def _with_sent_reminder(book: Book, envelope: Envelope, now: datetime) -> Book:
    """The keys of the items are recorded, and the budget of day and week is used."""
    kinds = {item.kind for item in envelope.items}
    sent = SentReminder(
        sent_at=now, expects_answer=bool(kinds & ANSWER_EXPECTING_KINDS), uses_budget=bool(kinds & BUDGETED_KINDS)
    )
    recent = (reminder for reminder in book.sent_reminders if now - reminder.sent_at < SENT_RETENTION)
    contacts = _with_reminded_keys(book.contacts, envelope.items)
    return replace(book, contacts=contacts, sent_reminders=(*recent, sent))


def _with_single_messages(book: Book, envelope: Envelope, now: datetime, defaults: HostDefaults) -> Book:
    """Record a weekly overview and a goodbye. Given up, they count as sent too: see `report.NOT_RETRIED_KINDS`."""
    kinds = {item.kind for item in envelope.items}
    if ReminderKind.BASKET in kinds:
        book = replace(book, last_basket_day=member_calendar(book, defaults).day_of(now))
    return replace(book, quiet_since=now) if ReminderKind.GOING_QUIET in kinds else book


def _with_overtaken_envelope(book: Book, envelope: Envelope, now: datetime, defaults: HostDefaults) -> Book:
    """The member acted in the meantime, or it is night.

    An envelope that was certainly not sent is removed; what is still due gets a new one later. One that may have been
    sent waits for `MAX_BACKOFF` while its items are still scheduled, because a new one would reset the count of copies.
    """
    scheduled = {due.item for due in BookMoment(book, now, defaults).schedule}
    if envelope.state is DeliveryState.WAITING or not scheduled.issuperset(envelope.items):
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
