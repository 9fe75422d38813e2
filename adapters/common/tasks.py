"""What goes on behind an acknowledgement: tracked, so that nothing is lost at the end, and never started twice."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from adapters.common.recent import Recent
from bot.faults import report

T = TypeVar("T")
MOST = 20_000  # events remembered; what a platform repeats, it repeats within the hour


class Work:
    """Tasks that outlive the request that began them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def begin(self, doing: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Goes on by itself; a fault in it is told to the host."""
        task = asyncio.ensure_future(doing)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def drain(self, within: float) -> None:
        """Let what is in hand end, and what that begins, for so many seconds; then it is cut short."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self.idle()
        late = set(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def idle(self) -> None:
        """Until nothing is in hand."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            report(problem)


class Once:
    """Ids of events that were taken. Platforms repeat what they believe lost, and an answer must not come twice."""

    def __init__(self, most: int = MOST) -> None:
        self._seen: Recent[str, bool] = Recent(most)

    def again(self, event: str) -> bool:
        """Whether it was here before; from now on it was. An event without an id is always new."""
        if not event:
            return False
        if event in self._seen:
            return True
        self._seen.put(event, True)
        return False
