"""What a club has to do, and when. Pure and repeatable: the club's record says what is already done."""

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
    """The earliest moment (UTC), not before `now`, at which a sweep may find work for the club. None: never."""
    note_times = [note.created_at for note in club.outgoing_notes]
    if club.ended_at:
        return max(min(note_times), now) if note_times else None
    retry_times = [envelope.retry_at for envelope in club.envelopes if envelope.state is not DeliveryState.PARKED]
    post_times = [
        now for post in club.posts if not retry_times and not club.channel_refusal and is_post_current(club, post, now)
    ]
    expiry_times = [
        question.asked_at + QUESTION_OPEN_PERIOD for question in club.questions if question.closed_at is None
    ]
    wake_times = [*note_times, *retry_times, *post_times, *expiry_times, *_next_meeting_wakes(club, now)]
    return max(min(wake_times), now) if wake_times else None


def _next_meeting_wakes(club: Club, now: datetime) -> list[datetime]:
    """When the preview or, once it is done, the digest of the next meeting is due."""
    if not club.introduced_setup_id:
        return []
    day = next_meeting_day(club, now)
    return (
        [meeting_start(club, day)] if club.preview_done_day == day else [meeting_start(club, day) - DIGEST_PREVIEW_LEAD]
    )


def due_count_day(club: Club, now: datetime) -> date | None:
    """The meeting day (local to the club's zone) whose counts are due, or None."""
    if not club.introduced_setup_id or club.ended_at:
        return None
    day = next_meeting_day(club, now)
    return day if club.preview_done_day != day and meeting_start(club, day) - DIGEST_PREVIEW_LEAD <= now else None


def with_due_changes(club: Club, now: datetime) -> Club:
    """Apply what is due by time alone: expired questions close, the digest is requested, outdated posts are dropped."""
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
    """False when the post is outdated or its subject no longer exists."""
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
    """The requested post that an envelope delivers, or None if it was dropped."""
    return next((post for post in club.posts if post.occasion == envelope.items[0].occasion), None)


def build_post_envelope(club: Club, post: Post, now: datetime) -> Envelope:
    """An envelope for the post. Its id is a hash of club and post: the same on each call, and it reveals nothing."""
    identity = (club.key.platform, club.key.team, club.created_at.isoformat(), post.key, post.requested_at.isoformat())
    digest = blake2b("\0".join(identity).encode(errors="surrogatepass"), digest_size=16).digest()
    envelope_id = urlsafe_b64encode(digest).decode().rstrip("=")
    return Envelope(
        id=envelope_id, items=(ReminderItem(ReminderKind.CHANNEL_POST, post.occasion),), created_at=now, retry_at=now
    )
