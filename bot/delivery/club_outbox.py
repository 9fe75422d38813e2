"""What sending a club's posts needs to know: how each outcome changes the club, and what is posted in its channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.club import statistics
from bot.club.lifecycle import without_post
from bot.club.meeting import DIGEST_PREVIEW_LEAD, current_facilitator, meeting_channel, meeting_start
from bot.club.member_messages import build_club_note, with_outgoing_notes
from bot.club.membership import find_members_in_post
from bot.club.schedule import find_envelope_post, is_post_current
from bot.delivery.member_books import MemberBooks, look_up_members, without_departed_members
from bot.delivery.outbox import without_envelope
from bot.delivery.sender import Outbox
from bot.domain.messages import Card
from bot.domain.model import (
    Address,
    ChannelRefusedNote,
    Club,
    DigestSubject,
    Envelope,
    Post,
    PostSubject,
    PostUnconfirmedNote,
    QuestionSubject,
    WinSubject,
)
from bot.domain.ports import Destination, Messenger, Store
from bot.views.club import channel_posts

MAX_UNCONFIRMED_POSTS = 50  # remembered, since nobody may ever say whether they arrived


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
        recipient = _post_owner(record, post) or current_facilitator(record, now)
        content = PostUnconfirmedNote(post.subject, envelope.id, may_have_arrived=envelope.possible_copies > 0)
        unconfirmed = (*remaining.unconfirmed_posts[-MAX_UNCONFIRMED_POSTS:], envelope.id)
        return with_outgoing_notes(
            replace(remaining, unconfirmed_posts=unconfirmed),
            build_club_note(record, content, recipient, now, envelope.id),
        )

    def on_overtaken(self, record: Club, envelope: Envelope, now: datetime, *, surely_unsent: bool) -> Club:
        return self.on_delivered(record, envelope, now)

    def on_obsolete(self, record: Club, envelope: Envelope) -> Club:
        return without_post(without_envelope(record, envelope), str(envelope.items[0].occasion))

    def on_refused(self, record: Club, envelope: Envelope, reason: str, now: datetime) -> Club:
        """Hold all posts back until the next set-up, and notify the facilitator once."""
        refused = replace(without_envelope(record, envelope), channel_refusal=reason)
        occasion = f"{record.setup_id} {record.meeting.channel_id} {now.date()}"
        note = build_club_note(record, ChannelRefusedNote(), current_facilitator(record, now), now, occasion)
        return refused if record.channel_refusal else with_outgoing_notes(refused, note)

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

    def destination(self, record: Club) -> Destination:
        return meeting_channel(record)

    def may_still_send(self, record: Club, envelope: Envelope, now: datetime) -> bool:
        post = find_envelope_post(record, envelope)
        return post is not None and not record.channel_refusal and is_post_current(record, post, now)

    async def render(self, record: Club, envelope: Envelope, now: datetime) -> tuple[Card, Club] | None:
        """Render the post from the club's present state, without members who have left in the meantime."""
        if (post := find_envelope_post(record, envelope)) is None:
            return None
        members = find_members_in_post(record, post, now)
        books = await look_up_members(self.store, self.messenger, record.key, members)
        record = without_departed_members(record, books, now)
        if find_envelope_post(record, envelope) is None:
            return None
        day = post.subject.meeting_day if isinstance(post.subject, DigestSubject) else None
        pulse = record.pulse if day and self._is_pulse_valid(record, day, books) else None
        card = channel_posts.channel_post_card(record, post, pulse, now)
        if card and day:
            is_quiet = channel_posts.is_quiet_digest(record, pulse, now)
            record = replace(record, quiet_digest_day=day if is_quiet else None)
        return (card, record) if card else None

    def _is_pulse_valid(self, record: Club, meeting_day: date, books: MemberBooks) -> bool:
        """Whether the counts were made for this meeting, and all members they are about still belong to the club."""
        earliest = meeting_start(record, meeting_day) - DIGEST_PREVIEW_LEAD
        is_fresh = record.pulse is not None and record.pulse.counted_at >= earliest
        return is_fresh and statistics.is_pulse_current(record, books.joined)

    def with_conversation(self, record: Club, conversation: str) -> Club:
        return record
