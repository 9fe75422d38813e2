"""Applies changes of membership, which are saved in a member's book first, to the clubs.

Each club is saved before the book drops the update, so a crash can only repeat a step, and every step is idempotent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

import structlog

from bot.club.membership import anonymize_member, with_club_update, without_member
from bot.club.schedule import next_club_wake as club_wake
from bot.domain.errors import BookDamaged, Conflict, StoreError, StoreTooNew
from bot.domain.model import Address, Book, Club, ClubKey, ClubUpdate, HostDefaults
from bot.domain.ports import Messenger, Store
from bot.rules.moment import BookMoment

log = structlog.get_logger()

MAX_CLUB_SAVE_TRIES = 20  # each one lost to another change of the same club


async def sync_book_with_clubs(store: Store, book: Book, now: datetime, defaults: HostDefaults) -> Book:
    """Apply the book's pending club updates, and return the book saved without them.

    Raises `Conflict` and what the store raises. The updates then stay pending, and the next sweep retries them.
    """
    for update in book.pending_club_updates:
        await sync_club(store, update, book.owner, now)
    synced = replace(book, pending_club_updates=())
    return await store.save_book(replace(synced, wake_at=BookMoment(synced, now, defaults).next_wake))


async def sync_club(store: Store, update: ClubUpdate, member: Address, now: datetime) -> None:
    """Apply one update to its club, if the club exists. Raises `Conflict` after `MAX_CLUB_SAVE_TRIES`."""
    await _change_club(
        store, update.club, lambda club: with_club_update(club, update, member, now), now, scrub=not update.joins
    )


async def _change_club(
    store: Store, key: ClubKey, change: Callable[[Club], Club], now: datetime, *, scrub: bool
) -> None:
    for _ in range(MAX_CLUB_SAVE_TRIES):
        try:
            club = await store.load_club(key)
        except (BookDamaged, StoreTooNew):
            # The member's own book is what counts, and their reminders must not wait for a club that cannot be read.
            log.error("club_unreadable")
            return
        if club is None:
            return
        try:
            after = change(club)
            if after != club:
                saved = await save_club_with_wake(store, after, now)
                if scrub:
                    # The store retains the previous generation: a second save removes the erased data from it too.
                    await save_club_with_wake(store, saved, now)
            return
        except Conflict:
            continue
    raise Conflict


async def save_club_with_wake(store: Store, club: Club, now: datetime) -> Club:
    """Save the club with its next wake. Raises as the store does."""
    return await store.save_club(replace(club, wake_at=club_wake(club, now)))


async def without_departed_members(
    store: Store, messenger: Messenger, club: Club, members: Iterable[Address], now: datetime
) -> Club:
    """The club without the data of those of `members` who left it, or who left the workspace or server.

    Their own books decide, so that this also holds while an update of the club is still pending.
    """
    for member in dict.fromkeys(members):
        if await _has_left_club(store, club, member) or not await messenger.is_in_workspace(member, club.key):
            club = without_member(club, member, now)
    return club


async def _has_left_club(store: Store, club: Club, member: Address) -> bool:
    """Whether the member's book is gone or has no membership any more. False if it cannot be read."""
    try:
        book = await store.load_book(member)
    except StoreError:
        return False
    return book is None or book.membership_in(club.key) is None


async def erase_from_clubs(
    store: Store, book: Book | None, member: Address, extra_club: ClubKey | None, now: datetime
) -> None:
    """Remove the member's data from every club that may hold some. Call this before the book itself is erased.

    `extra_club` is searched too, whether or not the book names it. Raises `Conflict` and `StoreUnavailable`.
    """
    clubs = {
        *(book.clubs_with_my_data if book else ()),
        *(membership.club for membership in (book.memberships if book else ())),
    }
    for key in clubs | ({extra_club} if extra_club else set()):
        await _change_club(store, key, lambda club: anonymize_member(club, member, now), now, scrub=True)
