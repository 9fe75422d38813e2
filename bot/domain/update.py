"""Change a record and save it: the one place that knows what to do when somebody else was faster."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar, cast

from bot.domain.errors import Conflict
from bot.domain.model import Address, Book, Club
from bot.domain.ports import RecordKey, RecordT, Store

MAX_UPDATE_TRIES = 20  # each one lost to another change of the same record

ResultT = TypeVar("ResultT")


async def retry_on_conflict(attempt: Callable[[], Awaitable[ResultT]]) -> ResultT:
    """The result of the first attempt that meets no `Conflict`. Raises `Conflict` after `MAX_UPDATE_TRIES`."""
    for _ in range(MAX_UPDATE_TRIES - 1):
        try:
            return await attempt()
        except Conflict:
            continue
    return await attempt()


@dataclass(slots=True)
class Changes:
    """Notifies of each saved change and each erasure."""

    listeners: list[Callable[[RecordKey], None]] = field(default_factory=list)

    def subscribe(self, listener: Callable[[RecordKey], None]) -> None:
        """Call `listener` with the key of each record that is changed from now on."""
        self.listeners.append(listener)

    def notify(self, key: RecordKey) -> None:
        for listener in self.listeners:
            listener(key)


@dataclass(frozen=True, slots=True)
class Records:
    """Changes the records of a store. Each change sets when the record is next looked at, and notifies.

    Every method raises `Conflict` and `StoreUnavailable`, and those that load also `BookDamaged` and `StoreTooNew`.
    """

    store: Store
    #: The earliest moment (UTC), from the given one on, at which a sweep may find something to do. None: never.
    next_wake: Callable[[Book | Club, datetime], Awaitable[datetime | None]]
    changes: Changes = field(default_factory=Changes)

    async def save(self, record: RecordT, now: datetime) -> RecordT:
        """Save the record with its next wake."""
        return await self.save_with_wake(replace(record, wake_at=await self.next_wake(record, now)))

    async def save_with_wake(self, record: RecordT) -> RecordT:
        """Save the record with the wake that it has."""
        saved = await self.store.save(record)
        self.changes.notify(saved.key)
        return saved

    async def save_scrubbed(self, record: RecordT, now: datetime) -> RecordT:
        """Save the record twice, so that the generation before it, which the store keeps, holds nothing removed either.

        In between the record is due: should the second save not come about, the next sweep makes up for it.
        """
        return await self.save(await self.save_with_wake(replace(record, wake_at=now)), now)

    async def reload(self, record: RecordT) -> RecordT | None:
        """The stored record. None if it was erased, even if a new one exists under the same key."""
        stored = await self.store.load(record.key)
        return cast(RecordT, stored) if stored and stored.created_at == record.created_at else None

    async def update(
        self, record: RecordT, change: Callable[[RecordT], RecordT], now: datetime, *, scrub: bool = False
    ) -> RecordT | None:
        """Apply `change` to the newest stored record and save it. None: it was erased meanwhile.

        `record` is what the store was last seen to hold; it is loaded again only after a conflict. One that stays the
        same is not saved, unless its wake has come. `scrub`: see `save_scrubbed`.
        """
        newest: RecordT | None = record

        async def attempt() -> RecordT | None:
            nonlocal newest
            before, newest = newest or await self.reload(record), None
            if before is None:
                return None
            after, is_due = change(before), before.wake_at is not None and before.wake_at <= now
            if after == before and not is_due:
                return before
            return await self.save_scrubbed(after, now) if scrub else await self.save(after, now)

        return await retry_on_conflict(attempt)

    async def erase(self, owner: Address) -> None:
        """Remove the member's book and every copy of it."""
        await self.store.erase(owner)
        self.changes.notify(owner)
