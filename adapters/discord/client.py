"""The discord.py client: logged in once, and kept connected until it is closed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import discord
import structlog
from discord.http import Route
from discord.utils import MISSING

from adapters.common.token import TokenRefused, TokenState
from adapters.discord.api import CURRENT_USER_PATH, DiscordRequestGate, translate_discord_errors
from adapters.discord.gateway import AUTHENTICATION_FAILED_CODE, ShardConnection
from adapters.discord.gateway_connection import GatewayConnection
from adapters.discord.gateway_timing import GatewayTiming
from adapters.discord.session_limit import DiscordSessionLimit
from bot.domain.errors import DeliveryUncertain, HostRequestRefused, TryLater, Undeliverable
from bot.faults import report_fault

log = structlog.get_logger(__name__)

# Discord docs, Gateway Close Event Codes: those after which a client should not reconnect, and how to fix each.
CLOSE_CODE_FIXES = {
    AUTHENTICATION_FAILED_CODE: "Copy the token anew from Bot at the Discord Developer Portal, and start again",
    4010: "DISCORD_SHARDS does not fit; set it to what Discord recommends, and start again",
    4011: "The bot is in too many servers for so few shards; set DISCORD_SHARDS higher, and start again",
    4012: "This version of the bot is too old for Discord; bring it up to date",
    4013: "This version of the bot asks for events that Discord does not know; bring it up to date",
    4014: "Discord does not allow the bot its events; look at Bot, Privileged Gateway Intents at the Developer Portal",
}


class DiscordClient(discord.Client):
    """Base of the plain and the sharded client: request checks, session limit and our own connections."""

    #: The `DiscordListeners` that receive button presses. None until they register.
    listeners: Any = None
    gate: DiscordRequestGate
    _session_limit: DiscordSessionLimit
    _timing: GatewayTiming
    _shard_connections: tuple[ShardConnection, ...] = ()

    def configure(self, gate: DiscordRequestGate, session_limit: DiscordSessionLimit, timing: GatewayTiming) -> None:
        """Call once before `login`."""
        self.gate, self._session_limit, self._timing = gate, session_limit, timing
        parsers = self._connection.parsers
        parsers["INTERACTION_CREATE"] = _with_default_event_fields(parsers["INTERACTION_CREATE"])
        parsers.update({event: _report_event_errors(parse) for event, parse in parsers.items()})

    @property
    def is_online(self) -> bool:
        """Whether every shard is connected and greeted by Discord."""
        return bool(self._shard_connections) and all(shard.healthy for shard in self._shard_connections)

    async def run_shards(self) -> int:
        """Connect all shards and keep them connected. Returns the close code that forbids reconnecting."""
        count, session_start_lock = self.shard_count, asyncio.Lock()
        shards = list(range(count)) if count is not None else [None]
        if isinstance(self, discord.AutoShardedClient):
            self._connection.shard_ids = range(count or 1)
        self._shard_connections = tuple(
            ShardConnection(self, shard, self._session_limit, session_start_lock, self._timing) for shard in shards
        )
        tasks = [asyncio.create_task(connection.run()) for connection in self._shard_connections]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

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
        await self._session_limit.reserve_session()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Report an exception in an event handler. The library would log its text."""
        problem = sys.exc_info()[1]
        if problem is not None:
            report_fault(problem)

    def _get_websocket(self, guild_id: int | None = None, *, shard_id: int | None = None) -> GatewayConnection:
        if shard_id is None:
            shard_id = (guild_id or 0) >> 22
        shards = self._shard_connections
        socket = shards[shard_id % len(shards)].socket if shards else None
        if socket is None:
            raise TryLater("not_connected")
        return socket

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
    pass


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
    timing = timing or GatewayTiming()
    client_class, count = (_ShardedDiscordClient, shards) if shards > 1 else (DiscordClient, None)
    client = client_class(
        intents=intents,
        shard_count=count,
        allowed_mentions=discord.AllowedMentions.none(),
        max_messages=None,
        max_ratelimit_timeout=30.0,
        chunk_guilds_at_startup=False,
        member_cache_flags=discord.MemberCacheFlags.none(),
        heartbeat_timeout=timing.silence_timeout,
        http_trace=gate.build_trace_config(),
    )
    client.configure(gate, session_limit, timing)
    return client


class DiscordConnection:
    """The connection of one client: `log_in`, then connected in the background, until `close`."""

    def __init__(
        self, client: DiscordClient, token: str, token_state: TokenState, timing: GatewayTiming | None = None
    ) -> None:
        self._client = client
        self._token = token
        self._token_state = token_state
        self._timing = timing or GatewayTiming()
        self._token_accepted = asyncio.Event()  # set when a refused token is accepted again
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether Discord accepts the token and every shard is connected."""
        return self._token_state.is_accepted and self._client.is_online

    async def log_in(self) -> None:
        """Log in, retrying without end; then the client's `user` and `application_id` are known, and it connects.

        Raises `HostRequestRefused` when Discord refuses the token.
        """
        tries, reason = 0, ""
        while (problem := await self._try_login()) is not None:
            tries += 1
            if reason != (reason := str(problem)):
                log.warning("discord cannot be reached yet", why=reason)
            await self._timing.pause_before_retry(tries, problem.retry_after if isinstance(problem, TryLater) else None)
        self._tasks = asyncio.create_task(self._keep_shards_running()), asyncio.create_task(self._retry_refused_token())

    async def disconnect(self) -> None:
        """Stop receiving events; pending interactions can still be answered. It may be called twice."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Disconnect and release everything. It may be called twice."""
        await self.disconnect()
        await self._client.close()

    async def wait_until_disconnected(self) -> None:
        """Wait until the connection has ended for good: Discord forbade reconnecting, or `disconnect` was called."""
        if self._tasks:
            await asyncio.wait(self._tasks[:1])

    async def _try_login(self) -> Exception | None:
        """Try to log in once; return the error that a later try may not meet. Raises `HostRequestRefused`."""
        try:
            await translate_discord_errors(self._client.login(self._token))
            return None
        except TokenRefused as refusal:
            await self._client.discard_login()
            fix = CLOSE_CODE_FIXES[AUTHENTICATION_FAILED_CODE]
            raise HostRequestRefused(f"Discord refuses DISCORD_TOKEN ({refusal}). {fix}.") from None
        except (TryLater, DeliveryUncertain, Undeliverable) as problem:
            await self._client.discard_login()
            return problem
        except BaseException:
            await self._client.discard_login()
            raise

    async def _keep_shards_running(self) -> None:
        code = AUTHENTICATION_FAILED_CODE
        while code == AUTHENTICATION_FAILED_CODE:
            try:
                code = await self._client.run_shards()
            except Exception as problem:  # a fault of ours; `healthy` is False from now on
                report_fault(problem)
                return
            if self._token_state.is_accepted or code != AUTHENTICATION_FAILED_CODE:
                log.error("discord has ended the connection", code=code, mend=CLOSE_CODE_FIXES.get(code, ""))
            if code == AUTHENTICATION_FAILED_CODE:
                self._token_state.mark_refused(str(code))
                self._token_accepted.clear()
                await self._token_accepted.wait()

    async def _retry_refused_token(self) -> None:
        """Test a refused token from time to time: a single refusal may have been Discord's mistake."""
        while True:
            await asyncio.sleep(self._timing.token_retry_interval)
            if not self._token_state.is_accepted:
                with suppress(TryLater, DeliveryUncertain, Undeliverable):
                    await translate_discord_errors(self._client.http.request(Route("GET", CURRENT_USER_PATH)))
                    self._token_state.mark_accepted()
                    self._token_accepted.set()
