"""Looks after a club: letters to its members' books, the counts, and what is said in its channel (see `sending`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog

from bot.club import statistics
from bot.club.concern import find_members_in_post
from bot.club.lifecycle import without_post
from bot.club.meeting import DIGEST_PREVIEW_LEAD, current_facilitator, meeting_channel, meeting_start
from bot.club.member_messages import (
    build_outgoing_note,
    with_outgoing_notes,
    with_postponed_note,
    with_received_note,
    without_outgoing_notes,
)
from bot.club.membership import without_member
from bot.club.schedule import build_post_envelope, due_count_day, find_envelope_post, is_post_current, with_due_changes
from bot.delivery.after_restore import RestoreGap, is_restore_gap_over, mark_possibly_sent
from bot.delivery.club_sync import save_club_with_wake, without_departed_members
from bot.delivery.outbox import parked_envelopes, with_envelope, without_envelope
from bot.delivery.sender import EnvelopeSender, Outbox
from bot.domain.errors import BookDamaged, Conflict, StoreError, StoreTooNew
from bot.domain.messages import Card
from bot.domain.model import (
    Address,
    Book,
    Club,
    ClubNoteKind,
    DeliveryState,
    DigestSubject,
    Envelope,
    HostDefaults,
    OutgoingNote,
    Post,
    PostSubject,
    QuestionSubject,
    WinSubject,
)
from bot.domain.ports import Destination, Messenger, Store
from bot.rules.schedule import book_contact_status, member_clock
from bot.rules.schedule import next_book_wake as book_wake
from bot.text.i18n import set_language
from bot.views.club import channel_posts

MAX_UNCONFIRMED_POSTS = 50  # kept: nobody may ever answer
log = structlog.get_logger()

NOTE_RETRY_DELAY = timedelta(minutes=10)  # before a letter is tried again whose book could not be written
MAX_NOTE_TRIES = 20  # of putting a letter into a book that its owner changes all the time


class ClubOutcomes:
    """What becomes of a club with what it says in its channel."""

    def on_delivered(self, record: Club, envelope: Envelope, now: datetime) -> Club:
        return without_post(without_envelope(record, envelope), str(envelope.items[0].occasion))

    def on_parked(self, record: Club, envelope: Envelope, now: datetime) -> Club:
        """Nobody knows whether it arrived, or it was refused: whose post it is may look, and say. A second one by
        itself would be worse than none."""
        post, left = find_envelope_post(record, envelope), self.on_delivered(record, envelope, now)
        if post is None:
            return left
        to, arrived = (
            _post_owner(record, post) or current_facilitator(record, now),
            "perhaps" if envelope.possible_copies else "no",
        )
        told = build_outgoing_note(
            record,
            ClubNoteKind.POST_UNCONFIRMED,
            to,
            now,
            envelope.id,
            post=post.key,
            arrived=arrived,
            doubt=envelope.id,
        )
        return with_outgoing_notes(
            replace(left, unconfirmed_posts=(*left.unconfirmed_posts[-MAX_UNCONFIRMED_POSTS:], envelope.id)), [told]
        )

    def on_overtaken(self, record: Club, envelope: Envelope, now: datetime, *, surely_unsent: bool) -> Club:
        return self.on_delivered(record, envelope, now)

    def on_obsolete(self, record: Club, envelope: Envelope) -> Club:
        return without_post(without_envelope(record, envelope), str(envelope.items[0].occasion))

    def on_refused(self, record: Club, envelope: Envelope, reason: str, now: datetime) -> Club:
        """The posts wait, and the facilitator hears of it, once."""
        closed = replace(without_envelope(record, envelope), channel_refusal=reason)
        told = build_outgoing_note(
            record,
            ClubNoteKind.CHANNEL_REFUSED,
            current_facilitator(record, now),
            now,
            f"{record.setup_id} {record.meeting.channel_id} {now.date()}",
        )
        return closed if record.channel_refusal else with_outgoing_notes(closed, [told])

    def on_account_closed(self, record: Club, envelope: Envelope, now: datetime) -> Club:
        return self.on_refused(record, envelope, "gone", now)


def _post_owner(club: Club, post: Post) -> Address | None:
    """Whose own words a post is; None for what the club says."""
    owners: dict[PostSubject, Address] = {QuestionSubject(one.id): one.asker for one in club.questions}
    owners |= {WinSubject(win.id): win.author for win in club.wins}
    return owners.get(post.subject)


@dataclass(frozen=True, slots=True)
class ClubOutbox(Outbox[Club]):
    """Clubs, and the posts in their channels."""

    store: Store
    messenger: Messenger
    max_copies = 1

    @property
    def outcomes(self) -> ClubOutcomes:
        return ClubOutcomes()

    async def reload(self, record: Club) -> Club | None:
        kept = await self.store.load_club(record.key)
        return kept if kept and kept.created_at == record.created_at else None

    async def save(self, record: Club, now: datetime) -> Club:
        return await save_club_with_wake(self.store, record, now)

    def destination(self, record: Club) -> Destination:
        return meeting_channel(record)

    def may_still_send(self, record: Club, envelope: Envelope, now: datetime) -> bool:
        post = find_envelope_post(record, envelope)
        return post is not None and not record.channel_refusal and is_post_current(record, post, now)

    async def render(self, record: Club, envelope: Envelope, now: datetime) -> tuple[Card, Club] | None:
        """Drawn at the last moment, with nobody in it who has left since."""
        if (post := find_envelope_post(record, envelope)) is None:
            return None
        record = await without_departed_members(
            self.store, self.messenger, record, find_members_in_post(record, post, now), now
        )
        if find_envelope_post(record, envelope) is None:
            return None
        day = post.subject.meeting_day if isinstance(post.subject, DigestSubject) else None
        pulse = record.pulse if day and await self._is_pulse_valid(record, day) else None
        card = channel_posts.channel_post_card(record, post, pulse, now)
        if card and day:
            is_quiet = channel_posts.is_quiet_digest(record, pulse, now)
            record = replace(record, quiet_digest_day=day if is_quiet else None)
        return (card, record) if card else None

    async def _is_pulse_valid(self, record: Club, meeting_day: date) -> bool:
        """Whether the counts are those of this meeting, and everybody they are about is still a member."""
        began = meeting_start(record, meeting_day) - DIGEST_PREVIEW_LEAD
        fresh = record.pulse is not None and record.pulse.counted_at >= began
        return fresh and statistics.is_pulse_current(record, await self.load_cohort_members(record))

    def with_conversation(self, record: Club, conversation: str) -> Club:
        return record

    async def load_cohort_members(self, record: Club) -> Collection[Address]:
        """Those of the last count whose own books still say that they are in."""
        return [member for member in record.counted_members if await self.load_joined_member(record, member)]

    async def load_joined_member(self, record: Club, address: Address) -> tuple[Book, datetime] | None:
        """The member's book, and since when it says that they are in; None when it does not, or they are gone."""
        try:
            book = await self.store.load_book(address)
        except StoreError:  # one book that cannot be read keeps nobody else waiting
            return None
        mine = book.membership_in(record.key) if book and not book.profile.account_closed_at else None
        return (book, mine.joined_at) if book and mine else None


@dataclass(frozen=True, slots=True)
class ClubWorker:
    """`wall`: the time (UTC)."""

    store: Store
    messengers: Mapping[str, Messenger]
    defaults: HostDefaults
    utc_now: Callable[[], datetime]
    restore_gap: RestoreGap | None = None

    async def serve_club(self, club: Club) -> None:
        """Does what is due, one step at a time; raises `Conflict` when the club was changed meanwhile."""
        set_language(club.language)
        club = await self._deliver_notes(club)
        club = await self._update_statistics(club)
        now, keeping = self.utc_now(), self._outbox_of(club)
        club = with_due_changes(club, now)
        envelope = self._next_envelope(club, now)
        if envelope is None or not self.messengers[club.key.platform].ready:
            await keeping.save(replace(club, envelopes=parked_envelopes(club)) if envelope is None else club, now)
        elif envelope.retry_at > now:
            await keeping.save(with_envelope(club, envelope), now)
        else:
            await EnvelopeSender(keeping, self.messengers[club.key.platform], self.utc_now).deliver(club, envelope)

    def _outbox_of(self, club: Club) -> ClubOutbox:
        return ClubOutbox(self.store, self.messengers[club.key.platform])

    def _next_envelope(self, club: Club, now: datetime) -> Envelope | None:
        under_way = next((envelope for envelope in club.envelopes if envelope.state is not DeliveryState.PARKED), None)
        first = next((post for post in club.posts if not club.channel_refusal), None)
        if under_way or first is None:
            return under_way
        made, between = build_post_envelope(club, first, now), self.restore_gap
        # Before a backup was put back it may have been posted already: it is looked for, or somebody is asked.
        old = between and first.requested_at < between.until and not is_restore_gap_over(between, now)
        return mark_possibly_sent(made, between) if between and old else made

    async def _deliver_notes(self, club: Club) -> Club:
        """Letters go into the books of those to whom they are; the books' own reminders say them."""
        if not club.outgoing_notes:
            return club
        now = self.utc_now()
        letters = [note for note in club.outgoing_notes if note.created_at <= now]
        for one in letters:
            try:
                if not await self._put_note_into_book(club, one):
                    club = without_member(club, one.recipient, now)  # forgotten, or never here: nothing waits for them
            except StoreError as problem:
                log.warning("letter_put_off", trouble=type(problem).__name__)
                club = with_postponed_note(club, one, now + NOTE_RETRY_DELAY)
        return await save_club_with_wake(self.store, without_outgoing_notes(club, letters), now) if letters else club

    async def _put_note_into_book(self, club: Club, note: OutgoingNote) -> bool:
        """Whether there is a book for it."""
        for _ in range(MAX_NOTE_TRIES):
            try:
                book = await self.store.load_book(note.recipient)
                if book is None:
                    return False
                after = with_received_note(book, club, note)
                if after != book:
                    await self.store.save_book(replace(after, wake_at=book_wake(after, self.utc_now(), self.defaults)))
                return True
            except Conflict:
                continue
            except (BookDamaged, StoreTooNew):
                return True  # the host knows; nothing can be said to them now
        raise Conflict

    async def _update_statistics(self, club: Club) -> Club:
        """The counts of the week, kept as they may be shown; each member's own are gone again at once."""
        now = self.utc_now()
        day = due_count_day(club, now)
        if day is None:
            return club
        if club.counted_at and now - club.counted_at < statistics.MIN_COUNT_INTERVAL:
            return await save_club_with_wake(self.store, replace(club, preview_done_day=day), now)
        keeping = self._outbox_of(club)
        books = {member: found for member in club.members if (found := await keeping.load_joined_member(club, member))}
        cohort = statistics.next_cohort(club, books.keys(), now)
        since = max(now - statistics.STATISTICS_PERIOD, club.counted_at or now - statistics.STATISTICS_PERIOD)
        pulse = statistics.build_pulse([self._tally_member(*books[one], since, now) for one in cohort], since, now)
        club = replace(club, preview_done_day=day, pulse=pulse)
        if pulse:
            club = replace(club, counted_members=cohort, counted_at=now)
        if (
            now < meeting_start(club, day)
            and club.skipped_day != day
            and channel_posts.digest_post_card(club, day, pulse, now)
        ):
            club = with_outgoing_notes(
                club,
                [
                    build_outgoing_note(
                        club, ClubNoteKind.DIGEST_PREVIEW, current_facilitator(club, now), now, day.isoformat()
                    )
                ],
            )
        return await save_club_with_wake(self.store, club, now)

    def _tally_member(self, book: Book, joined_at: datetime, since: datetime, now: datetime) -> statistics.MemberTally:
        """`began`: when they joined; what they did before is nobody's."""
        days = member_clock(book, self.defaults)
        stages = {contact.id: book_contact_status(book, contact, now, days).stage for contact in book.contacts}
        return statistics.tally_member_week(book, stages, since, now, joined_at)
