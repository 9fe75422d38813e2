"""What a member's book owes to clubs: told to each club, then struck off. Every step may be repeated."""

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
from bot.rules.schedule import next_book_wake

log = structlog.get_logger()

MAX_CLUB_SAVE_TRIES = 20  # against others who change the same club


async def sync_book_with_clubs(store: Store, book: Book, now: datetime, defaults: HostDefaults) -> Book:
    """The book without its errands. Raises `Conflict` and what the store raises: they are then run another time."""
    for errand in book.pending_club_updates:
        await sync_club(store, errand, book.owner, now)
    free = replace(book, pending_club_updates=())
    return await store.save_book(replace(free, wake_at=next_book_wake(free, now, defaults)))


async def sync_club(store: Store, update: ClubUpdate, member: Address, now: datetime) -> None:
    """The club hears of it. Raises `Conflict` when it is changed by others all the time."""
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
                    # Once more: the generation before must not keep what was taken out.
                    await save_club_with_wake(store, saved, now)
            return
        except Conflict:
            continue
    raise Conflict


async def save_club_with_wake(store: Store, club: Club, now: datetime) -> Club:
    """Keep a club with its next wake."""
    return await store.save_club(replace(club, wake_at=club_wake(club, now)))


async def without_departed_members(
    store: Store, messenger: Messenger, club: Club, members: Iterable[Address], now: datetime
) -> Club:
    """The club without what is theirs, of these members, who have left it by their own book, or the place itself:
    whether or not the club has heard of it."""
    for fromkey in dict.fromkeys(members):
        if await _has_left_club(store, club, fromkey) or not await messenger.is_in_workspace(fromkey, club.key):
            club = without_member(club, fromkey, now)
    return club


async def _has_left_club(store: Store, club: Club, member: Address) -> bool:
    """A book that cannot be read says nothing."""
    try:
        book = await store.load_book(member)
    except StoreError:
        return False
    return book is None or book.membership_in(club.key) is None


async def erase_from_clubs(
    store: Store, book: Book | None, member: Address, extra_club: ClubKey | None, now: datetime
) -> None:
    """Nothing of theirs is left in any club that may have a word of it; then the book can go."""
    clubs = {
        *(book.clubs_with_my_data if book else ()),
        *(membership.club for membership in (book.memberships if book else ())),
    }
    for key in clubs | ({extra_club} if extra_club else set()):
        await _change_club(store, key, lambda club: anonymize_member(club, member, now), now, scrub=True)
