"""A supervised connection to Discord's gateway: a lost session is resumed, or a new one is started.

Only the frames and the heartbeats are discord.py's. Its own reconnecting ends when the first connection fails, keeps
a hard-coded address for sessions that were ended, goes on resuming at addresses that are gone, waits up to 15 minutes,
and leaves sockets open that were never used. So none of it is used: every new session asks Discord for the address of
its gateway, and a resume uses the address of the last READY.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

import aiohttp
import discord
import structlog
from discord.gateway import ReconnectWebSocket
from yarl import URL

from adapters.common.token import TokenRefused
from adapters.discord.gateway_connection import GatewayConnection
from adapters.discord.gateway_timing import GatewayTiming
from adapters.discord.gateway_url import fetch_discord_gateway_url
from adapters.discord.heartbeat import gateway_heartbeats
from adapters.discord.session_limit import DiscordSessionLimit
from bot.domain.errors import DeliveryUncertain, TryLater, Undeliverable
from bot.faults import report_fault

AUTHENTICATION_FAILED_CODE = 4004  # Discord docs, Gateway Close Event Codes: authentication failed
# After these a client should not reconnect (same page).
FATAL_CLOSE_CODES = frozenset((AUTHENTICATION_FAILED_CODE, 4010, 4011, 4012, 4013, 4014))
MAX_RESUME_FAILURES = 3  # failed resumes in a row before a new session is considered

log = structlog.get_logger(__name__)


class ResumableSession(NamedTuple):
    """What Discord needs to resume a session after its connection was lost."""

    id: str
    #: Number of the last event received. None: no event yet.
    sequence: int | None
    #: The address to resume at, as the last READY gave it.
    gateway_url: URL


class ShardConnection:
    """Keeps one shard connected. All shards of a bot share `session_start_lock`, so their sessions begin in turn."""

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
        """Whether a connection is open and greeted by Discord."""
        return self.socket is not None and self.socket.open and self.socket.has_greeted

    async def run(self) -> int:
        """Stay connected until cancelled, or until a close code that forbids reconnecting, which is returned."""
        while True:
            try:
                retry_after = await self._serve_until_failure()
            except discord.ConnectionClosed as closed:
                return closed.code
            except TokenRefused:
                return AUTHENTICATION_FAILED_CODE
            if self._tries:
                await self._timing.pause_before_retry(self._tries, retry_after)

    async def _serve_until_failure(self) -> timedelta | None:
        """Serve one connection until it fails, and log why. Returns how long Discord asked to wait, if it did."""
        retry_after = None
        try:
            await self._serve_connection()
        except ReconnectWebSocket as request:
            self._session = self._session if request.resume else None
            self._log_problem("closed" if request.resume else "session ended")
        except (discord.ConnectionClosed, TokenRefused) as refusal:
            if isinstance(refusal, TokenRefused) or refusal.code in FATAL_CLOSE_CODES:
                raise
            self._log_problem(f"closed_{refusal.code}")
        except (OSError, aiohttp.ClientError, TryLater, DeliveryUncertain, Undeliverable) as problem:
            retry_after = problem.retry_after if isinstance(problem, TryLater) else None
            is_translated = isinstance(problem, TryLater | DeliveryUncertain | Undeliverable)
            self._log_problem(str(problem) if is_translated else type(problem).__name__)
        except Exception as problem:  # an event that the library cannot process: resume after it
            report_fault(problem)
            self._log_problem("fault")
        await self._drop_unresumable_session()
        return retry_after

    async def _serve_connection(self) -> None:
        began_at, close_code = self._timing.now(), 4000
        socket: GatewayConnection | None = None
        try:
            self.socket = socket = await self._connect()
            began_at = self._timing.now()
            async with asyncio.timeout(self._timing.connect_timeout):
                while not socket.has_greeted:
                    await socket.poll_event()
            async with gateway_heartbeats(socket, self._timing.heartbeat_interval):
                while True:
                    self._remember_session(socket)
                    await socket.poll_event()
        except asyncio.CancelledError:
            close_code = 1000  # a normal close: Discord shows the bot as offline at once
            raise
        finally:
            self.socket = None
            lived_seconds = self._timing.now() - began_at
            was_stable = socket is not None and socket.has_greeted and lived_seconds >= self._timing.stable_after
            self._tries = 0 if was_stable else self._tries + 1
            if socket is not None:
                self._remember_session(socket)
                await socket.close_quietly(close_code)

    async def _connect(self) -> GatewayConnection:
        if self._session is not None:
            session = self._session
            async with asyncio.timeout(self._timing.connect_timeout):
                return await GatewayConnection.from_client(
                    self._client,
                    shard_id=self._shard,
                    gateway=session.gateway_url,
                    session=session.id,
                    sequence=session.sequence,
                    resume=True,
                )
        async with self._session_start_lock:
            # Wait before connecting: nothing would read the socket. A failure before the IDENTIFY is not counted.
            await self._session_limit.wait_for_session()
            async with asyncio.timeout(self._timing.connect_timeout):
                address = await fetch_discord_gateway_url(self._client)
                return await GatewayConnection.from_client(self._client, shard_id=self._shard, gateway=address)

    async def _drop_unresumable_session(self) -> None:
        """Give up a session that failed to resume three times, if Discord itself can be reached."""
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
        is_routine = why == "closed" and self._tries <= 1  # Discord asks for a reconnect from time to time
        if why != self._last_problem and not is_routine:
            log.warning("discord's gateway is not there; tried again until it is", why=why, shard=self._shard or 0)
            self._last_problem = why
