"""The sweep: claim the records whose wake has come, derive what is due, and send it with `bot.delivery.sender`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.club.membership import find_members_in_note
from bot.delivery.after_restore import RestoreGap, load_restore_gap, prepare_book
from bot.delivery.book_outcomes import with_book_outcome
from bot.delivery.club_sync import sync_book_with_clubs
from bot.delivery.club_worker import ClubWorker
from bot.delivery.member_books import look_up_members, without_departed_members
from bot.delivery.outbox import Outcome, build_envelope, envelopes_in_delivery
from bot.delivery.report import with_parked_retried
from bot.delivery.sender import EnvelopeSender, FailureLog, Outbox
from bot.domain.errors import BookDamaged, Conflict, StoreTooNew, StoreUnavailable
from bot.domain.messages import Card
from bot.domain.model import Book, Club, DeliveryState, Envelope, HostDefaults, NoteOccasion, ReminderItem, ReminderKind
from bot.domain.off_loop import run_off_loop
from bot.domain.ports import Destination, Messenger, ready_platforms
from bot.domain.update import Records
from bot.logs import report_fault
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
FAULT_RETRY_DELAY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class MemberOutbox(Outbox[Book]):
    """Outbox of a member's book."""

    records: Records
    defaults: HostDefaults
    #: Returns a new random id, made from the given number of bytes.
    new_id: Callable[[int], str]
    messenger: Messenger

    def destination(self, record: Book) -> Destination:
        return record.owner

    async def next_envelope(self, record: Book, now: datetime) -> Envelope | None:
        moment = BookMoment(record, now, self.defaults)
        return await run_off_loop(record, lambda: _find_next_envelope(moment))

    async def may_still_send(self, record: Book, envelope: Envelope, now: datetime) -> bool:
        moment = BookMoment(record, now, self.defaults)
        return await run_off_loop(record, lambda: moment.is_due(envelope))

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
        if club:
            members = find_members_in_note(club, note.content, context.now)
            books = await look_up_members(self.records.store, self.messenger, club.key, members)
            club = without_departed_members(club, books, context.now)
        return private_messages.club_note_card(context, note, club)

    def on_outcome(self, record: Book, outcome: Outcome) -> Book:
        return with_book_outcome(record, outcome, self.defaults)


def _find_next_envelope(moment: BookMoment) -> Envelope | None:
    for envelope in envelopes_in_delivery(moment.book):
        # One that was certainly not sent is ignored if its items are not due any more.
        if envelope.state is DeliveryState.SENDING or moment.is_due(envelope):
            return envelope
    return build_envelope(moment.book, moment.due, moment.now) if moment.due else None


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
    failures: FailureLog

    async def sweep(self) -> int:
        """Process the due records, at most `MAX_RECORDS_PER_SWEEP`, and return their number.

        If cancelled, it starts no further platform call, and ends when the outcome of each started one is saved.
        """
        claimed = await self.records.store.claim(
            self.utc_now(), CLAIM_LEASE, MAX_RECORDS_PER_SWEEP, ready_platforms(self.messengers)
        )
        gap = await load_restore_gap(self.records.store, self.utc_now()) if claimed else None
        serving = [self._serve_record(record, gap) for record in claimed]
        # Without `return_exceptions`, the first failure would end the sweep while the others are still running.
        for failure in await asyncio.gather(*serving, return_exceptions=True):
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

    async def _serve_record(self, record: Book | Club, gap: RestoreGap | None) -> None:
        """Process one record. Its failure is reported and does not affect the others."""
        try:
            if isinstance(record, Book):
                await self._serve_book(record, gap)
            else:
                club_worker = ClubWorker(self.records, self.messengers, self.defaults, self.utc_now, self.failures)
                await club_worker.serve_club(record, gap)
        except (Conflict, StoreUnavailable) as trouble:
            log.warning("sweep_put_off", trouble=type(trouble).__name__)
        except (BookDamaged, StoreTooNew) as trouble:
            log.error("record_unreadable", trouble=type(trouble).__name__)  # not postponed: it cannot be saved either
        except Exception as error:
            report_fault(error)
            # Retried, but not every minute, so that the host's log is not flooded.
            try:
                await self.records.save_with_wake(replace(record, wake_at=self.utc_now() + FAULT_RETRY_DELAY))
            except Exception as second_error:
                report_fault(second_error)

    async def _serve_book(self, book: Book, gap: RestoreGap | None) -> None:
        messenger = self.messengers[book.owner.platform]
        if not messenger.ready:
            return  # not ready any more since the claim: the book is claimed again when its lease is over
        set_language(member_language(book))
        if book.pending_club_updates:
            book = await sync_book_with_clubs(self.records, book, self.utc_now())
        messenger.restore_conversation(book.owner, book.conversation_id)
        outbox = MemberOutbox(self.records, self.defaults, self.new_id, messenger)
        sender = EnvelopeSender(self.records, outbox, messenger, self.utc_now, self.failures)
        if prepared := await prepare_book(sender, book, gap, self.defaults):
            await sender.serve(prepared)
