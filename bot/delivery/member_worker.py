"""The sweep: claim the books that may have something to say, derive what is due, and send it (see `sending`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.club.concern import find_members_in_note
from bot.delivery.after_restore import (
    RestoreGap,
    is_restore_gap_over,
    mark_possibly_sent,
    replay_restore_gap,
    with_restore_doubt,
)
from bot.delivery.club_sync import sync_book_with_clubs, without_departed_members
from bot.delivery.club_worker import ClubWorker
from bot.delivery.outbox import BookOutcomes, build_envelope, mark_delivered, parked_envelopes, with_envelope
from bot.delivery.report import with_parked_retried
from bot.delivery.sender import EnvelopeSender, Outbox
from bot.domain.errors import BookDamaged, Conflict, DeliveryUncertain, StoreTooNew, StoreUnavailable, TryLater
from bot.domain.messages import Card
from bot.domain.model import Book, Club, DeliveryState, Envelope, HostDefaults, NoteOccasion, ReminderItem, ReminderKind
from bot.domain.ports import Destination, Messenger, Store, ready_platforms
from bot.faults import report_fault
from bot.rules.context import BookContext
from bot.rules.schedule import due_reminders, is_envelope_due, member_language, next_book_wake
from bot.text.i18n import set_language
from bot.views.club import private_messages
from bot.views.phrases import with_reader_preferences
from bot.views.reminders import reminder_card

log = structlog.get_logger()

MAX_RECORDS_PER_SWEEP = 200  # books at once; nearly all of them wait for their turn with nothing of theirs begun
CLAIM_LEASE = timedelta(seconds=60)  # longer than a batch takes at the slowest pace, Slack's 4.75 a second
LOOKUP_RETRY_DELAY = timedelta(minutes=10)
FAULT_RETRY_DELAY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class MemberOutbox(Outbox[Book]):
    """Books, and the direct messages to their owners."""

    store: Store
    defaults: HostDefaults
    new_id: Callable[[int], str]
    messenger: Messenger | None = None

    @property
    def outcomes(self) -> BookOutcomes:
        return BookOutcomes(self.defaults)

    async def reload(self, record: Book) -> Book | None:
        kept = await self.store.load_book(record.owner)
        return kept if kept and kept.created_at == record.created_at else None

    async def save(self, record: Book, now: datetime) -> Book:
        return await self.store.save_book(replace(record, wake_at=next_book_wake(record, now, self.defaults)))

    def destination(self, record: Book) -> Destination:
        return record.owner

    def may_still_send(self, record: Book, envelope: Envelope, now: datetime) -> bool:
        return is_envelope_due(record, envelope, now, self.defaults)

    async def render(self, record: Book, envelope: Envelope, now: datetime) -> tuple[Card, Book] | None:
        context = BookContext(record, now, self.defaults, self.new_id)
        if envelope.items[0].kind is ReminderKind.CLUB_NOTE:
            said = await self._render_club_note(context, envelope.items[0])
        else:
            said = reminder_card(context, envelope.items, is_late=envelope.is_late)
        return (with_reader_preferences(said, record), record) if said else None

    async def _render_club_note(self, context: BookContext, item: ReminderItem) -> Card | None:
        """A club's word, as the club stands now: what was withdrawn meanwhile is not said."""
        note = next(one for one in context.book.club_notes if NoteOccasion(one.id) == item.occasion)
        try:
            club = await self.store.load_club(note.club)
        except (BookDamaged, StoreTooNew):
            log.error("club_unreadable")
            return None
        if club and self.messenger:
            who = find_members_in_note(club, note.kind, dict(note.values), context.now)
            club = await without_departed_members(self.store, self.messenger, club, who, context.now)
        return private_messages.club_note_card(context, note, club)

    def with_conversation(self, record: Book, conversation: str) -> Book:
        return replace(record, conversation_id=conversation)


@dataclass(frozen=True, slots=True)
class MemberWorker:
    """`wall`: the time (UTC). It is looked at again right before each message."""

    store: Store
    messengers: Mapping[str, Messenger]
    defaults: HostDefaults
    new_id: Callable[[int], str]
    utc_now: Callable[[], datetime]
    restore_gap: RestoreGap | None = None

    async def sweep(self) -> int:
        """Looks at the books whose moment has come, `BATCH` at the most; the number of them.

        Cancelled, it begins nothing more, and ends when what was handed over has been settled.
        """
        books = await self.store.claim(
            self.utc_now(), CLAIM_LEASE, MAX_RECORDS_PER_SWEEP, ready_platforms(self.messengers)
        )
        # Otherwise it would leave at the first that ends badly, with the others still at it.
        for end in await asyncio.gather(*map(self._serve_record, books), return_exceptions=True):
            if end is not None:
                raise end
        return len(books)

    async def retry_parked(self, wanted: Callable[[str], bool]) -> int:
        """Parked envelopes of wanted ids on their way again; the number of them. Raises `StoreUnavailable`."""
        count, now = 0, self.utc_now()
        async for book in self.store.all_books():
            after = with_parked_retried(book, now, wanted)
            with suppress(Conflict):  # in use just now: the host can ask once more
                count += after is not book and bool(await self._outbox_of(book).save(after, now))
        return count

    async def _serve_record(self, record: Book | Club) -> None:
        """One member's trouble stops nobody else's morning."""
        try:
            await (self._serve_book(record) if isinstance(record, Book) else self._club_worker.serve_club(record))
        except (Conflict, StoreUnavailable) as trouble:
            log.warning("sweep_put_off", trouble=type(trouble).__name__)
        except Exception as error:
            report_fault(error)
            # Looked at again, but not every minute: the host is told, not flooded.
            try:
                await self._postpone_record(record)
            except Exception as again:
                report_fault(again)

    async def _postpone_record(self, record: Book | Club) -> None:
        later = self.utc_now() + FAULT_RETRY_DELAY
        if isinstance(record, Book):
            await self.store.save_book(replace(record, wake_at=later))
        else:
            await self.store.save_club(replace(record, wake_at=later))

    async def _serve_book(self, book: Book) -> None:
        messenger, now = self.messengers[book.owner.platform], self.utc_now()
        if not messenger.ready:
            return  # refused since the books were claimed: they come again when their lease is over
        set_language(member_language(book))
        if book.pending_club_updates:
            book = await sync_book_with_clubs(self.store, book, now, self.defaults)
        messenger.restore_conversation(book.owner, book.conversation_id)
        letters, envelope = self._outbox_of(book), self._find_envelope_under_way(book, now)
        sending = EnvelopeSender(letters, messenger, self.utc_now)
        if envelope is None and await self._recover_after_restore(sending, book, now):
            return
        envelope = envelope or self._build_due_envelope(book, now)
        if envelope is None:
            await letters.save(replace(book, envelopes=parked_envelopes(book)), now)
        elif envelope.retry_at > now:
            await letters.save(with_envelope(book, envelope), now)
        else:
            await sending.deliver(book, envelope)

    def _find_envelope_under_way(self, book: Book, now: datetime) -> Envelope | None:
        """The envelope on its way. One that surely was not sent is dropped when what it says no longer holds."""
        for one in (with_restore_doubt(envelope, self.restore_gap) for envelope in book.envelopes):
            if one.state is DeliveryState.SENDING or (
                one.state is DeliveryState.WAITING and is_envelope_due(book, one, now, self.defaults)
            ):
                return one
        return None

    def _build_due_envelope(self, book: Book, now: datetime) -> Envelope | None:
        due = due_reminders(book, now, self.defaults)
        if not due:
            return None
        envelope, between = build_envelope(book, due, now), self.restore_gap
        old = between and min(one.due_at for one in due) < between.until and not is_restore_gap_over(between, now)
        return mark_possibly_sent(envelope, between) if between and old else envelope

    async def _recover_after_restore(self, sender: EnvelopeSender[Book], book: Book, now: datetime) -> bool:
        """After a backup was put back: whether the book was looked after here, by what the platform has.

        What it was sent since counts as sent; while that cannot be asked, the book waits.
        """
        if (between := self.restore_gap) is None:
            return False
        for earlier in replay_restore_gap(book, between, now, self.defaults):
            try:
                seen = await sender.ask_if_sent(book, earlier.id, between.since)
            except (TryLater, DeliveryUncertain) as problem:
                await self.store.save_book(
                    replace(book, wake_at=self.utc_now() + (problem.retry_after or LOOKUP_RETRY_DELAY))
                )
                return True
            if seen:
                await self._outbox_of(book).save(
                    mark_delivered(book, earlier, earlier.created_at, self.defaults), self.utc_now()
                )
                return True
        return False

    @property
    def _club_worker(self) -> ClubWorker:
        return ClubWorker(self.store, self.messengers, self.defaults, self.utc_now, self.restore_gap)

    def _outbox_of(self, book: Book) -> MemberOutbox:
        return MemberOutbox(self.store, self.defaults, self.new_id, self.messengers.get(book.owner.platform))
