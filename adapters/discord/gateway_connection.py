"""One socket to Discord's gateway, and the address for it. The frames and the heartbeats are discord.py's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import discord
from aiohttp import ClientWebSocketResponse
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route
from yarl import URL

from adapters.discord.api import translate_discord_errors
from bot.domain.errors import DeliveryUncertain, TryLater

GREETING_EVENTS = ("READY", "RESUMED")
GATEWAY_CLOSE_SECONDS = 2.0  # for the peer to answer a close frame
HEARTBEATS_PER_SILENCE = 2.5  # heartbeats in the time after which a silent connection is considered dead
NOT_FOUND_ERROR = "http_404"
DAY_MILLISECONDS = 86_400_000  # Discord docs, Gateway, Session Start Limit Object: the limit is counted by days


class GatewayConnection(DiscordWebSocket):
    """A gateway socket that beats often enough to notice a dead connection within the client's `heartbeat_timeout`.

    Discord asks for a heartbeat every 41 seconds, and accepts 120 messages a minute.
    """

    is_greeted = False

    @property
    def _keep_alive(self) -> KeepAliveHandler | None:
        return self._beating

    @_keep_alive.setter
    def _keep_alive(self, handler: KeepAliveHandler | None) -> None:
        if handler is not None:
            most = self._max_heartbeat_timeout / HEARTBEATS_PER_SILENCE
            handler.interval = min(handler.interval or most, most)
        self._beating = handler

    async def wait_for_greeting(self) -> None:
        """Process events until Discord has sent READY or RESUMED."""
        greetings = [self.wait_for(event, lambda _: True) for event in GREETING_EVENTS]
        while not any(greeting.done() for greeting in greetings):
            await self.poll_event()
        self.is_greeted = True

    async def close_quietly(self, code: int) -> None:
        """Close the socket. Never raises, and waits two seconds at most."""
        with suppress(Exception):
            async with asyncio.timeout(GATEWAY_CLOSE_SECONDS):
                await self.close(code)


async def open_gateway_connection(client: discord.Client, **options: Any) -> GatewayConnection:
    """Connect, and begin or resume a session. Raises what the library raises, and leaves nothing open then."""
    opened: list[GatewayConnection] = []

    class OpeningConnection(GatewayConnection):
        def __init__(self, socket: ClientWebSocketResponse, *, loop: asyncio.AbstractEventLoop) -> None:
            super().__init__(socket, loop=loop)
            opened.append(self)

    try:
        return await OpeningConnection.from_client(client, **options)
    except BaseException:
        for connection in opened:
            await connection.close_quietly(4000)
        raise


async def fetch_gateway_url(client: discord.Client) -> URL:
    """The general address of the gateway.

    Raises as `translate_discord_errors` does, and `TryLater` when Discord lets no session begin now.
    """
    try:
        answer = await _fetch_gateway_info(client, "/gateway/bot")
    except TryLater as problem:
        if str(problem) != NOT_FOUND_ERROR:
            raise
        answer = await _fetch_gateway_info(client, "/gateway")  # without the limit; some proxies pass only this on
    url = answer.get("url")
    address = URL(url) if isinstance(url, str) else URL()
    if not address.is_absolute():
        raise DeliveryUncertain("no_gateway")
    _raise_if_no_session_left(answer.get("session_start_limit"))
    return address


async def _fetch_gateway_info(client: discord.Client, path: str) -> Mapping[str, Any]:
    # Not `get_bot_gateway`: it fails when Discord sends no limit, and hides what a failure was.
    answer = await translate_discord_errors(client.http.request(Route("GET", path)))
    if not isinstance(answer, Mapping):
        raise DeliveryUncertain("no_gateway")
    return answer


def _raise_if_no_session_left(limit: object) -> None:
    # A limit that is missing or unreadable is ignored: `DiscordSessionLimit` counts sessions, too.
    remaining = limit.get("remaining") if isinstance(limit, Mapping) else None
    if isinstance(limit, Mapping) and isinstance(remaining, int) and remaining < 1:
        reset_after = limit.get("reset_after")
        wait = reset_after if isinstance(reset_after, int) and 0 <= reset_after <= DAY_MILLISECONDS else 0
        raise TryLater("session_start_limit", timedelta(milliseconds=wait))
