"""The console's clock: the real one, or one that stands still until it is moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime


class ConsoleClock:
    """Says the time in UTC. `start` makes a clock that stands; without it the clock runs with `wall`."""

    def __init__(self, wall: Callable[[], datetime], start: datetime | None = None) -> None:
        self._wall = wall
        self._stopped_at = start

    @property
    def is_stopped(self) -> bool:
        return self._stopped_at is not None

    def now(self) -> datetime:
        return self._stopped_at or self._wall().astimezone(UTC)

    def stop(self, at: datetime | None = None) -> None:
        """From here on the clock stands, at this moment or at `at`, until it is moved."""
        self._stopped_at = at or self.now()

    def move(self, at: datetime) -> None:
        """Stand at `at`; a clock never goes back, so an earlier moment changes nothing."""
        self._stopped_at = max(self.now(), at)
