"""Discord, put together: opened, served through the gateway, and closed."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from adapters.common.rate_limits import MonotonicClock
from adapters.common.tasks import BackgroundTasks
from adapters.common.token import TokenState
from adapters.discord import render
from adapters.discord.api import DiscordRequestGate
from adapters.discord.client import DiscordConnection, build_discord_client
from adapters.discord.direct_messages import DiscordDirectMessages
from adapters.discord.gateway import GatewayTiming
from adapters.discord.listeners import DiscordListeners
from adapters.discord.messenger import DiscordMessenger
from adapters.discord.responder import DiscordResponder
from adapters.discord.session_limit import DiscordSessionLimit
from adapters.discord.sync import sync_discord_commands
from bot.app.service import Service
from bot.domain.ports import KeyValueStore

DISCORD_DRAIN_SECONDS = 2.5  # seconds for what is in hand when we leave
COMMAND_SYNC_PAUSE_SECONDS, MAX_COMMAND_SYNC_PAUSE_SECONDS = (
    60.0,
    3600.0,
)  # seconds between two tries to make the commands known

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordSetup:
    """How to reach Discord. `dev_guild`: the only server in which the commands are shown, and at once there."""

    bot_token: str = field(repr=False)
    api_url: str = "https://discord.com/api/v10"
    shard_count: int = 1
    dev_guild: int | None = None


class DiscordPlatform:
    """One bot. Build it inside the loop that it runs in; one a process, because the library keeps one address."""

    def __init__(
        self,
        setup: DiscordSetup,
        key_values: KeyValueStore,
        wall: Callable[[], datetime],
        now: MonotonicClock = time.monotonic,
        timing: GatewayTiming | None = None,
    ) -> None:
        self._setup = setup
        self._key_values = key_values
        self.tasks = BackgroundTasks()
        timing = timing or GatewayTiming()
        self._sleep = timing.sleep
        standing = TokenState("discord")
        gate = DiscordRequestGate(standing, now)
        self.client = build_discord_client(
            setup.shard_count, setup.api_url, DiscordSessionLimit(key_values, wall, timing.sleep), gate, timing
        )
        self._connection = DiscordConnection(self.client, setup.bot_token, standing, timing)
        channels = DiscordDirectMessages(self.client, now)
        self.messenger = DiscordMessenger(
            self.client, gate, channels, render.render_discord_message, wall, now, timing.sleep
        )
        self.listeners = DiscordListeners(
            DiscordResponder(self.client, channels, now, timing.sleep), channels, self.tasks, wall, now
        )
        self._command_tree = self.listeners.register(self.client)

    @property
    def healthy(self) -> bool:
        """Whether Discord takes our token and can reach us."""
        return self._connection.healthy

    async def start(self, core: Service) -> None:
        """Reach Discord, however long that takes, and serve. Raises `Refused`."""
        self.listeners.start_serving(core)
        await self._connection.log_in()
        self.messenger.enable()
        self.tasks.start(self._sync_commands())

    async def stop(self) -> None:
        """Take nothing new, let what is in hand end, and close. Twice is harmless."""
        async with AsyncExitStack() as ends:  # from the last line to the first, whatever fails on the way
            ends.push_async_callback(self._connection.close)
            ends.push_async_callback(self.tasks.drain, DISCORD_DRAIN_SECONDS)
            ends.push_async_callback(self._connection.disconnect)

    async def _sync_commands(self) -> None:
        """Until Discord has the commands: a server without them would wait for our next start."""
        application, pause = self.client.application_id or 0, COMMAND_SYNC_PAUSE_SECONDS
        while not await sync_discord_commands(
            self._command_tree, self.client.http, application, self._key_values, self._setup.dev_guild
        ):
            await self._sleep(pause)
            pause = min(2 * pause, MAX_COMMAND_SYNC_PAUSE_SECONDS)
