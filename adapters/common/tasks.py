"""Work that goes on after an acknowledgement: tracked until it ends, and started once for each event."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from adapters.common.recent import RecentEntries
from bot.logs import report_fault

T = TypeVar("T")
MAX_REMEMBERED_EVENTS = 20_000  # events remembered; platforms repeat an event within the hour


class BackgroundTasks:
    """Tasks that outlive the request that started them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run the coroutine in the background. An exception is logged for the host as a fault."""
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)
        return task

    async def drain(self, seconds: float) -> None:
        """Wait up to `seconds` for the running tasks and those that they start, then cancel the rest."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.wait_until_idle()
        late = set(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def wait_until_idle(self) -> None:
        """Wait until no task runs, including those started meanwhile."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _on_task_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            report_fault(problem)


class SeenEvents:
    """Ids of events already taken. Platforms repeat events that they believe lost; each is answered once."""

    def __init__(self, max_events: int = MAX_REMEMBERED_EVENTS) -> None:
        self._seen: RecentEntries[str, bool] = RecentEntries(max_events)

    def is_repeat(self, event_id: str) -> bool:
        """Return True if the id was seen before; remember it either way. An empty id is always new."""
        if not event_id:
            return False
        if event_id in self._seen:
            return True
        self._seen[event_id] = True
        return False
