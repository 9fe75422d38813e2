"""One connection of Socket Mode, which never reconnects by itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, cast

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import silent_sdk_logger
from bot.domain.errors import DeliveryUncertain


class SocketClient(SocketModeClient):
    """One connection that never reconnects: it sets `replacement_wanted`, and `SlackSocket` opens another."""

    def __init__(self, app_token: str, web_client: AsyncWebClient, ping_seconds: float) -> None:
        super().__init__(
            app_token, silent_sdk_logger, web_client, auto_reconnect_enabled=False, ping_interval=ping_seconds
        )
        self.replacement_wanted = asyncio.Event()
        self.greeted = asyncio.Event()
        self.running_tasks: set[asyncio.Task[Any]] = set()
        self.on_message_listeners.append(self._on_first_message)

    @property
    def is_alive(self) -> bool:
        has_answered = self.greeted.is_set() or self.last_ping_pong_time is not None
        return has_answered and not self._is_closed

    def raise_if_closed(self) -> None:
        """Raises `DeliveryUncertain` when the socket is closed; aiohttp closes it when the peer is silent."""
        if self._is_closed:
            raise DeliveryUncertain("closed")

    @property
    def _is_closed(self) -> bool:
        return self.current_session is None or self.current_session.closed

    async def connect(self) -> None:
        """Connect to `wss_uri`, in one try. Raises what aiohttp raises."""
        tls = self.web_client.ssl if self.web_client.ssl is not None else True
        # aiohttp's heartbeat uses the loop's clock, and closes the session when no pong comes.
        self.current_session = await self.aiohttp_client_session.ws_connect(
            self.wss_uri or "", autoping=False, heartbeat=self.ping_interval, proxy=self.proxy, ssl=tls
        )
        # An open socket proves nothing: the peer must greet or answer. The SDK records pongs to this payload only.
        await self.current_session.ping(b"sdk-ping-pong:0")
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Slack asked for a new connection with a `disconnect`; the SDK would retry here forever."""
        self.replacement_wanted.set()

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """As in the SDK, which keeps no reference to the task that this runs in."""
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self.running_tasks.add(task)
        task.add_done_callback(self.running_tasks.discard)
        await super().run_message_listeners(message, raw_message)

    async def _on_first_message(self, message: aiohttp.WSMessage) -> None:
        # The first message is Slack's `hello`.
        self.greeted.set()

    async def drain_and_close(self, drain_seconds: float, goodbye_seconds: float) -> None:
        """Wait for the running listeners, then close. Never raises, and never hangs on a dead peer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(drain_seconds):
                while self.running_tasks:  # including those that start meanwhile
                    await asyncio.wait(self.running_tasks)
        with suppress(Exception):
            await asyncio.wait_for(self.close(), goodbye_seconds)  # type: ignore[no-untyped-call]
        tasks = [one for one in (self.message_processor, self.message_receiver, *self.running_tasks) if one is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.aiohttp_client_session.close()
