"""The ticker: wakes when something may be due, and sweeps. It has no memory: the store knows what is due.

APScheduler is required by the project's users; here it runs one job, the next sweep, at its time and never twice at
once. It has no types, so only this module imports it.
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

MAX_SWEEPS_PER_TICK = 10_000
RETRY_PAUSE_SECONDS = 1.0  # before the next tick, after a failure or when something due was left
TICKER_DRAIN_SECONDS = 10.0  # how long `stop` waits for a running sweep

log = structlog.get_logger(__name__)


def _strip_error_text(record: logging.LogRecord) -> bool:
    # The text of an error, and of its causes, may contain a name.
    record.exc_info = None
    return True


logging.getLogger("apscheduler.executors.default").addFilter(_strip_error_text)


class SweepTarget(Protocol):
    async def sweep(self, now: datetime, utc_now: Callable[[], datetime] | None = None) -> int: ...

    async def next_wake(self) -> datetime | None: ...


class _DelayTrigger(BaseTrigger):  # type: ignore[misc]
    """Fires once, this many seconds after it is set, on the scheduler's own clock."""

    def __init__(self, seconds: float) -> None:
        self._delay = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        return now + self._delay if previous is None else None


class Ticker:
    """Sweeps at the earliest wake of the store, and at least every `max_sleep_seconds`.

    Each tick reads `utc_now` again, so a jump of the clock is noticed within `max_sleep_seconds`.
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
        """Begin with a sweep right away. Needs a running event loop."""
        self._scheduler.add_listener(self._on_sweep_end, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self._scheduler.start()
        self._schedule_tick(0)

    def nudge(self) -> None:
        """Sweep now: a wake may have become earlier. Harmless at any time."""
        # Set also while idle: the job that has just ended may yet schedule its next tick, and would do so for later.
        self._is_nudged = True
        if self._idle.is_set():
            self._schedule_tick(0)

    async def stop(self) -> None:
        """Wait for a running sweep, `drain_seconds` at most, then stop for good. Stopping twice is harmless."""
        if self._is_stopping:
            return
        self._is_stopping = True
        if self._alarm is not None:
            self._alarm.cancel()
        if self._scheduler.running:
            # A job that was just submitted may begin: cancelled before that, it would be logged as an error.
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
        # Not wait_for: on 3.11 it swallows a cancellation that arrives together with the result.
        try:
            async with asyncio.timeout(self._drain_seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def _tick(self) -> float:
        """Sweep until nothing is left; returns the seconds until the next tick."""
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
        """Schedule the next tick, now that the job has ended and its slot is free.

        A cancelled sweep arrives here too, without a result: the executor treats a cancellation as an error.
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
        # The scheduler waits for a time of the wall clock: set back by an hour, it would sleep an hour longer.
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_later(self._max_sleep_seconds, self.nudge)
