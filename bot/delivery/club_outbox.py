"""What sending a club's posts needs to know: how each outcome changes the club, and what is posted in its channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.club import statistics
from bot.club.lifecycle import without_post
from bot.club.meeting import DIGEST_PREVIEW_LEAD, current_facilitator, meeting_channel, meeting_start
from bot.club.member_messages import build_club_note, with_outgoing_notes
from bot.club.membership import find_members_in_post
from bot.club.schedule import build_post_envelope, find_envelope_post, is_post_current
from bot.delivery.member_books import MemberBooks, look_up_members, without_departed_members
from bot.delivery.outbox import Outcome, OutcomeKind, envelopes_in_delivery, with_envelope, without_envelope
from bot.delivery.sender import Outbox
from bot.domain.messages import Card
from bot.domain.model import (
    Address,
    ChannelRefusedNote,
    Club,
    DeliveryState,
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


def with_club_outcome(club: Club, outcome: Outcome) -> Club:
    """The club after the delivery of one of its posts ended."""
    envelope = outcome.envelope
    match outcome.kind:
        case OutcomeKind.PARKED if post := find_envelope_post(club, envelope):
            return _with_unconfirmed_post(club, post, outcome)
        case OutcomeKind.REFUSED:
            return _with_channel_refusal(club, outcome, outcome.reason)
        case OutcomeKind.GONE:
            return _with_channel_refusal(club, outcome, "gone")
        case OutcomeKind.DELIVERED | OutcomeKind.PARKED | OutcomeKind.OVERTAKEN | OutcomeKind.OBSOLETE:
            return without_post(without_envelope(club, envelope), str(envelope.items[0].occasion))


def _with_unconfirmed_post(club: Club, post: Post, outcome: Outcome) -> Club:
    """Ask the author of the post, or the facilitator, to look whether it arrived. Nothing is posted again without
    their answer, because posting twice would be worse than not at all."""
    envelope, now = replace(outcome.envelope, state=DeliveryState.PARKED), outcome.at
    content = PostUnconfirmedNote(post.subject, envelope.id, may_have_arrived=envelope.possible_copies > 0)
    recipient = _post_owner(club, post) or current_facilitator(club, now)
    unconfirmed = (*club.unconfirmed_posts[-MAX_UNCONFIRMED_POSTS:], envelope.id)
    # The envelopes stay for the host to see, until somebody answers.
    kept = tuple(one for one in with_envelope(club, envelope).envelopes if one.id in unconfirmed)
    asked = replace(without_post(club, post.key), unconfirmed_posts=unconfirmed, envelopes=kept)
    return with_outgoing_notes(asked, build_club_note(club, content, recipient, now, envelope.id))


def _with_channel_refusal(club: Club, outcome: Outcome, reason: str) -> Club:
    """Hold all posts back until the next set-up, and notify the facilitator once."""
    now, code = outcome.at, outcome.envelope.reason
    refused = replace(without_envelope(club, outcome.envelope), channel_refusal=reason, channel_refusal_code=code)
    occasion = f"{club.setup_id} {club.meeting.channel_id} {now.date()}"
    note = build_club_note(club, ChannelRefusedNote(), current_facilitator(club, now), now, occasion)
    return refused if club.channel_refusal else with_outgoing_notes(refused, note)


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
    #: A post that may have arrived is never repeated without asking somebody; see `_with_unconfirmed_post`.
    max_copies = 1

    def destination(self, record: Club) -> Destination:
        return meeting_channel(record)

    async def next_envelope(self, record: Club, now: datetime) -> Envelope | None:
        if in_delivery := envelopes_in_delivery(record):
            return in_delivery[0]
        posts = () if record.channel_refusal else record.posts
        return build_post_envelope(record, posts[0], now) if posts else None

    async def may_still_send(self, record: Club, envelope: Envelope, now: datetime) -> bool:
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

    def on_outcome(self, record: Club, outcome: Outcome) -> Club:
        return with_club_outcome(record, outcome)
