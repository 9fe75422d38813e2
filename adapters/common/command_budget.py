"""A rate limiter that never waits, for the actions of a person and for calls that can be put off."""

from __future__ import annotations

from adapters.common.rate_limits import MonotonicClock
from adapters.common.recent import RecentEntries

MAX_RATE_LIMITER_KEYS = 10_000  # keys remembered; the least recently used are forgotten first


class RateLimiter:
    """Allows `burst` uses at once, then `per_second` uses a second, for each key separately."""

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
        self._busy_until.put(key, max(self._busy_until.get(key) or now, now) + self._seconds_per_use)
        return True

    def seconds_until_free(self, key: str = "") -> float:
        """Seconds until the next use is allowed; 0 if it is allowed now."""
        now = self._now()
        return max((self._busy_until.get(key) or now) - self._burst_seconds - now, 0.0)
