"""The open port of HTTP mode. Broken, endless and hostile connections are closed, and nothing of them is logged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import cast

from aiohttp import web

from adapters.slack.http import closing_response

MAX_HEADER_SECONDS = 10.0  # seconds in which a new connection must send a request's headers
KEEP_ALIVE_SECONDS = 75.0  # seconds that an idle connection stays open; longer than a proxy keeps one
REFUSED_BODY_SECONDS = 2.0  # seconds for which the rest of a refused body is read, so that the client reads the refusal
HTTP_DRAIN_SECONDS = 3.0  # seconds to wait for requests in progress; Slack itself waits no longer

HttpHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]
RawHttpHandler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

# aiohttp logs broken requests with their content.
silent_http_logger = logging.getLogger("adapters.slack.aiohttp")
silent_http_logger.setLevel(logging.CRITICAL + 1)


class SlackHttpServer:
    """Serves a web app on a host and a port, and closes without losing requests in progress."""

    def __init__(
        self,
        app: web.Application,
        header_seconds: float = MAX_HEADER_SECONDS,
        drain_seconds: float = HTTP_DRAIN_SECONDS,
    ) -> None:
        self._header_seconds = header_seconds
        self._header_timers: dict[asyncio.BaseProtocol, asyncio.TimerHandle] = {}
        app.middlewares.append(self._cancel_header_timer)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=silent_http_logger,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            lingering_time=REFUSED_BODY_SECONDS,
            auto_decompress=False,
            shutdown_timeout=drain_seconds,
        )
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> int:
        """Listen and return the port; 0 lets the system choose one. Raises `OSError`."""
        await self._runner.setup()
        self._aiohttp_server.request_handler = _refuse_unknown_expectations(self._aiohttp_server.request_handler)
        self._server = await asyncio.get_running_loop().create_server(self._accept_connection, host, port, backlog=128)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Accept nothing new, answer the requests in progress, then end. Closing twice is harmless."""
        if self._server is not None:
            self._server.close()
        for timer in self._header_timers.values():
            timer.cancel()
        self._header_timers.clear()
        await self._runner.cleanup()

    @property
    def _aiohttp_server(self) -> web.Server:
        return cast(web.Server, self._runner.server)  # exists after setup()

    def _accept_connection(self) -> asyncio.Protocol:
        # aiohttp waits forever for the first headers of a connection.
        connection = self._aiohttp_server()
        timer = asyncio.get_running_loop().call_later(self._header_seconds, self._close_silent_connection, connection)
        self._header_timers[connection] = timer
        return connection

    def _close_silent_connection(self, connection: web.RequestHandler) -> None:
        del self._header_timers[connection]
        connection.force_close()

    @web.middleware
    async def _cancel_header_timer(self, request: web.Request, handler: HttpHandler) -> web.StreamResponse:
        timer = self._header_timers.pop(request.protocol, None)
        if timer is not None:
            timer.cancel()
        return await handler(request)


def _refuse_unknown_expectations(handler: RawHttpHandler) -> RawHttpHandler:
    """Refuse an Expect header other than 100-continue: aiohttp would quote it, and fail on one that is no text."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("Expect", "100-continue").lower() != "100-continue":
            return closing_response(HTTPStatus.EXPECTATION_FAILED)
        return await handler(request)

    return handle
