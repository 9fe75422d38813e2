"""The sweep: claim the records whose wake has come, derive what is due, and send it with `bot.delivery.sender`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.club.membership import find_members_in_note
from bot.delivery.after_restore import (
    RestoreGap,
    is_restore_gap_over,
    mark_possibly_sent,
    replay_restore_gap,
    with_restore_doubt,
)
from bot.delivery.book_outcomes import BookOutcomes, mark_delivered
from bot.delivery.club_sync import sync_book_with_clubs
from bot.delivery.club_worker import ClubWorker
from bot.delivery.member_books import look_up_members, without_departed_members
from bot.delivery.outbox import build_envelope, parked_envelopes, with_envelope
from bot.delivery.report import with_parked_retried
from bot.delivery.sender import EnvelopeSender, Outbox
from bot.domain.errors import BookDamaged, Conflict, DeliveryUncertain, StoreTooNew, StoreUnavailable, TryLater
from bot.domain.messages import Card
from bot.domain.model import Book, Club, DeliveryState, Envelope, HostDefaults, NoteOccasion, ReminderItem, ReminderKind
from bot.domain.off_loop import run_off_loop
from bot.domain.ports import Destination, Messenger, ready_platforms
from bot.domain.update import Records
from bot.faults import report_fault
from bot.rules.context import BookContext
from bot.rules.member_clock import member_language
from bot.rules.moment import BookMoment
from bot.text.i18n import set_language
from bot.views.club import private_messages
from bot.views.presentation import present_response
from bot.views.reminders import reminder_card

log = structlog.get_logger()

MAX_RECORDS_PER_SWEEP = 200  # processed at once; nearly all of them only wait for their turn
CLAIM_LEASE = timedelta(seconds=60)  # longer than a sweep takes at the slowest pace, Slack's 4.75 messages a second
LOOKUP_RETRY_DELAY = timedelta(minutes=10)
FAULT_RETRY_DELAY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class MemberOutbox(Outbox[Book]):
    """Outbox of a member's book."""

    records: Records
    defaults: HostDefaults
    #: Returns a new random id, made from the given number of bytes.
    new_id: Callable[[int], str]
    #: None: the platform is not configured, so nothing can be looked up there.
    messenger: Messenger | None = None

    @property
    def outcomes(self) -> BookOutcomes:
        return BookOutcomes(self.defaults)

    def destination(self, record: Book) -> Destination:
        return record.owner

    def may_still_send(self, record: Book, envelope: Envelope, now: datetime) -> bool:
        return BookMoment(record, now, self.defaults).is_due(envelope)

    async def render(self, record: Book, envelope: Envelope, now: datetime) -> tuple[Card, Book] | None:
        context = BookContext(record, now, self.defaults, self.new_id)
        if envelope.items[0].kind is ReminderKind.CLUB_NOTE:
            card = await self._render_club_note(context, envelope.items[0])
        else:
            card = await run_off_loop(record, lambda: reminder_card(context, envelope.items, is_late=envelope.is_late))
        return (present_response(card, record), record) if card else None

    async def _render_club_note(self, context: BookContext, item: ReminderItem) -> Card | None:
        """The card of a club note, from the present state of the club. None if the subject was withdrawn meanwhile."""
        note = next(note for note in context.book.club_notes if NoteOccasion(note.id) == item.occasion)
        try:
            club = await self.records.store.load(note.club)
        except (BookDamaged, StoreTooNew):
            log.error("club_unreadable")
            return None
        if club and self.messenger:
            members = find_members_in_note(club, note.content, context.now)
            books = await look_up_members(self.records.store, self.messenger, club.key, members)
            club = without_departed_members(club, books, context.now)
        return private_messages.club_note_card(context, note, club)

    def with_conversation(self, record: Book, conversation: str) -> Book:
        return replace(record, conversation_id=conversation)


@dataclass(frozen=True, slots=True)
class MemberWorker:
    """Sends what is due to members, and hands claimed clubs to `ClubWorker`."""

    records: Records
    #: By the platform's name.
    messengers: Mapping[str, Messenger]
    defaults: HostDefaults
    #: Returns a new random id, made from the given number of bytes.
    new_id: Callable[[int], str]
    #: Reads the clock (UTC), anew before each message.
    utc_now: Callable[[], datetime]
    #: None: the store was not restored from a backup.
    restore_gap: RestoreGap | None = None

    async def sweep(self) -> int:
        """Process the due records, at most `MAX_RECORDS_PER_SWEEP`, and return their number.

        If cancelled, it starts no further platform call, and ends when the outcome of each started one is saved.
        """
        claimed = await self.records.store.claim(
            self.utc_now(), CLAIM_LEASE, MAX_RECORDS_PER_SWEEP, ready_platforms(self.messengers)
        )
        # Without `return_exceptions`, the first failure would end the sweep while the others are still running.
        for failure in await asyncio.gather(*map(self._serve_record, claimed), return_exceptions=True):
            if failure is not None:
                raise failure
        return len(claimed)

    async def retry_parked(self, wanted: Callable[[str], bool]) -> int:
        """Put parked envelopes with wanted ids back into delivery, and return their number.

        At most one for each book. Raises `StoreUnavailable`.
        """
        count, now = 0, self.utc_now()
        async for book in self.records.store.all(Book):
            after = with_parked_retried(book, now, wanted)
            with suppress(Conflict):  # the book is in use just now: the host can retry again
                count += after is not book and bool(await self.records.save(after, now))
        return count

    async def _serve_record(self, record: Book | Club) -> None:
        """Process one record. Its failure is reported and does not affect the others."""
        try:
            await (self._serve_book(record) if isinstance(record, Book) else self._club_worker.serve_club(record))
        except (Conflict, StoreUnavailable) as trouble:
            log.warning("sweep_put_off", trouble=type(trouble).__name__)
        except Exception as error:
            report_fault(error)
            # Retried, but not every minute, so that the host's log is not flooded.
            try:
                await self._postpone_record(record)
            except Exception as second_error:
                report_fault(second_error)

    async def _postpone_record(self, record: Book | Club) -> None:
        await self.records.save_with_wake(replace(record, wake_at=self.utc_now() + FAULT_RETRY_DELAY))

    async def _serve_book(self, book: Book) -> None:
        messenger, now = self.messengers[book.owner.platform], self.utc_now()
        if not messenger.ready:
            return  # not ready any more since the claim: the book is claimed again when its lease is over
        set_language(member_language(book))
        if book.pending_club_updates:
            book = await sync_book_with_clubs(self.records, book, now)
        messenger.restore_conversation(book.owner, book.conversation_id)
        envelope = self._find_envelope_under_way(book, now)
        sender = EnvelopeSender(self.records, self._outbox_of(book), messenger, self.utc_now)
        if envelope is None and await self._recover_after_restore(sender, book, now):
            return
        envelope = envelope or await run_off_loop(book, partial(self._build_due_envelope, book, now))
        if envelope is None:
            await self.records.save(replace(book, envelopes=parked_envelopes(book)), now)
        elif envelope.retry_at > now:
            await self.records.save(with_envelope(book, envelope), now)
        else:
            await sender.deliver(book, envelope)

    def _find_envelope_under_way(self, book: Book, now: datetime) -> Envelope | None:
        """The envelope in delivery. One that was certainly not sent is ignored if its items are not due any more."""
        for envelope in (with_restore_doubt(stored, self.restore_gap) for stored in book.envelopes):
            if envelope.state is DeliveryState.SENDING or (
                envelope.state is DeliveryState.WAITING and BookMoment(book, now, self.defaults).is_due(envelope)
            ):
                return envelope
        return None

    def _build_due_envelope(self, book: Book, now: datetime) -> Envelope | None:
        due = BookMoment(book, now, self.defaults).due
        if not due:
            return None
        envelope, gap = build_envelope(book, due, now), self.restore_gap
        was_due_in_gap = (
            gap and min(reminder.due_at for reminder in due) < gap.until and not is_restore_gap_over(gap, now)
        )
        return mark_possibly_sent(envelope, gap) if gap and was_due_in_gap else envelope

    async def _recover_after_restore(self, sender: EnvelopeSender[Book], book: Book, now: datetime) -> bool:
        """Look up what was sent during the restore gap, and record the first message found as sent.

        Returns True if the book was saved, and so needs nothing more in this sweep: a message was found, or the
        platform cannot answer now and the book is postponed.
        """
        if (gap := self.restore_gap) is None:
            return False
        for replayed in replay_restore_gap(book, gap, now, self.defaults):
            try:
                was_sent = await sender.ask_if_sent(book, replayed.id, gap.since)
            except (TryLater, DeliveryUncertain) as problem:
                later = self.utc_now() + (problem.retry_after or LOOKUP_RETRY_DELAY)
                await self.records.save_with_wake(replace(book, wake_at=later))
                return True
            if was_sent:
                delivered = mark_delivered(book, replayed, replayed.created_at, self.defaults)
                await self.records.save(delivered, self.utc_now())
                return True
        return False

    @property
    def _club_worker(self) -> ClubWorker:
        return ClubWorker(self.records, self.messengers, self.defaults, self.utc_now, self.restore_gap)

    def _outbox_of(self, book: Book) -> MemberOutbox:
        return MemberOutbox(self.records, self.defaults, self.new_id, self.messengers.get(book.owner.platform))
