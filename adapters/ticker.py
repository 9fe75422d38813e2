"""The ticker: wakes when something may be due, and sweeps. It remembers nothing; the store knows what is due.

APScheduler has no types, so this is its only importer.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

ROUNDS = 10_000  # sweeps in one go, at most
PAUSE = 1.0  # seconds before a moment that has come and was not served is looked at again
DRAIN = 10.0  # seconds that the sweep in hand is waited for

log = structlog.get_logger(__name__)


def _textless(record: logging.LogRecord) -> bool:
    # The text of an error, and of the errors behind it, may hold a name.
    record.exc_info = None
    return True


logging.getLogger("apscheduler.executors.default").addFilter(_textless)


class Sweeper(Protocol):
    async def sweep(self, now: datetime, wall: Callable[[], datetime] | None = None) -> int: ...

    async def next_wake(self) -> datetime | None: ...


class _In(BaseTrigger):  # type: ignore[misc]
    """Once, so many seconds after it is set, on the scheduler's own clock."""

    def __init__(self, seconds: float) -> None:
        self._delay = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        return now + self._delay if previous is None else None


class Ticker:
    """Sweeps at the earliest wake of the store, and at least every `max_sleep` seconds.

    Each look compares with `wall` (UTC) anew, so a clock that jumps is noticed within `max_sleep`.
    """

    def __init__(
        self, core: Sweeper, wall: Callable[[], datetime], max_sleep: float = 30.0, drain: float = DRAIN
    ) -> None:
        self._core = core
        self._wall = wall
        self._max_sleep = max_sleep
        self._drain = drain
        self._idle = asyncio.Event()
        self._idle.set()
        self._again = False
        self._stopping = False
        self._alarm: asyncio.TimerHandle | None = None
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        """Begin, with a sweep at once. Needs a running event loop."""
        self._scheduler.add_listener(self._after, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self._scheduler.start()
        self._plan(0)

    def nudge(self) -> None:
        """Look now: a wake may have become an earlier one. Harmless at any time."""
        # Kept also while idle: the job that has just ended may yet set its next look, and would set it later.
        self._again = True
        if self._idle.is_set():
            self._plan(0)

    async def stop(self) -> None:
        """Let the sweep in hand end (for `drain` seconds at most), then stop for good. Twice is harmless."""
        if self._stopping:
            return
        self._stopping = True
        if self._alarm is not None:
            self._alarm.cancel()
        if self._scheduler.running:
            # What was handed over a moment ago is let begin: cancelled before, it would be told as an error.
            self._scheduler.pause()
            await asyncio.sleep(0)
        # shutdown(wait=True) would not wait but cancel what runs: the executor of asyncio says so itself.
        if not await self._wait_idle():
            log.warning("the sweep in hand was cut short", after=self._drain)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # it only asks the loop to shut it down
        await self._wait_idle()

    async def _wait_idle(self) -> bool:
        # Not wait_for: on 3.11 it swallows a cancellation that comes together with what it waits for.
        try:
            async with asyncio.timeout(self._drain):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def _tick(self) -> float:
        """Sweep until nothing is left; seconds until the next look."""
        self._idle.clear()
        self._again = False
        try:
            return await self._sweep()
        except Exception as problem:
            frame = traceback.extract_tb(problem.__traceback__)[-1]
            log.error("a sweep failed", problem=type(problem).__name__, place=f"{frame.filename}:{frame.lineno}")
            return PAUSE
        finally:
            self._idle.set()

    async def _sweep(self) -> float:
        for _ in range(ROUNDS):
            if self._stopping or not await self._core.sweep(self._wall(), self._wall):
                break
        wake = await self._core.next_wake()
        if wake is None:
            return self._max_sleep
        ahead = (wake - self._wall()).total_seconds()
        return ahead if ahead > 0 else PAUSE

    def _after(self, event: Any) -> None:
        """The job has ended, and its place is free again: set the next one.

        A cancelled sweep comes here too, with no result: the executor takes the cancellation for an error.
        """
        delay = 0.0 if self._again else getattr(event, "retval", None)
        self._plan(PAUSE if delay is None else delay)

    def _plan(self, delay: float) -> None:
        if self._stopping:
            return
        seconds = min(delay, self._max_sleep)
        self._scheduler.add_job(
            self._tick,
            _In(seconds),
            id="sweep",
            replace_existing=True,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._set_alarm()

    def _set_alarm(self) -> None:
        # The scheduler waits for a moment of the wall clock: set back by an hour, it would sleep an hour more.
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_later(self._max_sleep, self.nudge)
