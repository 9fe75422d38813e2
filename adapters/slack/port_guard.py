"""The open port of HTTP mode. Nothing that is broken, endless or hostile stays on it, and nothing of it is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import cast

from aiohttp import web

from adapters.slack.http import closing

SLOWEST_HEAD = 10.0  # seconds until a new connection has sent a request's headers
IDLE = 75.0  # seconds that a connection is kept for another request; longer than a proxy keeps one
LINGER = 2.0  # seconds for which the rest of a refused body is taken, so that the refusal is read
DRAIN = 3.0  # seconds that requests in hand are waited for; Slack itself waits no longer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Anything = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

# aiohttp tells of broken requests with their text.
silent = logging.getLogger("adapters.slack.aiohttp")
silent.setLevel(logging.CRITICAL + 1)


class Door:
    """Opens a web app on a host and a port, and closes it again without losing what is in hand."""

    def __init__(self, app: web.Application, slowest: float = SLOWEST_HEAD, drain: float = DRAIN) -> None:
        self._slowest = slowest
        self._mute: dict[asyncio.BaseProtocol, asyncio.TimerHandle] = {}
        app.middlewares.append(self._note)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=silent,
            keepalive_timeout=IDLE,
            lingering_time=LINGER,
            auto_decompress=False,
            shutdown_timeout=drain,
        )
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> int:
        """Listen; the port, which is chosen when `port` is 0. Raises `OSError`."""
        await self._runner.setup()
        self._inner.request_handler = _expecting(self._inner.request_handler)
        self._server = await asyncio.get_running_loop().create_server(self._connection, host, port, backlog=128)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Take nothing new, answer what is in hand, then end. Twice is harmless."""
        if self._server is not None:
            self._server.close()
        for alarm in self._mute.values():
            alarm.cancel()
        self._mute.clear()
        await self._runner.cleanup()

    @property
    def _inner(self) -> web.Server:
        return cast(web.Server, self._runner.server)  # there since setup

    def _connection(self) -> asyncio.Protocol:
        # aiohttp waits for ever for the first headers of a connection.
        connection = self._inner()
        alarm = asyncio.get_running_loop().call_later(self._slowest, self._end_mute, connection)
        self._mute[connection] = alarm
        return connection

    def _end_mute(self, connection: web.RequestHandler) -> None:
        del self._mute[connection]
        connection.force_close()

    @web.middleware
    async def _note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        alarm = self._mute.pop(request.protocol, None)
        if alarm is not None:
            alarm.cancel()
        return await handler(request)


def _expecting(handler: Anything) -> Anything:
    """Ends what expects something unknown to HTTP: aiohttp would quote it, and stumble over what is no text."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("Expect", "100-continue").lower() != "100-continue":
            return closing(HTTPStatus.EXPECTATION_FAILED)
        return await handler(request)

    return handle
