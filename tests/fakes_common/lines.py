"""A WebSocket of the bot, and the ways in which it breaks."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import WSMsgType, web

CLOSED_LINE_TYPES = (WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)


class FakeLine:
    """One connection. `silent`: half-open, nothing comes and nothing is answered."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse) -> None:
        self.request = request
        self.ws = ws
        self.silent = False
        self.gone = False

    @property
    def open(self) -> bool:
        return not self.gone and not self.ws.closed

    async def send(self, message: dict[str, Any]) -> None:
        """Send, or lose it when the line is dead without anybody knowing."""
        if self.silent or not self.open:
            return
        try:
            await self._write(json.dumps(message))
        except ConnectionError:
            self.gone = True

    async def _write(self, text: str) -> None:
        await self.ws.send_str(text)

    async def close(self, code: int = 1000) -> None:
        self.gone = True
        await self.ws.close(code=code)

    def drop(self) -> None:
        """Cut the line without a word."""
        self.gone = True
        if self.request.transport is not None:
            self.request.transport.abort()

    def silence(self) -> None:
        """Leave the line half-open: pings, messages and a close are not answered any more, and nothing comes."""
        self.silent = True
