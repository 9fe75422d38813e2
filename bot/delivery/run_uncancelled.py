"""Work that is carried through, whoever stops waiting for it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress


async def run_uncancelled(work: Coroutine[object, object, None]) -> None:
    """Carry the work through, also when the one who waits for it is cancelled."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):  # told once more
                await asyncio.shield(asyncio.wait((task,)))
        task.exception()
        raise
