"""Work that a cancellation does not interrupt."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress


async def run_uncancelled(work: Coroutine[object, object, None]) -> None:
    """Run the coroutine to its end, also if the caller is cancelled. `CancelledError` is raised only afterwards."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):  # a second cancellation while we wait
                await asyncio.shield(asyncio.wait((task,)))
        task.exception()
        raise
