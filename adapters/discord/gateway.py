"""One connection to Discord's gateway, watched over: one that is lost is resumed, or begun anew.

Only the frames and the heartbeats are discord.py's. Its own reconnecting dies of a first connection that fails, keeps
a hard-coded address for sessions that were ended, goes on resuming at addresses that are gone, waits up to a quarter
of an hour, and leaves sockets open that never served. So none of it is used: every new session asks Discord for the
address of its gateway, and a resume goes where the last READY said.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple, Self

import aiohttp
import discord
import structlog
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from yarl import URL

from adapters.common.rate_limits import Clock, Sleep
from adapters.common.token import Revoked
from adapters.discord.gateway_url import entrance
from adapters.discord.heartbeat import beating
from adapters.discord.session_limit import Identifies
from bot.domain.errors import TryLater, Uncertain, Undeliverable
from bot.faults import report

GREETINGS = frozenset(("READY", "RESUMED"))
REFUSED = 4004  # Discord docs, Gateway Close Event Codes: authentication failed
FOR_GOOD = frozenset((REFUSED, 4010, 4011, 4012, 4013, 4014))  # those after which one should not reconnect
STALE = 3  # failures at an address for resuming, until a new session is thought of
GOODBYE = 2.0  # seconds for a peer to answer that we leave

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, and what they are measured and waited with."""

    open: float = 30.0  # an address, a connection and a greeting are there by then, or never
    pause: float = 1.0  # before the second try; doubled with each, up to `longest_pause`
    longest_pause: float = 30.0
    settled: float = 20.0  # a connection that lived shorter counts as a failed try
    knock: float = 60.0  # between two tries of a token that was refused
    beat: float = 10.0  # between two heartbeats; Discord asks for one in 41 seconds
    silent: float = 25.0  # a peer that has said nothing for so long is gone
    now: Clock = time.monotonic
    sleep: Sleep = asyncio.sleep
    jitter: Callable[[], float] = field(default=random.random)

    async def rest(self, tries: int, asked: timedelta | None = None) -> None:
        """The pause after so many failures in a row; longer when Discord asked for it."""
        # From half to the whole of it: many bots that lost Discord at once do not come back at once.
        pause = min(self.pause * 2 ** min(tries - 1, 30), self.longest_pause) * (0.5 + self.jitter() / 2)
        await self.sleep(max(pause, asked.total_seconds() if asked else 0.0))


class Gateway(DiscordWebSocket):
    """A connection that is closed when it fails before it served: nobody else would hold it then."""

    heard = False  # whether Discord has greeted
    _held = False

    @classmethod
    async def from_client(cls, client: discord.Client, **how: Any) -> Self:
        made = await super().from_client(client, **how)
        made._held = True
        made._dispatch = made._hearing(client.dispatch)
        return made

    async def poll_event(self) -> None:
        async with self._closed_on_failure():
            await super().poll_event()

    async def identify(self) -> None:
        async with self._closed_on_failure():
            await super().identify()

    async def resume(self) -> None:
        async with self._closed_on_failure():
            await super().resume()

    async def shut(self, code: int) -> None:
        """Close it. Never raises, never hangs on a peer that is gone."""
        with suppress(Exception):
            async with asyncio.timeout(GOODBYE):
                await self.close(code)

    @asynccontextmanager
    async def _closed_on_failure(self) -> AsyncIterator[None]:
        try:
            yield
        except BaseException:
            if not self._held:
                await self.shut(4000)
            raise

    def _hearing(self, dispatch: Callable[..., Any]) -> Callable[..., Any]:
        def hear(event: str, *more: Any) -> None:
            if event == "socket_event_type" and more[0] in GREETINGS:
                self.heard = True
            dispatch(event, *more)

        return hear


class Session(NamedTuple):
    """What a lost connection is resumed with."""

    id: str
    sequence: int | None
    address: URL


class Keeper:
    """Keeps one shard connected. `door` is shared by all shards of a bot: their sessions begin one after the other."""

    def __init__(
        self, client: discord.Client, shard: int | None, identifies: Identifies, door: asyncio.Lock, timing: Timing
    ) -> None:
        self.socket: Gateway | None = None
        self._client = client
        self._shard = shard
        self._identifies = identifies
        self._door = door
        self._timing = timing
        self._session: Session | None = None
        self._tries = 0
        self._stale = 0
        self._why = ""

    @property
    def healthy(self) -> bool:
        """Whether a connection is open on which Discord has greeted."""
        return self.socket is not None and self.socket.open and self.socket.heard

    async def keep(self) -> int:
        """Until cancelled, or until a close code that no reconnecting mends, which it gives."""
        while True:
            try:
                asked = await self._served()
            except discord.ConnectionClosed as closed:
                return closed.code
            except Revoked:
                return REFUSED
            if self._tries:
                await self._timing.rest(self._tries, asked)

    async def _served(self) -> timedelta | None:
        """Serve until that fails, and note with what to go on; how long Discord asked to wait."""
        asked = None
        try:
            await self._serve()
        except ReconnectWebSocket as wish:
            self._session = self._session if wish.resume else None
            self._note("closed" if wish.resume else "session ended")
        except (discord.ConnectionClosed, Revoked) as refusal:
            if isinstance(refusal, Revoked) or refusal.code in FOR_GOOD:
                raise
            self._note(f"closed_{refusal.code}")
        except (OSError, aiohttp.ClientError, TryLater, Uncertain, Undeliverable) as problem:
            asked = problem.after if isinstance(problem, TryLater) else None
            ours = isinstance(problem, TryLater | Uncertain | Undeliverable)
            self._note(str(problem) if ours else type(problem).__name__)
        except Exception as problem:  # an event that the library stumbles over: resumed behind it
            report(problem)
            self._note("fault")
        await self._doubt()
        return asked

    async def _serve(self) -> None:
        began, code = self._timing.now(), 4000
        socket: Gateway | None = None
        try:
            self.socket = socket = await self._open()
            began = self._timing.now()
            async with asyncio.timeout(self._timing.open):
                while not socket.heard:
                    await socket.poll_event()
            async with beating(socket, self._timing.beat):
                while True:
                    self._remember(socket)
                    await socket.poll_event()
        except asyncio.CancelledError:
            code = 1000  # we leave: Discord shows that at once
            raise
        finally:
            self.socket = None
            settled = socket is not None and socket.heard and self._timing.now() - began >= self._timing.settled
            self._tries = 0 if settled else self._tries + 1
            if socket is not None:
                self._remember(socket)
                await socket.shut(code)

    async def _open(self) -> Gateway:
        if self._session is not None:
            known = self._session
            async with asyncio.timeout(self._timing.open):
                return await Gateway.from_client(
                    self._client,
                    shard_id=self._shard,
                    gateway=known.address,
                    session=known.id,
                    sequence=known.sequence,
                    resume=True,
                )
        async with self._door:
            # Waited for without a connection: nobody would read it. What fails before the IDENTIFY counts nothing.
            await self._identifies.free()
            async with asyncio.timeout(self._timing.open):
                address = await entrance(self._client)
                return await Gateway.from_client(self._client, shard_id=self._shard, gateway=address)

    async def _doubt(self) -> None:
        """Whether the address for resuming is gone while Discord is there: then the session is given up."""
        if self._session is None:
            return
        self._stale += 1
        if self._stale >= STALE:
            with suppress(TryLater, Uncertain, Undeliverable):
                await entrance(self._client)
                self._session, self._stale = None, 0

    def _remember(self, socket: Gateway) -> None:
        if socket.session_id is not None and socket.gateway is not None:
            self._session = Session(socket.session_id, socket.sequence, socket.gateway)
        if socket.heard:
            self._stale = 0
            if self._why:
                log.info("connected to discord again", shard=self._shard or 0)
            self._why = ""

    def _note(self, why: str) -> None:
        usual = why == "closed" and self._tries <= 1  # Discord asks for it now and then
        if why != self._why and not usual:
            log.warning("discord's gateway is not there; tried again until it is", why=why, shard=self._shard or 0)
            self._why = why
