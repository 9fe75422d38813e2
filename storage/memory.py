from __future__ import annotations
from dataclasses import replace
from datetime import datetime, timedelta
from bot.errors import Conflict
from bot.model import Address, Book
from storage.codec import decode, encode


class MemoryStore:
    def __init__(self) -> None:
        self._books: dict[Address, bytes] = {}
        self._wakes: dict[Address, datetime] = {}
        self._leases: dict[Address, datetime] = {}

    async def book(self, owner: Address) -> Book | None:
        data = self._books.get(owner)
        return decode(data) if data else None

    async def save(self, book: Book) -> Book:
        kept = await self.book(book.owner)
        if (kept.version if kept else 0) != book.version:
            raise Conflict
        saved = replace(book, version=book.version + 1)
        self._books[book.owner] = encode(saved)
        self._leases.pop(book.owner, None)
        self._wakes.pop(book.owner, None)
        if saved.wake_at:
            self._wakes[book.owner] = saved.wake_at
        return saved

    async def claim(self, now: datetime, lease: timedelta, limit: int) -> list[Book]:
        due = sorted(
            (at, owner.user, owner)
            for owner, at in self._wakes.items()
            if at <= now and self._leases.get(owner, now) <= now
        )
        out = []
        for _at, _user, owner in due[:limit]:
            self._leases[owner] = now + lease
            out.append(decode(self._books[owner]))
        return out

    async def next_wake(self) -> datetime | None:
        return min((max(at, self._leases.get(owner, at)) for owner, at in self._wakes.items()), default=None)

    async def erase(self, owner: Address) -> None:
        for d in (self._books, self._wakes, self._leases):
            d.pop(owner, None)

    async def close(self) -> None:
        pass
