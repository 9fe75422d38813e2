"""The store that forgets: books in memory, for the console and for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import orjson

from bot.errors import Conflict, StoreUnavailable
from bot.model import Address, Book
from storage.codec import CODEC, follows, to_json
from storage.wakes import Wakes


class MemoryStore:
    """Keeps books as text, so that nothing is shared with who saved or read them.

    `open` after `close` on the same object is a restart: every book is there, every lease is gone.
    """

    def __init__(self) -> None:
        self._books: dict[Address, bytes] = {}
        self._wakes: Wakes[Address] = Wakes()
        self._memos: dict[str, str] = {}
        self._opened = True

    def open(self) -> None:
        leased, self._wakes = self._wakes, Wakes()
        for owner, (platform, wake_at) in leased.moments.items():
            self._wakes.put(owner, platform, wake_at)
        self._opened = True

    async def book(self, owner: Address) -> Book | None:
        return self._read(owner)

    async def save(self, book: Book) -> Book:
        kept = self._read(book.owner)
        if not follows(book, kept):
            raise Conflict
        saved = replace(book, version=book.version + 1)
        self._books[book.owner] = to_json(CODEC.encode(saved))
        self._wakes.put(book.owner, book.owner.platform, book.wake_at)
        return saved

    async def claim(self, now: datetime, lease: timedelta, limit: int, platforms: Collection[str]) -> Sequence[Book]:
        books = (self._read(owner) for owner in islice(self._wakes.claim(now, lease, platforms), limit))
        return [book for book in books if book]

    async def next_wake(self, platforms: Collection[str]) -> datetime | None:
        return self._wakes.next(platforms)

    async def books(self) -> AsyncIterator[Book]:
        for owner in list(self._books):
            if (book := self._read(owner)) is not None:
                yield book

    async def erase(self, owner: Address) -> None:
        self._books.pop(owner, None)
        self._wakes.drop(owner)

    async def memo(self, key: str) -> str:
        self._check()
        return self._memos.get(key, "")

    async def keep_memo(self, key: str, value: str) -> None:
        self._check()
        self._memos[key] = value

    async def close(self) -> None:
        self._opened = False

    def _check(self) -> None:
        if not self._opened:
            raise StoreUnavailable("closed")

    def _read(self, owner: Address) -> Book | None:
        self._check()
        text = self._books.get(owner)
        return CODEC.decode(orjson.loads(text)) if text is not None else None
