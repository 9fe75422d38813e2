"""One after the other for each member, so that nobody's haste keeps the others waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")


class PerMemberLock:
    """What is done for one member waits for what was begun before; members do not wait for one another."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def run_in_turn(self, member: str, action: Callable[[], Awaitable[T]]) -> T:
        door = self._locks.setdefault(member, asyncio.Lock())
        async with door:
            return await action()
