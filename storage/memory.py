"""The store that forgets: books and clubs in memory, for the console and for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import orjson

from bot.domain.errors import Conflict, StoreUnavailable
from bot.domain.model import Address, Book, Club, ClubKey
from storage.codec import CODEC, R, follows, key_of, to_json
from storage.wake_queue import Wakes


class MemoryStore:
    """Keeps books and clubs as text, so that nothing is shared with who saved or read them.

    `open` after `close` on the same object is a restart: all of them are there, every lease is gone.
    """

    def __init__(self) -> None:
        self._books: dict[Address, bytes] = {}
        self._clubs: dict[ClubKey, bytes] = {}
        self._wakes: Wakes[Address | ClubKey] = Wakes()
        self._memos: dict[str, str] = {}
        self._opened = True

    def open(self) -> None:
        leased, self._wakes = self._wakes, Wakes()
        for key, (platform, wake_at) in leased.moments.items():
            self._wakes.put(key, platform, wake_at)
        self._opened = True

    async def book(self, owner: Address) -> Book | None:
        return self._book(owner)

    async def save(self, book: Book) -> Book:
        saved, self._books[book.owner] = self._next(book, self._book(book.owner))
        return saved

    async def club(self, key: ClubKey) -> Club | None:
        return self._club(key)

    async def save_club(self, club: Club) -> Club:
        saved, self._clubs[club.key] = self._next(club, self._club(club.key))
        return saved

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, platforms: Collection[str]
    ) -> Sequence[Book | Club]:
        keys = islice(self._wakes.claim(now, lease, platforms), limit)
        due = [self._book(key) if isinstance(key, Address) else self._club(key) for key in keys]
        return [record for record in due if record]

    async def next_wake(self, platforms: Collection[str]) -> datetime | None:
        return self._wakes.next(platforms)

    async def books(self) -> AsyncIterator[Book]:
        for owner in list(self._books):
            if (book := self._book(owner)) is not None:
                yield book

    async def clubs(self) -> AsyncIterator[Club]:
        for key in list(self._clubs):
            if (club := self._club(key)) is not None:
                yield club

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

    def _book(self, owner: Address) -> Book | None:
        return self._read(self._books.get(owner), Book)

    def _club(self, key: ClubKey) -> Club | None:
        return self._read(self._clubs.get(key), Club)

    def _next(self, record: R, kept: R | None) -> tuple[R, bytes]:
        """The record with its next version, and the text to keep."""
        if not follows(record, kept):
            raise Conflict
        saved = replace(record, version=record.version + 1)
        text = to_json(CODEC.encode(saved))
        self._wakes.put(key_of(saved), key_of(saved).platform, saved.wake_at)
        return saved, text

    def _read(self, text: bytes | None, kind: type[R]) -> R | None:
        self._check()
        return CODEC.decode(orjson.loads(text), kind) if text is not None else None
