"""Processes a due club: copies notes into members' books, counts the week, and posts in the club's channel."""

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
from bot.rules.context import book_contact_status
from bot.rules.member_clock import member_clock
from bot.rules.schedule import next_book_wake as book_wake
from bot.text.i18n import set_language
from bot.views.club import channel_posts

MAX_UNCONFIRMED_POSTS = 50  # remembered, since nobody may ever say whether they arrived
log = structlog.get_logger()

NOTE_RETRY_DELAY = timedelta(minutes=10)  # after a note could not be saved in its recipient's book
MAX_NOTE_TRIES = 20  # of saving a note in a book that is changed all the time


class ClubOutcomes:
    """Delivery outcomes applied to a club and the posts in its channel."""

    def on_delivered(self, record: Club, envelope: Envelope, now: datetime) -> Club:
        return without_post(without_envelope(record, envelope), str(envelope.items[0].occasion))

    def on_parked(self, record: Club, envelope: Envelope, now: datetime) -> Club:
        """Ask the author of the post, or the facilitator, to look whether it arrived. Nothing is posted again without
        their answer, because posting twice would be worse than not at all."""
        post, remaining = find_envelope_post(record, envelope), self.on_delivered(record, envelope, now)
        if post is None:
            return remaining
        recipient, arrived = (
            _post_owner(record, post) or current_facilitator(record, now),
            "perhaps" if envelope.possible_copies else "no",
        )
        note = build_outgoing_note(
            record,
            ClubNoteKind.POST_UNCONFIRMED,
            recipient,
            now,
            envelope.id,
            post=post.key,
            arrived=arrived,
            doubt=envelope.id,
        )
        unconfirmed = (*remaining.unconfirmed_posts[-MAX_UNCONFIRMED_POSTS:], envelope.id)
        return with_outgoing_notes(replace(remaining, unconfirmed_posts=unconfirmed), [note])

    def on_overtaken(self, record: Club, envelope: Envelope, now: datetime, *, surely_unsent: bool) -> Club:
        return self.on_delivered(record, envelope, now)

    def on_obsolete(self, record: Club, envelope: Envelope) -> Club:
        return without_post(without_envelope(record, envelope), str(envelope.items[0].occasion))

    def on_refused(self, record: Club, envelope: Envelope, reason: str, now: datetime) -> Club:
        """Hold all posts back until the next set-up, and notify the facilitator once."""
        refused = replace(without_envelope(record, envelope), channel_refusal=reason)
        note = build_outgoing_note(
            record,
            ClubNoteKind.CHANNEL_REFUSED,
            current_facilitator(record, now),
            now,
            f"{record.setup_id} {record.meeting.channel_id} {now.date()}",
        )
        return refused if record.channel_refusal else with_outgoing_notes(refused, [note])

    def on_account_closed(self, record: Club, envelope: Envelope, now: datetime) -> Club:
        return self.on_refused(record, envelope, "gone", now)


def _post_owner(club: Club, post: Post) -> Address | None:
    """The member whose question or good news the post is. None for posts of the club itself."""
    owners: dict[PostSubject, Address] = {QuestionSubject(question.id): question.asker for question in club.questions}
    owners |= {WinSubject(win.id): win.author for win in club.wins}
    return owners.get(post.subject)


@dataclass(frozen=True, slots=True)
class ClubOutbox(Outbox[Club]):
    """Outbox of a club."""

    store: Store
    messenger: Messenger
    #: A post that may have arrived is never repeated without asking somebody; see `ClubOutcomes.on_parked`.
    max_copies = 1

    @property
    def outcomes(self) -> ClubOutcomes:
        return ClubOutcomes()

    async def reload(self, record: Club) -> Club | None:
        stored = await self.store.load_club(record.key)
        return stored if stored and stored.created_at == record.created_at else None

    async def save(self, record: Club, now: datetime) -> Club:
        return await save_club_with_wake(self.store, record, now)

    def destination(self, record: Club) -> Destination:
        return meeting_channel(record)

    def may_still_send(self, record: Club, envelope: Envelope, now: datetime) -> bool:
        post = find_envelope_post(record, envelope)
        return post is not None and not record.channel_refusal and is_post_current(record, post, now)

    async def render(self, record: Club, envelope: Envelope, now: datetime) -> tuple[Card, Club] | None:
        """Render the post from the club's present state, without members who have left in the meantime."""
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
        """Whether the counts were made for this meeting, and all members they are about still belong to the club."""
        earliest = meeting_start(record, meeting_day) - DIGEST_PREVIEW_LEAD
        is_fresh = record.pulse is not None and record.pulse.counted_at >= earliest
        return is_fresh and statistics.is_pulse_current(record, await self.load_cohort_members(record))

    def with_conversation(self, record: Club, conversation: str) -> Club:
        return record

    async def load_cohort_members(self, record: Club) -> Collection[Address]:
        """The members of the last count whose own books still show their membership."""
        return [member for member in record.counted_members if await self.load_joined_member(record, member)]

    async def load_joined_member(self, record: Club, address: Address) -> tuple[Book, datetime] | None:
        """The member's book, and when they joined (UTC). None if they left, or if the book cannot be read."""
        try:
            book = await self.store.load_book(address)
        except StoreError:  # one damaged book must not hold up the club
            return None
        membership = book.membership_in(record.key) if book and not book.profile.account_closed_at else None
        return (book, membership.joined_at) if book and membership else None


@dataclass(frozen=True, slots=True)
class ClubWorker:
    """Does what is due for one club."""

    store: Store
    #: By the platform's name.
    messengers: Mapping[str, Messenger]
    defaults: HostDefaults
    #: Reads the clock (UTC), anew before each step.
    utc_now: Callable[[], datetime]
    #: None: the store was not restored from a backup.
    restore_gap: RestoreGap | None = None

    async def serve_club(self, club: Club) -> None:
        """Deliver notes, count the week, and send at most one post. Each step is saved on its own.

        Raises `Conflict` if the club was changed meanwhile, and `StoreUnavailable`.
        """
        set_language(club.language)
        club = await self._deliver_notes(club)
        club = await self._update_statistics(club)
        now, outbox = self.utc_now(), self._outbox_of(club)
        club = with_due_changes(club, now)
        envelope = self._next_envelope(club, now)
        if envelope is None or not self.messengers[club.key.platform].ready:
            await outbox.save(replace(club, envelopes=parked_envelopes(club)) if envelope is None else club, now)
        elif envelope.retry_at > now:
            await outbox.save(with_envelope(club, envelope), now)
        else:
            await EnvelopeSender(outbox, self.messengers[club.key.platform], self.utc_now).deliver(club, envelope)

    def _outbox_of(self, club: Club) -> ClubOutbox:
        return ClubOutbox(self.store, self.messengers[club.key.platform])

    def _next_envelope(self, club: Club, now: datetime) -> Envelope | None:
        """The envelope in delivery, else a new one for the first post. None: there is nothing to post."""
        under_way = next((envelope for envelope in club.envelopes if envelope.state is not DeliveryState.PARKED), None)
        post = next((post for post in club.posts if not club.channel_refusal), None)
        if under_way or post is None:
            return under_way
        envelope, gap = build_post_envelope(club, post, now), self.restore_gap
        # It may have been posted already during the restore gap: it is looked up, or somebody is asked.
        was_due_in_gap = gap and post.requested_at < gap.until and not is_restore_gap_over(gap, now)
        return mark_possibly_sent(envelope, gap) if gap and was_due_in_gap else envelope

    async def _deliver_notes(self, club: Club) -> Club:
        """Copy the due notes into their recipients' books, and save the club without them.

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
                log.warning("letter_put_off", trouble=type(problem).__name__)
                club = with_postponed_note(club, note, now + NOTE_RETRY_DELAY)
        return await save_club_with_wake(self.store, without_outgoing_notes(club, notes), now) if notes else club

    async def _put_note_into_book(self, club: Club, note: OutgoingNote) -> bool:
        """Save the note in its recipient's book. False: there is no book. Raises `Conflict` and `StoreUnavailable`."""
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
                return True  # the note is dropped: the host knows of the book, and its owner cannot be reached
        raise Conflict

    async def _update_statistics(self, club: Club) -> Club:
        """Count the week if it is due, and save only what may be shown. No single member's counts are saved."""
        now = self.utc_now()
        day = due_count_day(club, now)
        if day is None:
            return club
        if club.counted_at and now - club.counted_at < statistics.MIN_COUNT_INTERVAL:
            return await save_club_with_wake(self.store, replace(club, preview_done_day=day), now)
        outbox = self._outbox_of(club)
        books = {member: loaded for member in club.members if (loaded := await outbox.load_joined_member(club, member))}
        cohort = statistics.next_cohort(club, books.keys(), now)
        since = max(now - statistics.STATISTICS_PERIOD, club.counted_at or now - statistics.STATISTICS_PERIOD)
        tallies = [self._tally_member(*books[member], since, now) for member in cohort]
        pulse = statistics.build_pulse(tallies, since, now)
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
        """The member's week. What they did before `joined_at` (UTC) is not counted."""
        clock = member_clock(book, self.defaults)
        stages = {contact.id: book_contact_status(book, contact, now, clock).stage for contact in book.contacts}
        return statistics.tally_member_week(book, stages, since, now, joined_at)
