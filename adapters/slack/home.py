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

from adapters.common.command_budget import Budget
from adapters.common.rate_limits import Clock
from adapters.common.recent import Recent
from adapters.common.tasks import Work
from adapters.slack import inbound, render
from adapters.slack.api import Web
from adapters.slack.inbound import PLATFORM
from adapters.slack.profiles import Profiles
from bot.app.service import Core
from bot.domain.errors import StoreError, TryLater, Uncertain, Undeliverable
from bot.domain.model import Actor, Address

CALM = 0.3  # seconds in which several changes become one drawing
STANDS = 60.0  # seconds in which Slack is trusted to have what it was sent: tabs are opened and left often
MOST = 10_000  # homes remembered as they were drawn last
NOTHING = 0.0, b""  # of a home that was never drawn

log = structlog.get_logger(__name__)


class Homes:
    """Draws each member's home; one that would look the same is not sent again."""

    def __init__(
        self,
        web: Web,
        profiles: Profiles,
        work: Work,
        wall: Callable[[], datetime],
        now: Clock,
        calm: float = CALM,
    ) -> None:
        self._web = web
        self._profiles = profiles
        self._work = work
        self._wall = wall
        self._now = now
        self._calm = calm
        # docs.slack.dev: views.publish is of tier 4, a hundred a minute. A member who opens it does not wait for that.
        self._pace = Budget(20, 80 / 60, now)
        self._marked: set[Address] = set()
        self._timers: dict[Address, asyncio.TimerHandle] = {}
        self._drawn: Recent[str, tuple[float, bytes]] = Recent(MOST)
        self._pens: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._queued: set[str] = set()

    def watch(self, core: Core) -> None:
        """Follow the changes of the members' books."""
        self._core = core
        core.watchers.append(self.changed)

    def changed(self, owner: Address) -> None:
        """Draw the member's home soon."""
        if owner.user and owner.platform == PLATFORM and owner not in self._marked:
            self._marked.add(owner)
            self._work.begin(self._soon(owner))

    async def opened(self, actor: Actor) -> None:
        """Draw it now, unless it was drawn just so a moment ago."""
        at, _looks = self._drawn.get(actor.address.user) or NOTHING
        if self._now() - at >= STANDS:
            self._drawn.drop(actor.address.user)
        await self._draw(actor)

    def stop(self) -> None:
        """Give up what was to be drawn later."""
        for timer in self._timers.values():
            timer.cancel()

    async def _soon(self, owner: Address) -> None:
        await asyncio.sleep(self._calm)
        while not self._pace.take():  # noqa: ASYNC110 it is time that is waited for, not somebody else's state
            await asyncio.sleep(self._pace.rest())
        profile = await self._profiles.look(owner.user)
        self._marked.discard(owner)
        await self._draw(inbound.actor(owner, profile))

    async def _draw(self, actor: Actor) -> None:
        user = actor.address.user
        if user in self._queued:
            return  # whoever stands there draws from the book as it is then
        # One drawing after the other: an older one must not arrive last.
        pen = self._pens.setdefault(user, asyncio.Lock())
        self._queued.add(user)
        try:
            await pen.acquire()
        finally:
            self._queued.discard(user)
        try:
            await self._publish(user, render.home(await self._core.home(actor, self._wall())))
        except (StoreError, TryLater, Uncertain, Undeliverable) as problem:
            log.info("home not drawn", problem=type(problem).__name__)
            self._drawn.drop(user)
            if isinstance(problem, TryLater) and problem.after:
                self._later(actor.address, problem.after.total_seconds())
            # Otherwise the next change, or the next look at it, draws it anew.
        finally:
            pen.release()

    def _later(self, owner: Address, seconds: float) -> None:
        if owner not in self._marked:
            self._marked.add(owner)
            self._timers[owner] = asyncio.get_running_loop().call_later(seconds, self._again, owner)

    def _again(self, owner: Address) -> None:
        del self._timers[owner]
        self._marked.discard(owner)
        self.changed(owner)

    async def _publish(self, user: str, view: Mapping[str, Any]) -> None:
        looks = hashlib.sha256(json.dumps(view).encode()).digest()
        if (self._drawn.get(user) or NOTHING)[1] != looks:
            await self._web.call("views.publish", user_id=user, view=view)
            self._drawn.put(user, (self._now(), looks))
