"""The discord.py client, with our own checks of requests and events. It does not connect: `ShardConnection` does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import discord
from discord.http import Route
from discord.utils import MISSING

from adapters.discord.api import DiscordRequestGate
from adapters.discord.gateway_timing import GatewayTiming
from adapters.discord.session_limit import DiscordSessionLimit
from bot.logs import report_fault


class DiscordClient(discord.Client):
    """Base of the plain and the sharded client: request checks and session limit."""

    #: The `DiscordListeners` that receive button presses. None until they register.
    listeners: Any = None
    gate: DiscordRequestGate
    session_limit: DiscordSessionLimit

    def configure(self, gate: DiscordRequestGate, session_limit: DiscordSessionLimit) -> None:
        """Call once before `login`."""
        self.gate, self.session_limit = gate, session_limit
        parsers = self._connection.parsers
        parsers["INTERACTION_CREATE"] = _with_default_event_fields(parsers["INTERACTION_CREATE"])
        parsers.update({event: _report_event_errors(parse) for event, parse in parsers.items()})

    async def discard_login(self) -> None:
        """Release what a failed login leaves open, so that it can be tried again."""
        await self.http.close()
        self.http.connector = MISSING

    async def close(self) -> None:
        """Release everything. It may be called twice, and without a login."""
        if self._ready is not MISSING:  # a login was tried; the library cannot be closed before that
            await super().close()
        await self._cancel_ready_tasks()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        await self.session_limit.reserve_session()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Report an exception in an event handler. The library would log its text."""
        problem = sys.exc_info()[1]
        if problem is not None:
            report_fault(problem)

    async def _cancel_ready_tasks(self) -> None:
        """Cancel the tasks in which the library waits for the servers of a new session; it never ends them."""
        state: Any = self._connection
        ready_tasks = [state._ready_task, *getattr(state, "_ready_tasks", {}).values()]
        tasks = [task for task in ready_tasks if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _with_default_event_fields(parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Add fields that the library requires and we never read: Discord did not always send them."""

    def parse_with_defaults(event: Any) -> None:
        parse({"version": 1, "attachment_size_limit": 0, **event})

    return parse_with_defaults


def _report_event_errors(parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Report an event that the library cannot parse; raised, it would end the connection for everybody."""

    def parse_or_report(event: Any) -> None:
        try:
            parse(event)
        except Exception as problem:
            report_fault(problem)

    return parse_or_report


class _ShardedDiscordClient(DiscordClient, discord.AutoShardedClient):
    def configure(self, gate: DiscordRequestGate, session_limit: DiscordSessionLimit) -> None:
        super().configure(gate, session_limit)
        self._connection.shard_ids = range(self.shard_count or 1)


def build_discord_client(
    shards: int,
    url: str,
    session_limit: DiscordSessionLimit,
    gate: DiscordRequestGate,
    timing: GatewayTiming | None = None,
) -> DiscordClient:
    """A client that is not logged in yet. `url`: the API root with its version, global to the process."""
    Route.BASE = url.rstrip("/")
    intents = discord.Intents(guilds=True, dm_messages=True)
    client_class, count = (_ShardedDiscordClient, shards) if shards > 1 else (DiscordClient, None)
    client = client_class(
        intents=intents,
        shard_count=count,
        allowed_mentions=discord.AllowedMentions.none(),
        max_messages=None,
        max_ratelimit_timeout=30.0,
        chunk_guilds_at_startup=False,
        member_cache_flags=discord.MemberCacheFlags.none(),
        heartbeat_timeout=(timing or GatewayTiming()).silence_timeout,
        http_trace=gate.build_trace_config(),
    )
    client.configure(gate, session_limit)
    return client
