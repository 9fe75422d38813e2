"""How much of one member's is posted: the channel is everybody's. Kept in their own book, so that leaving, joining and
taking back begin no new day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.calendar import ONE_DAY
from bot.domain.model import Book

MAX_POSTS_PER_DAY = 4  # questions and good news together


def has_reached_post_limit(book: Book, now: datetime) -> bool:
    return sum(now - time_ < ONE_DAY for time_ in book.post_times) >= MAX_POSTS_PER_DAY


def with_post_time(book: Book, now: datetime) -> Book:
    return replace(book, post_times=(*(time_ for time_ in book.post_times if now - time_ < ONE_DAY), now))
