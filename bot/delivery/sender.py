"""Sends one envelope of a book or a club.

1. If an earlier try may have arrived, ask the platform. Found: save the outcome "delivered" and stop.
2. Wait for a turn in the platform's queue. This can take long, and nothing is saved yet.
3. Check again that the envelope is due, and render the message from the current record.
4. Save the envelope as SENDING with one more try. A `Conflict` here means that the record has changed: nothing is sent.
5. Call the platform, with the envelope's id as the idempotency key.
6. Save the outcome on the newest record; see `bot.delivery.outbox` for what each one changes.

A crash before step 4 has sent nothing. After a later crash the envelope is found as SENDING, and step 1 decides. So no
message is lost, and none is sent twice if the platform can be asked.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic

import structlog

from bot.delivery.outbox import (
    MAX_POSSIBLE_COPIES,
    DeliveryOutcomes,
    RecordChange,
    T,
    change_after_failed_send,
    change_after_failed_start,
    is_awaiting_outcome,
    is_out_of_tries,
    retry_or_park,
    with_envelope,
    with_send_try,
    without_send_try,
)
from bot.delivery.run_uncancelled import run_uncancelled
from bot.domain.errors import DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.domain.messages import Card
from bot.domain.model import DeliveryState, Envelope
from bot.domain.ports import Destination, Messenger
from bot.domain.update import Records
from bot.faults import report_fault

log = structlog.get_logger()

PLATFORM_CLOCK_SLACK = timedelta(minutes=1)  # how far the platform's clock may be behind ours
MAX_LOOKUP_SECONDS = 20.0  # the other records wait meanwhile


class Outbox(ABC, Generic[T]):
    """What sending needs to know about one kind of record: books or clubs."""

    #: Tries of one envelope that are allowed where the platform cannot be asked whether it arrived.
    max_copies: int = MAX_POSSIBLE_COPIES

    @property
    @abstractmethod
    def outcomes(self) -> DeliveryOutcomes[T]:
        """How this kind of record changes with each delivery outcome."""

    @abstractmethod
    def destination(self, record: T) -> Destination:
        """Where the record's messages go."""

    @abstractmethod
    def may_still_send(self, record: T, envelope: Envelope, now: datetime) -> bool:
        """Whether every item of the envelope is still due and may be sent at `now`."""

    @abstractmethod
    async def render(self, record: T, envelope: Envelope, now: datetime) -> tuple[Card, T] | None:
        """The card to send, and the record to save with the try. None if there is nothing left to send."""

    @abstractmethod
    def with_conversation(self, record: T, conversation: str) -> T:
        """The record with the id of the conversation that the platform opened for it."""


@dataclass(frozen=True, slots=True)
class EnvelopeSender(Generic[T]):
    """Delivers the envelopes of one outbox over one messenger."""

    records: Records
    outbox: Outbox[T]
    messenger: Messenger
    #: Reads the clock (UTC), anew before each message, since waiting for a turn takes time.
    utc_now: Callable[[], datetime]

    async def deliver(self, record: T, envelope: Envelope) -> None:
        """Look up or send the envelope, and save the outcome.

        Raises `Conflict` if the record was changed meanwhile, and `StoreUnavailable`. The next sweep then retries.
        """
        try:
            was_sent = await self._ask_if_tried_before(record, envelope)
        except (TryLater, DeliveryUncertain) as problem:
            await self._save_change(
                record, envelope, change_after_failed_start(problem, envelope, self.utc_now(), self.outbox.outcomes)
            )
            return
        now, outcomes = self.utc_now(), self.outbox.outcomes
        if was_sent:
            await self._save_change(record, envelope, lambda newest: outcomes.on_delivered(newest, envelope, now))
        elif is_out_of_tries(envelope, was_sent, self.outbox.max_copies):
            await self._save_change(record, envelope, lambda newest: outcomes.on_parked(newest, envelope, now))
        elif not self.outbox.may_still_send(record, envelope, now):
            is_unsent = was_sent is False
            await self._save_change(
                record, envelope, lambda newest: outcomes.on_overtaken(newest, envelope, now, surely_unsent=is_unsent)
            )
        else:
            await self._wait_and_send(record, envelope)

    async def ask_if_sent(self, record: T, key: str, since: datetime) -> bool | None:
        """Whether a message with this key was sent since then (UTC).

        None if the platform does not allow the look-up, or it takes longer than `MAX_LOOKUP_SECONDS`. Raises `TryLater`
        or `DeliveryUncertain` if the platform cannot answer now.
        """
        try:
            async with asyncio.timeout(MAX_LOOKUP_SECONDS):
                return await self.messenger.was_sent(self.outbox.destination(record), key, since - PLATFORM_CLOCK_SLACK)
        except (MessageRejected, TimeoutError):
            return None

    async def _ask_if_tried_before(self, record: T, envelope: Envelope) -> bool | None:
        """Whether an earlier try reached the platform. False if there was none; None if the platform cannot tell."""
        if envelope.state is not DeliveryState.SENDING or envelope.first_tried_at is None:
            return False
        return await self.ask_if_sent(record, envelope.id, envelope.first_tried_at)

    async def _wait_and_send(self, record: T, envelope: Envelope) -> None:
        """Wait for a turn, which may take long. Then check again that the envelope is due, and send it at once."""
        try:
            conversation = await self.messenger.wait_for_turn(self.outbox.destination(record))
        except TryLater as problem:
            await self._save_change(
                record, envelope, change_after_failed_start(problem, envelope, self.utc_now(), self.outbox.outcomes)
            )
        except Undeliverable as problem:
            await self._save_change(
                record, envelope, change_after_failed_send(problem, envelope, self.utc_now(), self.outbox.outcomes)
            )
        else:
            now = self.utc_now()
            # If the member changed the record meanwhile, saving the try raises Conflict, and the next sweep looks anew.
            if self.messenger.ready and self.outbox.may_still_send(record, envelope, now):
                record = self.outbox.with_conversation(record, conversation)
                await run_uncancelled(self._mark_and_send(record, with_send_try(envelope, now), now))

    async def _mark_and_send(self, record: T, tried: Envelope, now: datetime) -> None:
        """Save the try, call the platform, save the outcome. Before the first save, nothing can have been sent."""
        try:
            rendered = await self.outbox.render(record, tried, now)
        except Exception as error:
            report_fault(error)
            await self._save_change(
                record, tried, lambda newest: retry_or_park(newest, without_send_try(tried), now, self.outbox.outcomes)
            )
            return
        if rendered is None:
            await self._save_change(record, tried, lambda newest: self.outbox.outcomes.on_obsolete(newest, tried))
            return
        card, record = rendered
        record = await self.records.save(with_envelope(record, tried), now)
        try:
            await self.messenger.send(self.outbox.destination(record), card, tried.id)
        except (TryLater, Undeliverable) as problem:
            await self._save_change(
                record, tried, change_after_failed_send(problem, tried, self.utc_now(), self.outbox.outcomes)
            )
        except DeliveryUncertain:
            log.warning("delivery_uncertain", envelope=tried.id)
        except Exception as error:  # our own fault, and the message may have been sent: treated like DeliveryUncertain
            report_fault(error)
        else:
            await self._save_change(
                record, tried, lambda newest: self.outbox.outcomes.on_delivered(newest, tried, now), this_try_only=False
            )

    async def _save_change(
        self, record: T, envelope: Envelope, change: RecordChange[T], *, this_try_only: bool = True
    ) -> None:
        """Apply the change to the newest saved record and save it, if the envelope is still in delivery there.

        With `this_try_only` nothing is saved if another process has made a later try, whose outcome counts. "Delivered"
        is true whichever try arrived. After a `Conflict` the envelope stays SENDING, and a later sweep looks it up.
        """

        def change_if_awaited(newest: T) -> T:
            is_awaited = newest is record or is_awaiting_outcome(newest, envelope, this_try_only=this_try_only)
            return change(newest) if is_awaited else newest

        await self.records.update(record, change_if_awaited, self.utc_now())
