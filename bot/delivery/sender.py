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
    COPIES,
    Change,
    Outcomes,
    T,
    attempted,
    is_under_way,
    not_begun,
    not_sent,
    refused,
    spent,
    unsent,
    with_envelope,
)
from bot.delivery.run_uncancelled import through
from bot.domain.errors import Conflict, NotTaken, TryLater, Uncertain, Undeliverable
from bot.domain.messages import Card
from bot.domain.model import Envelope, Posted
from bot.domain.ports import Messenger, To
from bot.faults import report

log = structlog.get_logger()

CLOCK_SLACK = timedelta(minutes=1)  # how far the platform's clock may be behind ours
LONGEST_LOOK = 20.0  # seconds: the others wait for it
ROUNDS = 20  # of settling what others change all the time


class Sends(ABC, Generic[T]):
    """What has to be known of a book or a club to send what it has to say."""

    copies: int = COPIES
    """How many there may be at the most where nobody can tell whether one arrived."""

    @property
    @abstractmethod
    def then(self) -> Outcomes[T]:
        """What becomes of it."""

    @abstractmethod
    async def again(self, of: T) -> T | None:
        """It as the store has it now; None when it was forgotten, whatever stands in its place."""

    @abstractmethod
    async def save(self, of: T, now: datetime) -> T:
        """Keep it, with its next wake. Raises as the store does."""

    @abstractmethod
    def to(self, of: T) -> To:
        """Where its messages go."""

    @abstractmethod
    def holds(self, of: T, envelope: Envelope, now: datetime) -> bool:
        """Whether all that the envelope says may be said at `now`."""

    @abstractmethod
    async def drawn(self, of: T, envelope: Envelope, now: datetime) -> tuple[Card, T] | None:
        """What is sent, and what it then has said; None when it is not to be said any more."""

    @abstractmethod
    def placed(self, of: T, place: str) -> T:
        """`place`: the conversation in which it will be said."""


@dataclass(frozen=True, slots=True)
class Sending(Generic[T]):
    """`wall`: the time (UTC). It is looked at again right before each message."""

    of: Sends[T]
    messenger: Messenger
    wall: Callable[[], datetime]

    async def deliver(self, one: T, envelope: Envelope) -> None:
        """Raises `Conflict` when somebody else changed it meanwhile, and `StoreUnavailable`: it comes again then."""
        try:
            seen = await self._look_up(one, envelope)
        except (TryLater, Uncertain) as problem:
            await self._settle(one, envelope, not_begun(problem, envelope, self.wall(), self.of.then))
            return
        now, then = self.wall(), self.of.then
        if seen:
            await self._settle(one, envelope, lambda kept: then.delivered(kept, envelope, now))
        elif spent(envelope, seen, self.of.copies):
            await self._settle(one, envelope, lambda kept: then.parked(kept, envelope, now))
        elif not self.of.holds(one, envelope, now):
            nowhere = seen is False
            await self._settle(one, envelope, lambda kept: then.overtaken(kept, envelope, now, unsent=nowhere))
        else:
            await self._queue(one, envelope)

    async def asked(self, one: T, key: str, since: datetime) -> bool | None:
        """Whether it was sent; None where nobody can tell: not allowed, or more was said since than can be waited for.

        Raises `TryLater` or `Uncertain` when it cannot be told now.
        """
        try:
            async with asyncio.timeout(LONGEST_LOOK):
                return await self.messenger.sent(self.of.to(one), key, since - CLOCK_SLACK)
        except (NotTaken, TimeoutError):
            return None

    async def _look_up(self, one: T, envelope: Envelope) -> bool | None:
        """Whether an earlier try reached the platform; False when there was none."""
        if envelope.state is not Posted.SENDING or envelope.first_tried_at is None:
            return False
        return await self.asked(one, envelope.id, envelope.first_tried_at)

    async def _queue(self, one: T, envelope: Envelope) -> None:
        """The turn comes first, because it may be long in coming; then all is looked at again, and sent at once."""
        try:
            place = await self.messenger.turn(self.of.to(one))
        except TryLater as later:
            await self._settle(one, envelope, not_begun(later, envelope, self.wall(), self.of.then))
        except Undeliverable as refusal:
            await self._settle(one, envelope, not_sent(refusal, envelope, self.wall(), self.of.then))
        else:
            now = self.wall()
            # What a member changed meanwhile is a Conflict when it is marked, and is looked at anew.
            if self.messenger.ready and self.of.holds(one, envelope, now):
                await through(self._send(self.of.placed(one, place), attempted(envelope, now), now))

    async def _send(self, one: T, tried: Envelope, now: datetime) -> None:
        """From the durable mark on it may have been sent; before it, surely not."""
        try:
            drawn = await self.of.drawn(one, tried, now)
        except Exception as error:
            report(error)
            await self._settle(one, tried, lambda kept: refused(kept, unsent(tried), now, self.of.then))
            return
        if drawn is None:
            await self._settle(one, tried, lambda kept: self.of.then.obsolete(kept, tried))
            return
        card, one = drawn
        one = await self.of.save(with_envelope(one, tried), now)
        try:
            await self.messenger.send(self.of.to(one), card, tried.id)
        except (TryLater, Undeliverable) as problem:
            await self._settle(one, tried, not_sent(problem, tried, self.wall(), self.of.then))
        except Uncertain:
            log.warning("delivery_uncertain", envelope=tried.id)
        except Exception as error:  # a fault of ours, and nobody knows how far it came: looked up, like the uncertain
            report(error)
        else:
            await self._settle(one, tried, lambda kept: self.of.then.delivered(kept, tried, now), this_try=False)

    async def _settle(self, one: T, envelope: Envelope, change: Change[T], *, this_try: bool = True) -> None:
        """Puts the outcome on the book or the club as it is by now, if it still waits for it.

        `this_try`: another try may have been made meanwhile, by another process, and then knows better. That it was
        delivered holds, whoever tried.
        """
        for _ in range(ROUNDS):
            try:
                await self.of.save(change(one), self.wall())
                return
            except Conflict:
                kept = await self.of.again(one)
                if kept is None:
                    return  # forgotten meanwhile: nothing is left to mark
                if not is_under_way(kept, envelope, this_try=this_try):
                    return
                one = kept
        raise Conflict  # left as it stands: it is looked for later
