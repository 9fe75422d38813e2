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

MAX_SWEEPS_PER_TICK = 10_000  # sweeps in one go, at most
RETRY_PAUSE_SECONDS = 1.0  # seconds before a moment that has come and was not served is looked at again
TICKER_DRAIN_SECONDS = 10.0  # seconds that the sweep in hand is waited for

log = structlog.get_logger(__name__)


def _strip_error_text(record: logging.LogRecord) -> bool:
    # The text of an error, and of the errors behind it, may hold a name.
    record.exc_info = None
    return True


logging.getLogger("apscheduler.executors.default").addFilter(_strip_error_text)


class SweepTarget(Protocol):
    async def sweep(self, now: datetime, utc_now: Callable[[], datetime] | None = None) -> int: ...

    async def next_wake(self) -> datetime | None: ...


class _DelayTrigger(BaseTrigger):  # type: ignore[misc]
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
        self,
        target: SweepTarget,
        utc_now: Callable[[], datetime],
        max_sleep_seconds: float = 30.0,
        drain_seconds: float = TICKER_DRAIN_SECONDS,
    ) -> None:
        self._target = target
        self._utc_now = utc_now
        self._max_sleep_seconds = max_sleep_seconds
        self._drain_seconds = drain_seconds
        self._idle = asyncio.Event()
        self._idle.set()
        self._is_nudged = False
        self._is_stopping = False
        self._alarm: asyncio.TimerHandle | None = None
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        """Begin, with a sweep at once. Needs a running event loop."""
        self._scheduler.add_listener(self._on_sweep_end, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self._scheduler.start()
        self._schedule_tick(0)

    def nudge(self) -> None:
        """Look now: a wake may have become an earlier one. Harmless at any time."""
        # Kept also while idle: the job that has just ended may yet set its next look, and would set it later.
        self._is_nudged = True
        if self._idle.is_set():
            self._schedule_tick(0)

    async def stop(self) -> None:
        """Let the sweep in hand end (for `drain` seconds at most), then stop for good. Twice is harmless."""
        if self._is_stopping:
            return
        self._is_stopping = True
        if self._alarm is not None:
            self._alarm.cancel()
        if self._scheduler.running:
            # What was handed over a moment ago is let begin: cancelled before, it would be told as an error.
            self._scheduler.pause()
            await asyncio.sleep(0)
        # shutdown(wait=True) would not wait but cancel what runs: the executor of asyncio says so itself.
        if not await self._wait_idle():
            log.warning("the sweep in hand was cut short", after=self._drain_seconds)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # it only asks the loop to shut it down
        await self._wait_idle()

    async def _wait_idle(self) -> bool:
        # Not wait_for: on 3.11 it swallows a cancellation that comes together with what it waits for.
        try:
            async with asyncio.timeout(self._drain_seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def _tick(self) -> float:
        """Sweep until nothing is left; seconds until the next look."""
        self._idle.clear()
        self._is_nudged = False
        try:
            return await self._sweep_until_done()
        except Exception as problem:
            frame = traceback.extract_tb(problem.__traceback__)[-1]
            log.error("a sweep failed", problem=type(problem).__name__, place=f"{frame.filename}:{frame.lineno}")
            return RETRY_PAUSE_SECONDS
        finally:
            self._idle.set()

    async def _sweep_until_done(self) -> float:
        for _ in range(MAX_SWEEPS_PER_TICK):
            if self._is_stopping or not await self._target.sweep(self._utc_now(), self._utc_now):
                break
        wake = await self._target.next_wake()
        if wake is None:
            return self._max_sleep_seconds
        ahead = (wake - self._utc_now()).total_seconds()
        return ahead if ahead > 0 else RETRY_PAUSE_SECONDS

    def _on_sweep_end(self, event: Any) -> None:
        """The job has ended, and its place is free again: set the next one.

        A cancelled sweep comes here too, with no result: the executor takes the cancellation for an error.
        """
        delay = 0.0 if self._is_nudged else getattr(event, "retval", None)
        self._schedule_tick(RETRY_PAUSE_SECONDS if delay is None else delay)

    def _schedule_tick(self, delay_seconds: float) -> None:
        if self._is_stopping:
            return
        seconds = min(delay_seconds, self._max_sleep_seconds)
        self._scheduler.add_job(
            self._tick,
            _DelayTrigger(seconds),
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
        self._alarm = asyncio.get_running_loop().call_later(self._max_sleep_seconds, self.nudge)
