"""When an answer comes: in time for the first word that a platform waits for, or later by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from adapters.common.tasks import BackgroundTasks
from bot.domain.messages import Response
from bot.faults import report_fault
from bot.views.trouble import internal_error_card

RESPONSE_DEADLINE_SECONDS = (
    1.0  # seconds until something is said, whatever the store does; Slack and Discord wait three
)

PendingResponse = Coroutine[Any, Any, Response]
LateResponseCallback = Callable[[asyncio.Task[Response]], Coroutine[Any, Any, None]]


async def respond_within_deadline(
    tasks: BackgroundTasks, pending: PendingResponse, on_late: LateResponseCallback
) -> Response | None:
    """The answer, or None when it takes longer: `late` then takes it when it is there. Never raises."""
    task = tasks.start(_response_or_apology(pending))
    done, _ = await asyncio.wait((task,), timeout=RESPONSE_DEADLINE_SECONDS)
    if done:
        return task.result()
    tasks.start(on_late(task))
    return None


async def _response_or_apology(pending: PendingResponse) -> Response:
    """The answer, or an apology for a fault of ours."""
    try:
        return await pending
    except Exception as problem:
        return internal_error_card(report_fault(problem))
