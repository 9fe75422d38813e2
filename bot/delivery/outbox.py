"""What becomes of an envelope: the outcome of its delivery, or how it waits for the next try. Pure functions.

An envelope is saved as SENDING before the platform call, with its try counted, and retried with the same items and id.

    what happened                                what becomes of the envelope
    sent, or found                               DELIVERED
    certainly not sent (`TryLater`)              WAITING: retried after a backoff, without a limit
    message rejected (`MessageRejected`)         WAITING: retried after a backoff; PARKED after `MAX_SEND_TRIES`
    perhaps sent (`DeliveryUncertain`, a crash)  stays SENDING: looked up before the next try
    looked up and not found                      sent again; PARKED after `MAX_SEND_TRIES`
    look-up not possible                         sent again; PARKED after `max_copies`
    no longer due                                OVERTAKEN
    nothing left to send                         OBSOLETE
    destination refused (`Undeliverable`)        REFUSED
    account closed (`AccountClosed`)             GONE
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import TypeVar

from bot.domain.errors import AccountClosed, ChannelRefused, DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.domain.model import POLICY, Book, Club, DeliveryState, Envelope, ReminderItem
from bot.rules.reminders import DueReminder

MAX_SEND_TRIES = 8  # of a message that the platform rejects, that cannot be rendered, or that is never found
MAX_POSSIBLE_COPIES = 2  # tries of one envelope where the platform cannot be asked whether it arrived
MAX_BACKOFF = timedelta(hours=1)
MAX_PARKED = 100  # envelopes that stay with their record for the host to see
FAULT_REASON = "fault"  # ours, not the platform's; `bot.logs` has logged it
INTERRUPTED_REASON = "interrupted"  # saved with each try: it stays if the process ends before the answer is saved

T = TypeVar("T", Book, Club)


class OutcomeKind(StrEnum):
    """How a delivery ended. Each kind of record says what it makes of it."""

    DELIVERED = "delivered"  # the platform has the message
    PARKED = "parked"  # all tries are used up
    OVERTAKEN = "overtaken"  # its items are not due any more, or may not be sent now
    OBSOLETE = "obsolete"  # nothing is left to send, for example because a post was withdrawn
    REFUSED = "refused"  # the platform delivers nothing to this destination
    GONE = "gone"  # the recipient's account is closed


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one envelope's delivery, or of this attempt at it."""

    kind: OutcomeKind
    #: WAITING: no try of it can have arrived.
    envelope: Envelope
    #: UTC.
    at: datetime
    #: Why the destination refused it. Empty with all other kinds.
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """No outcome yet: the envelope, as it waits for its next try or look-up."""

    envelope: Envelope


def build_envelope(book: Book, due: Sequence[DueReminder], now: datetime) -> Envelope:
    """An envelope for the reminders that are due. Its id is a hash of the owner and the items, and reveals neither."""
    items = tuple(reminder.item for reminder in due)
    is_late = now - min(reminder.due_at for reminder in due) > POLICY.late_after
    return Envelope(id=_envelope_id(book, items), items=items, created_at=now, retry_at=now, is_late=is_late)


def _envelope_id(book: Book, items: Sequence[ReminderItem]) -> str:
    owner = book.owner
    keys = sorted(f"{item.contact_id}\0{item.key}" for item in items)
    source = "\n".join([owner.platform, owner.team, owner.user, book.created_at.isoformat(), *keys])
    digest = blake2b(source.encode(errors="surrogatepass"), digest_size=16).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def backoff_delay(attempts: int) -> timedelta:
    """One minute after the first try, doubled with each further one, at most `MAX_BACKOFF`."""
    return min(timedelta(minutes=2 ** (max(attempts, 1) - 1)), MAX_BACKOFF)


def with_send_try(envelope: Envelope, now: datetime) -> Envelope:
    """The envelope with one more try counted, as it is saved before the platform call."""
    tries = envelope.tries + 1
    return replace(
        envelope,
        state=DeliveryState.SENDING,
        first_tried_at=envelope.first_tried_at or now,
        last_tried_at=now,
        tries=tries,
        possible_copies=envelope.possible_copies + 1,
        deferrals=0,
        retry_at=now + backoff_delay(tries),
        reason=INTERRUPTED_REASON,
    )


def without_send_try(tried: Envelope) -> Envelope:
    """The envelope after a try that certainly sent nothing: WAITING, with one possible copy fewer."""
    return replace(tried, state=DeliveryState.WAITING, possible_copies=max(tried.possible_copies - 1, 0))


def is_out_of_tries(envelope: Envelope, was_sent: bool | None, max_copies: int = MAX_POSSIBLE_COPIES) -> bool:
    """Whether no further try is allowed.

    `was_sent` is the result of the look-up: False if it was not found, and None if the platform cannot be asked. Then
    at most `max_copies` tries are allowed.
    """
    return envelope.state is DeliveryState.SENDING and envelope.possible_copies >= (
        max_copies if was_sent is None else MAX_SEND_TRIES
    )


def decide_after_failure(problem: Exception, envelope: Envelope, now: datetime, *, was_tried: bool) -> Outcome | Retry:
    """What becomes of the envelope, which then holds the reason.

    `was_tried`: a try was counted. Otherwise there was no turn or no answer to the look-up, so there is no further
    copy; and a delay that the platform asked for is not counted as a deferral.
    """
    failed = replace(envelope, reason=failure_reason(problem))
    match problem:
        case AccountClosed():
            return Outcome(OutcomeKind.GONE, failed, now)
        case Undeliverable():
            return Outcome(OutcomeKind.REFUSED, failed, now, str(problem) or "refused")
        case TryLater() if was_tried:
            delay = max(problem.retry_after or timedelta(), backoff_delay(failed.tries))
            waiting = replace(without_send_try(failed), retry_at=now + delay)
        case TryLater() | DeliveryUncertain() if not was_tried:
            deferrals = failed.deferrals + (problem.retry_after is None)
            delay = problem.retry_after or backoff_delay(deferrals)
            waiting = replace(failed, deferrals=deferrals, retry_at=now + delay)
        case _:  # a lost answer, or a fault of ours: it may have been sent
            return Retry(failed)
    no_try_left = isinstance(problem, MessageRejected) and max(waiting.tries, waiting.deferrals) >= MAX_SEND_TRIES
    return Outcome(OutcomeKind.PARKED, waiting, now) if no_try_left else Retry(waiting)


def failure_reason(problem: Exception) -> str:
    """The reason as a code. The text of an error that is not ours is not used, because it may quote a member."""
    match problem:
        case ChannelRefused(code=code) if code:
            return code
        case Undeliverable() | TryLater() | DeliveryUncertain():
            return str(problem) or type(problem).__name__
        case _:
            return FAULT_REASON


def is_awaiting_outcome(record: Book | Club, envelope: Envelope, *, this_try_only: bool) -> bool:
    """Whether the record still has this envelope in delivery and, with `this_try_only`, no later try of it.

    A fencing token: a process that was delayed until another one took the envelope over must not record its outcome.
    """
    return any(
        stored.id == envelope.id and not (this_try_only and stored.tries != envelope.tries)
        for stored in envelopes_in_delivery(record)
    )


def envelopes_in_delivery(record: Book | Club) -> tuple[Envelope, ...]:
    """At most one is saved: a record sends one after the other."""
    return tuple(envelope for envelope in record.envelopes if envelope.state is not DeliveryState.PARKED)


def parked_envelopes(record: Book | Club) -> tuple[Envelope, ...]:
    """The latest parked envelopes, `MAX_PARKED` at most."""
    return tuple(envelope for envelope in record.envelopes if envelope.state is DeliveryState.PARKED)[-MAX_PARKED:]


def with_envelope(record: T, envelope: Envelope) -> T:
    """The record with this envelope as the only one in delivery; parked ones stay."""
    return replace(record, envelopes=(*parked_envelopes(without_envelope(record, envelope)), envelope))


def without_envelope(record: T, envelope: Envelope) -> T:
    return replace(record, envelopes=tuple(stored for stored in record.envelopes if stored.id != envelope.id))
