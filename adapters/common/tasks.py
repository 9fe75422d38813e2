"""What goes on behind an acknowledgement: tracked, so that nothing is lost at the end, and never started twice."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from adapters.common.recent import RecentEntries
from bot.faults import report_fault

T = TypeVar("T")
MAX_REMEMBERED_EVENTS = 20_000  # events remembered; what a platform repeats, it repeats within the hour


class BackgroundTasks:
    """Tasks that outlive the request that began them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Goes on by itself; a fault in it is told to the host."""
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)
        return task

    async def drain(self, seconds: float) -> None:
        """Let what is in hand end, and what that begins, for so many seconds; then it is cut short."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.wait_until_idle()
        late = set(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def wait_until_idle(self) -> None:
        """Until nothing is in hand."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _on_task_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            report_fault(problem)


class SeenEvents:
    """Ids of events that were taken. Platforms repeat what they believe lost, and an answer must not come twice."""

    def __init__(self, max_events: int = MAX_REMEMBERED_EVENTS) -> None:
        self._seen: RecentEntries[str, bool] = RecentEntries(max_events)

    def is_repeat(self, event_id: str) -> bool:
        """Whether it was here before; from now on it was. An event without an id is always new."""
        if not event_id:
            return False
        if event_id in self._seen:
            return True
        self._seen.put(event_id, True)
        return False
