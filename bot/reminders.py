"""Sends what is due: claim, derive, queue, look again, envelope, send, settle.

The place in the queue comes before the envelope, and the envelope is saved before the call. So what is said was
looked at a moment before, and a crash at any point neither loses a reminder nor sends it twice where the platform can
be asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.agenda import due_now, language_of, next_wake, still_holds
from bot.cards import Card
from bot.deliveries import retried
from bot.desk import Desk
from bot.envelopes import (
    Change,
    attempted,
    backoff,
    delivered,
    is_under_way,
    made,
    not_begun,
    not_sent,
    overtaken,
    parked,
    parked_ones,
    refused,
    spent,
    with_envelope,
)
from bot.errors import Conflict, StoreUnavailable, TryLater, Uncertain, Undeliverable
from bot.faults import report
from bot.i18n import speak
from bot.model import Book, Envelope, Home, Posted
from bot.ports import Messenger, Store
from bot.restored import Restored, doubted, retold
from bot.views.reminders import reminder
from bot.views.words import as_wanted

log = structlog.get_logger()

BATCH = 200  # books at once; nearly all of them wait for their turn with nothing of theirs begun
LEASE = timedelta(seconds=60)  # longer than a batch takes at the slowest pace, Slack's 4.75 a second
CLOCK_SLACK = timedelta(minutes=1)  # how far the platform's clock may be behind ours
AFTER_FAULT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sweeper:
    """`wall`: the time (UTC). It is looked at again right before each message."""

    store: Store
    messengers: Mapping[str, Messenger]
    home: Home
    new_id: Callable[[int], str]
    wall: Callable[[], datetime]
    restored: Restored | None = None

    async def sweep(self) -> int:
        """Looks at the books whose moment has come, `BATCH` at the most; the number of them.

        Cancelled, it begins nothing more, and ends when what was handed over has been settled.
        """
        books = await self.store.claim(self.wall(), LEASE, BATCH, ready(self.messengers))
        await asyncio.gather(*map(self._served, books))
        return len(books)

    @property
    def _since(self) -> datetime:
        """Before which nothing was sent that a restored book does not know of."""
        return (self.restored.since if self.restored else self.wall()) - CLOCK_SLACK

    async def retry(self, wanted: Callable[[str], bool]) -> int:
        """Parked envelopes of wanted ids on their way again; the number of them. Raises `StoreUnavailable`."""
        count, now = 0, self.wall()
        async for book in self.store.books():
            after = retried(book, now, wanted)
            with suppress(Conflict):  # in use just now: the host can ask once more
                count += after is not book and bool(await self._save(after, now))
        return count

    async def _served(self, book: Book) -> None:
        """One member's trouble stops nobody else's morning."""
        try:
            await self._look(book)
        except (Conflict, StoreUnavailable) as trouble:
            log.warning("sweep_put_off", trouble=type(trouble).__name__)
        except Exception as error:
            report(error)
            # Looked at again, but not every minute: the host is told, not flooded.
            with suppress(Conflict, StoreUnavailable):
                await self.store.save(replace(book, wake_at=self.wall() + AFTER_FAULT))

    async def _look(self, book: Book) -> None:
        messenger, now = self.messengers[book.owner.platform], self.wall()
        if not messenger.ready:
            return  # refused since the books were claimed: they come again when their lease is over
        speak(language_of(book))
        messenger.recall(book.owner, book.conversation)
        envelope = self._waiting(book, now)
        if envelope is None and await self._told_by_the_platform(messenger, book, now):
            return
        envelope = envelope or self._made(book, now)
        if envelope is None:
            await self._save(replace(book, envelopes=parked_ones(book)), now)
        elif envelope.retry_at > now:
            await self._save(with_envelope(book, envelope), now)
        else:
            await self._deliver(messenger, book, envelope)

    def _waiting(self, book: Book, now: datetime) -> Envelope | None:
        """The envelope on its way. One that surely was not sent is dropped when what it says no longer holds."""
        for one in (doubted(one, self.restored) for one in book.envelopes):
            if one.state is Posted.SENDING or (one.state is Posted.WAITING and still_holds(book, one, now, self.home)):
                return one
        return None

    def _made(self, book: Book, now: datetime) -> Envelope | None:
        due = due_now(book, now, self.home)
        return made(book, due, now) if due else None

    async def _told_by_the_platform(self, messenger: Messenger, book: Book, now: datetime) -> bool:
        """After a backup was put back: whether the book was looked after here, by what the platform has.

        What it was sent since counts as sent; while that cannot be asked, the book waits.
        """
        for earlier in retold(book, self.restored, now, self.home):
            try:
                seen = await messenger.sent(book.owner, earlier.id, self._since)
            except (TryLater, Uncertain) as problem:
                await self.store.save(replace(book, wake_at=self.wall() + (problem.after or backoff(1))))
                return True
            if seen:
                await self._save(delivered(book, earlier, earlier.made_at, self.home), self.wall())
                return True
        return False

    async def _deliver(self, messenger: Messenger, book: Book, envelope: Envelope) -> None:
        try:
            seen = await self._look_up(messenger, book, envelope)
        except (TryLater, Uncertain) as problem:
            await self._settle(book, envelope, not_begun(problem, envelope, self.wall(), self.home))
            return
        now = self.wall()
        if seen:
            await self._settle(book, envelope, lambda kept: delivered(kept, envelope, now, self.home))
        elif spent(envelope, seen):
            await self._settle(book, envelope, lambda kept: parked(kept, envelope, now, self.home))
        elif not still_holds(book, envelope, now, self.home):
            unsent = seen is False
            await self._settle(book, envelope, lambda kept: overtaken(kept, envelope, now, self.home, unsent=unsent))
        else:
            await self._queue(messenger, book, envelope)

    async def _look_up(self, messenger: Messenger, book: Book, envelope: Envelope) -> bool | None:
        """Whether an earlier try reached the platform; False when there was none."""
        if envelope.state is not Posted.SENDING or envelope.first_tried_at is None:
            return False
        return await messenger.sent(book.owner, envelope.id, envelope.first_tried_at - CLOCK_SLACK)

    async def _queue(self, messenger: Messenger, book: Book, envelope: Envelope) -> None:
        """The turn comes first, because it may be long in coming; then all is looked at again, and sent at once."""
        try:
            place = await messenger.turn(book.owner)
        except TryLater as later:
            await self._settle(book, envelope, not_begun(later, envelope, self.wall(), self.home))
        except Undeliverable as refusal:
            await self._settle(book, envelope, not_sent(refusal, envelope, self.wall(), self.home))
        else:
            now = self.wall()
            # What a member changed meanwhile is a Conflict when it is marked, and is looked at anew.
            if messenger.ready and still_holds(book, envelope, now, self.home):
                await _through(self._send(messenger, replace(book, conversation=place), attempted(envelope, now), now))

    async def _send(self, messenger: Messenger, book: Book, tried: Envelope, now: datetime) -> None:
        """From the durable mark on it may have been sent; before it, surely not."""
        card = self._drawn(book, tried, now)
        if card is None:
            unsent = replace(tried, state=Posted.WAITING)
            await self._settle(book, tried, lambda kept: refused(kept, unsent, now, self.home))
            return
        book = await self._save(with_envelope(book, tried), now)
        try:
            await messenger.send(book.owner, card, tried.id)
        except (TryLater, Undeliverable) as problem:
            await self._settle(book, tried, not_sent(problem, tried, self.wall(), self.home))
        except Uncertain:
            log.warning("delivery_uncertain", envelope=tried.id)
        except Exception as error:  # a fault of ours, and nobody knows how far it came: looked up, like the uncertain
            report(error)
        else:
            await self._settle(book, tried, lambda kept: delivered(kept, tried, now, self.home), this_try=False)

    def _drawn(self, book: Book, tried: Envelope, now: datetime) -> Card | None:
        """None when it cannot even be drawn."""
        try:
            drawn = reminder(Desk(book, now, self.home, self.new_id), tried.items, late=tried.late)
            return as_wanted(drawn, book)
        except Exception as error:
            report(error)
            return None

    async def _settle(self, book: Book, envelope: Envelope, change: Change, *, this_try: bool = True) -> None:
        """Puts the outcome on the book as it is by now, if it still waits for it.

        `this_try`: another try may have been made meanwhile, by another process, and then knows better. That it was
        delivered holds, whoever tried.
        """
        while True:
            try:
                await self._save(change(book), self.wall())
                return
            except Conflict:
                kept = await self.store.book(book.owner)
                if kept is None or kept.created != book.created:
                    return  # forgotten meanwhile: nothing is left to mark
                if not is_under_way(kept, envelope, this_try=this_try):
                    return
                book = kept

    async def _save(self, book: Book, now: datetime) -> Book:
        return await self.store.save(replace(book, wake_at=next_wake(book, now, self.home)))


def ready(messengers: Mapping[str, Messenger]) -> frozenset[str]:
    """The platforms that take messages now."""
    return frozenset(name for name, messenger in messengers.items() if messenger.ready)


async def _through(work: Coroutine[object, object, None]) -> None:
    """Carry the work through, also when the one who waits for it is cancelled."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise
