"""Keeping to a platform's limits: turns for what is not urgent, and rest after the platform asked for it.

Both go by a monotonic clock in seconds. Answers to people never wait here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.errors import TryLater

USED_SHARE_OF_LIMIT = 0.95  # of a limit is used: turns that are spaced here may arrive closer together
MAX_QUEUE_SECONDS = 3.0  # seconds to stand in a slow queue; who would wait longer comes back when it is their turn
MAX_PACED_CHANNELS = 1024  # channels remembered before those that are free again are forgotten

MonotonicClock = Callable[[], float]
AsyncSleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class _ChannelLane:
    free_at: float = 0.0
    waiting_count: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class RequestPacer:
    """Turns for one method in one workspace: `overall` a second in all, `each` a second in one channel."""

    def __init__(
        self, per_second: float, per_second_in_channel: float, now: MonotonicClock, sleep: AsyncSleep = asyncio.sleep
    ) -> None:
        self._seconds_between = 1 / (per_second * USED_SHARE_OF_LIMIT)
        self._seconds_between_in_channel = 1 / (per_second_in_channel * USED_SHARE_OF_LIMIT)
        self._now = now
        self._sleep = sleep
        self._free_at = now()
        self._waiting_count = 0
        self._last_promised_at = self._free_at
        self._lock = asyncio.Lock()
        self._lanes: dict[str, _ChannelLane] = {}

    async def wait_for_turn(self, channel: str) -> None:
        """Wait until a message may go to the channel; first come, first served."""
        lane = self._lane_of_channel(channel)
        lane.waiting_count += 1
        self._waiting_count += 1
        try:
            # The lane first: one busy channel keeps nobody else waiting.
            async with lane.lock:
                await self._sleep_until(lane.free_at)
                async with self._lock:
                    await self._sleep_until(self._free_at)
                    self._use_turn(lane)
        finally:
            lane.waiting_count -= 1
            self._waiting_count -= 1

    def raise_if_crowded(self, max_seconds: float) -> None:
        """Raises `TryLater` when a turn is more than `longest` seconds away, with a time of its own for each."""
        now = self._now()
        ahead = max(self._free_at - now, 0.0) + self._waiting_count * self._seconds_between
        if ahead > max_seconds:
            self._last_promised_at = max(self._last_promised_at, now + ahead) + self._seconds_between
            raise TryLater("crowded", timedelta(seconds=self._last_promised_at - now))

    def try_take_turn(self, channel: str = "") -> bool:
        """Take a turn if there is one now and nobody waits for it. Never waits."""
        now = self._now()
        lane = self._lane_of_channel(channel)
        if self._waiting_count or now < self._free_at or now < lane.free_at:
            return False
        self._use_turn(lane)
        return True

    def _use_turn(self, lane: _ChannelLane) -> None:
        now = self._now()
        self._free_at = now + self._seconds_between
        lane.free_at = now + self._seconds_between_in_channel

    async def _sleep_until(self, moment: float) -> None:
        while (rest := moment - self._now()) > 0:
            await self._sleep(rest)

    def _lane_of_channel(self, channel: str) -> _ChannelLane:
        if channel not in self._lanes and len(self._lanes) >= MAX_PACED_CHANNELS:
            now = self._now()
            self._lanes = {name: one for name, one in self._lanes.items() if one.waiting_count or now < one.free_at}
        return self._lanes.setdefault(channel, _ChannelLane())


class RateLimitHolds:
    """What the platform asked us to leave alone, each for its own time."""

    def __init__(self, now: MonotonicClock) -> None:
        self._now = now
        self._held_until: dict[str, float] = {}

    def hold(self, scope: str, seconds: float) -> None:
        """Leave `scope` alone for so long; a shorter wish never ends a longer one."""
        now = self._now()
        self._held_until = {name: until for name, until in self._held_until.items() if until > now}
        self._held_until[scope] = max(self._held_until.get(scope, 0.0), now + seconds)

    def release(self, scope: str) -> None:
        """Take `scope` up again before its time."""
        self._held_until.pop(scope, None)

    def is_held(self, scope: str) -> bool:
        """Whether `scope` is to be left alone now."""
        return self._held_until.get(scope, 0.0) > self._now()

    def raise_if_held(self, scope: str) -> None:
        """Raises `TryLater` with the rest of the time while `scope` is to be left alone."""
        rest = self._held_until.get(scope, 0.0) - self._now()
        if rest > 0:
            raise TryLater("held", timedelta(seconds=rest))
        self._held_until.pop(scope, None)
