"""One connection of Socket Mode, which never reconnects by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType
from slack_bolt.response import BoltResponse

from adapters.common.tasks import BackgroundTasks
from bot.domain.errors import DeliveryUncertain

SocketEnvelope = Mapping[str, Any]
"""What Slack sends: a `type`, a `payload`, and the `envelope_id` by which it is acknowledged."""


class SocketConnection:
    """Reads one socket, and starts `serve` for each request on it. Another has to be opened when it ends."""

    def __init__(
        self,
        websocket: ClientWebSocketResponse,
        serve: Callable[[SocketConnection, SocketEnvelope], Coroutine[Any, Any, None]],
    ) -> None:
        self.websocket = websocket
        #: Set when Slack has greeted or answered a ping, and at the end.
        self.answered = asyncio.Event()
        #: Set when Slack asks for another connection, and at the end.
        self.over = asyncio.Event()
        self._serve = serve
        self._requests = BackgroundTasks()
        self._reader = asyncio.create_task(self._read())

    def raise_if_closed(self) -> None:
        """Raises `DeliveryUncertain` when the socket is closed; aiohttp closes it when the peer is silent."""
        if self.websocket.closed:
            raise DeliveryUncertain("closed")

    async def acknowledge(self, envelope: SocketEnvelope, answer: BoltResponse) -> None:
        """Send Bolt's answer to a request. Raises what aiohttp raises."""
        payload: dict[str, Any] = {}
        if answer.body:
            is_json = answer.headers.get("content-type", [""])[0].startswith("application/json")
            payload = {"payload": json.loads(answer.body) if is_json else {"text": answer.body}}
        await self.websocket.send_json({"envelope_id": envelope["envelope_id"], **payload})

    async def drain_and_close(self, handover_seconds: float, drain_seconds: float, goodbye_seconds: float) -> None:
        """Read on, wait for the requests in progress, then close. Never raises, and never hangs on a dead peer."""
        await asyncio.wait((self._reader,), timeout=handover_seconds)
        await self._requests.drain(drain_seconds)
        with suppress(Exception):
            async with asyncio.timeout(goodbye_seconds):
                await self.websocket.close()
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)

    async def _read(self) -> None:
        try:
            async for message in self.websocket:
                self.answered.set()
                if message.type is WSMsgType.PING:
                    await self.websocket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    self._take(message.data)
        finally:
            self.answered.set()
            self.over.set()

    def _take(self, text: str) -> None:
        with suppress(ValueError, RecursionError):
            match json.loads(text):
                case {"type": "disconnect"}:
                    self.over.set()
                case {"type": str(), "envelope_id": str(), "payload": dict()} as envelope:
                    self._requests.start(self._serve(self, envelope))
