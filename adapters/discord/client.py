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

from adapters.common.token import Revoked, Standing
from adapters.discord.api import KNOCK, Gate, told
from adapters.discord.gateway import REFUSED, Gateway, Keeper, Timing
from adapters.discord.session_limit import Identifies
from bot.domain.errors import Refused, TryLater, Uncertain, Undeliverable
from bot.faults import report

log = structlog.get_logger(__name__)

# Discord docs, Gateway Close Event Codes: those after which one should not reconnect, and what mends them.
MENDS = {
    REFUSED: "Copy the token anew from Bot at the Discord Developer Portal, and start again",
    4010: "DISCORD_SHARDS does not fit; set it to what Discord recommends, and start again",
    4011: "The bot is in too many servers for so few shards; set DISCORD_SHARDS higher, and start again",
    4012: "This version of the bot is too old for Discord; bring it up to date",
    4013: "This version of the bot asks for events that Discord does not know; bring it up to date",
    4014: "Discord does not allow the bot its events; look at Bot, Privileged Gateway Intents at the Developer Portal",
}


class Client(discord.Client):
    """What both kinds of client of the library do in our way."""

    reception: Any = None  # whoever takes the events
    gate: Gate
    _identifies: Identifies
    _timing: Timing
    _keepers: tuple[Keeper, ...] = ()

    def set_up(self, gate: Gate, identifies: Identifies, timing: Timing) -> None:
        """Once, before `login`."""
        self.gate, self._identifies, self._timing = gate, identifies, timing
        parsers = self._connection.parsers
        parsers["INTERACTION_CREATE"] = _completed(parsers["INTERACTION_CREATE"])
        parsers.update({event: _survived(parse) for event, parse in parsers.items()})

    @property
    def online(self) -> bool:
        """Whether Discord has greeted on every connection that there is to be."""
        return bool(self._keepers) and all(keeper.healthy for keeper in self._keepers)

    async def served(self) -> int:
        """Connect, and stay connected until cancelled, or until a close code that no reconnecting mends."""
        count, door = self.shard_count, asyncio.Lock()
        shards = list(range(count)) if count is not None else [None]
        if isinstance(self, discord.AutoShardedClient):
            self._connection.shard_ids = range(count or 1)
        self._keepers = tuple(Keeper(self, shard, self._identifies, door, self._timing) for shard in shards)
        tasks = [asyncio.create_task(keeper.keep()) for keeper in self._keepers]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def log_out(self) -> None:
        """Let go of what a login that failed leaves open, so that it can be tried again."""
        await self.http.close()
        self.http.connector = MISSING

    async def close(self) -> None:
        """Let go of everything. Twice is harmless, and so is without a login."""
        if self._ready is not MISSING:  # a login was tried; before that the library cannot be closed
            await super().close()
        await self._settle()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        await self._identifies.turn()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """A fault in what takes an event. The library would write its text down."""
        problem = sys.exc_info()[1]
        if problem is not None:
            report(problem)

    def _get_websocket(self, guild_id: int | None = None, *, shard_id: int | None = None) -> Gateway:
        if shard_id is None:
            shard_id = (guild_id or 0) >> 22
        socket = self._keepers[shard_id % len(self._keepers)].socket if self._keepers else None
        if socket is None:
            raise TryLater("not_connected")
        return socket

    async def _settle(self) -> None:
        """The library waits for the servers of a new session in tasks that it does not end."""
        state: Any = self._connection
        waiting = [state._ready_task, *getattr(state, "_ready_tasks", {}).values()]
        tasks = [task for task in waiting if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _completed(parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """With what the library cannot do without and we never read: Discord did not always send it."""

    def completed(event: Any) -> None:
        parse({"version": 1, "attachment_size_limit": 0, **event})

    return completed


def _survived(parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """An event that the library stumbles over is told to the host; it would end the connection for everybody."""

    def survived(event: Any) -> None:
        try:
            parse(event)
        except Exception as problem:
            report(problem)

    return survived


class _Sharded(Client, discord.AutoShardedClient):
    pass


def new_client(shards: int, url: str, identifies: Identifies, gate: Gate, timing: Timing | None = None) -> Client:
    """A client that is not logged in yet. `url`: the root of the API with its version; the same in all the process."""
    Route.BASE = url.rstrip("/")
    intents = discord.Intents(guilds=True, dm_messages=True)
    timing = timing or Timing()
    kind, count = (_Sharded, shards) if shards > 1 else (Client, None)
    client = kind(
        intents=intents,
        shard_count=count,
        allowed_mentions=discord.AllowedMentions.none(),
        max_messages=None,
        max_ratelimit_timeout=30.0,
        chunk_guilds_at_startup=False,
        member_cache_flags=discord.MemberCacheFlags.none(),
        heartbeat_timeout=timing.silent,
        http_trace=gate.trace(),
    )
    client.set_up(gate, identifies, timing)
    return client


class Live:
    """The life of one client: `introduced`, then connected in the background, until `close`."""

    def __init__(self, client: Client, token: str, standing: Standing, timing: Timing | None = None) -> None:
        self._client = client
        self._token = token
        self._standing = standing
        self._timing = timing or Timing()
        self._taken = asyncio.Event()  # the token, again
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether Discord takes our token and can reach us."""
        return self._standing.open and self._client.online

    async def introduced(self) -> None:
        """Log in, however long that takes; then `user` and `application_id` are known and connecting has begun.

        Raises `Refused` when Discord does not take the token.
        """
        tries, known = 0, ""
        while (problem := await self._login()) is not None:
            tries += 1
            if known != (known := str(problem)):
                log.warning("discord cannot be reached yet", why=known)
            await self._timing.rest(tries, problem.after if isinstance(problem, TryLater) else None)
        self._tasks = asyncio.create_task(self._stay()), asyncio.create_task(self._knock())

    async def leave(self) -> None:
        """Hear nothing any more; what is in hand can still be answered. Twice is harmless."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Leave, and keep nothing open. Twice is harmless."""
        await self.leave()
        await self._client.close()

    async def ended(self) -> None:
        """Until Discord wants no connection of ours any more, or we left."""
        if self._tasks:
            await asyncio.wait(self._tasks[:1])

    async def _login(self) -> Exception | None:
        """What stood in the way, if anything did."""
        try:
            await told(self._client.login(self._token))
            return None
        except Revoked as refusal:
            await self._client.log_out()
            raise Refused(f"Discord refuses DISCORD_TOKEN ({refusal}). {MENDS[REFUSED]}.") from None
        except (TryLater, Uncertain, Undeliverable) as problem:
            await self._client.log_out()
            return problem
        except BaseException:
            await self._client.log_out()
            raise

    async def _stay(self) -> None:
        code = REFUSED
        while code == REFUSED:
            try:
                code = await self._client.served()
            except Exception as problem:  # a fault of ours; `healthy` says so from now on
                report(problem)
                return
            if self._standing.open or code != REFUSED:
                log.error("discord has ended the connection", code=code, mend=MENDS.get(code, ""))
            if code == REFUSED:
                self._standing.close(str(code))
                self._taken.clear()
                await self._taken.wait()

    async def _knock(self) -> None:
        """Now and then a token that was refused is taken again: a single refusal may have been a slip of Discord's."""
        while True:
            await asyncio.sleep(self._timing.knock)
            if not self._standing.open:
                with suppress(TryLater, Uncertain, Undeliverable):
                    await told(self._client.http.request(Route("GET", KNOCK)))
                    self._standing.reopen()
                    self._taken.set()
