"""What every platform does with a member's action: take it once, at a limited rate, in turn, and respond in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any

from adapters.common.deadline import ResponseTiming, respond_within_deadline
from adapters.common.per_member_lock import PerMemberLock
from adapters.common.rate_limits import MonotonicClock, RateLimiter
from adapters.common.tasks import BackgroundTasks, SeenEvents
from bot.domain.messages import Card, Response
from bot.views.trouble import too_many_commands_card

# For each member: more than anyone does by hand, and few enough that a script does not keep others waiting.
ACTION_BURST, ACTIONS_PER_SECOND = 200, 20
FLOOD_NOTICE_SECONDS = 60.0


class Intake:
    """Base of the listeners of a platform. `wall` gives the time in UTC."""

    def __init__(
        self, tasks: BackgroundTasks, wall: Callable[[], datetime], now: MonotonicClock, timing: ResponseTiming
    ) -> None:
        self._tasks = tasks
        self._wall = wall
        self._timing = timing
        self._seen_events = SeenEvents()
        self._action_limiter = RateLimiter(ACTION_BURST, ACTIONS_PER_SECOND, now)
        self._flood_notice_limiter = RateLimiter(1, 1 / FLOOD_NOTICE_SECONDS, now)
        self._member_lock = PerMemberLock()

    def _is_repeat_or_flood(
        self, user: str, event_id: str, send_notice: Callable[[Card], Coroutine[Any, Any, object]]
    ) -> bool:
        """Whether the event was taken before, or exceeds the user's rate; a notice then says so once a minute."""
        if self._seen_events.is_repeat(event_id):
            return True
        if self._action_limiter.try_take(user):
            return False
        if self._flood_notice_limiter.try_take(user):
            self._tasks.start(send_notice(too_many_commands_card()))
        return True

    async def _respond_in_turn(
        self,
        user: str,
        action: Callable[[], Awaitable[Response]],
        on_late: Callable[[asyncio.Task[Response]], Coroutine[Any, Any, None]],
    ) -> Response | None:
        """The response of an action that begins after the user's earlier ones. None: `on_late` gets its task."""
        pending = self._member_lock.run_in_turn(user, action)
        return await respond_within_deadline(self._tasks, pending, on_late, self._timing.first_response)
