"""A store in memory, for the console and for tests: its records end with the process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import overload

import orjson

from bot.domain.errors import Conflict, StoreUnavailable
from bot.domain.model import Address, Book, Club, ClubKey
from bot.domain.ports import RecordKey, RecordT
from storage.codec import CODEC, is_derived_from, to_json
from storage.wake_queue import WakeQueue


class MemoryStore:
    """Stores books and clubs as JSON text, so that callers share no objects with it.

    `open` after `close` on the same object acts as a restart: all records are there, all leases have ended.
    """

    def __init__(self) -> None:
        self._records: dict[RecordKey, bytes] = {}
        self._wakes: WakeQueue[RecordKey] = WakeQueue()
        self._memos: dict[str, str] = {}
        self._is_open = True

    def open(self) -> None:
        leased, self._wakes = self._wakes, WakeQueue()
        for key, (platform, wake_at) in leased.wakes.items():
            self._wakes.put(key, platform, wake_at)
        self._is_open = True

    @overload
    async def load(self, key: Address) -> Book | None: ...

    @overload
    async def load(self, key: ClubKey) -> Club | None: ...

    async def load(self, key: RecordKey) -> Book | Club | None:
        return self._read(key)

    async def save(self, record: RecordT) -> RecordT:
        if not is_derived_from(record, self._read(record.key)):
            raise Conflict
        saved = replace(record, version=record.version + 1)
        self._records[saved.key] = to_json(CODEC.encode(saved))
        self._wakes.put(saved.key, saved.key.platform, saved.wake_at)
        return saved

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, platforms: Collection[str]
    ) -> Sequence[Book | Club]:
        keys = islice(self._wakes.claim(now, lease, platforms), limit)
        return [record for key in keys if (record := self._read(key))]

    async def next_wake(self, platforms: Collection[str]) -> datetime | None:
        return self._wakes.next_wake(platforms)

    async def all(self, record_type: type[RecordT]) -> AsyncIterator[RecordT]:
        for key in list(self._records):
            if isinstance(record := self._read(key), record_type):
                yield record

    async def erase(self, owner: Address) -> None:
        self._records.pop(owner, None)
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

    def _read(self, key: RecordKey) -> Book | Club | None:
        self._check_open()
        if (text := self._records.get(key)) is None:
            return None
        return CODEC.decode(orjson.loads(text), Book if isinstance(key, Address) else Club)
