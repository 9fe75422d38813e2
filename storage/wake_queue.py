"""The wakes of books and clubs, and their leases: in memory, for the stores of one process."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Generic, TypeVar

Key = TypeVar("Key")
PlatformWake = tuple[str, datetime]  # platform, wake_at


class TimeQueue(Generic[Key]):
    """Keys ordered by time. Finding the first one costs the same, however many there are."""

    def __init__(self) -> None:
        self._times: dict[Key, datetime] = {}
        self._heap: list[tuple[datetime, int, Key]] = []
        self._order = count()

    def put(self, key: Key, at: datetime) -> None:
        if self._times.get(key) == at:
            return
        self._times[key] = at
        heappush(self._heap, (at, next(self._order), key))
        if len(self._heap) > 2 * len(self._times) + 64:
            self._rebuild_heap()

    def drop(self, key: Key) -> None:
        self._times.pop(key, None)

    def first(self) -> tuple[datetime, Key] | None:
        # Dropped and moved keys stay in the heap until they come up here.
        while self._heap and self._times.get(self._heap[0][2]) != self._heap[0][0]:
            heappop(self._heap)
        return (self._heap[0][0], self._heap[0][2]) if self._heap else None

    def take_until(self, now: datetime) -> Iterator[Key]:
        """Remove and yield the keys whose time has come by `now`, the earliest first."""
        while (first := self.first()) and first[0] <= now:
            self.drop(first[1])
            yield first[1]

    def _rebuild_heap(self) -> None:
        self._heap = [(at, next(self._order), key) for key, at in self._times.items()]
        heapify(self._heap)


class PlatformWakes(Generic[Key]):
    """The wakes of one platform, waiting or leased."""

    def __init__(self) -> None:
        self.waiting: TimeQueue[Key] = TimeQueue()
        self.leased: TimeQueue[Key] = TimeQueue()


class WakeQueue(Generic[Key]):
    """The wakes of all platforms, with their leases. A lease ends with its time, with `put` or with `drop`."""

    def __init__(self) -> None:
        self.wakes: dict[Key, PlatformWake] = {}
        self._platforms: dict[str, PlatformWakes[Key]] = {}

    def put(self, key: Key, platform: str, wake_at: datetime | None) -> None:
        self.drop(key)
        if wake_at is not None:
            self.wakes[key] = (platform, wake_at)
            self._platforms.setdefault(platform, PlatformWakes()).waiting.put(key, wake_at)

    def drop(self, key: Key) -> None:
        if wake := self.wakes.pop(key, None):
            self._platforms[wake[0]].waiting.drop(key)
            self._platforms[wake[0]].leased.drop(key)

    def claim(self, now: datetime, lease: timedelta, platforms: Collection[str]) -> Iterator[Key]:
        """Yield the keys that are due, the earliest first; each is leased as it is yielded."""
        lanes = self._wakes_of(platforms)
        for lane in lanes:
            for key in lane.leased.take_until(now):
                lane.waiting.put(key, self.wakes[key][1])
        while due := [(first[0], at) for at, lane in enumerate(lanes) if (first := lane.waiting.first())]:
            moment, at = min(due)
            if moment > now:
                return
            key = next(lanes[at].waiting.take_until(now))
            lanes[at].leased.put(key, now + lease)
            yield key

    def next_wake(self, platforms: Collection[str]) -> datetime | None:
        """The earliest time at which `claim` can yield something; None when nothing has a wake."""
        queues = (queue for lane in self._wakes_of(platforms) for queue in (lane.waiting, lane.leased))
        return min((first[0] for queue in queues if (first := queue.first())), default=None)

    def _wakes_of(self, platforms: Collection[str]) -> list[PlatformWakes[Key]]:
        return [lane for platform, lane in self._platforms.items() if platform in platforms]
