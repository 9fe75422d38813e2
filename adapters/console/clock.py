"""The console's clock: it runs with the real one, or is stopped until it is moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime


class ConsoleClock:
    """A clock in UTC. With `start` it is stopped at that instant; without, it runs with `wall`."""

    def __init__(self, wall: Callable[[], datetime], start: datetime | None = None) -> None:
        self._wall = wall
        self._stopped_at = start

    @property
    def is_stopped(self) -> bool:
        return self._stopped_at is not None

    def now(self) -> datetime:
        return self._stopped_at or self._wall().astimezone(UTC)

    def stop(self, at: datetime | None = None) -> None:
        """Stop the clock at `at` (UTC), or at the present time, until it is moved."""
        self._stopped_at = at or self.now()

    def move(self, at: datetime) -> None:
        """Stop at `at` (UTC). The clock never goes back: for an earlier instant it stops at the present time."""
        self._stopped_at = max(self.now(), at)
