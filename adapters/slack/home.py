"""The home of the app: drawn when it is opened, and anew after each change of the member's book."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

import structlog

from adapters.common.command_budget import RateLimiter
from adapters.common.rate_limits import MonotonicClock
from adapters.common.recent import RecentEntries
from adapters.common.tasks import BackgroundTasks
from adapters.slack import inbound, render
from adapters.slack.api import SlackApi
from adapters.slack.inbound import SLACK_PLATFORM
from adapters.slack.profiles import SlackProfiles
from bot.app.service import Service
from bot.domain.errors import DeliveryUncertain, StoreError, TryLater, Undeliverable
from bot.domain.model import Actor, Address

HOME_DEBOUNCE_SECONDS = 0.3  # seconds in which several changes become one drawing
HOME_FRESH_SECONDS = 60.0  # seconds in which Slack is trusted to have what it was sent: tabs are opened and left often
MAX_DRAWN_HOMES = 10_000  # homes remembered as they were drawn last
NEVER_DRAWN = 0.0, b""  # of a home that was never drawn

log = structlog.get_logger(__name__)


class SlackHomes:
    """Draws each member's home; one that would look the same is not sent again."""

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
        # docs.slack.dev: views.publish is of tier 4, a hundred a minute. A member who opens it does not wait for that.
        self._publish_limiter = RateLimiter(20, 80 / 60, now)
        self._scheduled: set[Address] = set()
        self._timers: dict[Address, asyncio.TimerHandle] = {}
        self._drawn: RecentEntries[str, tuple[float, bytes]] = RecentEntries(MAX_DRAWN_HOMES)
        self._draw_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting_to_draw: set[str] = set()

    def follow_changes(self, core: Service) -> None:
        """Follow the changes of the members' books."""
        self._core = core
        core.change_listeners.append(self.schedule_drawing)

    def schedule_drawing(self, owner: Address) -> None:
        """Draw the member's home soon."""
        if owner.user and owner.platform == SLACK_PLATFORM and owner not in self._scheduled:
            self._scheduled.add(owner)
            self._tasks.start(self._draw_after_debounce(owner))

    async def draw_opened_home(self, actor: Actor) -> None:
        """Draw it now, unless it was drawn just so a moment ago."""
        at, _looks = self._drawn.get(actor.address.user) or NEVER_DRAWN
        if self._now() - at >= HOME_FRESH_SECONDS:
            self._drawn.drop(actor.address.user)
        await self._draw_home(actor)

    def stop(self) -> None:
        """Give up what was to be drawn later."""
        for timer in self._timers.values():
            timer.cancel()

    async def _draw_after_debounce(self, owner: Address) -> None:
        await asyncio.sleep(self._debounce_seconds)
        while not self._publish_limiter.try_take():  # noqa: ASYNC110 it is time that is waited for, not somebody else's state
            await asyncio.sleep(self._publish_limiter.seconds_until_free())
        profile = await self._profiles.find_unhurried(owner.user)
        self._scheduled.discard(owner)
        await self._draw_home(inbound.to_slack_actor(owner, profile))

    async def _draw_home(self, actor: Actor) -> None:
        user = actor.address.user
        if user in self._waiting_to_draw:
            return  # whoever stands there draws from the book as it is then
        # One drawing after the other: an older one must not arrive last.
        pen = self._draw_locks.setdefault(user, asyncio.Lock())
        self._waiting_to_draw.add(user)
        try:
            await pen.acquire()
        finally:
            self._waiting_to_draw.discard(user)
        try:
            await self._publish_changed_view(
                user, render.render_slack_home(await self._core.home_page(actor, self._wall()))
            )
        except (StoreError, TryLater, DeliveryUncertain, Undeliverable) as problem:
            log.info("home not drawn", problem=type(problem).__name__)
            self._drawn.drop(user)
            if isinstance(problem, TryLater) and problem.retry_after:
                self._redraw_later(actor.address, problem.retry_after.total_seconds())
            # Otherwise the next change, or the next look at it, draws it anew.
        finally:
            pen.release()

    def _redraw_later(self, owner: Address, seconds: float) -> None:
        if owner not in self._scheduled:
            self._scheduled.add(owner)
            self._timers[owner] = asyncio.get_running_loop().call_later(seconds, self._redraw, owner)

    def _redraw(self, owner: Address) -> None:
        del self._timers[owner]
        self._scheduled.discard(owner)
        self.schedule_drawing(owner)

    async def _publish_changed_view(self, user: str, view: Mapping[str, Any]) -> None:
        looks = hashlib.sha256(json.dumps(view).encode()).digest()
        if (self._drawn.get(user) or NEVER_DRAWN)[1] != looks:
            await self._slack_api.call("views.publish", user_id=user, view=view)
            self._drawn.put(user, (self._now(), looks))
