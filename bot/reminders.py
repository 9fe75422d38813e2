"""Sends what is due: claim, derive, envelope, draw, send, settle.

An envelope is saved before the call and retried exactly as it stands, so that a crash at any point neither loses a
reminder nor sends it twice where the platform can be asked what it has. Nothing is deleted because it failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.agenda import ASKING, COUNTED, agenda, due_now, home_of, language_of, next_wake, still_holds
from bot.deliveries import retried
from bot.desk import Desk
from bot.errors import AccountClosed, Conflict, StoreUnavailable, TryLater, Uncertain, Undeliverable
from bot.faults import report
from bot.i18n import speak
from bot.model import POLICY, Book, Envelope, Home, Item, Kind, Outreach, Posted, Sent
from bot.ports import Messenger, Store
from bot.views.reminders import reminder
from bot.views.words import as_wanted

log = structlog.get_logger()

LEASE = timedelta(seconds=60)  # for the books of one sweep; a process has one sweep at a time on each platform
BATCH = 20  # books: at the pace of Discord's new conversations, the slowest there is, sent well within the lease
TRIES = 8
GIVE_UP = timedelta(hours=24)
CLOCK_SLACK = timedelta(minutes=1)  # how far the platform's clock may be behind ours
LONGEST_WAIT = timedelta(hours=1)
COPIES = 2  # at most so many copies where the platform cannot be asked
KEEP_SENT = timedelta(days=60)  # the budget looks back a week; three ignored ones in a row may take weeks
AWAY = timedelta(hours=2)  # longer than any wait of ours: we were down, or the platform had no ear for us
AFTER_FAULT = timedelta(hours=1)

Change = Callable[[Book], Book]


@dataclass(frozen=True, slots=True)
class Sweeper:
    store: Store
    messengers: Mapping[str, Messenger]
    home: Home
    new_id: Callable[[int], str]

    async def sweep(self, now: datetime) -> int:
        """Looks at the books whose moment has come, `BATCH` at the most; the number of them. `now` in UTC."""
        books = await self.store.claim(now, LEASE, BATCH, self.ready)
        for book in books:
            try:
                await self._look(book, now)
            except (Conflict, StoreUnavailable) as trouble:
                log.warning("sweep_put_off", trouble=type(trouble).__name__)
            except Exception as error:  # one member's trouble stops nobody else's morning
                report(error)
                await self._put_off(book, now)
        return len(books)

    async def retry(self, now: datetime, wanted: Callable[[str], bool]) -> int:
        """Parked envelopes of wanted ids on their way again; the number of them. Raises `StoreUnavailable`."""
        again = 0
        async for book in self.store.books():
            after = retried(book, now, wanted)
            with suppress(Conflict):  # in use just now: the host can ask once more
                again += after is not book and bool(await self._save(after, now))
        return again

    async def next_wake(self) -> datetime | None:
        """The earliest moment (UTC) at which a sweep may have something to do."""
        return await self.store.next_wake(self.ready)

    @property
    def ready(self) -> frozenset[str]:
        """The platforms that take messages now."""
        return frozenset(name for name, messenger in self.messengers.items() if messenger.ready)

    async def _put_off(self, book: Book, now: datetime) -> None:
        """A book that our rules stumble over is looked at again, not every minute: its host is told, not flooded."""
        with suppress(Conflict, StoreUnavailable):
            await self.store.save(replace(book, wake_at=now + AFTER_FAULT))

    async def _look(self, book: Book, now: datetime) -> None:
        messenger = self.messengers[book.owner.platform]
        if not messenger.ready:
            return  # refused since the books were claimed: they come again when their lease is over
        speak(language_of(book))
        envelope = self._waiting(book, now) or self._made(book, now)
        if envelope is None:
            await self._save(replace(book, envelopes=parked_ones(book)), now)
        elif envelope.retry_at <= now:
            await self._deliver(messenger, book, envelope, now)
        else:
            await self._save(with_envelope(book, envelope), now)

    def _waiting(self, book: Book, now: datetime) -> Envelope | None:
        """The envelope on its way. One that surely was not sent is dropped when what it says no longer holds."""
        for one in book.envelopes:
            if one.state is Posted.SENDING or (one.state is Posted.WAITING and still_holds(book, one, now, self.home)):
                return after_absence(one, now)
        return None

    def _made(self, book: Book, now: datetime) -> Envelope | None:
        due = due_now(book, now, self.home)
        if not due:
            return None
        late = now - min(one.at for one in due) > POLICY.late_after
        items = tuple(one.item for one in due)
        return Envelope(id=self.new_id(16), items=items, made_at=now, retry_at=now, late=late)

    async def _deliver(self, messenger: Messenger, book: Book, envelope: Envelope, now: datetime) -> None:
        try:
            seen = await self._look_up(messenger, book, envelope)
        except (TryLater, Uncertain):
            again = replace(envelope, retry_at=now + backoff(envelope.attempts))
            over = now - envelope.made_at >= GIVE_UP
            await self._settle(
                book, now, lambda kept: parked(kept, envelope, now, self.home) if over else with_envelope(kept, again)
            )
            return
        if seen:
            await self._settle(book, now, lambda kept: delivered(kept, envelope, now, self.home))
        elif envelope.state is Posted.SENDING and envelope.attempts >= (COPIES if seen is None else TRIES):
            await self._settle(book, now, lambda kept: parked(kept, envelope, now, self.home))
        elif not still_holds(book, envelope, now, self.home):
            unsent = seen is False
            await self._settle(book, now, lambda kept: overtaken(kept, envelope, now, self.home, unsent=unsent))
        else:
            await self._send(messenger, book, envelope, now)

    async def _look_up(self, messenger: Messenger, book: Book, envelope: Envelope) -> bool | None:
        """Whether an earlier try reached the platform; False when there was none."""
        if envelope.state is not Posted.SENDING or envelope.first_tried_at is None:
            return False
        return await messenger.sent(book.owner, envelope.id, envelope.first_tried_at - CLOCK_SLACK)

    async def _send(self, messenger: Messenger, book: Book, envelope: Envelope, now: datetime) -> None:
        """From the durable mark on it may have been sent; before it, surely not."""
        tried = attempted(envelope, now)
        try:
            drawn = reminder(Desk(book, now, self.home, self.new_id), tried.items, late=tried.late)
            card = as_wanted(drawn, book)
        except Exception as error:  # it could not even be drawn
            report(error)
            await self._settle(book, now, lambda kept: self._again(kept, tried, tried.retry_at, now, TRIES))
            return
        book = await self._save(with_envelope(book, tried), now)
        try:
            await messenger.send(book.owner, card, tried.id)
        except AccountClosed:
            await self._settle(book, now, lambda kept: gone(kept, tried, now))
        except Undeliverable as refusal:
            why = str(refusal) or "refused"
            await self._settle(book, now, lambda kept: unreachable(kept, tried, why))
        except TryLater as later:
            pause = max(later.after or timedelta(), backoff(tried.attempts))
            await self._settle(book, now, lambda kept: self._again(kept, tried, now + pause, now, None))
        except Uncertain:
            log.warning("delivery_uncertain", envelope=tried.id)
        except Exception as error:  # a fault of ours, and nobody knows how far it came: looked up, like the uncertain
            report(error)
        else:
            await self._settle(book, now, lambda kept: delivered(kept, tried, now, self.home))

    def _again(self, book: Book, envelope: Envelope, retry_at: datetime, now: datetime, tries: int | None) -> Book:
        """Surely not sent: tried again later. Given up after a day of trying; a fault of ours already after `tries`."""
        if now - envelope.made_at >= GIVE_UP or (tries and envelope.attempts >= tries):
            return parked(book, envelope, now, self.home)
        return with_envelope(book, replace(envelope, state=Posted.WAITING, retry_at=retry_at))

    async def _settle(self, book: Book, now: datetime, change: Change) -> None:
        """Puts the outcome on the book as it is by now: the member may have changed it meanwhile."""
        while True:
            try:
                await self._save(change(book), now)
                return
            except Conflict:
                kept = await self.store.book(book.owner)
                if kept is None or kept.created != book.created:
                    return  # forgotten meanwhile: nothing is left to mark
                book = kept

    async def _save(self, book: Book, now: datetime) -> Book:
        return await self.store.save(replace(book, wake_at=next_wake(book, now, self.home)))


def backoff(attempts: int) -> timedelta:
    """One minute, then twice as long each time, an hour at the most."""
    return min(timedelta(minutes=2 ** (attempts - 1)), LONGEST_WAIT)


def after_absence(envelope: Envelope, now: datetime) -> Envelope:
    """The envelope; its day of trying begins anew when nothing could be tried for long: that is no failure."""
    return replace(envelope, made_at=now) if now - envelope.retry_at >= AWAY else envelope


def attempted(envelope: Envelope, now: datetime) -> Envelope:
    """The envelope with one more try, as it is saved before the call."""
    attempts = envelope.attempts + 1
    return replace(
        envelope,
        state=Posted.SENDING,
        first_tried_at=envelope.first_tried_at or now,
        attempts=attempts,
        retry_at=now + backoff(attempts),
    )


def parked_ones(book: Book) -> tuple[Envelope, ...]:
    """They stay for the host to see."""
    return tuple(one for one in book.envelopes if one.state is Posted.PARKED)


def with_envelope(book: Book, envelope: Envelope) -> Book:
    """The book with this envelope as the one on its way."""
    return replace(book, envelopes=(*parked_ones(without_envelope(book, envelope)), envelope))


def without_envelope(book: Book, envelope: Envelope) -> Book:
    return replace(book, envelopes=tuple(one for one in book.envelopes if one.id != envelope.id))


def parked(book: Book, envelope: Envelope, now: datetime, home: Home) -> Book:
    """Given up, and kept for the host to see. The week goes on without its message, and a goodbye counts as said."""
    kinds = {item.kind for item in envelope.items}
    return replace(
        with_envelope(book, replace(envelope, state=Posted.PARKED)),
        basket_day=home_of(book, home).day(now) if Kind.BASKET in kinds else book.basket_day,
        quiet_since=now if Kind.GONE_QUIET in kinds else book.quiet_since,
    )


def overtaken(book: Book, envelope: Envelope, now: datetime, home: Home, *, unsent: bool) -> Book:
    """What it says may not be said now: the member answered meanwhile, or it is night.

    One that surely was not sent goes, and what still holds comes in a new one. One that may have been sent waits as
    it stands while it holds, so that there are never more copies than `COPIES`.
    """
    held = {due.item for due in agenda(book, now, home)}
    if unsent or not held.issuperset(envelope.items):
        return without_envelope(book, envelope)
    return with_envelope(book, replace(envelope, retry_at=now + LONGEST_WAIT))


def unreachable(book: Book, envelope: Envelope, why: str) -> Book:
    """The platform refuses this person: no second try, and every reminder is kept until their next command."""
    return replace(without_envelope(book, envelope), unreachable=why)


def gone(book: Book, envelope: Envelope, now: datetime) -> Book:
    """The member's account is closed; every reminder is kept for the day on which it is open again."""
    return replace(without_envelope(book, envelope), profile=replace(book.profile, left=book.profile.left or now))


def delivered(book: Book, envelope: Envelope, now: datetime, home: Home) -> Book:
    """The envelope went out: its items are told, and the budget of the day and the week is used."""
    kinds = {item.kind for item in envelope.items}
    sent = Sent(at=now, asks=bool(kinds & ASKING), counts=bool(kinds & COUNTED))
    return replace(
        without_envelope(book, envelope),
        contacts=tuple(_told(one, envelope.items) for one in book.contacts),
        sent=(*(one for one in book.sent if now - one.at < KEEP_SENT), sent),
        basket_day=home_of(book, home).day(now) if Kind.BASKET in kinds else book.basket_day,
        quiet_since=now if Kind.GONE_QUIET in kinds else book.quiet_since,
    )


def _told(one: Outreach, items: tuple[Item, ...]) -> Outreach:
    keys = [item.key for item in items if item.contact == one.id]
    return replace(one, told=(*one.told, *keys)) if keys else one
