"""Responds within the platform's deadline, or later from a background task."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from adapters.common.tasks import BackgroundTasks
from bot.domain.messages import Response
from bot.faults import report_fault
from bot.views.trouble import internal_error_card

# Seconds until the platform gets a first response, however slow the store is. Slack and Discord wait three.
RESPONSE_DEADLINE_SECONDS = 1.0

PendingResponse = Coroutine[Any, Any, Response]
LateResponseCallback = Callable[[asyncio.Task[Response]], Coroutine[Any, Any, None]]


async def respond_within_deadline(
    tasks: BackgroundTasks, pending: PendingResponse, on_late: LateResponseCallback
) -> Response | None:
    """The response, or None if it is late; `on_late` then gets its task. A fault becomes an apology: never raises."""
    task = tasks.start(_response_or_apology(pending))
    done, _ = await asyncio.wait((task,), timeout=RESPONSE_DEADLINE_SECONDS)
    if done:
        return task.result()
    tasks.start(on_late(task))
    return None


async def _response_or_apology(pending: PendingResponse) -> Response:
    """The response, or an apology with a reference after an unexpected error."""
    try:
        return await pending
    except Exception as problem:
        return internal_error_card(report_fault(problem))
