"""The default store: one TinyDB file for each member and each club, for one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import structlog

from bot.domain.errors import BookDamaged, Conflict, StoreTooNew, StoreUnavailable
from bot.domain.model import Address, Book, Club, ClubKey
from storage import key_values, wake_cache
from storage.cache import Cache
from storage.codec import CODEC, Codec, R, follows, key_of
from storage.files import Files, HalfWritten, make_folders
from storage.lock import FolderLock
from storage.record_files import Shelf, Shelves, name_of
from storage.restore import finish
from storage.wake_queue import Moment, Wakes

T = TypeVar("T")
log = structlog.get_logger()
SAVES_PER_INDEX = 1_000
_MEMOS, _INDEX = "memos", "index"  # no record has such a name: those are hashes


@dataclass(eq=False)
class TinyStore:
    """Every write happens in a thread: what blocks is the disk's fsync, for small books as for large ones.

    Operations on one book or club wait for each other; those on two do not.
    """

    folder: Path
    files: Files
    shelves: Shelves
    lock: FolderLock
    wakes: Wakes[str] = field(default_factory=Wakes)
    seals: dict[str, str] = field(default_factory=dict)
    cache: Cache = field(default_factory=Cache)
    opened: bool = True
    saves: int = 0
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _working: set[asyncio.Task[Any]] = field(default_factory=set)

    @classmethod
    def open(cls, folder: Path, files: Files | None = None, codec: Codec = CODEC) -> TinyStore:
        """Raises `StoreInUse`, `StoreTooNew` or `StoreUnavailable`; nothing is changed then."""
        disk = files or Files()
        try:
            make_folders(disk, folder)
            lock = FolderLock.acquire(folder)
        except OSError as problem:
            raise StoreUnavailable(problem.strerror) from problem
        store = cls(folder, disk, Shelves.under(folder, disk, codec), lock)
        try:
            store._prepare()
        except BaseException:
            lock.release()
            raise
        return store

    async def book(self, owner: Address) -> Book | None:
        return await self._get(self.shelves.books, name_of(owner))

    async def save(self, book: Book) -> Book:
        return await self._finish(self._save(self.shelves.books, book))

    async def club(self, key: ClubKey) -> Club | None:
        return await self._get(self.shelves.clubs, name_of(key))

    async def save_club(self, club: Club) -> Club:
        return await self._finish(self._save(self.shelves.clubs, club))

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, platforms: Collection[str]
    ) -> Sequence[Book | Club]:
        names = islice(self.wakes.claim(now, lease, platforms), limit)
        due = [record for name in names if (record := await self._woken(self.shelves.of(name), name))]
        # One that was saved while it was being read may have been put off.
        return [record for record in due if record.wake_at is not None and record.wake_at <= now]

    async def next_wake(self, platforms: Collection[str]) -> datetime | None:
        return self.wakes.next(platforms)

    def books(self) -> AsyncIterator[Book]:
        return self._all(self.shelves.books)

    def clubs(self) -> AsyncIterator[Club]:
        return self._all(self.shelves.clubs)

    async def erase(self, owner: Address) -> None:
        await self._finish(self._erase(name_of(owner)))

    async def memo(self, key: str) -> str:
        return (await self._finish(self._memos())).get(key, "")

    async def keep_memo(self, key: str, value: str) -> None:
        await self._finish(self._keep_memo(key, value))

    async def close(self) -> None:
        if not self.opened:
            return
        self.opened = False
        await asyncio.gather(*self._working, return_exceptions=True)
        await asyncio.to_thread(self._write_index, dict(self.seals), dict(self.wakes.moments))
        self.lock.release()

    async def _finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry the work through, also when the one who waits for it is cancelled: a thread cannot be called back."""
        if not self.opened:
            work.close()
            raise StoreUnavailable("closed")
        task = asyncio.ensure_future(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return await asyncio.shield(task)

    def _alone(self, name: str) -> asyncio.Lock:
        return self._locks.setdefault(name, asyncio.Lock())

    async def _get(self, shelf: Shelf[R], name: str) -> R | None:
        if self.opened and not self._alone(name).locked() and (kept := self.cache.get(name, shelf.kind.record)):
            return kept  # nobody is at it: no need to queue
        return await self._finish(self._in_turn(shelf, name))

    async def _in_turn(self, shelf: Shelf[R], name: str) -> R | None:
        async with self._alone(name):
            return await self._kept(shelf, name)

    async def _all(self, shelf: Shelf[R]) -> AsyncIterator[R]:
        for name in await self._on_disk(lambda shelf: sorted(shelf.names()), shelf):
            try:
                record = await self._finish(self._read(shelf, name))
            except (BookDamaged, StoreTooNew):
                continue  # told already, when the store was opened
            if record is not None:
                yield record

    async def _read(self, shelf: Shelf[R], name: str) -> R | None:
        """Past the cache, which is for those who are there."""
        async with self._alone(name):
            found = self.cache.get(name, shelf.kind.record)
            loaded = None if found else await self._on_disk(shelf.load, name)
            return found or (loaded[0] if loaded else None)

    async def _kept(self, shelf: Shelf[R], name: str) -> R | None:
        if record := self.cache.get(name, shelf.kind.record):
            return record
        found = await self._on_disk(shelf.load, name)
        if found is None:
            return None
        self._note(name, *found)
        return found[0]

    async def _save(self, shelf: Shelf[R], record: R) -> R:
        name = name_of(key_of(record))
        async with self._alone(name):
            kept = await self._kept(shelf, name)
            if not follows(record, kept):
                raise Conflict
            saved = replace(record, version=record.version + 1)
            try:
                if record == kept:  # saved again as it is: so that nothing else of it is left
                    await self._on_disk(shelf.scrub, name)
                seal = await self._on_disk(shelf.write, saved)
            except StoreUnavailable as problem:
                if isinstance(problem.__cause__, HalfWritten):
                    self.cache.drop(name)
                raise
            self._note(name, saved, seal)
            self.wakes.put(name, key_of(saved).platform, saved.wake_at)
        await self._index_now_and_then()
        return saved

    def _note(self, name: str, record: Book | Club, seal: str) -> None:
        self.cache.put(name, record)
        self.seals[name] = seal

    async def _erase(self, name: str) -> None:
        async with self._alone(name):
            self.cache.drop(name)
            await self._on_disk(self.shelves.books.erase, name)
            self.wakes.drop(name)
            self.seals.pop(name, None)
            async with self._alone(_INDEX):  # one that is being written would come after, with what it knew before
                await self._on_disk(partial(wake_cache.forget, self.files), self.folder)

    async def _memos(self) -> dict[str, str]:
        async with self._alone(_MEMOS):
            return await self._on_disk(partial(key_values.read, self.files), self.folder)

    async def _keep_memo(self, key: str, value: str) -> None:
        async with self._alone(_MEMOS):
            kept = await self._on_disk(partial(key_values.read, self.files), self.folder)
            await self._on_disk(partial(key_values.write, self.files, self.folder), {**kept, key: value})

    async def _woken(self, shelf: Shelf[R], name: str) -> R | None:
        """What was claimed, or None when it cannot be read: one bad file must not keep the others waiting."""
        try:
            return await self._finish(self._in_turn(shelf, name))
        except (BookDamaged, StoreTooNew):
            self.wakes.drop(name)
        except StoreUnavailable:
            pass  # it comes again when the lease is over
        log.error(f"a {shelf.kind.word} that is due cannot be read", file=name[:12])
        return None

    async def _on_disk(self, work: Callable[[Any], T], argument: object) -> T:
        try:
            return await asyncio.to_thread(work, argument)
        except OSError as problem:
            # Neither text nor path: the one is the system's, the other names the member's file.
            log.error("the disk refuses", errno=problem.errno)
            raise StoreUnavailable(problem.strerror) from problem

    def _prepare(self) -> None:
        try:
            finish(self.files, self.folder)
            for shelf in self.shelves.all:
                make_folders(self.files, shelf.folder, shelf.damaged)
            self.seals, moments = wake_cache.rebuild(self.folder, self.shelves)
        except OSError as problem:
            raise StoreUnavailable(problem.strerror) from problem
        for name, (platform, wake_at) in moments.items():
            self.wakes.put(name, platform, wake_at)

    async def _index_now_and_then(self) -> None:
        self.saves += 1
        if self.saves % SAVES_PER_INDEX == 0:
            async with self._alone(_INDEX):
                await asyncio.to_thread(self._write_index, dict(self.seals), dict(self.wakes.moments))

    def _write_index(self, seals: dict[str, str], moments: dict[str, Moment]) -> None:
        """`seals` and `moments` are copies of one moment: a new checksum beside an old wake-up would hide it."""
        # Only a cache: without it, the next start takes longer.
        with suppress(OSError):
            wake_cache.write(self.files, self.folder, self.shelves.books.codec.schema, seals, moments)
