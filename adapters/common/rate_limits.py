"""Keeps to a platform's rate limits: spaces calls that are not urgent, and pauses where the platform asked for it.

`RateLimiter` limits what one person, or one kind of call, may do. All use a monotonic clock in seconds. Responses to
members never wait here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from adapters.common.recent import RecentEntries
from bot.domain.errors import TryLater

USED_SHARE_OF_LIMIT = 0.95  # share of a limit that is used: calls spaced here may arrive closer together
MAX_QUEUE_SECONDS = 3.0  # seconds to wait in a slow queue; a caller that would wait longer retries later
MAX_PACED_CHANNELS = 1024  # channels remembered; beyond that, idle ones are forgotten
MAX_RATE_LIMITER_KEYS = 10_000  # keys remembered; the least recently used are forgotten first

MonotonicClock = Callable[[], float]
AsyncSleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class _ChannelLane:
    free_at: float = 0.0
    waiting_count: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class RequestPacer:
    """Spaces the calls of one method: `per_second` in all, `per_second_in_channel` in each channel."""

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
        """Wait until a call for this channel is allowed, first come, first served, and count it."""
        lane = self._lane_of_channel(channel)
        lane.waiting_count += 1
        self._waiting_count += 1
        try:
            # The lane first: a busy channel delays no other channel.
            async with lane.lock:
                await self._sleep_until(lane.free_at)
                async with self._lock:
                    await self._sleep_until(self._free_at)
                    self._use_turn(lane)
        finally:
            lane.waiting_count -= 1
            self._waiting_count -= 1

    def raise_if_crowded(self, max_seconds: float) -> None:
        """Raises `TryLater` if a call is allowed only after `max_seconds`; each caller gets its own time to retry."""
        now = self._now()
        ahead = max(self._free_at - now, 0.0) + self._waiting_count * self._seconds_between
        if ahead > max_seconds:
            self._last_promised_at = max(self._last_promised_at, now + ahead) + self._seconds_between
            raise TryLater("crowded", timedelta(seconds=self._last_promised_at - now))

    def try_take_turn(self, channel: str = "") -> bool:
        """Count a call and return True if it is allowed now and no other caller waits. Never waits."""
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
        while (remaining := moment - self._now()) > 0:
            await self._sleep(remaining)

    def _lane_of_channel(self, channel: str) -> _ChannelLane:
        if channel not in self._lanes and len(self._lanes) >= MAX_PACED_CHANNELS:
            now = self._now()
            self._lanes = {name: lane for name, lane in self._lanes.items() if lane.waiting_count or now < lane.free_at}
        return self._lanes.setdefault(channel, _ChannelLane())


class RateLimitHolds:
    """Scopes (such as a method in a channel) that the platform asked us not to call, each until its own time."""

    def __init__(self, now: MonotonicClock) -> None:
        self._now = now
        self._held_until: dict[str, float] = {}

    def hold(self, scope: str, seconds: float) -> None:
        """Do not call `scope` for `seconds` from now. A shorter hold never ends a longer one."""
        now = self._now()
        self._held_until = {name: until for name, until in self._held_until.items() if until > now}
        self._held_until[scope] = max(self._held_until.get(scope, 0.0), now + seconds)

    def release(self, scope: str) -> None:
        """End the hold on `scope` before its time."""
        self._held_until.pop(scope, None)

    def is_held(self, scope: str) -> bool:
        return self._held_until.get(scope, 0.0) > self._now()

    def raise_if_held(self, scope: str) -> None:
        """Raises `TryLater` with the remaining time while `scope` is held."""
        remaining = self._held_until.get(scope, 0.0) - self._now()
        if remaining > 0:
            raise TryLater("held", timedelta(seconds=remaining))
        self._held_until.pop(scope, None)


class RateLimiter:
    """Allows `burst` uses at once, then `per_second` uses a second, for each key separately. Never waits."""

    def __init__(
        self, burst: int, per_second: float, now: MonotonicClock, max_keys: int = MAX_RATE_LIMITER_KEYS
    ) -> None:
        self._seconds_per_use = 1 / per_second
        self._burst_seconds = (burst - 1) * self._seconds_per_use
        self._now = now
        # For each key, the time until which its uses would last if they were spread at `per_second`.
        self._busy_until: RecentEntries[str, float] = RecentEntries(max_keys)

    def try_take(self, key: str = "") -> bool:
        """Count one use and return True if it is allowed now; else return False."""
        if self.seconds_until_free(key) > 0:
            return False
        now = self._now()
        self._busy_until[key] = max(self._busy_until.get(key) or now, now) + self._seconds_per_use
        return True

    def seconds_until_free(self, key: str = "") -> float:
        """Seconds until the next use is allowed; 0 if it is allowed now."""
        now = self._now()
        return max((self._busy_until.get(key) or now) - self._burst_seconds - now, 0.0)
