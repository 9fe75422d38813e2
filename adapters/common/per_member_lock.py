"""One after the other for each member, so that nobody's haste keeps the others waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")


class Turns:
    """What is done for one member waits for what was begun before; members do not wait for one another."""

    def __init__(self) -> None:
        self._doors: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, member: str, begin: Callable[[], Awaitable[T]]) -> T:
        door = self._doors.setdefault(member, asyncio.Lock())
        async with door:
            return await begin()
