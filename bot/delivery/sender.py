"""Sends an envelope of a book or a club: queue, look again, mark, send, settle.

The place in the queue comes before the envelope, and the envelope is saved before the call. So what is said was
looked at a moment before, and a crash at any point neither loses a message nor sends it twice where the platform can
be asked.
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
from bot.domain.errors import Conflict, DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.domain.messages import Card
from bot.domain.model import DeliveryState, Envelope
from bot.domain.ports import Destination, Messenger
from bot.faults import report_fault

log = structlog.get_logger()

PLATFORM_CLOCK_SLACK = timedelta(minutes=1)  # how far the platform's clock may be behind ours
MAX_LOOKUP_SECONDS = 20.0  # seconds: the others wait for it
MAX_SAVE_TRIES = 20  # of settling what others change all the time


class Outbox(ABC, Generic[T]):
    """What has to be known of a book or a club to send what it has to say."""

    max_copies: int = MAX_POSSIBLE_COPIES
    """How many there may be at the most where nobody can tell whether one arrived."""

    @property
    @abstractmethod
    def outcomes(self) -> DeliveryOutcomes[T]:
        """What becomes of it."""

    @abstractmethod
    async def reload(self, record: T) -> T | None:
        """It as the store has it now; None when it was forgotten, whatever stands in its place."""

    @abstractmethod
    async def save(self, record: T, now: datetime) -> T:
        """Keep it, with its next wake. Raises as the store does."""

    @abstractmethod
    def destination(self, record: T) -> Destination:
        """Where its messages go."""

    @abstractmethod
    def may_still_send(self, record: T, envelope: Envelope, now: datetime) -> bool:
        """Whether all that the envelope says may be said at `now`."""

    @abstractmethod
    async def render(self, record: T, envelope: Envelope, now: datetime) -> tuple[Card, T] | None:
        """What is sent, and what it then has said; None when it is not to be said any more."""

    @abstractmethod
    def with_conversation(self, record: T, conversation: str) -> T:
        """`place`: the conversation in which it will be said."""


@dataclass(frozen=True, slots=True)
class EnvelopeSender(Generic[T]):
    """`wall`: the time (UTC). It is looked at again right before each message."""

    outbox: Outbox[T]
    messenger: Messenger
    utc_now: Callable[[], datetime]

    async def deliver(self, record: T, envelope: Envelope) -> None:
        """Raises `Conflict` when somebody else changed it meanwhile, and `StoreUnavailable`: it comes again then."""
        try:
            seen = await self._ask_if_tried_before(record, envelope)
        except (TryLater, DeliveryUncertain) as problem:
            await self._save_change(
                record, envelope, change_after_failed_start(problem, envelope, self.utc_now(), self.outbox.outcomes)
            )
            return
        now, then = self.utc_now(), self.outbox.outcomes
        if seen:
            await self._save_change(record, envelope, lambda kept: then.on_delivered(kept, envelope, now))
        elif is_out_of_tries(envelope, seen, self.outbox.max_copies):
            await self._save_change(record, envelope, lambda kept: then.on_parked(kept, envelope, now))
        elif not self.outbox.may_still_send(record, envelope, now):
            nowhere = seen is False
            await self._save_change(
                record, envelope, lambda kept: then.on_overtaken(kept, envelope, now, surely_unsent=nowhere)
            )
        else:
            await self._wait_and_send(record, envelope)

    async def ask_if_sent(self, record: T, key: str, since: datetime) -> bool | None:
        """Whether it was sent; None where nobody can tell: not allowed, or more was said since than can be waited for.

        Raises `TryLater` or `Uncertain` when it cannot be told now.
        """
        try:
            async with asyncio.timeout(MAX_LOOKUP_SECONDS):
                return await self.messenger.was_sent(self.outbox.destination(record), key, since - PLATFORM_CLOCK_SLACK)
        except (MessageRejected, TimeoutError):
            return None

    async def _ask_if_tried_before(self, record: T, envelope: Envelope) -> bool | None:
        """Whether an earlier try reached the platform; False when there was none."""
        if envelope.state is not DeliveryState.SENDING or envelope.first_tried_at is None:
            return False
        return await self.ask_if_sent(record, envelope.id, envelope.first_tried_at)

    async def _wait_and_send(self, record: T, envelope: Envelope) -> None:
        """The turn comes first, because it may be long in coming; then all is looked at again, and sent at once."""
        try:
            place = await self.messenger.wait_for_turn(self.outbox.destination(record))
        except TryLater as later:
            await self._save_change(
                record, envelope, change_after_failed_start(later, envelope, self.utc_now(), self.outbox.outcomes)
            )
        except Undeliverable as refusal:
            await self._save_change(
                record, envelope, change_after_failed_send(refusal, envelope, self.utc_now(), self.outbox.outcomes)
            )
        else:
            now = self.utc_now()
            # What a member changed meanwhile is a Conflict when it is marked, and is looked at anew.
            if self.messenger.ready and self.outbox.may_still_send(record, envelope, now):
                await run_uncancelled(
                    self._mark_and_send(self.outbox.with_conversation(record, place), with_send_try(envelope, now), now)
                )

    async def _mark_and_send(self, record: T, tried: Envelope, now: datetime) -> None:
        """From the durable mark on it may have been sent; before it, surely not."""
        try:
            drawn = await self.outbox.render(record, tried, now)
        except Exception as error:
            report_fault(error)
            await self._save_change(
                record, tried, lambda kept: retry_or_park(kept, without_send_try(tried), now, self.outbox.outcomes)
            )
            return
        if drawn is None:
            await self._save_change(record, tried, lambda kept: self.outbox.outcomes.on_obsolete(kept, tried))
            return
        card, record = drawn
        record = await self.outbox.save(with_envelope(record, tried), now)
        try:
            await self.messenger.send(self.outbox.destination(record), card, tried.id)
        except (TryLater, Undeliverable) as problem:
            await self._save_change(
                record, tried, change_after_failed_send(problem, tried, self.utc_now(), self.outbox.outcomes)
            )
        except DeliveryUncertain:
            log.warning("delivery_uncertain", envelope=tried.id)
        except Exception as error:  # a fault of ours, and nobody knows how far it came: looked up, like the uncertain
            report_fault(error)
        else:
            await self._save_change(
                record, tried, lambda kept: self.outbox.outcomes.on_delivered(kept, tried, now), this_try_only=False
            )

    async def _save_change(
        self, record: T, envelope: Envelope, change: RecordChange[T], *, this_try_only: bool = True
    ) -> None:
        """Puts the outcome on the book or the club as it is by now, if it still waits for it.

        `this_try`: another try may have been made meanwhile, by another process, and then knows better. That it was
        delivered holds, whoever tried.
        """
        for _ in range(MAX_SAVE_TRIES):
            try:
                await self.outbox.save(change(record), self.utc_now())
                return
            except Conflict:
                kept = await self.outbox.reload(record)
                if kept is None:
                    return  # forgotten meanwhile: nothing is left to mark
                if not is_awaiting_outcome(kept, envelope, this_try_only=this_try_only):
                    return
                record = kept
        raise Conflict  # left as it stands: it is looked for later
