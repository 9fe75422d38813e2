"""The bot at Discord: logged in once, connected until it is closed."""

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
from adapters.discord.gateway import AUTHENTICATION_FAILED_CODE, GatewayConnection, GatewayTiming, ShardConnection
from adapters.discord.session_limit import DiscordSessionLimit
from bot.domain.errors import DeliveryUncertain, HostRequestRefused, TryLater, Undeliverable
from bot.faults import report_fault

log = structlog.get_logger(__name__)

# Discord docs, Gateway Close Event Codes: those after which one should not reconnect, and what mends them.
CLOSE_CODE_FIXES = {
    AUTHENTICATION_FAILED_CODE: "Copy the token anew from Bot at the Discord Developer Portal, and start again",
    4010: "DISCORD_SHARDS does not fit; set it to what Discord recommends, and start again",
    4011: "The bot is in too many servers for so few shards; set DISCORD_SHARDS higher, and start again",
    4012: "This version of the bot is too old for Discord; bring it up to date",
    4013: "This version of the bot asks for events that Discord does not know; bring it up to date",
    4014: "Discord does not allow the bot its events; look at Bot, Privileged Gateway Intents at the Developer Portal",
}


class DiscordClient(discord.Client):
    """What both kinds of client of the library do in our way."""

    listeners: Any = None  # whoever takes the events
    gate: DiscordRequestGate
    _session_limit: DiscordSessionLimit
    _timing: GatewayTiming
    _shard_connections: tuple[ShardConnection, ...] = ()

    def configure(self, gate: DiscordRequestGate, session_limit: DiscordSessionLimit, timing: GatewayTiming) -> None:
        """Once, before `login`."""
        self.gate, self._session_limit, self._timing = gate, session_limit, timing
        parsers = self._connection.parsers
        parsers["INTERACTION_CREATE"] = _with_default_event_fields(parsers["INTERACTION_CREATE"])
        parsers.update({event: _report_event_errors(parse) for event, parse in parsers.items()})

    @property
    def is_online(self) -> bool:
        """Whether Discord has greeted on every connection that there is to be."""
        return bool(self._shard_connections) and all(keeper.healthy for keeper in self._shard_connections)

    async def run_shards(self) -> int:
        """Connect, and stay connected until cancelled, or until a close code that no reconnecting mends."""
        count, door = self.shard_count, asyncio.Lock()
        shards = list(range(count)) if count is not None else [None]
        if isinstance(self, discord.AutoShardedClient):
            self._connection.shard_ids = range(count or 1)
        self._shard_connections = tuple(
            ShardConnection(self, shard, self._session_limit, door, self._timing) for shard in shards
        )
        tasks = [asyncio.create_task(keeper.run()) for keeper in self._shard_connections]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def discard_login(self) -> None:
        """Let go of what a login that failed leaves open, so that it can be tried again."""
        await self.http.close()
        self.http.connector = MISSING

    async def close(self) -> None:
        """Let go of everything. Twice is harmless, and so is without a login."""
        if self._ready is not MISSING:  # a login was tried; before that the library cannot be closed
            await super().close()
        await self._cancel_ready_tasks()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        await self._session_limit.reserve_session()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """A fault in what takes an event. The library would write its text down."""
        problem = sys.exc_info()[1]
        if problem is not None:
            report_fault(problem)

    def _get_websocket(self, guild_id: int | None = None, *, shard_id: int | None = None) -> GatewayConnection:
        if shard_id is None:
            shard_id = (guild_id or 0) >> 22
        socket = (
            self._shard_connections[shard_id % len(self._shard_connections)].socket if self._shard_connections else None
        )
        if socket is None:
            raise TryLater("not_connected")
        return socket

    async def _cancel_ready_tasks(self) -> None:
        """The library waits for the servers of a new session in tasks that it does not end."""
        state: Any = self._connection
        waiting = [state._ready_task, *getattr(state, "_ready_tasks", {}).values()]
        tasks = [task for task in waiting if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _with_default_event_fields(parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """With what the library cannot do without and we never read: Discord did not always send it."""

    def completed(event: Any) -> None:
        parse({"version": 1, "attachment_size_limit": 0, **event})

    return completed


def _report_event_errors(parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """An event that the library stumbles over is told to the host; it would end the connection for everybody."""

    def survived(event: Any) -> None:
        try:
            parse(event)
        except Exception as problem:
            report_fault(problem)

    return survived


class _ShardedDiscordClient(DiscordClient, discord.AutoShardedClient):
    pass


def build_discord_client(
    shards: int,
    url: str,
    session_limit: DiscordSessionLimit,
    gate: DiscordRequestGate,
    timing: GatewayTiming | None = None,
) -> DiscordClient:
    """A client that is not logged in yet. `url`: the root of the API with its version; the same in all the process."""
    Route.BASE = url.rstrip("/")
    intents = discord.Intents(guilds=True, dm_messages=True)
    timing = timing or GatewayTiming()
    kind, count = (_ShardedDiscordClient, shards) if shards > 1 else (DiscordClient, None)
    client = kind(
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
    """The life of one client: `introduced`, then connected in the background, until `close`."""

    def __init__(
        self, client: DiscordClient, token: str, token_state: TokenState, timing: GatewayTiming | None = None
    ) -> None:
        self._client = client
        self._token = token
        self._token_state = token_state
        self._timing = timing or GatewayTiming()
        self._token_accepted = asyncio.Event()  # the token, again
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether Discord takes our token and can reach us."""
        return self._token_state.is_accepted and self._client.is_online

    async def log_in(self) -> None:
        """Log in, however long that takes; then `user` and `application_id` are known and connecting has begun.

        Raises `Refused` when Discord does not take the token.
        """
        tries, known = 0, ""
        while (problem := await self._try_login()) is not None:
            tries += 1
            if known != (known := str(problem)):
                log.warning("discord cannot be reached yet", why=known)
            await self._timing.pause_before_retry(tries, problem.retry_after if isinstance(problem, TryLater) else None)
        self._tasks = asyncio.create_task(self._keep_shards_running()), asyncio.create_task(self._retry_refused_token())

    async def disconnect(self) -> None:
        """Hear nothing any more; what is in hand can still be answered. Twice is harmless."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Leave, and keep nothing open. Twice is harmless."""
        await self.disconnect()
        await self._client.close()

    async def wait_until_disconnected(self) -> None:
        """Until Discord wants no connection of ours any more, or we left."""
        if self._tasks:
            await asyncio.wait(self._tasks[:1])

    async def _try_login(self) -> Exception | None:
        """What stood in the way, if anything did."""
        try:
            await translate_discord_errors(self._client.login(self._token))
            return None
        except TokenRefused as refusal:
            await self._client.discard_login()
            raise HostRequestRefused(
                f"Discord refuses DISCORD_TOKEN ({refusal}). {CLOSE_CODE_FIXES[AUTHENTICATION_FAILED_CODE]}."
            ) from None
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
            except Exception as problem:  # a fault of ours; `healthy` says so from now on
                report_fault(problem)
                return
            if self._token_state.is_accepted or code != AUTHENTICATION_FAILED_CODE:
                log.error("discord has ended the connection", code=code, mend=CLOSE_CODE_FIXES.get(code, ""))
            if code == AUTHENTICATION_FAILED_CODE:
                self._token_state.mark_refused(str(code))
                self._token_accepted.clear()
                await self._token_accepted.wait()

    async def _retry_refused_token(self) -> None:
        """Now and then a token that was refused is taken again: a single refusal may have been a slip of Discord's."""
        while True:
            await asyncio.sleep(self._timing.token_retry_interval)
            if not self._token_state.is_accepted:
                with suppress(TryLater, DeliveryUncertain, Undeliverable):
                    await translate_discord_errors(self._client.http.request(Route("GET", CURRENT_USER_PATH)))
                    self._token_state.mark_accepted()
                    self._token_accepted.set()
