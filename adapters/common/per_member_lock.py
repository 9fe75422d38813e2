"""Runs the actions of one member one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")


class PerMemberLock:
    """One lock for each member: their actions run in order of arrival, those of different members side by side."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def run_in_turn(self, member: str, action: Callable[[], Awaitable[T]]) -> T:
        lock = self._locks.setdefault(member, asyncio.Lock())
        async with lock:
            return await action()
