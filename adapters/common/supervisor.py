"""Keeps one connection to a platform open: opens it, watches it, closes it, and backs off before the next."""

from __future__ import annotations

import asyncio
import random
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import aiohttp
import structlog

from adapters.common.rate_limits import AsyncSleep, MonotonicClock
from adapters.common.tasks import BackgroundTasks
from adapters.common.token import TokenRefused
from bot.domain.errors import DeliveryUncertain, TryLater, Undeliverable
from bot.logs import report_fault

C = TypeVar("C")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconnectTiming:
    """When a connection is opened again, in seconds, and the clock for that."""

    retry_seconds: float = 1.0  # before the second try; doubled with each, up to `max_retry_seconds`
    max_retry_seconds: float = 30.0
    refused_retry_seconds: float = 60.0  # before a refused token is tried again; doubled likewise
    max_refused_retry_seconds: float = 600.0
    settled_seconds: float = 20.0  # a connection that lived shorter counts as a failed try
    now: MonotonicClock = time.monotonic
    sleep: AsyncSleep = asyncio.sleep
    jitter: Callable[[], float] = field(default=random.random)

    async def pause_before_retry(self, tries: int, problem: Exception | None = None) -> None:
        """Sleep after so many failed tries in a row, at least as long as the platform asked. Exponential backoff."""
        first, most, sleep = self.retry_seconds, self.max_retry_seconds, self.sleep
        if isinstance(problem, TokenRefused):  # in real time: the host has to act
            first, most, sleep = self.refused_retry_seconds, self.max_refused_retry_seconds, asyncio.sleep
        asked = problem.retry_after.total_seconds() if isinstance(problem, TryLater) and problem.retry_after else 0.0
        # Jitter from half to the whole pause: bots that lost a platform together do not come back together.
        await sleep(max(asked, min(first * 2 ** min(tries - 1, 30), most) * (0.5 + self.jitter() / 2)))


async def retry_until_reached(name: str, call: Callable[[], Awaitable[C]], timing: ReconnectTiming) -> C:
    """The result of the first call that does not fail on the way. Raises `TokenRefused` at once."""
    tries, reason = 0, ""
    while True:
        try:
            return await call()
        except TokenRefused:
            raise
        except (TryLater, DeliveryUncertain, Undeliverable) as problem:
            tries += 1
            if reason != (reason := str(problem)):
                log.warning(f"{name} cannot be reached yet", why=reason)
            await timing.pause_before_retry(tries, problem)


class ConnectionSupervisor(ABC, Generic[C]):
    """Keeps one connection open until it is stopped, or until `is_final` says that trying again is no use."""

    def __init__(self, name: str, timing: ReconnectTiming) -> None:
        self.connection: C | None = None
        self.is_stopping = False
        self._name = name
        self._timing = timing
        self._reason = ""  # why there is no connection
        self._tasks = BackgroundTasks()  # report a fault of ours: nobody else would notice that it ended
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def open(self) -> C:
        """A connection on which the platform has answered. Raises whatever prevented that, and leaves nothing open."""

    @abstractmethod
    async def watch(self, connection: C) -> None:
        """Raise when the connection is lost. Return when it works and should be replaced all the same."""

    @abstractmethod
    async def close(self, connection: C) -> None:
        """Release the connection. Never raises, and never hangs on a dead peer."""

    def is_final(self, problem: Exception) -> bool:
        """Whether this problem forbids trying again."""
        return False

    def start(self) -> None:
        """Keep a connection open in the background."""
        self._task = self._tasks.start(self._keep_open())

    async def stop(self) -> None:
        """Close the connection, and open no other. Stopping twice is harmless."""
        self.is_stopping = True
        if self._task is not None:
            self._task.cancel()
            await self.wait_ended()

    async def wait_ended(self) -> None:
        """Wait until no connection is opened any more: stopped, or a final problem."""
        if self._task is not None:
            await asyncio.wait((self._task,))

    async def _keep_open(self) -> None:
        tries, problem = 0, None
        try:
            while problem is None or not self.is_final(problem):
                if tries:
                    await self._timing.pause_before_retry(tries, problem)
                is_settled, problem = await self._serve_one_connection()
                tries = 0 if is_settled else tries + 1
        finally:
            await self._close_current()

    async def _serve_one_connection(self) -> tuple[bool, Exception | None]:
        """Whether a connection lived long enough to count as a success, and what ended it, if anything did."""
        opened_at = None
        try:
            connection = await self.open()
            # The one before is closed only now: where it still worked, nothing was missed in between.
            await self._close_current()
            self.connection, opened_at = connection, self._timing.now()
            self._log_success()
            await self.watch(connection)
            problem = None
        except Exception as lost:
            problem = lost
        is_settled = opened_at is not None and self._timing.now() - opened_at >= self._timing.settled_seconds
        if problem is not None:
            if opened_at is not None:
                await self._close_current()
            if not self.is_final(problem):
                self._log_problem(problem, is_settled=is_settled)
        return is_settled, problem

    async def _close_current(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            await self.close(connection)

    def _log_success(self) -> None:
        if self._reason:
            log.info("connected again", to=self._name)
        self._reason = ""

    def _log_problem(self, problem: Exception, *, is_settled: bool) -> None:
        """Log each reason once, but no refused token, which the platform tells, nor the end of a good connection."""
        is_expected = isinstance(problem, TryLater | DeliveryUncertain | Undeliverable)
        if not is_expected and not isinstance(problem, OSError | aiohttp.ClientError):
            report_fault(problem)
        reason = str(problem) if is_expected and str(problem) else type(problem).__name__
        if reason != self._reason and not is_settled and not isinstance(problem, TokenRefused):
            log.warning("no connection; tried again until there is one", to=self._name, why=reason)
            self._reason = reason
