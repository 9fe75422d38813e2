"""The home of the app: drawn when it is opened, and anew after each change of the member's book."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

import structlog

from adapters.slack import render
from adapters.slack.inbound import PLATFORM
from adapters.slack.profiles import Profiles
from adapters.slack.web import Web
from adapters.slack.work import Work
from bot.core import Core
from bot.errors import StoreError, TryLater, Uncertain, Undeliverable
from bot.model import Actor, Address

CALM = 0.3  # seconds in which several changes become one drawing
MOST = 10_000  # homes remembered as they were drawn last

log = structlog.get_logger(__name__)


class Homes:
    """Draws each member's home; one that would look the same is not sent again."""

    def __init__(
        self, web: Web, profiles: Profiles, work: Work, wall: Callable[[], datetime], calm: float = CALM
    ) -> None:
        self._web = web
        self._profiles = profiles
        self._work = work
        self._wall = wall
        self._calm = calm
        self._changed: dict[Address, asyncio.Task[None]] = {}
        self._drawn: OrderedDict[str, Mapping[str, Any]] = OrderedDict()
        self._pens: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def watch(self, core: Core) -> None:
        """Follow the changes of the members' books."""
        self._core = core
        core.watchers.append(self.changed)

    def changed(self, owner: Address) -> None:
        """Draw the member's home soon."""
        if owner.platform == PLATFORM and owner not in self._changed:
            self._changed[owner] = self._work.begin(self._soon(owner))

    async def opened(self, actor: Actor) -> None:
        """Draw it now, whatever it looked like."""
        self._drawn.pop(actor.address.user, None)
        await self._draw(actor)

    async def _soon(self, owner: Address) -> None:
        await asyncio.sleep(self._calm)
        del self._changed[owner]
        profile = await self._profiles.of(owner.user)
        await self._draw(Actor(owner, profile.zone, profile.language) if profile else Actor(owner))

    async def _draw(self, actor: Actor) -> None:
        user = actor.address.user
        # One drawing after the other: an older one must not arrive last.
        pen = self._pens.setdefault(user, asyncio.Lock())
        async with pen:
            try:
                await self._publish(user, render.home(await self._core.home(actor, self._wall())))
            except (StoreError, TryLater, Uncertain, Undeliverable) as problem:
                # The next change, or the next look at it, draws it anew.
                log.info("home not drawn", problem=type(problem).__name__)

    async def _publish(self, user: str, view: Mapping[str, Any]) -> None:
        if self._drawn.get(user) != view:
            await self._web.call("views.publish", user_id=user, view=view)
            self._keep(user, view)

    def _keep(self, user: str, view: Mapping[str, Any]) -> None:
        self._drawn[user] = view
        self._drawn.move_to_end(user)
        while len(self._drawn) > MOST:
            self._drawn.popitem(last=False)
