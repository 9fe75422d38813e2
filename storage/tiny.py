"""The default store: one TinyDB file for each member and each club, used by one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, overload
from weakref import WeakValueDictionary

import structlog

from bot.domain.errors import BookDamaged, Conflict, StoreTooNew, StoreUnavailable
from bot.domain.model import Address, Book, Club, ClubKey
from bot.domain.ports import RecordKey, RecordT
from storage import key_values, wake_cache
from storage.cache import RecordCache
from storage.codec import CODEC, Codec, is_derived_from
from storage.files import Files, HalfWritten, make_folders
from storage.lock import FolderLock
from storage.record_files import RecordFiles, StoreFiles, record_file_name
from storage.restore import finish_restore
from storage.wake_queue import PlatformWake, WakeQueue

T = TypeVar("T")
log = structlog.get_logger()
SAVES_PER_WAKE_CACHE = 1_000
_MEMOS_LOCK, _WAKE_CACHE_LOCK = "memos", "index"  # no record has such a file name: those are hashes


@dataclass(eq=False)
class TinyStore:
    """Accesses the disk in threads, because an fsync blocks, for small books as for large ones.

    Operations on the same book or club wait for each other; those on different ones do not.
    """

    folder: Path
    files: Files
    store_files: StoreFiles
    lock: FolderLock
    wake_queue: WakeQueue[str] = field(default_factory=WakeQueue)
    seals: dict[str, str] = field(default_factory=dict)
    cache: RecordCache = field(default_factory=RecordCache)
    is_open: bool = True
    save_count: int = 0
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    @classmethod
    def open(cls, folder: Path, files: Files | None = None, codec: Codec = CODEC) -> TinyStore:
        """Raises `StoreInUse`, `StoreTooNew` or `StoreUnavailable`; nothing is changed then."""
        disk = files or Files()
        try:
            make_folders(disk, folder)
            lock = FolderLock.acquire(folder)
        except OSError as problem:
            raise StoreUnavailable(problem.strerror) from problem
        store = cls(folder, disk, StoreFiles.in_folder(folder, disk, codec), lock)
        try:
            store._load_wakes()
        except BaseException:
            lock.release()
            raise
        return store

    @overload
    async def load(self, key: Address) -> Book | None: ...

    @overload
    async def load(self, key: ClubKey) -> Club | None: ...

    async def load(self, key: RecordKey) -> Book | Club | None:
        if isinstance(key, Address):
            return await self._get_record(self.store_files.books, record_file_name(key))
        return await self._get_record(self.store_files.clubs, record_file_name(key))

    async def save(self, record: RecordT) -> RecordT:
        return await self._run_to_end(self._save_record(self.store_files.of(type(record)), record))

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, platforms: Collection[str]
    ) -> Sequence[Book | Club]:
        names = islice(self.wake_queue.claim(now, lease, platforms), limit)
        due = [record for name in names if (record := await self._load_claimed(self.store_files.for_name(name), name))]
        # A record that was saved while it was being read may have a later wake by now.
        return [record for record in due if record.wake_at is not None and record.wake_at <= now]

    async def next_wake(self, platforms: Collection[str]) -> datetime | None:
        return self.wake_queue.next_wake(platforms)

    def all(self, record_type: type[RecordT]) -> AsyncIterator[RecordT]:
        return self._iterate_records(self.store_files.of(record_type))

    async def erase(self, owner: Address) -> None:
        await self._run_to_end(self._erase_book(record_file_name(owner)))

    async def load_value(self, key: str) -> str:
        return (await self._run_to_end(self._read_memos())).get(key, "")

    async def save_value(self, key: str, value: str) -> None:
        await self._run_to_end(self._write_memo(key, value))

    async def close(self) -> None:
        if not self.is_open:
            return
        self.is_open = False
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._write_wake_cache, dict(self.seals), dict(self.wake_queue.wakes))
        self.lock.release()

    async def _run_to_end(self, work: Coroutine[Any, Any, T]) -> T:
        """Finish the work even if the caller is cancelled: a thread cannot be stopped."""
        if not self.is_open:
            work.close()
            raise StoreUnavailable("closed")
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    def _lock_for(self, name: str) -> asyncio.Lock:
        return self._locks.setdefault(name, asyncio.Lock())

    async def _get_record(self, record_files: RecordFiles[RecordT], name: str) -> RecordT | None:
        if (
            self.is_open
            and not self._lock_for(name).locked()
            and (cached := self.cache.get(name, record_files.kind.record_type))
        ):
            return cached  # no operation on it is running: no need to wait
        return await self._run_to_end(self._load_locked(record_files, name))

    async def _load_locked(self, record_files: RecordFiles[RecordT], name: str) -> RecordT | None:
        async with self._lock_for(name):
            return await self._load_into_cache(record_files, name)

    async def _iterate_records(self, record_files: RecordFiles[RecordT]) -> AsyncIterator[RecordT]:
        for name in await self._run_on_disk(lambda files: sorted(files.file_names()), record_files):
            try:
                record = await self._run_to_end(self._load_uncached(record_files, name))
            except (BookDamaged, StoreTooNew):
                continue  # logged when the store was opened
            if record is not None:
                yield record

    async def _load_uncached(self, record_files: RecordFiles[RecordT], name: str) -> RecordT | None:
        """Read without filling the cache, which is reserved for active members."""
        async with self._lock_for(name):
            cached = self.cache.get(name, record_files.kind.record_type)
            loaded = None if cached else await self._run_on_disk(record_files.load, name)
            return cached or (loaded[0] if loaded else None)

    async def _load_into_cache(self, record_files: RecordFiles[RecordT], name: str) -> RecordT | None:
        if record := self.cache.get(name, record_files.kind.record_type):
            return record
        loaded = await self._run_on_disk(record_files.load, name)
        if loaded is None:
            return None
        self._cache_record(name, *loaded)
        return loaded[0]

    async def _save_record(self, record_files: RecordFiles[RecordT], record: RecordT) -> RecordT:
        name = record_file_name(record.key)
        async with self._lock_for(name):
            stored = await self._load_into_cache(record_files, name)
            if not is_derived_from(record, stored):
                raise Conflict
            saved = replace(record, version=record.version + 1)
            try:
                if record == stored:  # saved again unchanged, so that no earlier content of it is left
                    await self._run_on_disk(record_files.remove_damaged_copies, name)
                seal = await self._run_on_disk(record_files.write, saved)
            except StoreUnavailable as problem:
                if isinstance(problem.__cause__, HalfWritten):
                    self.cache.drop(name)
                raise
            self._cache_record(name, saved, seal)
            self.wake_queue.put(name, saved.key.platform, saved.wake_at)
        await self._write_wake_cache_if_due()
        return saved

    def _cache_record(self, name: str, record: Book | Club, seal: str) -> None:
        self.cache.put(name, record)
        self.seals[name] = seal

    async def _erase_book(self, name: str) -> None:
        async with self._lock_for(name):
            self.cache.drop(name)
            await self._run_on_disk(self.store_files.books.erase, name)
            self.wake_queue.drop(name)
            self.seals.pop(name, None)
            # A wake cache that is being written would otherwise appear after this, with the erased book in it.
            async with self._lock_for(_WAKE_CACHE_LOCK):
                await self._run_on_disk(partial(wake_cache.delete_wake_cache, self.files), self.folder)

    async def _read_memos(self) -> dict[str, str]:
        async with self._lock_for(_MEMOS_LOCK):
            return await self._run_on_disk(partial(key_values.read_memos, self.files), self.folder)

    async def _write_memo(self, key: str, value: str) -> None:
        async with self._lock_for(_MEMOS_LOCK):
            memos = await self._run_on_disk(partial(key_values.read_memos, self.files), self.folder)
            await self._run_on_disk(partial(key_values.write_memos, self.files, self.folder), {**memos, key: value})

    async def _load_claimed(self, record_files: RecordFiles[RecordT], name: str) -> RecordT | None:
        """The claimed record, or None when it cannot be read: one bad file must not block the others."""
        try:
            return await self._run_to_end(self._load_locked(record_files, name))
        except (BookDamaged, StoreTooNew):
            self.wake_queue.drop(name)
        except StoreUnavailable:
            pass  # it is claimed again when the lease is over
        log.error(f"a {record_files.kind.label} that is due cannot be read", file=name[:12])
        return None

    async def _run_on_disk(self, work: Callable[[Any], T], argument: object) -> T:
        try:
            return await asyncio.to_thread(work, argument)
        except OSError as problem:
            # The error's text and path are not logged: the path names the member's file.
            log.error("the disk refuses", errno=problem.errno)
            raise StoreUnavailable(problem.strerror) from problem

    def _load_wakes(self) -> None:
        try:
            finish_restore(self.files, self.folder)
            for record_files in self.store_files.both_kinds:
                make_folders(self.files, record_files.folder, record_files.damaged_folder)
            self.seals, wakes = wake_cache.rebuild_wake_cache(self.folder, self.store_files)
        except OSError as problem:
            raise StoreUnavailable(problem.strerror) from problem
        for name, (platform, wake_at) in wakes.items():
            self.wake_queue.put(name, platform, wake_at)

    async def _write_wake_cache_if_due(self) -> None:
        self.save_count += 1
        if self.save_count % SAVES_PER_WAKE_CACHE == 0:
            async with self._lock_for(_WAKE_CACHE_LOCK):
                await asyncio.to_thread(self._write_wake_cache, dict(self.seals), dict(self.wake_queue.wakes))

    def _write_wake_cache(self, seals: dict[str, str], wakes: dict[str, PlatformWake]) -> None:
        """Both mappings must be copied at the same moment: a new checksum with an old wake would hide the new wake."""
        with suppress(OSError):  # it is only a cache: without it, the next start takes longer
            wake_cache.write_wake_cache(self.files, self.folder, self.store_files.books.codec.schema, seals, wakes)
