"""One socket to Discord's gateway: it notes the greeting, and closes itself when it fails too early."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

import discord
from discord.gateway import DiscordWebSocket

GREETING_EVENTS = frozenset(("READY", "RESUMED"))
GATEWAY_CLOSE_SECONDS = 2.0  # for the peer to answer a close frame


class GatewayConnection(DiscordWebSocket):
    """A gateway socket that closes itself if it fails before `from_client` has returned it."""

    #: Whether Discord has sent READY or RESUMED.
    has_greeted = False
    #: Whether the caller of `from_client` has the socket, and has to close it.
    _is_owned = False

    @classmethod
    async def from_client(cls, client: discord.Client, **options: Any) -> Self:
        connection = await super().from_client(client, **options)
        connection._is_owned = True
        connection._dispatch = connection._watch_for_greeting(client.dispatch)
        return connection

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
        """Close the socket. Never raises, and waits two seconds at most."""
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
        def watch_and_dispatch(event: str, *args: Any) -> None:
            if event == "socket_event_type" and args[0] in GREETING_EVENTS:
                self.has_greeted = True
            dispatch(event, *args)

        return watch_and_dispatch
