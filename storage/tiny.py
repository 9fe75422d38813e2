"""The default store: one TinyDB file per member, for one process."""

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

from bot.errors import BookDamaged, Conflict, StoreTooNew, StoreUnavailable
from bot.model import Address, Book
from storage import index, memos
from storage.cache import Cache
from storage.codec import CODEC, Codec, follows
from storage.files import Files, HalfWritten, make_folders
from storage.lock import FolderLock
from storage.restore import finish
from storage.shelf import Shelf, name_of
from storage.wakes import Moment, Wakes

T = TypeVar("T")
log = structlog.get_logger()
SAVES_PER_INDEX = 1_000
_MEMOS, _INDEX = "memos", "index"  # no book has such a name: those are hashes


@dataclass(eq=False)
class TinyStore:
    """Every write happens in a thread: what blocks is the disk's fsync, for small books as for large ones.

    Operations on one book wait for each other; those on two books do not.
    """

    folder: Path
    shelf: Shelf
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
        shelf = Shelf(folder / "members", files or Files(), codec)
        try:
            make_folders(shelf.files, folder)
            lock = FolderLock.acquire(folder)
        except OSError as problem:
            raise StoreUnavailable(problem.strerror) from problem
        store = cls(folder, shelf, lock)
        try:
            store._prepare()
        except BaseException:
            lock.release()
            raise
        return store

    async def book(self, owner: Address) -> Book | None:
        name = name_of(owner)
        if self.opened and not self._alone(name).locked() and (kept := self.cache.get(name)):
            return kept  # nobody is at it: no need to queue
        return await self._finish(self._book(name))

    async def save(self, book: Book) -> Book:
        return await self._finish(self._save(book))

    async def claim(self, now: datetime, lease: timedelta, limit: int, platforms: Collection[str]) -> Sequence[Book]:
        names = islice(self.wakes.claim(now, lease, platforms), limit)
        due = [book for name in names if (book := await self._woken(name))]
        # A book that was saved while it was being read may have been put off.
        return [book for book in due if book.wake_at is not None and book.wake_at <= now]

    async def next_wake(self, platforms: Collection[str]) -> datetime | None:
        return self.wakes.next(platforms)

    async def books(self) -> AsyncIterator[Book]:
        for name in await self._on_disk(lambda shelf: sorted(shelf.names()), self.shelf):
            try:
                book = await self._finish(self._read(name))
            except (BookDamaged, StoreTooNew):
                continue  # told already, when the store was opened
            if book is not None:
                yield book

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

    async def _book(self, name: str) -> Book | None:
        async with self._alone(name):
            return await self._kept(name)

    async def _read(self, name: str) -> Book | None:
        """Past the cache, which is for those who are there."""
        async with self._alone(name):
            found = self.cache.get(name)
            loaded = None if found else await self._on_disk(self.shelf.load, name)
            return found or (loaded[0] if loaded else None)

    async def _kept(self, name: str) -> Book | None:
        if book := self.cache.get(name):
            return book
        found = await self._on_disk(self.shelf.load, name)
        if found is None:
            return None
        self._note(name, *found)
        return found[0]

    async def _save(self, book: Book) -> Book:
        name = name_of(book.owner)
        async with self._alone(name):
            kept = await self._kept(name)
            if not follows(book, kept):
                raise Conflict
            saved = replace(book, version=book.version + 1)
            try:
                if book == kept:  # saved again as it is: so that nothing else of it is left
                    await self._on_disk(self.shelf.scrub, name)
                seal = await self._on_disk(self.shelf.write, saved)
            except StoreUnavailable as problem:
                if isinstance(problem.__cause__, HalfWritten):
                    self.cache.drop(name)
                raise
            self._note(name, saved, seal)
            self.wakes.put(name, saved.owner.platform, saved.wake_at)
        await self._index_now_and_then()
        return saved

    def _note(self, name: str, book: Book, seal: str) -> None:
        self.cache.put(name, book)
        self.seals[name] = seal

    async def _erase(self, name: str) -> None:
        async with self._alone(name):
            self.cache.drop(name)
            await self._on_disk(self.shelf.erase, name)
            self.wakes.drop(name)
            self.seals.pop(name, None)
            async with self._alone(_INDEX):  # one that is being written would come after, with what it knew before
                await self._on_disk(partial(index.forget, self.shelf.files), self.folder)

    async def _memos(self) -> dict[str, str]:
        async with self._alone(_MEMOS):
            return await self._on_disk(partial(memos.read, self.shelf.files), self.folder)

    async def _keep_memo(self, key: str, value: str) -> None:
        async with self._alone(_MEMOS):
            kept = await self._on_disk(partial(memos.read, self.shelf.files), self.folder)
            await self._on_disk(partial(memos.write, self.shelf.files, self.folder), {**kept, key: value})

    async def _woken(self, name: str) -> Book | None:
        """A claimed book, or None when it cannot be read: one bad book must not keep the others waiting."""
        try:
            return await self._finish(self._book(name))
        except (BookDamaged, StoreTooNew):
            self.wakes.drop(name)
        except StoreUnavailable:
            pass  # it comes again when the lease is over
        log.error("a book that is due cannot be read", file=name[:12])
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
            finish(self.shelf.files, self.folder)
            make_folders(self.shelf.files, self.shelf.folder, self.shelf.damaged)
            self.seals, moments = index.rebuild(self.folder, self.shelf)
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
            index.write(self.folder, self.shelf, seals, moments)
