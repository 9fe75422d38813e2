"""What a member's book owes to clubs: told to each club, then struck off. Every step may be repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

import structlog

from bot.club.membership import departed, done, erased
from bot.club.schedule import next_wake as club_wake
from bot.domain.errors import BookDamaged, Conflict, StoreError, StoreTooNew
from bot.domain.model import Address, Book, Club, ClubKey, Errand, Home
from bot.domain.ports import Messenger, Store
from bot.rules.schedule import next_wake

log = structlog.get_logger()

TRIES = 20  # against others who change the same club


async def run_errands(store: Store, book: Book, now: datetime, home: Home) -> Book:
    """The book without its errands. Raises `Conflict` and what the store raises: they are then run another time."""
    for errand in book.errands:
        await tell(store, errand, book.owner, now)
    free = replace(book, errands=())
    return await store.save(replace(free, wake_at=next_wake(free, now, home)))


async def tell(store: Store, errand: Errand, member: Address, now: datetime) -> None:
    """The club hears of it. Raises `Conflict` when it is changed by others all the time."""
    await _changed(store, errand.club, lambda club: done(club, errand, member, now), now, scrub=not errand.joins)


async def _changed(store: Store, key: ClubKey, change: Callable[[Club], Club], now: datetime, *, scrub: bool) -> None:
    for _ in range(TRIES):
        try:
            club = await store.club(key)
        except (BookDamaged, StoreTooNew):
            # The member's own book is what counts, and their reminders must not wait for a club that cannot be read.
            log.error("club_unreadable")
            return
        if club is None:
            return
        try:
            after = change(club)
            if after != club:
                saved = await save(store, after, now)
                if scrub:
                    # Once more: the generation before must not keep what was taken out.
                    await save(store, saved, now)
            return
        except Conflict:
            continue
    raise Conflict


async def save(store: Store, club: Club, now: datetime) -> Club:
    """Keep a club with its next wake."""
    return await store.save_club(replace(club, wake_at=club_wake(club, now)))


async def without_leavers(
    store: Store, messenger: Messenger, club: Club, who: Iterable[Address], now: datetime
) -> Club:
    """The club without what is theirs, of these members, who have left it by their own book, or the place itself:
    whether or not the club has heard of it."""
    for one in dict.fromkeys(who):
        if await _has_left(store, club, one) or not await messenger.belongs(one, club.key):
            club = departed(club, one, now)
    return club


async def _has_left(store: Store, club: Club, who: Address) -> bool:
    """A book that cannot be read says nothing."""
    try:
        book = await store.book(who)
    except StoreError:
        return False
    return book is None or book.member_of(club.key) is None


async def forgotten(store: Store, book: Book | None, member: Address, also: ClubKey | None, now: datetime) -> None:
    """Nothing of theirs is left in any club that may have a word of it; then the book can go."""
    clubs = {*(book.known_to if book else ()), *(one.club for one in (book.clubs if book else ()))}
    for key in clubs | ({also} if also else set()):
        await _changed(store, key, lambda club: erased(club, member, now), now, scrub=True)
