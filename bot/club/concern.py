"""Whom a post or a private word of a club is about: those who must still be in when it is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.club.introductions import find, open_asks
from bot.domain.model import Address, Club, Post, PostKind, Word


def of_post(club: Club, post: Post, now: datetime) -> Iterator[Address]:
    match post.kind:
        case PostKind.DIGEST:
            yield from of_week(club, now)
        case PostKind.ASK:
            yield from (one.asker for one in club.asks if one.id == post.about)
        case PostKind.WIN:
            yield from (one.by for one in club.wins if one.id == post.about)
        case PostKind.INTRODUCTION:
            return


def of_week(club: Club, now: datetime) -> Iterator[Address]:
    """Those who were counted, and whose good news and questions are in it."""
    yield from club.cohort
    yield from (one.by for one in club.wins)
    yield from (one.asker for one in open_asks(club, now))


def of_word(club: Club, kind: Word, told: Mapping[str, str], now: datetime) -> Iterator[Address]:
    if kind == Word.VIEW:
        yield from of_week(club, now)
    if kind == Word.MATCH and (ask := find(club, told.get("ask", ""))):
        yield ask.asker
