"""The daily limit on what one member posts, because all members share the channel.

The times of posts are in the member's own book, so that leaving, rejoining or withdrawing does not reset the limit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.calendar import ONE_DAY
from bot.domain.model import Book

MAX_POSTS_PER_DAY = 4  # questions and wins together


def has_reached_post_limit(book: Book, now: datetime) -> bool:
    return sum(now - posted_at < ONE_DAY for posted_at in book.post_times) >= MAX_POSTS_PER_DAY


def with_post_time(book: Book, now: datetime) -> Book:
    return replace(book, post_times=(*(posted_at for posted_at in book.post_times if now - posted_at < ONE_DAY), now))
