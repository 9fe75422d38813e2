"""What becomes of a book and of its envelope with each thing that can happen to it. Pure: time comes in.

An envelope is saved before the call and retried exactly as it stands. Nothing is deleted because it failed.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Protocol, TypeVar

from bot.club.membership import without_memberships
from bot.domain.errors import AccountClosed, DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.domain.model import (
    POLICY,
    Book,
    Club,
    Contact,
    DeliveryState,
    Envelope,
    HostDefaults,
    NoteOccasion,
    ReminderItem,
    ReminderKind,
    SentReminder,
)
from bot.rules.schedule import (
    ANSWER_EXPECTING_KINDS,
    BUDGETED_KINDS,
    DueReminder,
    build_reminder_schedule,
    member_calendar,
)

MAX_SEND_TRIES = 8  # of what the platform refuses, what we cannot draw, and what stays uncertain
MAX_POSSIBLE_COPIES = 2  # at most so many copies where the platform cannot be asked
MAX_BACKOFF = timedelta(hours=1)
SENT_RETENTION = timedelta(days=60)  # the budget looks back a week; three ignored ones in a row may take weeks

T = TypeVar("T", Book, Club)
RecordChange = Callable[[T], T]
"""What an outcome makes of a book or a club as it is by then: it may have been changed meanwhile."""


class DeliveryOutcomes(Protocol[T]):
    """What becomes of a book or a club with the envelopes that it sends."""

    def on_delivered(self, record: T, envelope: Envelope, now: datetime) -> T:
        """It went out at `now`."""

    def on_parked(self, record: T, envelope: Envelope, now: datetime) -> T:
        """Given up, and kept for the host to see."""

    def on_overtaken(self, record: T, envelope: Envelope, now: datetime, *, surely_unsent: bool) -> T:
        """What it says may not be said now. `unsent`: no try of it can have arrived."""

    def on_obsolete(self, record: T, envelope: Envelope) -> T:
        """There is nothing any more that it could say; it was not sent."""

    def on_refused(self, record: T, envelope: Envelope, reason: str, now: datetime) -> T:
        """The platform takes nothing there: no second try."""

    def on_account_closed(self, record: T, envelope: Envelope, now: datetime) -> T:
        """The account that it goes to is closed."""


def build_envelope(book: Book, due: Sequence[DueReminder], now: datetime) -> Envelope:
    """An envelope about what is due. Its id says whose it is and what it is about, and tells neither."""
    items = tuple(one.item for one in due)
    late = now - min(one.due_at for one in due) > POLICY.late_after
    return Envelope(id=_envelope_id(book, items), items=items, created_at=now, retry_at=now, is_late=late)


def _envelope_id(book: Book, items: Sequence[ReminderItem]) -> str:
    owner = book.owner
    about = sorted(f"{item.contact_id}\0{item.key}" for item in items)
    said = "\n".join([owner.platform, owner.team, owner.user, book.created_at.isoformat(), *about])
    return urlsafe_b64encode(blake2b(said.encode(errors="surrogatepass"), digest_size=16).digest()).decode().rstrip("=")


def backoff_delay(attempts: int) -> timedelta:
    """One minute, then twice as long each time, an hour at the most."""
    return min(timedelta(minutes=2 ** (max(attempts, 1) - 1)), MAX_BACKOFF)


def with_send_try(envelope: Envelope, now: datetime) -> Envelope:
    """The envelope with one more try, as it is saved before the call."""
    attempts = envelope.tries + 1
    return replace(
        envelope,
        state=DeliveryState.SENDING,
        first_tried_at=envelope.first_tried_at or now,
        last_tried_at=now,
        tries=attempts,
        possible_copies=envelope.possible_copies + 1,
        deferrals=0,
        retry_at=now + backoff_delay(attempts),
    )


def is_out_of_tries(envelope: Envelope, was_sent: bool | None, max_copies: int = MAX_POSSIBLE_COPIES) -> bool:
    """Whether it was tried as often as it may be. `seen`: False when it was looked for, None when nobody can tell.

    `copies`: as many may be made where nobody can tell.
    """
    return envelope.state is DeliveryState.SENDING and envelope.possible_copies >= (
        max_copies if was_sent is None else MAX_SEND_TRIES
    )


def is_awaiting_outcome(record: Book | Club, envelope: Envelope, *, this_try_only: bool) -> bool:
    """Whether it still waits to hear of the envelope, or only of this try of it.

    The fence: whoever was held up for so long that another took the envelope over has no say in it any more.
    """
    mine = [one for one in record.envelopes if one.id == envelope.id and one.state is not DeliveryState.PARKED]
    return any(one.tries == envelope.tries for one in mine) if this_try_only else bool(mine)


def parked_envelopes(record: Book | Club) -> tuple[Envelope, ...]:
    """They stay for the host to see."""
    return tuple(envelope for envelope in record.envelopes if envelope.state is DeliveryState.PARKED)


def with_envelope(record: T, envelope: Envelope) -> T:
    """The book or the club with this envelope as the one on its way."""
    return replace(record, envelopes=(*parked_envelopes(without_envelope(record, envelope)), envelope))


def without_envelope(record: T, envelope: Envelope) -> T:
    return replace(record, envelopes=tuple(one for one in record.envelopes if one.id != envelope.id))


def park_envelope(book: Book, envelope: Envelope, now: datetime, defaults: HostDefaults) -> Book:
    """Given up, and kept for the host to see. The week goes on without its message, and a goodbye counts as said."""
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
    """What it says may not be said now: the member answered meanwhile, or it is night.

    One that surely was not sent goes, and what still holds comes in a new one. One that may have been sent waits as
    it stands while it holds, so that there are never more copies than `COPIES`.
    """
    held = {due.item for due in build_reminder_schedule(book, now, defaults)}
    if surely_unsent or not held.issuperset(envelope.items):
        return without_envelope(book, envelope)
    return with_envelope(book, replace(envelope, retry_at=now + MAX_BACKOFF))


def mark_delivered(book: Book, envelope: Envelope, now: datetime, defaults: HostDefaults) -> Book:
    """The envelope went out: its items are told, and the budget of the day and the week is used."""
    kinds = {item.kind for item in envelope.items}
    sent = SentReminder(
        sent_at=now, expects_answer=bool(kinds & ANSWER_EXPECTING_KINDS), uses_budget=bool(kinds & BUDGETED_KINDS)
    )
    return replace(
        without_delivered_notes(without_envelope(book, envelope), envelope.items),
        contacts=tuple(_with_reminded_keys(contact, envelope.items) for contact in book.contacts),
        sent_reminders=(
            *(reminder for reminder in book.sent_reminders if now - reminder.sent_at < SENT_RETENTION),
            sent,
        ),
        last_basket_day=member_calendar(book, defaults).day_of(now)
        if ReminderKind.BASKET in kinds
        else book.last_basket_day,
        quiet_since=now if ReminderKind.GOING_QUIET in kinds else book.quiet_since,
    )


def change_after_failed_send(
    problem: TryLater | Undeliverable, tried: Envelope, now: datetime, outcomes: DeliveryOutcomes[T]
) -> RecordChange[T]:
    """A try that surely sent nothing, by what the platform said."""
    match problem:
        case AccountClosed():
            return lambda of: outcomes.on_account_closed(of, tried, now)
        case Undeliverable():
            return lambda of: outcomes.on_refused(of, tried, str(problem) or "refused", now)
        case MessageRejected():
            return lambda of: retry_or_park(of, _with_retry_time(tried, now), now, outcomes)
        case _:
            return lambda of: with_envelope(of, _with_retry_time(tried, now, problem.retry_after))


def change_after_failed_start(
    problem: TryLater | DeliveryUncertain, envelope: Envelope, now: datetime, outcomes: DeliveryOutcomes[T]
) -> RecordChange[T]:
    """There was no turn to send it in, or nobody could tell whether it was sent: it stays what it is, until later.

    A rest that the platform asked for is no failure, and a try that was not made is none of the copies.
    """
    waits = envelope.deferrals + (problem.retry_after is None)
    later = replace(envelope, deferrals=waits, retry_at=now + (problem.retry_after or backoff_delay(waits)))
    if isinstance(problem, MessageRejected):
        return lambda of: retry_or_park(of, later, now, outcomes)
    return lambda of: with_envelope(of, later)


def retry_or_park(record: T, envelope: Envelope, now: datetime, outcomes: DeliveryOutcomes[T]) -> T:
    """The message itself is not taken, or cannot be drawn: given up after `TRIES`.

    A platform that cannot be reached is outwaited, however long that is: the message is not to blame.
    """
    given_up = max(envelope.tries, envelope.deferrals) >= MAX_SEND_TRIES
    return outcomes.on_parked(record, envelope, now) if given_up else with_envelope(record, envelope)


def without_send_try(tried: Envelope) -> Envelope:
    """The envelope after a try that surely sent nothing."""
    return replace(tried, state=DeliveryState.WAITING, possible_copies=max(tried.possible_copies - 1, 0))


def _with_retry_time(tried: Envelope, now: datetime, asked_delay: timedelta | None = None) -> Envelope:
    pause = max(asked_delay or timedelta(), backoff_delay(tried.tries))
    return replace(without_send_try(tried), retry_at=now + pause)


@dataclass(frozen=True, slots=True)
class BookOutcomes:
    """What becomes of a member's book."""

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
        """Every reminder is kept until the member's next command."""
        return replace(without_envelope(record, envelope), unreachable_reason=reason)

    def on_account_closed(self, record: Book, envelope: Envelope, now: datetime) -> Book:
        """Every reminder is kept for the day on which the account is open again."""
        left = replace(
            without_envelope(record, envelope),
            profile=replace(record.profile, account_closed_at=record.profile.account_closed_at or now),
        )
        return without_memberships(left)


def without_delivered_notes(book: Book, items: Sequence[ReminderItem]) -> Book:
    """The book without what a club had to say, when that was said."""
    delivered = {item.occasion for item in items if item.kind is ReminderKind.CLUB_NOTE}
    if not delivered:
        return book
    return replace(book, club_notes=tuple(note for note in book.club_notes if NoteOccasion(note.id) not in delivered))


def _with_reminded_keys(contact: Contact, items: tuple[ReminderItem, ...]) -> Contact:
    keys = [item.key for item in items if item.contact_id == contact.id]
    return replace(contact, reminded_keys=(*contact.reminded_keys, *keys)) if keys else contact
