"""A supervised connection to Discord's gateway: a lost session is resumed, or a new one is started.

discord.py's own reconnecting ends when the first connection fails, keeps a hard-coded address for sessions that were
ended, goes on resuming at addresses that are gone, waits up to 15 minutes, and leaves sockets open that were never
used. So none of it is used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import discord
import structlog
from discord.gateway import ReconnectWebSocket
from yarl import URL

from adapters.common.supervisor import ConnectionSupervisor
from adapters.common.token import TokenRefused, TokenState
from adapters.discord.client import DiscordClient
from adapters.discord.gateway_connection import GatewayConnection, fetch_gateway_url, open_gateway_connection
from adapters.discord.gateway_timing import GatewayTiming
from bot.domain.errors import DeliveryUncertain, TryLater, Undeliverable

AUTHENTICATION_FAILED_CODE = 4004
# Discord docs, Gateway Close Event Codes: those after which a client should not reconnect, and how to fix each.
CLOSE_CODE_FIXES = {
    AUTHENTICATION_FAILED_CODE: "Copy the token anew from Bot at the Discord Developer Portal, and start again",
    4010: "DISCORD_SHARDS does not fit; set it to what Discord recommends, and start again",
    4011: "The bot is in too many servers for so few shards; set DISCORD_SHARDS higher, and start again",
    4012: "This version of the bot is too old for Discord; bring it up to date",
    4013: "This version of the bot asks for events that Discord does not know; bring it up to date",
    4014: "Discord does not allow the bot its events; look at Bot, Privileged Gateway Intents at the Developer Portal",
}

log = structlog.get_logger(__name__)


class ReconnectForbidden(Exception):
    """Discord forbids to connect again before the host has mended something."""


class ResumableSession(NamedTuple):
    """What Discord needs to resume a session after its connection was lost."""

    id: str
    #: Number of the last event received. None: no event yet.
    sequence: int | None
    #: The address to resume at, as the last READY gave it.
    gateway_url: URL


class ShardConnection(ConnectionSupervisor[GatewayConnection]):
    """Keeps one shard connected. The sessions of all shards of a client begin one after the other."""

    _timing: GatewayTiming

    def __init__(
        self, client: DiscordClient, shard: int | None, token_state: TokenState, timing: GatewayTiming
    ) -> None:
        super().__init__("discord" if shard is None else f"discord, shard {shard}", timing)
        self._client = client
        self._shard = shard
        self._token_state = token_state
        self._session: ResumableSession | None = None
        self._lost_at = self._resume_tried_at = 0.0
        self._resume_tries = 0  # since the session was lost

    @property
    def healthy(self) -> bool:
        """Whether a connection is open that Discord has greeted."""
        return self.connection is not None and self.connection.open

    def is_final(self, problem: Exception) -> bool:
        return isinstance(problem, ReconnectForbidden)

    async def open(self) -> GatewayConnection:
        """A connection that Discord has greeted. Raises whatever prevented that, and leaves nothing open."""
        self._token_state.raise_if_refused()
        with self._translate_close_codes():
            connection = await self._resume_or_begin()
            try:
                async with asyncio.timeout(self._timing.connect_timeout):
                    await connection.wait_for_greeting()
            except BaseException:
                await self.close(connection)
                raise
        return connection

    async def watch(self, connection: GatewayConnection) -> None:
        """Process events until the connection is lost, which raises."""
        with self._translate_close_codes():
            while True:
                await connection.poll_event()

    async def close(self, connection: GatewayConnection) -> None:
        """Close the connection, and keep its session for a resume."""
        if connection.is_greeted:
            self._lost_at, self._resume_tries = self._timing.now(), 0
        if connection.session_id is None:  # Discord ended the session, or has not begun it
            self._session = None
        elif self._session is not None and self._session.id == connection.session_id:
            self._session = self._session._replace(sequence=connection.sequence)
        else:
            self._session = ResumableSession(connection.session_id, connection.sequence, connection.gateway)
        # 1000, a normal close, shows the bot as offline at once, and ends the session.
        await connection.close_quietly(1000 if self.is_stopping else 4000)

    async def _resume_or_begin(self) -> GatewayConnection:
        """Resume where READY said, or at every other try where sessions begin: one of the two may be gone.

        A session is given up when a resume that began later than `session_seconds` after its loss failed, but only
        if Discord's API answers: an outage costs no session.
        """
        if self._session is not None:
            is_given_up = self._resume_tried_at - self._lost_at >= self._timing.session_seconds
            self._resume_tried_at = self._timing.now()
            self._resume_tries += 1
            address = await self._find_other_address()
            if address is None or not is_given_up:
                session_id, sequence, resume_url = self._session
                return await self._connect(address or resume_url, session=session_id, sequence=sequence, resume=True)
        async with self._client.session_limit.start_lock:
            # Wait before connecting: nothing would read the socket. A failure before the IDENTIFY is not counted.
            await self._client.session_limit.wait_for_session()
            return await self._connect(await self._fetch_address())

    async def _find_other_address(self) -> URL | None:
        """Where sessions begin, if this try is to go there, and if Discord's API answers."""
        is_late = self._resume_tried_at - self._lost_at >= self._timing.session_seconds
        if is_late or self._resume_tries % 2 == 0:
            with suppress(TimeoutError, TryLater, DeliveryUncertain, Undeliverable):
                return await self._fetch_address()
        return None

    async def _fetch_address(self) -> URL:
        async with asyncio.timeout(self._timing.connect_timeout):
            return await fetch_gateway_url(self._client)

    async def _connect(self, address: URL, **resumed: Any) -> GatewayConnection:
        async with asyncio.timeout(self._timing.connect_timeout):
            return await open_gateway_connection(self._client, shard_id=self._shard, gateway=address, **resumed)

    @contextmanager
    def _translate_close_codes(self) -> Iterator[None]:
        """Raise `TryLater`, `TokenRefused` or `ReconnectForbidden` when Discord closes the connection."""
        try:
            yield
        except ReconnectWebSocket as request:
            raise TryLater("closed" if request.resume else "session_ended") from None
        except discord.ConnectionClosed as closed:
            code = closed.code
            if code not in CLOSE_CODE_FIXES:
                raise TryLater(f"closed_{code}") from None
            log.error("discord has ended the connection", code=code, mend=CLOSE_CODE_FIXES[code])
            if code != AUTHENTICATION_FAILED_CODE:
                raise ReconnectForbidden(str(code)) from None
            self._token_state.mark_refused(str(code))
            raise TokenRefused(str(code)) from None
