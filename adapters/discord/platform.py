"""Discord, put together: opened, served through the gateway, and closed."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from adapters.common.rate_limits import Clock
from adapters.common.tasks import Work
from adapters.common.token import Standing
from adapters.discord import render
from adapters.discord.api import Gate
from adapters.discord.client import Live, new_client
from adapters.discord.direct_messages import Channels
from adapters.discord.gateway import Timing
from adapters.discord.listeners import Reception
from adapters.discord.messenger import DiscordMessenger
from adapters.discord.responder import Answers
from adapters.discord.session_limit import Identifies
from adapters.discord.sync import sync
from bot.app.service import Core
from bot.domain.ports import Memos

DRAIN = 2.5  # seconds for what is in hand when we leave
SYNC_PAUSE, SYNC_LONGEST = 60.0, 3600.0  # seconds between two tries to make the commands known

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How to reach Discord. `dev_guild`: the only server in which the commands are shown, and at once there."""

    token: str = field(repr=False)
    url: str = "https://discord.com/api/v10"
    shards: int = 1
    dev_guild: int | None = None


class Discord:
    """One bot. Build it inside the loop that it runs in; one a process, because the library keeps one address."""

    def __init__(
        self,
        setup: Setup,
        memos: Memos,
        wall: Callable[[], datetime],
        now: Clock = time.monotonic,
        timing: Timing | None = None,
    ) -> None:
        self._setup = setup
        self._memos = memos
        self.work = Work()
        timing = timing or Timing()
        self._sleep = timing.sleep
        standing = Standing("discord")
        gate = Gate(standing, now)
        self.client = new_client(setup.shards, setup.url, Identifies(memos, wall, timing.sleep), gate, timing)
        self._live = Live(self.client, setup.token, standing, timing)
        channels = Channels(self.client, now)
        self.messenger = DiscordMessenger(self.client, gate, channels, render.message, wall, now, timing.sleep)
        self.reception = Reception(Answers(self.client, channels, now, timing.sleep), channels, self.work, wall, now)
        self._tree = self.reception.listen(self.client)

    @property
    def healthy(self) -> bool:
        """Whether Discord takes our token and can reach us."""
        return self._live.healthy

    async def start(self, core: Core) -> None:
        """Reach Discord, however long that takes, and serve. Raises `Refused`."""
        self.reception.serve(core)
        await self._live.introduced()
        self.messenger.open()
        self.work.begin(self._sync())

    async def stop(self) -> None:
        """Take nothing new, let what is in hand end, and close. Twice is harmless."""
        async with AsyncExitStack() as ends:  # from the last line to the first, whatever fails on the way
            ends.push_async_callback(self._live.close)
            ends.push_async_callback(self.work.drain, DRAIN)
            ends.push_async_callback(self._live.leave)

    async def _sync(self) -> None:
        """Until Discord has the commands: a server without them would wait for our next start."""
        application, pause = self.client.application_id or 0, SYNC_PAUSE
        while not await sync(self._tree, self.client.http, application, self._memos, self._setup.dev_guild):
            await self._sleep(pause)
            pause = min(2 * pause, SYNC_LONGEST)
