"""Sends one envelope of a book or a club.

1. If an earlier try may have arrived, ask the platform. Found: save the outcome "delivered" and stop.
2. Wait for a turn in the platform's queue. This can take long, and nothing is saved yet.
3. Check again that the envelope is due, and render the message from the current record.
4. Save the envelope as SENDING with one more try. A `Conflict` here means that the record has changed: nothing is sent.
5. Call the platform, with the envelope's id as the idempotency key.
6. Save what became of it on the newest record; see `bot.delivery.outbox`.

A crash before step 4 has sent nothing. After a later crash the envelope is found as SENDING, and step 1 decides. So no
message is lost, and none is sent twice if the platform can be asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Generic, Protocol

import structlog

from bot.delivery.outbox import (
    FAULT_REASON,
    MAX_POSSIBLE_COPIES,
    Outcome,
    OutcomeKind,
    Retry,
    T,
    decide_after_failure,
    failure_reason,
    is_awaiting_outcome,
    is_out_of_tries,
    parked_envelopes,
    with_envelope,
    with_send_try,
)
from bot.domain.errors import DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.domain.messages import Card
from bot.domain.model import Book, DeliveryState, Envelope
from bot.domain.ports import Destination, Messenger
from bot.domain.update import Records
from bot.logs import report_fault

log = structlog.get_logger()

PLATFORM_CLOCK_TOLERANCE = timedelta(minutes=1)  # how far the platform's clock may be behind ours
MAX_LOOKUP_SECONDS = 20.0  # the other records wait meanwhile


class Outbox(Protocol[T]):
    """What sending needs to know about one kind of record: books or clubs."""

    #: Tries of one envelope that are allowed where the platform cannot be asked whether it arrived.
    max_copies: int = MAX_POSSIBLE_COPIES

    def destination(self, record: T) -> Destination:
        """Where the record's messages go."""

    async def next_envelope(self, record: T, now: datetime) -> Envelope | None:
        """The envelope in delivery, else a new one for what is due. None: there is nothing to send."""

    async def may_still_send(self, record: T, envelope: Envelope, now: datetime) -> bool:
        """Whether every item of the envelope is still due and may be sent at `now`."""

    async def render(self, record: T, envelope: Envelope, now: datetime) -> tuple[Card, T] | None:
        """The card to send, and the record to save with the try. None if there is nothing left to send."""

    def on_outcome(self, record: T, outcome: Outcome) -> T:
        """The record after the delivery of one of its envelopes ended."""


@dataclass(frozen=True, slots=True)
class FailureLog:
    """Logs each reason when it is first met on a platform."""

    #: Pairs of a platform and a reason.
    known: set[tuple[str, str]] = field(default_factory=set)

    def note_reason(self, platform: str, reason: str) -> None:
        if (platform, reason) not in self.known:
            self.known.add((platform, reason))
            log.warning("not_delivered", platform=platform, reason=reason)


@dataclass(frozen=True, slots=True)
class EnvelopeSender(Generic[T]):
    """Delivers the envelopes of one outbox over one messenger."""

    records: Records
    outbox: Outbox[T]
    messenger: Messenger
    #: Reads the clock (UTC), anew before each message, since waiting for a turn takes time.
    utc_now: Callable[[], datetime]
    failures: FailureLog

    async def serve(self, record: T) -> None:
        """Deliver the next envelope of the record, or save the record with its next wake. Raises as `deliver` does."""
        now = self.utc_now()
        envelope = await self.outbox.next_envelope(record, now)
        if envelope is None:
            await self.records.save(replace(record, envelopes=parked_envelopes(record)), now)
        elif envelope.retry_at > now or not self.messenger.ready:
            await self.records.save(with_envelope(record, envelope), now)
        else:
            await self.deliver(record, envelope)

    async def deliver(self, record: T, envelope: Envelope) -> None:
        """Look up or send the envelope, and save what became of it.

        Raises `Conflict` if the record was changed meanwhile, and `StoreUnavailable`. The next sweep then retries.
        """
        decision: Outcome | Retry | None
        try:
            decision = await self._find_outcome(record, envelope)
            if decision is None:
                conversation = await self.messenger.wait_for_turn(self.outbox.destination(record))
        except (TryLater, DeliveryUncertain, Undeliverable) as problem:
            decision = decide_after_failure(problem, envelope, self.utc_now(), was_tried=False)
        if decision is not None:
            await self._save_decision(record, decision)
            return
        now = self.utc_now()
        # If the member changed the record meanwhile, saving the try raises Conflict, and the next sweep looks anew.
        if self.messenger.ready and await self.outbox.may_still_send(record, envelope, now):
            if isinstance(record, Book):
                record = replace(record, conversation_id=conversation)
            await _run_uncancelled(self._mark_and_send(record, with_send_try(envelope, now), now))

    async def ask_if_sent(self, record: T, key: str, since: datetime) -> bool | None:
        """Whether a message with this key was sent since then (UTC).

        None if the platform does not allow the look-up, or it takes longer than `MAX_LOOKUP_SECONDS`. Raises `TryLater`
        or `DeliveryUncertain` if the platform cannot answer now.
        """
        try:
            async with asyncio.timeout(MAX_LOOKUP_SECONDS):
                earliest = since - PLATFORM_CLOCK_TOLERANCE
                return await self.messenger.was_sent(self.outbox.destination(record), key, earliest)
        except TimeoutError:
            self.failures.note_reason(record.key.platform, "timeout")
        except MessageRejected as problem:
            self.failures.note_reason(record.key.platform, failure_reason(problem))
        return None

    async def _find_outcome(self, record: T, envelope: Envelope) -> Outcome | None:
        """The outcome, if it takes no further try: an earlier one arrived, none is left, or it is not due any more."""
        was_sent: bool | None = False
        if envelope.state is DeliveryState.SENDING and envelope.first_tried_at:
            was_sent = await self.ask_if_sent(record, envelope.id, envelope.first_tried_at)
        now = self.utc_now()
        if was_sent:
            return Outcome(OutcomeKind.DELIVERED, envelope, now)
        if is_out_of_tries(envelope, was_sent, self.outbox.max_copies):
            return Outcome(OutcomeKind.PARKED, envelope, now)
        if await self.outbox.may_still_send(record, envelope, now):
            return None
        known = replace(envelope, state=DeliveryState.WAITING) if was_sent is False else envelope
        return Outcome(OutcomeKind.OVERTAKEN, known, now)

    async def _mark_and_send(self, record: T, tried: Envelope, now: datetime) -> None:
        """Save the try, call the platform, save the outcome. Before the first save, nothing can have been sent."""
        try:
            rendered = await self.outbox.render(record, tried, now)
        except Exception as error:
            report_fault(error)
            problem = MessageRejected(FAULT_REASON)
            await self._save_decision(record, decide_after_failure(problem, tried, now, was_tried=True))
            return
        if rendered is None:
            await self._save_decision(record, Outcome(OutcomeKind.OBSOLETE, tried, now))
            return
        card, record = rendered
        record = await self.records.save(with_envelope(record, tried), now)
        await self._save_decision(record, await self._send(record, card, tried, now))

    async def _send(self, record: T, card: Card, tried: Envelope, now: datetime) -> Outcome | Retry:
        try:
            await self.messenger.send(self.outbox.destination(record), card, tried.id)
        except Exception as problem:
            if not isinstance(problem, TryLater | Undeliverable | DeliveryUncertain):
                report_fault(problem)  # ours, and the message may have been sent
            return decide_after_failure(problem, tried, self.utc_now(), was_tried=True)
        return Outcome(OutcomeKind.DELIVERED, tried, now)

    async def _save_decision(self, record: T, decision: Outcome | Retry) -> None:
        """Apply the decision to the newest saved record and save it, if the envelope is still in delivery there.

        Nothing is saved if another process has made a later try, whose outcome counts. "Delivered" is true whichever
        try arrived. After a `Conflict` the envelope stays SENDING, and a later sweep looks it up.
        """
        platform, envelope = record.key.platform, decision.envelope
        match decision:
            case Outcome(OutcomeKind.PARKED):
                log.warning("given_up", platform=platform, reason=envelope.reason, envelope=envelope.id)
            case Retry() | Outcome(OutcomeKind.REFUSED | OutcomeKind.GONE):
                self.failures.note_reason(platform, envelope.reason)
        is_delivered = isinstance(decision, Outcome) and decision.kind is OutcomeKind.DELIVERED

        def with_decision(newest: T) -> T:
            if newest is not record and not is_awaiting_outcome(newest, envelope, this_try_only=not is_delivered):
                return newest
            if isinstance(decision, Retry):
                return with_envelope(newest, envelope)
            return self.outbox.on_outcome(newest, decision)

        await self.records.update(record, with_decision, self.utc_now())


async def _run_uncancelled(work: Coroutine[object, object, None]) -> None:
    """Run the coroutine to its end, also if the caller is cancelled. `CancelledError` is raised only afterwards."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):  # a second cancellation while we wait
                await asyncio.shield(asyncio.wait((task,)))
        task.exception()
        raise
