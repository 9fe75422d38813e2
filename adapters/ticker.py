"""The ticker: wakes when something may be due, and sweeps. It has no memory: the store knows what is due.

APScheduler is required by the project's users; here it runs one job, the next wake. It has no types, so only this
module imports it.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

MAX_SWEEPS_PER_TICK = 10_000
RETRY_PAUSE_SECONDS = 1.0  # before the next tick, after a failure or when something due was left
TICKER_DRAIN_SECONDS = 10.0  # how long `stop` waits for a running sweep

log = structlog.get_logger(__name__)


class SweepTarget(Protocol):
    async def sweep(self, now: datetime, utc_now: Callable[[], datetime] | None = None) -> int: ...

    async def next_wake(self) -> datetime | None: ...


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
        self._is_nudged = asyncio.Event()
        self._is_stopping = False
        self._task: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        """Begin with a sweep right away. Needs a running event loop."""
        self._scheduler.start()
        self._task = asyncio.create_task(self._run())

    def nudge(self) -> None:
        """Sweep now: a wake may have become earlier. Harmless at any time."""
        self._is_nudged.set()

    async def stop(self) -> None:
        """Wait for a running sweep, `drain_seconds` at most, then stop for good. Stopping twice is harmless."""
        self._is_stopping = True
        self.nudge()
        if self._task is None:
            return
        if not (await asyncio.wait((self._task,), timeout=self._drain_seconds))[0]:
            log.warning("the sweep in hand was cut short", after=self._drain_seconds)
            self._task.cancel()
            await asyncio.wait((self._task,), timeout=self._drain_seconds)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # it only asks the loop to shut it down

    async def _run(self) -> None:
        while not self._is_stopping:
            self._is_nudged.clear()
            self._schedule_nudge(await self._sweep_or_report())
            # The scheduler waits for a time of the wall clock: set back by an hour, it would sleep an hour longer.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._max_sleep_seconds):
                    await self._is_nudged.wait()
            self._scheduler.remove_all_jobs()

    def _schedule_nudge(self, delay_seconds: float) -> None:
        async def nudge_in_loop() -> None:  # a plain function would run in a thread
            self.nudge()

        self._scheduler.add_job(nudge_in_loop, "interval", seconds=delay_seconds, misfire_grace_time=None)

    async def _sweep_or_report(self) -> float:
        """Sweep until nothing is left; returns the seconds until the next tick. Never raises, but when cancelled."""
        try:
            return await self._sweep_until_done()
        except (Exception, asyncio.CancelledError) as problem:
            if self._task is not None and self._task.cancelling():
                raise
            # Not its text, which may contain a name.
            frame = traceback.extract_tb(problem.__traceback__)[-1]
            log.error("a sweep failed", problem=type(problem).__name__, place=f"{frame.filename}:{frame.lineno}")
            return RETRY_PAUSE_SECONDS

    async def _sweep_until_done(self) -> float:
        for _ in range(MAX_SWEEPS_PER_TICK):
            if self._is_stopping or not await self._target.sweep(self._utc_now(), self._utc_now):
                break
        wake = await self._target.next_wake()
        if wake is None:
            return self._max_sleep_seconds
        ahead = (wake - self._utc_now()).total_seconds()
        return ahead if ahead > 0 else RETRY_PAUSE_SECONDS
