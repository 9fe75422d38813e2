"""A store that tells who wants to know whose book was changed, once the change is kept.

Of a club they hear that somebody's in its place was: an address without a user, which is no member's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.model import Address, Book, Club, ClubKey
from bot.domain.ports import Store


@dataclass(frozen=True, slots=True)
class Watched:
    store: Store
    watchers: Iterable[Callable[[Address], None]]

    async def book(self, owner: Address) -> Book | None:
        return await self.store.book(owner)

    async def save(self, book: Book) -> Book:
        saved = await self.store.save(book)
        self._tell(book.owner)
        return saved

    async def club(self, key: ClubKey) -> Club | None:
        return await self.store.club(key)

    async def save_club(self, club: Club) -> Club:
        saved = await self.store.save_club(club)
        self._tell(Address(club.key.platform, "", club.key.team))
        return saved

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, platforms: Collection[str]
    ) -> Sequence[Book | Club]:
        return await self.store.claim(now, lease, limit, platforms)

    async def next_wake(self, platforms: Collection[str]) -> datetime | None:
        return await self.store.next_wake(platforms)

    def books(self) -> AsyncIterator[Book]:
        return self.store.books()

    def clubs(self) -> AsyncIterator[Club]:
        return self.store.clubs()

    async def erase(self, owner: Address) -> None:
        await self.store.erase(owner)
        self._tell(owner)

    async def memo(self, key: str) -> str:
        return await self.store.memo(key)

    async def keep_memo(self, key: str, value: str) -> None:
        await self.store.keep_memo(key, value)

    async def close(self) -> None:
        await self.store.close()

    def _tell(self, owner: Address) -> None:
        for watcher in self.watchers:
            watcher(owner)
