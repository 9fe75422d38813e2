"""How much may be done at once, and how fast it comes back: for one person, or for a method of the platform."""

from __future__ import annotations

from adapters.common.rate_limits import MonotonicClock
from adapters.common.recent import RecentEntries

MAX_RATE_LIMITER_KEYS = 10_000  # keys remembered; the ones used longest ago are forgotten first


class RateLimiter:
    """`burst` at once, then `rate` a second, for each key by itself. Never waits."""

    def __init__(
        self, burst: int, per_second: float, now: MonotonicClock, max_keys: int = MAX_RATE_LIMITER_KEYS
    ) -> None:
        self._seconds_per_use = 1 / per_second
        self._burst_seconds = (burst - 1) * self._seconds_per_use
        self._now = now
        self._busy_until: RecentEntries[str, float] = RecentEntries(
            max_keys
        )  # until when each would be busy at `rate` alone

    def try_take(self, key: str = "") -> bool:
        """Whether there was one left, which is taken now."""
        if self.seconds_until_free(key) > 0:
            return False
        now = self._now()
        self._busy_until.put(key, max(self._busy_until.get(key) or now, now) + self._seconds_per_use)
        return True

    def seconds_until_free(self, key: str = "") -> float:
        """Seconds until there is one; 0 when there is one now."""
        now = self._now()
        return max((self._busy_until.get(key) or now) - self._burst_seconds - now, 0.0)
