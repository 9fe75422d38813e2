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

from adapters.common.rate_limits import AsyncSleep, MonotonicClock
from adapters.common.token import TokenRefused
from adapters.discord.gateway_url import fetch_discord_gateway_url
from adapters.discord.heartbeat import gateway_heartbeats
from adapters.discord.session_limit import DiscordSessionLimit
from bot.domain.errors import DeliveryUncertain, TryLater, Undeliverable
from bot.faults import report_fault

GREETING_EVENTS = frozenset(("READY", "RESUMED"))
AUTHENTICATION_FAILED_CODE = 4004  # Discord docs, Gateway Close Event Codes: authentication failed
FATAL_CLOSE_CODES = frozenset(
    (AUTHENTICATION_FAILED_CODE, 4010, 4011, 4012, 4013, 4014)
)  # those after which one should not reconnect
MAX_RESUME_FAILURES = 3  # failures at an address for resuming, until a new session is thought of
GATEWAY_CLOSE_SECONDS = 2.0  # seconds for a peer to answer that we leave

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class GatewayTiming:
    """Seconds, and what they are measured and waited with."""

    connect_timeout: float = 30.0  # an address, a connection and a greeting are there by then, or never
    first_pause: float = 1.0  # before the second try; doubled with each, up to `longest_pause`
    max_pause: float = 30.0
    stable_after: float = 20.0  # a connection that lived shorter counts as a failed try
    token_retry_interval: float = 60.0  # between two tries of a token that was refused
    heartbeat_interval: float = 10.0  # between two heartbeats; Discord asks for one in 41 seconds
    silence_timeout: float = 25.0  # a peer that has said nothing for so long is gone
    now: MonotonicClock = time.monotonic
    sleep: AsyncSleep = asyncio.sleep
    jitter: Callable[[], float] = field(default=random.random)

    async def pause_before_retry(self, tries: int, requested: timedelta | None = None) -> None:
        """The pause after so many failures in a row; longer when Discord asked for it."""
        # From half to the whole of it: many bots that lost Discord at once do not come back at once.
        pause = min(self.first_pause * 2 ** min(tries - 1, 30), self.max_pause) * (0.5 + self.jitter() / 2)
        await self.sleep(max(pause, requested.total_seconds() if requested else 0.0))


class GatewayConnection(DiscordWebSocket):
    """A connection that is closed when it fails before it served: nobody else would hold it then."""

    has_greeted = False  # whether Discord has greeted
    _is_owned = False

    @classmethod
    async def from_client(cls, client: discord.Client, **options: Any) -> Self:
        made = await super().from_client(client, **options)
        made._is_owned = True
        made._dispatch = made._watch_for_greeting(client.dispatch)
        return made

    async def poll_event(self) -> None:
        async with self._close_on_failure():
            await super().poll_event()

    async def identify(self) -> None:
        async with self._close_on_failure():
            await super().identify()

    async def resume(self) -> None:
        async with self._close_on_failure():
            await super().resume()

    async def close_quietly(self, code: int) -> None:
        """Close it. Never raises, never hangs on a peer that is gone."""
        with suppress(Exception):
            async with asyncio.timeout(GATEWAY_CLOSE_SECONDS):
                await self.close(code)

    @asynccontextmanager
    async def _close_on_failure(self) -> AsyncIterator[None]:
        try:
            yield
        except BaseException:
            if not self._is_owned:
                await self.close_quietly(4000)
            raise

    def _watch_for_greeting(self, dispatch: Callable[..., Any]) -> Callable[..., Any]:
        def hear(event: str, *more: Any) -> None:
            if event == "socket_event_type" and more[0] in GREETING_EVENTS:
                self.has_greeted = True
            dispatch(event, *more)

        return hear


class ResumableSession(NamedTuple):
    """What a lost connection is resumed with."""

    id: str
    sequence: int | None
    gateway_url: URL


class ShardConnection:
    """Keeps one shard connected. `door` is shared by all shards of a bot: their sessions begin one after the other."""

    def __init__(
        self,
        client: discord.Client,
        shard: int | None,
        session_limit: DiscordSessionLimit,
        session_start_lock: asyncio.Lock,
        timing: GatewayTiming,
    ) -> None:
        self.socket: GatewayConnection | None = None
        self._client = client
        self._shard = shard
        self._session_limit = session_limit
        self._session_start_lock = session_start_lock
        self._timing = timing
        self._session: ResumableSession | None = None
        self._tries = 0
        self._resume_failures = 0
        self._last_problem = ""

    @property
    def healthy(self) -> bool:
        """Whether a connection is open on which Discord has greeted."""
        return self.socket is not None and self.socket.open and self.socket.has_greeted

    async def run(self) -> int:
        """Until cancelled, or until a close code that no reconnecting mends, which it gives."""
        while True:
            try:
                asked = await self._serve_until_failure()
            except discord.ConnectionClosed as closed:
                return closed.code
            except TokenRefused:
                return AUTHENTICATION_FAILED_CODE
            if self._tries:
                await self._timing.pause_before_retry(self._tries, asked)

    async def _serve_until_failure(self) -> timedelta | None:
        """Serve until that fails, and note with what to go on; how long Discord asked to wait."""
        asked = None
        try:
            await self._serve_connection()
        except ReconnectWebSocket as wish:
            self._session = self._session if wish.resume else None
            self._log_problem("closed" if wish.resume else "session ended")
        except (discord.ConnectionClosed, TokenRefused) as refusal:
            if isinstance(refusal, TokenRefused) or refusal.code in FATAL_CLOSE_CODES:
                raise
            self._log_problem(f"closed_{refusal.code}")
        except (OSError, aiohttp.ClientError, TryLater, DeliveryUncertain, Undeliverable) as problem:
            asked = problem.retry_after if isinstance(problem, TryLater) else None
            ours = isinstance(problem, TryLater | DeliveryUncertain | Undeliverable)
            self._log_problem(str(problem) if ours else type(problem).__name__)
        except Exception as problem:  # an event that the library stumbles over: resumed behind it
            report_fault(problem)
            self._log_problem("fault")
        await self._drop_unresumable_session()
        return asked

    async def _serve_connection(self) -> None:
        began, code = self._timing.now(), 4000
        socket: GatewayConnection | None = None
        try:
            self.socket = socket = await self._connect()
            began = self._timing.now()
            async with asyncio.timeout(self._timing.connect_timeout):
                while not socket.has_greeted:
                    await socket.poll_event()
            async with gateway_heartbeats(socket, self._timing.heartbeat_interval):
                while True:
                    self._remember_session(socket)
                    await socket.poll_event()
        except asyncio.CancelledError:
            code = 1000  # we leave: Discord shows that at once
            raise
        finally:
            self.socket = None
            settled = (
                socket is not None and socket.has_greeted and self._timing.now() - began >= self._timing.stable_after
            )
            self._tries = 0 if settled else self._tries + 1
            if socket is not None:
                self._remember_session(socket)
                await socket.close_quietly(code)

    async def _connect(self) -> GatewayConnection:
        if self._session is not None:
            known = self._session
            async with asyncio.timeout(self._timing.connect_timeout):
                return await GatewayConnection.from_client(
                    self._client,
                    shard_id=self._shard,
                    gateway=known.gateway_url,
                    session=known.id,
                    sequence=known.sequence,
                    resume=True,
                )
        async with self._session_start_lock:
            # Waited for without a connection: nobody would read it. What fails before the IDENTIFY counts nothing.
            await self._session_limit.wait_for_session()
            async with asyncio.timeout(self._timing.connect_timeout):
                address = await fetch_discord_gateway_url(self._client)
                return await GatewayConnection.from_client(self._client, shard_id=self._shard, gateway=address)

    async def _drop_unresumable_session(self) -> None:
        """Whether the address for resuming is gone while Discord is there: then the session is given up."""
        if self._session is None:
            return
        self._resume_failures += 1
        if self._resume_failures >= MAX_RESUME_FAILURES:
            with suppress(TryLater, DeliveryUncertain, Undeliverable):
                await fetch_discord_gateway_url(self._client)
                self._session, self._resume_failures = None, 0

    def _remember_session(self, socket: GatewayConnection) -> None:
        if socket.session_id is not None and socket.gateway is not None:
            self._session = ResumableSession(socket.session_id, socket.sequence, socket.gateway)
        if socket.has_greeted:
            self._resume_failures = 0
            if self._last_problem:
                log.info("connected to discord again", shard=self._shard or 0)
            self._last_problem = ""

    def _log_problem(self, why: str) -> None:
        usual = why == "closed" and self._tries <= 1  # Discord asks for it now and then
        if why != self._last_problem and not usual:
            log.warning("discord's gateway is not there; tried again until it is", why=why, shard=self._shard or 0)
            self._last_problem = why
