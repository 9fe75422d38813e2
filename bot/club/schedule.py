"""What a club has to do, and when. Pure, and asked as often as one likes: what was done is told by the club itself."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import date, datetime
from hashlib import blake2b

from bot.club.introductions import QUESTION_OPEN_PERIOD, find_question, is_question_open, with_expired_questions_closed
from bot.club.lifecycle import with_post, without_post
from bot.club.meeting import DIGEST_PREVIEW_LEAD, MAX_DIGEST_DELAY, meeting_start, next_meeting_day
from bot.domain.model import (
    Club,
    DeliveryState,
    DigestSubject,
    Envelope,
    IntroductionSubject,
    Post,
    QuestionSubject,
    ReminderItem,
    ReminderKind,
    WinSubject,
)


def next_club_wake(club: Club, now: datetime) -> datetime | None:
    """The earliest moment from `now` on at which there may be something to do."""
    letters = [note.created_at for note in club.outgoing_notes]
    if club.ended_at:
        return max(min(letters), now) if letters else None
    under_way = [envelope.retry_at for envelope in club.envelopes if envelope.state is not DeliveryState.PARKED]
    waiting = [
        now for post in club.posts if not under_way and not club.channel_refusal and is_post_current(club, post, now)
    ]
    ends = [question.asked_at + QUESTION_OPEN_PERIOD for question in club.questions if question.closed_at is None]
    found = [*letters, *under_way, *waiting, *ends, *_next_meeting_wakes(club, now)]
    return max(min(found), now) if found else None


def _next_meeting_wakes(club: Club, now: datetime) -> list[datetime]:
    """When the counts and the digest of the next meeting are due."""
    if not club.introduced_setup_id:
        return []
    day = next_meeting_day(club, now)
    return (
        [meeting_start(club, day)] if club.preview_done_day == day else [meeting_start(club, day) - DIGEST_PREVIEW_LEAD]
    )


def due_count_day(club: Club, now: datetime) -> date | None:
    """The meeting day whose counts are due, or None."""
    if not club.introduced_setup_id or club.ended_at:
        return None
    day = next_meeting_day(club, now)
    return day if club.preview_done_day != day and meeting_start(club, day) - DIGEST_PREVIEW_LEAD <= now else None


def with_due_changes(club: Club, now: datetime) -> Club:
    """What the time alone brings: questions end, the digest is to be posted, what is too old is left out."""
    if club.ended_at:
        return club
    club = _with_due_digest(with_expired_questions_closed(club, now), now)
    for post in club.posts:
        club = club if is_post_current(club, post, now) else without_post(club, post.key)
    return club


def _with_due_digest(club: Club, now: datetime) -> Club:
    if not club.introduced_setup_id:
        return club
    day = next_meeting_day(club, now)
    if meeting_start(club, day) > now:
        return club
    club = replace(club, digest_done_day=day)
    if club.skipped_day == day or club.channel_refusal:
        return club
    return with_post(club, DigestSubject(day), meeting_start(club, day))


def is_post_current(club: Club, post: Post, now: datetime) -> bool:
    """Whether there is still something to say."""
    if club.ended_at:
        return False
    match post.subject:
        case DigestSubject(day):
            return day != club.skipped_day and now < meeting_start(club, day) + MAX_DIGEST_DELAY
        case QuestionSubject(question_id):
            question = find_question(club, question_id)
            return question is not None and is_question_open(question, now)
        case WinSubject(win_id):
            return any(win.id == win_id for win in club.wins)
        case IntroductionSubject(setup_id):
            return setup_id == club.setup_id


def find_envelope_post(club: Club, envelope: Envelope) -> Post | None:
    """What an envelope is about."""
    return next((post for post in club.posts if post.occasion == envelope.items[0].occasion), None)


def build_post_envelope(club: Club, post: Post, now: datetime) -> Envelope:
    """Its id says what it is about, and tells nobody."""
    told = (club.key.platform, club.key.team, club.created_at.isoformat(), post.key, post.requested_at.isoformat())
    made = blake2b("\0".join(told).encode(errors="surrogatepass"), digest_size=16).digest()
    key = urlsafe_b64encode(made).decode().rstrip("=")
    return Envelope(
        id=key, items=(ReminderItem(ReminderKind.CHANNEL_POST, post.occasion),), created_at=now, retry_at=now
    )
