"""Processes a due club: moves notes into members' books, counts the week, and sends the next post."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.club import statistics
from bot.club.meeting import current_facilitator, meeting_start
from bot.club.member_messages import (
    build_club_note,
    with_outgoing_notes,
    with_postponed_note,
    with_received_note,
    without_outgoing_notes,
)
from bot.club.membership import without_member
from bot.club.schedule import due_count_day, with_due_changes
from bot.delivery.after_restore import RestoreGap, prepare_club
from bot.delivery.club_outbox import ClubOutbox
from bot.delivery.member_books import load_member_books
from bot.delivery.sender import EnvelopeSender, FailureLog
from bot.domain.errors import BookDamaged, StoreError, StoreTooNew
from bot.domain.model import Book, Club, ClubNote, DigestPreviewNote, HostDefaults
from bot.domain.ports import Messenger
from bot.domain.update import Records
from bot.rules.moment import BookMoment
from bot.text.i18n import set_language
from bot.views.club import channel_posts

log = structlog.get_logger()

NOTE_RETRY_DELAY = timedelta(minutes=10)  # after a note could not be saved in its recipient's book


@dataclass(frozen=True, slots=True)
class ClubWorker:
    """Does what is due for one club."""

    records: Records
    #: By the platform's name.
    messengers: Mapping[str, Messenger]
    defaults: HostDefaults
    #: Reads the clock (UTC), anew before each step.
    utc_now: Callable[[], datetime]
    failures: FailureLog = field(default_factory=FailureLog)

    async def serve_club(self, club: Club, gap: RestoreGap | None = None) -> None:
        """Deliver notes, count the week, and send at most one post. Each step is saved on its own.

        Raises `Conflict` if the club was changed meanwhile, and `StoreUnavailable`.
        """
        set_language(club.language)
        club = await self._deliver_notes(club)
        club = await self._update_statistics(club)
        club = with_due_changes(club, self.utc_now())
        messenger = self.messengers[club.key.platform]
        outbox = ClubOutbox(self.records.store, messenger)
        sender = EnvelopeSender(self.records, outbox, messenger, self.utc_now, self.failures)
        await sender.serve(await prepare_club(sender, club, gap))

    async def _deliver_notes(self, club: Club) -> Club:
        """Move the due notes into their recipients' books: save each book, then the club without them.

        A note stays in the club until its book is saved, and its id makes a second copy harmless.
        """
        if not club.outgoing_notes:
            return club
        now = self.utc_now()
        notes = [note for note in club.outgoing_notes if note.created_at <= now]
        for note in notes:
            try:
                if not await self._put_note_into_book(club, note):
                    club = without_member(club, note.recipient, now)  # erased: nothing in the club may wait for them
            except StoreError as problem:
                log.warning("note_put_off", trouble=type(problem).__name__)
                club = with_postponed_note(club, note, now + NOTE_RETRY_DELAY)
        return await self.records.save(without_outgoing_notes(club, notes), now) if notes else club

    async def _put_note_into_book(self, club: Club, note: ClubNote) -> bool:
        """Save the note in its recipient's book. False: there is no book. Raises `Conflict` and `StoreUnavailable`."""
        try:
            book = await self.records.store.load(note.recipient)
            if book is None:
                return False
            received = await self.records.update(
                book, lambda newest: with_received_note(newest, club, note), self.utc_now()
            )
            return received is not None
        except (BookDamaged, StoreTooNew):
            return True  # the note is dropped: the host knows of the book, and its owner cannot be reached

    async def _update_statistics(self, club: Club) -> Club:
        """Count the week if it is due, and save only what may be shown. No single member's counts are saved."""
        now = self.utc_now()
        day = due_count_day(club, now)
        if day is None:
            return club
        if club.counted_at and now - club.counted_at < statistics.MIN_COUNT_INTERVAL:
            return await self.records.save(replace(club, preview_done_day=day), now)
        joined = (await load_member_books(self.records.store, club.key, club.members)).joined
        cohort = statistics.next_cohort(club, joined.keys(), now)
        since = max(now - statistics.STATISTICS_PERIOD, club.counted_at or now - statistics.STATISTICS_PERIOD)
        tallies = [self._tally_member(*joined[member], since, now) for member in cohort]
        pulse = statistics.build_pulse(tallies, since, now)
        club = replace(club, preview_done_day=day, pulse=pulse)
        if pulse:
            club = replace(club, counted_members=cohort, counted_at=now)
        if (
            now < meeting_start(club, day)
            and club.skipped_day != day
            and channel_posts.digest_post_card(club, day, pulse, now)
        ):
            note = build_club_note(club, DigestPreviewNote(), current_facilitator(club, now), now, day.isoformat())
            club = with_outgoing_notes(club, note)
        return await self.records.save(club, now)

    def _tally_member(self, book: Book, joined_at: datetime, since: datetime, now: datetime) -> statistics.MemberTally:
        """The member's week. What they did before `joined_at` (UTC) is not counted."""
        moment = BookMoment(book, now, self.defaults)
        stages = {contact.id: moment.status_of(contact).stage for contact in book.contacts}
        return statistics.tally_member_week(book, stages, since, now, joined_at)
