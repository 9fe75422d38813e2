"""Keeping to a platform's limits: turns for what is not urgent, and rest after the platform asked for it.

Both go by a monotonic clock in seconds. Answers to people never wait here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.errors import TryLater

SHARE = 0.95  # of a limit is used: turns that are spaced here may arrive closer together
LONGEST_QUEUE = 3.0  # seconds to stand in a slow queue; who would wait longer comes back when it is their turn
MOST_LANES = 1024  # channels remembered before those that are free again are forgotten

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class _Lane:
    free_at: float = 0.0
    waiting: int = 0
    door: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pacer:
    """Turns for one method in one workspace: `overall` a second in all, `each` a second in one channel."""

    def __init__(self, overall: float, each: float, now: Clock, sleep: Sleep = asyncio.sleep) -> None:
        self._gap = 1 / (overall * SHARE)
        self._lane_gap = 1 / (each * SHARE)
        self._now = now
        self._sleep = sleep
        self._free_at = now()
        self._waiting = 0
        self._promised = self._free_at
        self._door = asyncio.Lock()
        self._lanes: dict[str, _Lane] = {}

    async def turn(self, channel: str) -> None:
        """Wait until a message may go to the channel; first come, first served."""
        lane = self._lane(channel)
        lane.waiting += 1
        self._waiting += 1
        try:
            # The lane first: one busy channel keeps nobody else waiting.
            async with lane.door:
                await self._until(lane.free_at)
                async with self._door:
                    await self._until(self._free_at)
                    self._take(lane)
        finally:
            lane.waiting -= 1
            self._waiting -= 1

    def check(self, longest: float) -> None:
        """Raises `TryLater` when a turn is more than `longest` seconds away, with a time of its own for each."""
        now = self._now()
        ahead = max(self._free_at - now, 0.0) + self._waiting * self._gap
        if ahead > longest:
            self._promised = max(self._promised, now + ahead) + self._gap
            raise TryLater("crowded", timedelta(seconds=self._promised - now))

    def try_turn(self, channel: str = "") -> bool:
        """Take a turn if there is one now and nobody waits for it. Never waits."""
        now = self._now()
        lane = self._lane(channel)
        if self._waiting or now < self._free_at or now < lane.free_at:
            return False
        self._take(lane)
        return True

    def _take(self, lane: _Lane) -> None:
        now = self._now()
        self._free_at = now + self._gap
        lane.free_at = now + self._lane_gap

    async def _until(self, moment: float) -> None:
        while (rest := moment - self._now()) > 0:
            await self._sleep(rest)

    def _lane(self, channel: str) -> _Lane:
        if channel not in self._lanes and len(self._lanes) >= MOST_LANES:
            now = self._now()
            self._lanes = {name: one for name, one in self._lanes.items() if one.waiting or now < one.free_at}
        return self._lanes.setdefault(channel, _Lane())


class Holds:
    """What the platform asked us to leave alone, each for its own time."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._until: dict[str, float] = {}

    def hold(self, scope: str, seconds: float) -> None:
        """Leave `scope` alone for so long; a shorter wish never ends a longer one."""
        now = self._now()
        self._until = {name: until for name, until in self._until.items() if until > now}
        self._until[scope] = max(self._until.get(scope, 0.0), now + seconds)

    def lift(self, scope: str) -> None:
        """Take `scope` up again before its time."""
        self._until.pop(scope, None)

    def lasts(self, scope: str) -> bool:
        """Whether `scope` is to be left alone now."""
        return self._until.get(scope, 0.0) > self._now()

    def check(self, scope: str) -> None:
        """Raises `TryLater` with the rest of the time while `scope` is to be left alone."""
        rest = self._until.get(scope, 0.0) - self._now()
        if rest > 0:
            raise TryLater("held", timedelta(seconds=rest))
        self._until.pop(scope, None)
