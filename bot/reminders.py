"""Sends what is due: claim, derive, queue, look again, envelope, send, settle.

The place in the queue comes before the envelope, and the envelope is saved before the call. So what is said was
looked at a moment before, and a crash at any point neither loses a reminder nor sends it twice where the platform can
be asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.agenda import due_now, language_of, next_wake, still_holds
from bot.cards import Card
from bot.carry import through
from bot.deliveries import retried
from bot.desk import Desk
from bot.envelopes import (
    Change,
    attempted,
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
    unsent,
    with_envelope,
)
from bot.errors import Conflict, NotTaken, StoreUnavailable, TryLater, Uncertain, Undeliverable
from bot.faults import report
from bot.i18n import speak
from bot.model import Book, Envelope, Home, Posted
from bot.ports import Messenger, Store, ready
from bot.restored import Restored, doubted, in_doubt, is_over, retold
from bot.views.reminders import reminder
from bot.views.words import as_wanted

log = structlog.get_logger()

BATCH = 200  # books at once; nearly all of them wait for their turn with nothing of theirs begun
LEASE = timedelta(seconds=60)  # longer than a batch takes at the slowest pace, Slack's 4.75 a second
CLOCK_SLACK = timedelta(minutes=1)  # how far the platform's clock may be behind ours
LONGEST_LOOK = 20.0  # seconds: the others wait for it
ASK_AGAIN = timedelta(minutes=10)
ROUNDS = 20  # of settling a book that others change all the time
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
        # Otherwise it would leave at the first that ends badly, with the others still at it.
        for end in await asyncio.gather(*map(self._served, books), return_exceptions=True):
            if end is not None:
                raise end
        return len(books)

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
            try:
                await self.store.save(replace(book, wake_at=self.wall() + AFTER_FAULT))
            except Exception as again:
                report(again)

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
        if not due:
            return None
        envelope, between = made(book, due, now), self.restored
        old = between and min(one.at for one in due) < between.until and not is_over(between, now)
        return in_doubt(envelope, between) if between and old else envelope

    async def _told_by_the_platform(self, messenger: Messenger, book: Book, now: datetime) -> bool:
        """After a backup was put back: whether the book was looked after here, by what the platform has.

        What it was sent since counts as sent; while that cannot be asked, the book waits.
        """
        if (between := self.restored) is None:
            return False
        for earlier in retold(book, between, now, self.home):
            try:
                seen = await self._asked(messenger, book, earlier.id, between.since)
            except (TryLater, Uncertain) as problem:
                await self.store.save(replace(book, wake_at=self.wall() + (problem.after or ASK_AGAIN)))
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
            nowhere = seen is False
            await self._settle(book, envelope, lambda kept: overtaken(kept, envelope, now, self.home, unsent=nowhere))
        else:
            await self._queue(messenger, book, envelope)

    async def _look_up(self, messenger: Messenger, book: Book, envelope: Envelope) -> bool | None:
        """Whether an earlier try reached the platform; False when there was none."""
        if envelope.state is not Posted.SENDING or envelope.first_tried_at is None:
            return False
        return await self._asked(messenger, book, envelope.id, envelope.first_tried_at)

    async def _asked(self, messenger: Messenger, book: Book, key: str, since: datetime) -> bool | None:
        """None where nobody can tell: it is not allowed, or more was said since than can be waited for."""
        try:
            async with asyncio.timeout(LONGEST_LOOK):
                return await messenger.sent(book.owner, key, since - CLOCK_SLACK)
        except (NotTaken, TimeoutError):
            return None

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
                await through(self._send(messenger, replace(book, conversation=place), attempted(envelope, now), now))

    async def _send(self, messenger: Messenger, book: Book, tried: Envelope, now: datetime) -> None:
        """From the durable mark on it may have been sent; before it, surely not."""
        card = self._drawn(book, tried, now)
        if card is None:
            await self._settle(book, tried, lambda kept: refused(kept, unsent(tried), now, self.home))
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
        for _ in range(ROUNDS):
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
        raise Conflict  # left as it stands: it is looked for later

    async def _save(self, book: Book, now: datetime) -> Book:
        return await self.store.save(replace(book, wake_at=next_wake(book, now, self.home)))
