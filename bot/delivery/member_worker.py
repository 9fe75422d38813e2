"""The sweep: claim the books that may have something to say, derive what is due, and send it (see `sending`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.club.concern import of_word
from bot.delivery.after_restore import Restored, doubted, in_doubt, is_over, retold
from bot.delivery.club_sync import run_errands, without_leavers
from bot.delivery.club_worker import Clubs
from bot.delivery.outbox import OfBook, delivered, made, parked_ones, with_envelope
from bot.delivery.report import retried
from bot.delivery.sender import Sending, Sends
from bot.domain.errors import BookDamaged, Conflict, StoreTooNew, StoreUnavailable, TryLater, Uncertain
from bot.domain.messages import Card
from bot.domain.model import Book, Club, Envelope, Home, Item, Kind, Posted
from bot.domain.ports import Messenger, Store, To, ready
from bot.faults import report
from bot.rules.context import Desk
from bot.rules.schedule import due_now, language_of, next_wake, still_holds
from bot.text.i18n import speak
from bot.views.club import private_messages
from bot.views.phrases import as_wanted
from bot.views.reminders import reminder

log = structlog.get_logger()

BATCH = 200  # books at once; nearly all of them wait for their turn with nothing of theirs begun
LEASE = timedelta(seconds=60)  # longer than a batch takes at the slowest pace, Slack's 4.75 a second
ASK_AGAIN = timedelta(minutes=10)
AFTER_FAULT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Letters(Sends[Book]):
    """Books, and the direct messages to their owners."""

    store: Store
    home: Home
    new_id: Callable[[int], str]
    messenger: Messenger | None = None

    @property
    def then(self) -> OfBook:
        return OfBook(self.home)

    async def again(self, of: Book) -> Book | None:
        kept = await self.store.book(of.owner)
        return kept if kept and kept.created == of.created else None

    async def save(self, of: Book, now: datetime) -> Book:
        return await self.store.save(replace(of, wake_at=next_wake(of, now, self.home)))

    def to(self, of: Book) -> To:
        return of.owner

    def holds(self, of: Book, envelope: Envelope, now: datetime) -> bool:
        return still_holds(of, envelope, now, self.home)

    async def drawn(self, of: Book, envelope: Envelope, now: datetime) -> tuple[Card, Book] | None:
        desk = Desk(of, now, self.home, self.new_id)
        if envelope.items[0].kind is Kind.CLUB:
            said = await self._word(desk, envelope.items[0])
        else:
            said = reminder(desk, envelope.items, late=envelope.late)
        return (as_wanted(said, of), of) if said else None

    async def _word(self, desk: Desk, item: Item) -> Card | None:
        """A club's word, as the club stands now: what was withdrawn meanwhile is not said."""
        note = next(one for one in desk.book.notes if one.id == item.mark)
        try:
            club = await self.store.club(note.club)
        except (BookDamaged, StoreTooNew):
            log.error("club_unreadable")
            return None
        if club and self.messenger:
            who = of_word(club, note.kind, dict(note.values), desk.now)
            club = await without_leavers(self.store, self.messenger, club, who, desk.now)
        return private_messages.card(desk, note, club)

    def placed(self, of: Book, place: str) -> Book:
        return replace(of, conversation=place)


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
                count += after is not book and bool(await self._letters(book).save(after, now))
        return count

    async def _served(self, one: Book | Club) -> None:
        """One member's trouble stops nobody else's morning."""
        try:
            await (self._look(one) if isinstance(one, Book) else self._clubs.look(one))
        except (Conflict, StoreUnavailable) as trouble:
            log.warning("sweep_put_off", trouble=type(trouble).__name__)
        except Exception as error:
            report(error)
            # Looked at again, but not every minute: the host is told, not flooded.
            try:
                await self._put_off(one)
            except Exception as again:
                report(again)

    async def _put_off(self, one: Book | Club) -> None:
        later = self.wall() + AFTER_FAULT
        if isinstance(one, Book):
            await self.store.save(replace(one, wake_at=later))
        else:
            await self.store.save_club(replace(one, wake_at=later))

    async def _look(self, book: Book) -> None:
        messenger, now = self.messengers[book.owner.platform], self.wall()
        if not messenger.ready:
            return  # refused since the books were claimed: they come again when their lease is over
        speak(language_of(book))
        if book.errands:
            book = await run_errands(self.store, book, now, self.home)
        messenger.recall(book.owner, book.conversation)
        letters, envelope = self._letters(book), self._waiting(book, now)
        sending = Sending(letters, messenger, self.wall)
        if envelope is None and await self._told_by_the_platform(sending, book, now):
            return
        envelope = envelope or self._made(book, now)
        if envelope is None:
            await letters.save(replace(book, envelopes=parked_ones(book)), now)
        elif envelope.retry_at > now:
            await letters.save(with_envelope(book, envelope), now)
        else:
            await sending.deliver(book, envelope)

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

    async def _told_by_the_platform(self, sending: Sending[Book], book: Book, now: datetime) -> bool:
        """After a backup was put back: whether the book was looked after here, by what the platform has.

        What it was sent since counts as sent; while that cannot be asked, the book waits.
        """
        if (between := self.restored) is None:
            return False
        for earlier in retold(book, between, now, self.home):
            try:
                seen = await sending.asked(book, earlier.id, between.since)
            except (TryLater, Uncertain) as problem:
                await self.store.save(replace(book, wake_at=self.wall() + (problem.after or ASK_AGAIN)))
                return True
            if seen:
                await self._letters(book).save(delivered(book, earlier, earlier.made_at, self.home), self.wall())
                return True
        return False

    @property
    def _clubs(self) -> Clubs:
        return Clubs(self.store, self.messengers, self.home, self.wall, self.restored)

    def _letters(self, book: Book) -> Letters:
        return Letters(self.store, self.home, self.new_id, self.messengers.get(book.owner.platform))
