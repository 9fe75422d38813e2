"""A store that notifies listeners after each saved change and each erasure.

For a book they get its owner's address; for a club, an address with its platform and team but without a user.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.model import Address, Book, Club, ClubKey
from bot.domain.ports import Store


@dataclass(frozen=True, slots=True)
class ObservedStore:
    store: Store
    change_listeners: Iterable[Callable[[Address], None]]

    async def load_book(self, owner: Address) -> Book | None:
        return await self.store.load_book(owner)

    async def save_book(self, book: Book) -> Book:
        saved = await self.store.save_book(book)
        self._notify_listeners(book.owner)
        return saved

    async def load_club(self, key: ClubKey) -> Club | None:
        return await self.store.load_club(key)

    async def save_club(self, club: Club) -> Club:
        saved = await self.store.save_club(club)
        self._notify_listeners(Address(club.key.platform, "", club.key.team))
        return saved

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, platforms: Collection[str]
    ) -> Sequence[Book | Club]:
        return await self.store.claim(now, lease, limit, platforms)

    async def next_wake(self, platforms: Collection[str]) -> datetime | None:
        return await self.store.next_wake(platforms)

    def all_books(self) -> AsyncIterator[Book]:
        return self.store.all_books()

    def all_clubs(self) -> AsyncIterator[Club]:
        return self.store.all_clubs()

    async def erase(self, owner: Address) -> None:
        await self.store.erase(owner)
        self._notify_listeners(owner)

    async def load_value(self, key: str) -> str:
        return await self.store.load_value(key)

    async def save_value(self, key: str, value: str) -> None:
        await self.store.save_value(key, value)

    async def close(self) -> None:
        await self.store.close()

    def _notify_listeners(self, owner: Address) -> None:
        for notify in self.change_listeners:
            notify(owner)
