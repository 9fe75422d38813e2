"""When each book wakes, and which are leased: in memory, for the stores of one process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Generic, TypeVar

Key = TypeVar("Key")


class Queue(Generic[Key]):
    """Keys by moment. Asking for the first one costs the same, however many there are."""

    def __init__(self) -> None:
        self._moments: dict[Key, datetime] = {}
        self._heap: list[tuple[datetime, int, Key]] = []
        self._order = count()

    def put(self, key: Key, moment: datetime) -> None:
        if self._moments.get(key) == moment:
            return
        self._moments[key] = moment
        heappush(self._heap, (moment, next(self._order), key))
        if len(self._heap) > 2 * len(self._moments) + 64:
            self._sweep()

    def drop(self, key: Key) -> None:
        self._moments.pop(key, None)

    def first(self) -> tuple[datetime, Key] | None:
        # Dropped and moved keys stay in the heap until they come up here.
        while self._heap and self._moments.get(self._heap[0][2]) != self._heap[0][0]:
            heappop(self._heap)
        return (self._heap[0][0], self._heap[0][2]) if self._heap else None

    def until(self, now: datetime) -> Iterator[Key]:
        """Take out what has come by `now`, the earliest first."""
        while (first := self.first()) and first[0] <= now:
            self.drop(first[1])
            yield first[1]

    def _sweep(self) -> None:
        self._heap = [(moment, next(self._order), key) for key, moment in self._moments.items()]
        heapify(self._heap)


class Wakes(Generic[Key]):
    """The wake index with its leases. A lease ends by time, by `put` or by `drop`."""

    def __init__(self) -> None:
        self.moments: dict[Key, datetime] = {}
        self._waiting: Queue[Key] = Queue()
        self._leased: Queue[Key] = Queue()

    def put(self, key: Key, wake_at: datetime | None) -> None:
        self.drop(key)
        if wake_at is not None:
            self.moments[key] = wake_at
            self._waiting.put(key, wake_at)

    def drop(self, key: Key) -> None:
        self.moments.pop(key, None)
        self._waiting.drop(key)
        self._leased.drop(key)

    def claim(self, now: datetime, lease: timedelta) -> Iterator[Key]:
        """What is due, the earliest first; each is leased as it is given."""
        for key in self._leased.until(now):
            self._waiting.put(key, self.moments[key])
        for key in self._waiting.until(now):
            self._leased.put(key, now + lease)
            yield key

    def next(self) -> datetime | None:
        """The earliest moment at which `claim` can give something."""
        return min((first[0] for first in (self._waiting.first(), self._leased.first()) if first), default=None)
