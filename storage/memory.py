"""A store in memory, for the console and for tests: its records end with the process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import orjson

from bot.domain.errors import Conflict, StoreUnavailable
from bot.domain.model import Address, Book, Club, ClubKey
from storage.codec import CODEC, R, is_derived_from, record_key, to_json
from storage.wake_queue import WakeQueue


class MemoryStore:
    """Stores books and clubs as JSON text, so that callers share no objects with it.

    `open` after `close` on the same object acts as a restart: all records are there, all leases have ended.
    """

    def __init__(self) -> None:
        self._books: dict[Address, bytes] = {}
        self._clubs: dict[ClubKey, bytes] = {}
        self._wakes: WakeQueue[Address | ClubKey] = WakeQueue()
        self._memos: dict[str, str] = {}
        self._is_open = True

    def open(self) -> None:
        leased, self._wakes = self._wakes, WakeQueue()
        for key, (platform, wake_at) in leased.wakes.items():
            self._wakes.put(key, platform, wake_at)
        self._is_open = True

    async def load_book(self, owner: Address) -> Book | None:
        return self._book(owner)

    async def save_book(self, book: Book) -> Book:
        saved, self._books[book.owner] = self._with_next_version(book, self._book(book.owner))
        return saved

    async def load_club(self, key: ClubKey) -> Club | None:
        return self._club(key)

    async def save_club(self, club: Club) -> Club:
        saved, self._clubs[club.key] = self._with_next_version(club, self._club(club.key))
        return saved

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, platforms: Collection[str]
    ) -> Sequence[Book | Club]:
        keys = islice(self._wakes.claim(now, lease, platforms), limit)
        due = [self._book(key) if isinstance(key, Address) else self._club(key) for key in keys]
        return [record for record in due if record]

    async def next_wake(self, platforms: Collection[str]) -> datetime | None:
        return self._wakes.next_wake(platforms)

    async def all_books(self) -> AsyncIterator[Book]:
        for owner in list(self._books):
            if (book := self._book(owner)) is not None:
                yield book

    async def all_clubs(self) -> AsyncIterator[Club]:
        for key in list(self._clubs):
            if (club := self._club(key)) is not None:
                yield club

    async def erase(self, owner: Address) -> None:
        self._books.pop(owner, None)
        self._wakes.drop(owner)

    async def load_value(self, key: str) -> str:
        self._check_open()
        return self._memos.get(key, "")

    async def save_value(self, key: str, value: str) -> None:
        self._check_open()
        self._memos[key] = value

    async def close(self) -> None:
        self._is_open = False

    def _check_open(self) -> None:
        if not self._is_open:
            raise StoreUnavailable("closed")

    def _book(self, owner: Address) -> Book | None:
        return self._decode_record(self._books.get(owner), Book)

    def _club(self, key: ClubKey) -> Club | None:
        return self._decode_record(self._clubs.get(key), Club)

    def _with_next_version(self, record: R, stored: R | None) -> tuple[R, bytes]:
        """The record with its next version, and the text to store. Puts its wake into the queue."""
        if not is_derived_from(record, stored):
            raise Conflict
        saved = replace(record, version=record.version + 1)
        text = to_json(CODEC.encode(saved))
        self._wakes.put(record_key(saved), record_key(saved).platform, saved.wake_at)
        return saved, text

    def _decode_record(self, text: bytes | None, record_type: type[R]) -> R | None:
        self._check_open()
        return CODEC.decode(orjson.loads(text), record_type) if text is not None else None
