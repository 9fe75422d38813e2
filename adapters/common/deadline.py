"""When an answer comes: in time for the first word that a platform waits for, or later by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from adapters.common.tasks import Work
from bot.domain.messages import Reply
from bot.faults import report
from bot.views.trouble import apology

SOON = 1.0  # seconds until something is said, whatever the store does; Slack and Discord wait three

Doing = Coroutine[Any, Any, Reply]
Late = Callable[[asyncio.Task[Reply]], Coroutine[Any, Any, None]]


async def soon(work: Work, doing: Doing, late: Late) -> Reply | None:
    """The answer, or None when it takes longer: `late` then takes it when it is there. Never raises."""
    task = work.begin(_answered(doing))
    done, _ = await asyncio.wait((task,), timeout=SOON)
    if done:
        return task.result()
    work.begin(late(task))
    return None


async def _answered(doing: Doing) -> Reply:
    """The answer, or an apology for a fault of ours."""
    try:
        return await doing
    except Exception as problem:
        return apology(report(problem))
