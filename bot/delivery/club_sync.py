"""Applies changes of membership, which are saved in a member's book first, to the clubs.

Each club is saved before the book drops the update, so a crash can only repeat a step, and every step is idempotent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from bot.club.membership import anonymize_member, with_club_update
from bot.domain.errors import BookDamaged, StoreTooNew
from bot.domain.model import Address, Book, Club, ClubKey, ClubUpdate
from bot.domain.update import Records

log = structlog.get_logger()


async def sync_book_with_clubs(records: Records, book: Book, now: datetime) -> Book:
    """Apply the book's pending club updates, and return the book saved without them.

    Raises `Conflict` and what the store raises. The updates then stay pending, and the next sweep retries them.
    """
    for update in book.pending_club_updates:
        await sync_club(records, update, book.owner, now)
    return await records.save(replace(book, pending_club_updates=()), now)


async def sync_club(records: Records, update: ClubUpdate, member: Address, now: datetime) -> None:
    """Apply one update to its club, if the club exists. Raises `Conflict` and `StoreUnavailable`."""
    await _change_club(
        records, update.club, lambda club: with_club_update(club, update, member, now), now, scrub=not update.joins
    )


async def _change_club(
    records: Records, key: ClubKey, change: Callable[[Club], Club], now: datetime, *, scrub: bool
) -> None:
    try:
        if (club := await records.store.load(key)) is not None:
            await records.update(club, change, now, scrub=scrub)
    except (BookDamaged, StoreTooNew):
        # The member's own book is what counts, and their reminders must not wait for a club that cannot be read.
        log.error("club_unreadable")


async def erase_from_clubs(
    records: Records, book: Book | None, member: Address, extra_club: ClubKey | None, now: datetime
) -> None:
    """Remove the member's data from every club that may hold some. Call this before the book itself is erased.

    `extra_club` is searched too, whether or not the book names it. Raises `Conflict` and `StoreUnavailable`.
    """
    clubs = {
        *(book.clubs_with_my_data if book else ()),
        *(membership.club for membership in (book.memberships if book else ())),
    }
    for key in clubs | ({extra_club} if extra_club else set()):
        await _change_club(records, key, lambda club: anonymize_member(club, member, now), now, scrub=True)
