"""Assembles the Discord adapter: start, serve through the gateway, stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from adapters.common.deadline import ResponseTiming
from adapters.common.rate_limits import MonotonicClock
from adapters.common.tasks import BackgroundTasks
from adapters.common.token import TokenState
from adapters.discord import render
from adapters.discord.api import DiscordRequestGate
from adapters.discord.client import build_discord_client
from adapters.discord.connection import DiscordConnection
from adapters.discord.direct_messages import DiscordDirectMessages
from adapters.discord.gateway_timing import GatewayTiming
from adapters.discord.listeners import DiscordListeners
from adapters.discord.messenger import DiscordMessenger
from adapters.discord.responder import DiscordResponder
from adapters.discord.session_limit import DiscordSessionLimit
from adapters.discord.sync import sync_discord_commands
from bot.app.service import Service
from bot.domain.ports import KeyValueStore

DISCORD_DRAIN_SECONDS = 2.5  # for running tasks when the platform stops
# Between two tries to sync the commands; doubled with each.
COMMAND_SYNC_PAUSE_SECONDS, MAX_COMMAND_SYNC_PAUSE_SECONDS = 60.0, 3600.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordSetup:
    """How to reach Discord."""

    bot_token: str = field(repr=False)
    #: The API root with its version.
    api_url: str = "https://discord.com/api/v10"
    shard_count: int = 1
    #: Id of the only server in which the commands are shown, without Discord's delay. None: they are shown everywhere.
    dev_guild: int | None = None


class DiscordPlatform:
    """One bot on Discord. Build it inside the event loop that it runs in, once a process: the API root is global."""

    def __init__(
        self,
        setup: DiscordSetup,
        key_values: KeyValueStore,
        wall: Callable[[], datetime],
        now: MonotonicClock = time.monotonic,
        timing: GatewayTiming | None = None,
        response_timing: ResponseTiming | None = None,
    ) -> None:
        self._setup = setup
        self._key_values = key_values
        self.tasks = BackgroundTasks()
        timing = timing or GatewayTiming()
        self._sleep = timing.sleep
        token_state = TokenState("discord")
        gate = DiscordRequestGate(token_state, now)
        self.client = build_discord_client(
            setup.shard_count, setup.api_url, DiscordSessionLimit(key_values, wall, timing.sleep), gate, timing
        )
        self._connection = DiscordConnection(self.client, setup.bot_token, token_state, timing)
        direct_messages = DiscordDirectMessages(self.client, now)
        self.messenger = DiscordMessenger(
            self.client, gate, direct_messages, render.render_discord_message, wall, now, timing.sleep
        )
        self.listeners = DiscordListeners(
            DiscordResponder(self.client, direct_messages, now, timing.sleep),
            direct_messages,
            self.tasks,
            wall,
            now,
            response_timing or ResponseTiming(),
        )
        self._command_tree = self.listeners.register(self.client)

    @property
    def healthy(self) -> bool:
        """Whether Discord accepts the token and every shard is connected."""
        return self._connection.healthy

    async def start(self, core: Service) -> None:
        """Log in, however long that takes, and serve. Raises `HostRequestRefused` when Discord refuses the token."""
        self.listeners.start_serving(core)
        await self._connection.log_in()
        self.messenger.enable()
        self.tasks.start(self._sync_commands())

    async def stop(self) -> None:
        """Stop receiving events, let running tasks end, and close. It may be called twice."""
        async with AsyncExitStack() as callbacks:  # run from the last to the first, whatever fails on the way
            callbacks.push_async_callback(self._connection.close)
            callbacks.push_async_callback(self.tasks.drain, DISCORD_DRAIN_SECONDS)
            callbacks.push_async_callback(self._connection.disconnect)

    async def _sync_commands(self) -> None:
        """Retry until Discord has the commands: a server without them would otherwise wait for the next start."""
        application, pause = self.client.application_id or 0, COMMAND_SYNC_PAUSE_SECONDS
        while not await sync_discord_commands(
            self._command_tree, self.client.http, application, self._key_values, self._setup.dev_guild
        ):
            await self._sleep(pause)
            pause = min(2 * pause, MAX_COMMAND_SYNC_PAUSE_SECONDS)
