"""The home of the app: drawn when a member opens it, and again after each change of their book."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog

from adapters.common.per_member_lock import PerMemberLock
from adapters.common.rate_limits import MonotonicClock, RateLimiter
from adapters.common.recent import RecentEntries
from adapters.common.tasks import BackgroundTasks
from adapters.slack import inbound, render
from adapters.slack.api import SlackApi
from adapters.slack.inbound import SLACK_PLATFORM
from adapters.slack.profiles import SlackProfiles
from bot.app.service import Service
from bot.domain.errors import DeliveryUncertain, StoreError, TryLater, Undeliverable
from bot.domain.model import Actor, Address
from bot.domain.ports import RecordKey

HOME_DEBOUNCE_SECONDS = 0.3  # seconds in which several changes are drawn together
HOME_FRESH_SECONDS = 60.0  # seconds in which an unchanged home is not sent again, however often it is opened
MAX_DRAWN_HOMES = 10_000  # homes whose last drawing is remembered
NEVER_DRAWN = 0.0, b""  # time and digest of a home that was never drawn

log = structlog.get_logger(__name__)


class SlackHomes:
    """Draws the homes of members. A home that would look the same is not sent again."""

    def __init__(
        self,
        slack_api: SlackApi,
        profiles: SlackProfiles,
        tasks: BackgroundTasks,
        wall: Callable[[], datetime],
        now: MonotonicClock,
        debounce_seconds: float = HOME_DEBOUNCE_SECONDS,
    ) -> None:
        self._slack_api = slack_api
        self._profiles = profiles
        self._tasks = tasks
        self._wall = wall
        self._now = now
        self._debounce_seconds = debounce_seconds
        # docs.slack.dev: views.publish is of tier 4, a hundred a minute. A home that is opened does not wait for it.
        self._publish_limiter = RateLimiter(20, 80 / 60, now)
        self._scheduled: set[Address] = set()
        self._timers: dict[Address, asyncio.TimerHandle] = {}
        self._drawn: RecentEntries[str, tuple[float, bytes]] = RecentEntries(MAX_DRAWN_HOMES)
        self._draw_lock = PerMemberLock()
        self._waiting_to_draw: set[str] = set()

    def follow_changes(self, core: Service) -> None:
        """Redraw a member's home after each change that `core` reports."""
        self._core = core
        core.changes.subscribe(self._schedule_changed_home)

    def _schedule_changed_home(self, key: RecordKey) -> None:
        if isinstance(key, Address):
            self.schedule_drawing(key)

    def schedule_drawing(self, owner: Address) -> None:
        """Draw the member's home in the background, once for several calls in a short time."""
        if owner.platform == SLACK_PLATFORM and owner not in self._scheduled:
            self._scheduled.add(owner)
            self._tasks.start(self._draw_after_debounce(owner))

    async def draw_opened_home(self, actor: Actor) -> None:
        """Draw the home now, unless the same was sent in the last minute."""
        drawn_at, _digest = self._drawn.get(actor.address.user) or NEVER_DRAWN
        if self._now() - drawn_at >= HOME_FRESH_SECONDS:
            self._drawn.pop(actor.address.user, None)
        await self._draw_home(actor)

    def stop(self) -> None:
        """Cancel the redraws that wait for a rate limit."""
        for timer in self._timers.values():
            timer.cancel()

    async def _draw_after_debounce(self, owner: Address) -> None:
        await asyncio.sleep(self._debounce_seconds)
        while not self._publish_limiter.try_take():  # noqa: ASYNC110 it waits for time, not for another task's state
            await asyncio.sleep(self._publish_limiter.seconds_until_free())
        profile = await self._profiles.find_unhurried(owner.user)
        self._scheduled.discard(owner)
        await self._draw_home(inbound.to_slack_actor(owner, profile))

    async def _draw_home(self, actor: Actor) -> None:
        user = actor.address.user
        if user in self._waiting_to_draw:
            return  # the one that waits draws the book as it is then
        self._waiting_to_draw.add(user)
        # One after the other: an older drawing must not arrive last.
        await self._draw_lock.run_in_turn(user, lambda: self._draw_in_turn(actor))

    async def _draw_in_turn(self, actor: Actor) -> None:
        user = actor.address.user
        self._waiting_to_draw.discard(user)
        try:
            await self._publish_changed_view(
                user, render.render_slack_home(await self._core.home_page(actor, self._wall()))
            )
        except (StoreError, TryLater, DeliveryUncertain, Undeliverable) as problem:
            log.info("home not drawn", problem=type(problem).__name__)
            self._drawn.pop(user, None)
            if isinstance(problem, TryLater) and problem.retry_after:
                self._redraw_later(actor.address, problem.retry_after.total_seconds())
            # Otherwise the next change, or the next time it is opened, draws it again.

    def _redraw_later(self, owner: Address, seconds: float) -> None:
        if owner not in self._scheduled:
            self._scheduled.add(owner)
            self._timers[owner] = asyncio.get_running_loop().call_later(seconds, self._redraw, owner)

    def _redraw(self, owner: Address) -> None:
        del self._timers[owner]
        self._scheduled.discard(owner)
        self.schedule_drawing(owner)

    async def _publish_changed_view(self, user: str, view: Mapping[str, Any]) -> None:
        digest = hashlib.sha256(json.dumps(view).encode()).digest()
        if (self._drawn.get(user) or NEVER_DRAWN)[1] != digest:
            await self._slack_api.call("views.publish", user_id=user, view=view)
            self._drawn[user] = (self._now(), digest)
