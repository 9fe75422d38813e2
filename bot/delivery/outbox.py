"""How each delivery outcome changes an envelope and the record that it belongs to, a book or a club. Pure functions.

An envelope is saved as SENDING before the platform call, with its try counted, and retried with the same items and id.

    outcome                                      change of the record
    delivered                                    envelope removed; a book records its keys and a `SentReminder`
    certainly not sent (`TryLater`)              WAITING: retried after a backoff, without a limit
    message rejected (`MessageRejected`)         WAITING: retried after a backoff; PARKED after `MAX_SEND_TRIES`
    perhaps sent (`DeliveryUncertain`, a crash)  stays SENDING: looked up before the next try
    looked up and not found                      sent again; PARKED after `MAX_SEND_TRIES`
    look-up not possible                         sent again; PARKED after `max_copies`
    no longer due                                envelope removed; it waits instead while a copy may have been sent
    destination refused (`Undeliverable`)        envelope removed; nothing is sent until the member or facilitator acts
    account closed (`AccountClosed`)             envelope removed; the member also leaves all clubs

A parked envelope stays in its book, where the host can see and retry it. A club removes its post instead, and asks the
author whether it arrived.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Protocol, TypeVar

from bot.domain.errors import AccountClosed, DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.domain.model import POLICY, Book, Club, DeliveryState, Envelope, ReminderItem
from bot.rules.reminders import DueReminder

MAX_SEND_TRIES = 8  # of a message that the platform rejects, that cannot be rendered, or that is never found
MAX_POSSIBLE_COPIES = 2  # tries of one envelope where the platform cannot be asked whether it arrived
MAX_BACKOFF = timedelta(hours=1)
MAX_PARKED = 100  # envelopes that stay with their record for the host to see

T = TypeVar("T", Book, Club)
RecordChange = Callable[[T], T]
"""The change that an outcome makes. It is applied to the newest saved record, so it may run more than once."""


class DeliveryOutcomes(Protocol[T]):
    """How this kind of record changes with each delivery outcome."""

    def on_delivered(self, record: T, envelope: Envelope, now: datetime) -> T:
        """The platform has the message, since `now`."""

    def on_parked(self, record: T, envelope: Envelope, now: datetime) -> T:
        """All tries are used up."""

    def on_overtaken(self, record: T, envelope: Envelope, now: datetime, *, surely_unsent: bool) -> T:
        """Its items are not due any more, or may not be sent at `now`. `surely_unsent`: no try can have arrived."""

    def on_obsolete(self, record: T, envelope: Envelope) -> T:
        """There is nothing left to send, for example because a post was withdrawn. This try was not sent."""

    def on_refused(self, record: T, envelope: Envelope, reason: str, now: datetime) -> T:
        """The platform delivers nothing to this destination, so there is no retry."""

    def on_account_closed(self, record: T, envelope: Envelope, now: datetime) -> T:
        """The recipient's account is closed."""


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
    )


def is_out_of_tries(envelope: Envelope, was_sent: bool | None, max_copies: int = MAX_POSSIBLE_COPIES) -> bool:
    """Whether no further try is allowed.

    `was_sent` is the result of the look-up: False if it was not found, and None if the platform cannot be asked. Then
    at most `max_copies` tries are allowed.
    """
    return envelope.state is DeliveryState.SENDING and envelope.possible_copies >= (
        max_copies if was_sent is None else MAX_SEND_TRIES
    )


def is_awaiting_outcome(record: Book | Club, envelope: Envelope, *, this_try_only: bool) -> bool:
    """Whether the record still has this envelope in delivery and, with `this_try_only`, no later try of it.

    A fencing token: a process that was delayed until another one took the envelope over must not record its outcome.
    """
    in_delivery = [
        stored for stored in record.envelopes if stored.id == envelope.id and stored.state is not DeliveryState.PARKED
    ]
    return any(stored.tries == envelope.tries for stored in in_delivery) if this_try_only else bool(in_delivery)


def parked_envelopes(record: Book | Club) -> tuple[Envelope, ...]:
    """The latest parked envelopes, `MAX_PARKED` at most."""
    return tuple(envelope for envelope in record.envelopes if envelope.state is DeliveryState.PARKED)[-MAX_PARKED:]


def with_envelope(record: T, envelope: Envelope) -> T:
    """The record with this envelope as the only one in delivery; parked ones stay."""
    return replace(record, envelopes=(*parked_envelopes(without_envelope(record, envelope)), envelope))


def without_envelope(record: T, envelope: Envelope) -> T:
    return replace(record, envelopes=tuple(stored for stored in record.envelopes if stored.id != envelope.id))


def change_after_failed_send(
    problem: TryLater | Undeliverable, tried: Envelope, now: datetime, outcomes: DeliveryOutcomes[T]
) -> RecordChange[T]:
    """The change after a try that certainly sent nothing. `tried` is the envelope with that try counted."""
    match problem:
        case AccountClosed():
            return lambda record: outcomes.on_account_closed(record, tried, now)
        case Undeliverable():
            return lambda record: outcomes.on_refused(record, tried, str(problem) or "refused", now)
        case MessageRejected():
            return lambda record: retry_or_park(record, _with_retry_time(tried, now), now, outcomes)
        case _:
            return lambda record: with_envelope(record, _with_retry_time(tried, now, problem.retry_after))


def change_after_failed_start(
    problem: TryLater | DeliveryUncertain, envelope: Envelope, now: datetime, outcomes: DeliveryOutcomes[T]
) -> RecordChange[T]:
    """The change when no try was made, because the platform gave no turn or the look-up failed: defer the envelope.

    Not counted as a possible copy, because nothing was sent. A delay that the platform asked for is no failure and is
    not counted as a deferral either.
    """
    deferrals = envelope.deferrals + (problem.retry_after is None)
    deferred = replace(envelope, deferrals=deferrals, retry_at=now + (problem.retry_after or backoff_delay(deferrals)))
    if isinstance(problem, MessageRejected):
        return lambda record: retry_or_park(record, deferred, now, outcomes)
    return lambda record: with_envelope(record, deferred)


def retry_or_park(record: T, envelope: Envelope, now: datetime, outcomes: DeliveryOutcomes[T]) -> T:
    """The record after the platform rejected the message, or it could not be rendered: park it after `MAX_SEND_TRIES`.

    Not for a platform that cannot be reached: such envelopes are retried without a limit.
    """
    no_try_left = max(envelope.tries, envelope.deferrals) >= MAX_SEND_TRIES
    return outcomes.on_parked(record, envelope, now) if no_try_left else with_envelope(record, envelope)


def without_send_try(tried: Envelope) -> Envelope:
    """The envelope after a try that certainly sent nothing: WAITING, with one possible copy fewer."""
    return replace(tried, state=DeliveryState.WAITING, possible_copies=max(tried.possible_copies - 1, 0))


def _with_retry_time(tried: Envelope, now: datetime, asked_delay: timedelta | None = None) -> Envelope:
    delay = max(asked_delay or timedelta(), backoff_delay(tried.tries))
    return replace(without_send_try(tried), retry_at=now + delay)
