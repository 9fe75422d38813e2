"""What a club has to do, and when. Pure, and asked as often as one likes: what was done is told by the club itself."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import date, datetime
from hashlib import blake2b

from bot.club.introductions import OPEN, expired, find, is_open
from bot.club.lifecycle import posted, unposted
from bot.club.meeting import STALE, VIEW_BEFORE, moment, next_meeting
from bot.domain.model import Club, Envelope, Item, Kind, Post, Posted, PostKind


def next_wake(club: Club, now: datetime) -> datetime | None:
    """The earliest moment from `now` on at which there may be something to do."""
    letters = [one.at for one in club.letters]
    if club.ended_at:
        return max(min(letters), now) if letters else None
    under_way = [one.retry_at for one in club.envelopes if one.state is not Posted.PARKED]
    waiting = [now for one in club.posts if not under_way and not club.shut and holds(club, one, now)]
    ends = [one.at + OPEN for one in club.asks if one.closed_at is None]
    found = [*letters, *under_way, *waiting, *ends, *_meetings(club, now)]
    return max(min(found), now) if found else None


def _meetings(club: Club, now: datetime) -> list[datetime]:
    """When the counts and the digest of the next meeting are due."""
    if not club.introduced:
        return []
    day = next_meeting(club, now)
    return [moment(club, day)] if club.viewed == day else [moment(club, day) - VIEW_BEFORE]


def to_count(club: Club, now: datetime) -> date | None:
    """The meeting day whose counts are due, or None."""
    if not club.introduced or club.ended_at:
        return None
    day = next_meeting(club, now)
    return day if club.viewed != day and moment(club, day) - VIEW_BEFORE <= now else None


def passed(club: Club, now: datetime) -> Club:
    """What the time alone brings: questions end, the digest is to be posted, what is too old is left out."""
    if club.ended_at:
        return club
    club = _with_digest(expired(club, now), now)
    for post in club.posts:
        club = club if holds(club, post, now) else unposted(club, post.key)
    return club


def _with_digest(club: Club, now: datetime) -> Club:
    if not club.introduced:
        return club
    day = next_meeting(club, now)
    if moment(club, day) > now:
        return club
    club = replace(club, digested=day)
    if club.skipped == day or club.shut:
        return club
    return posted(club, PostKind.DIGEST, day.isoformat(), moment(club, day))


def holds(club: Club, post: Post, now: datetime) -> bool:
    """Whether there is still something to say."""
    if club.ended_at:
        return False
    match post.kind:
        case PostKind.DIGEST:
            day = date.fromisoformat(post.about)
            return day != club.skipped and now < moment(club, day) + STALE
        case PostKind.ASK:
            ask = find(club, post.about)
            return ask is not None and is_open(ask, now)
        case PostKind.WIN:
            return any(one.id == post.about for one in club.wins)
        case PostKind.INTRODUCTION:
            return post.about == club.mark


def post_of(club: Club, envelope: Envelope) -> Post | None:
    """What an envelope is about."""
    return next((one for one in club.posts if one.key == envelope.items[0].mark), None)


def envelope_of(club: Club, post: Post, now: datetime) -> Envelope:
    """Its id says what it is about, and tells nobody."""
    told = (club.key.platform, club.key.team, club.created.isoformat(), post.key, post.at.isoformat())
    made = blake2b("\0".join(told).encode(errors="surrogatepass"), digest_size=16).digest()
    key = urlsafe_b64encode(made).decode().rstrip("=")
    return Envelope(id=key, items=(Item(Kind.POST, mark=post.key),), made_at=now, retry_at=now)
