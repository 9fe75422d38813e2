"""Responds within the platform's deadline, or later from a background task."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from adapters.common.tasks import BackgroundTasks
from bot.domain.messages import Response
from bot.logs import report_fault
from bot.views.trouble import internal_error_card


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseTiming:
    """How many seconds a platform is kept waiting. Slack and Discord wait three."""

    #: Until the platform gets a first response, however slow the store is.
    first_response: float = 1.0
    #: Until what somebody types is left without suggestions.
    suggestions: float = 2.0
    #: Until an acknowledgement that redraws a modal has arrived; the next view must not overtake it.
    modal_redraw: float = 0.3


PendingResponse = Coroutine[Any, Any, Response]
LateResponseCallback = Callable[[asyncio.Task[Response]], Coroutine[Any, Any, None]]


async def respond_within_deadline(
    tasks: BackgroundTasks, pending: PendingResponse, on_late: LateResponseCallback, seconds: float
) -> Response | None:
    """The response, or None if it takes longer than `seconds`; `on_late` then gets its task. A fault becomes an
    apology: never raises.
    """
    task = tasks.start(_response_or_apology(pending))
    done, _ = await asyncio.wait((task,), timeout=seconds)
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
