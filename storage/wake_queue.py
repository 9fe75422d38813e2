"""When each book wakes, and which are leased: in memory, for the stores of one process."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Generic, TypeVar

Key = TypeVar("Key")
Moment = tuple[str, datetime]  # platform, wake_at


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


class Lane(Generic[Key]):
    """The wakes of one platform."""

    def __init__(self) -> None:
        self.waiting: Queue[Key] = Queue()
        self.leased: Queue[Key] = Queue()


class Wakes(Generic[Key]):
    """The wake index of all platforms, with its leases. A lease ends by time, by `put` or by `drop`."""

    def __init__(self) -> None:
        self.moments: dict[Key, Moment] = {}
        self._lanes: dict[str, Lane[Key]] = {}

    def put(self, key: Key, platform: str, wake_at: datetime | None) -> None:
        self.drop(key)
        if wake_at is not None:
            self.moments[key] = (platform, wake_at)
            self._lanes.setdefault(platform, Lane()).waiting.put(key, wake_at)

    def drop(self, key: Key) -> None:
        if found := self.moments.pop(key, None):
            self._lanes[found[0]].waiting.drop(key)
            self._lanes[found[0]].leased.drop(key)

    def claim(self, now: datetime, lease: timedelta, platforms: Collection[str]) -> Iterator[Key]:
        """What is due, the earliest first; each is leased as it is given."""
        lanes = self._of(platforms)
        for lane in lanes:
            for key in lane.leased.until(now):
                lane.waiting.put(key, self.moments[key][1])
        while due := [(first[0], at) for at, lane in enumerate(lanes) if (first := lane.waiting.first())]:
            moment, at = min(due)
            if moment > now:
                return
            key = next(lanes[at].waiting.until(now))
            lanes[at].leased.put(key, now + lease)
            yield key

    def next(self, platforms: Collection[str]) -> datetime | None:
        """The earliest moment at which `claim` can give something."""
        queues = (queue for lane in self._of(platforms) for queue in (lane.waiting, lane.leased))
        return min((first[0] for queue in queues if (first := queue.first())), default=None)

    def _of(self, platforms: Collection[str]) -> list[Lane[Key]]:
        return [lane for platform, lane in self._lanes.items() if platform in platforms]
