"""How much may be done at once, and how fast it comes back: for one person, or for a method of the platform."""

from __future__ import annotations

from adapters.common.rate_limits import Clock
from adapters.common.recent import Recent

MOST = 10_000  # keys remembered; the ones used longest ago are forgotten first


class Budget:
    """`burst` at once, then `rate` a second, for each key by itself. Never waits."""

    def __init__(self, burst: int, rate: float, now: Clock, most: int = MOST) -> None:
        self._gap = 1 / rate
        self._ahead = (burst - 1) * self._gap
        self._now = now
        self._spent: Recent[str, float] = Recent(most)  # until when each would be busy at `rate` alone

    def take(self, key: str = "") -> bool:
        """Whether there was one left, which is taken now."""
        if self.rest(key) > 0:
            return False
        now = self._now()
        self._spent.put(key, max(self._spent.get(key) or now, now) + self._gap)
        return True

    def rest(self, key: str = "") -> float:
        """Seconds until there is one; 0 when there is one now."""
        now = self._now()
        return max((self._spent.get(key) or now) - self._ahead - now, 0.0)
