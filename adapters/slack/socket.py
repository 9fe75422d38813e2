"""Supervised Socket Mode: a socket that is closed, silent, old or asked to refresh is replaced by a new one.

slack_sdk's client is not used: it retries an old address forever and uses the wall clock (slackapi/python-slack-sdk
#1110, #1446, #1462). Here it is done with new addresses, on the monotonic clock.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from aiohttp import ClientSession
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from adapters.common.supervisor import ConnectionSupervisor
from adapters.common.token import TokenRefused
from adapters.slack.api import translate_slack_errors
from adapters.slack.socket_connection import SocketConnection, SocketEnvelope
from adapters.slack.socket_timing import SocketTiming

log = structlog.get_logger(__name__)


class SlackSocket(ConnectionSupervisor[SocketConnection]):
    """Keeps one socket open until stopped, and dispatches its requests to a Bolt app."""

    _timing: SocketTiming

    def __init__(
        self, app: AsyncApp, app_token: str, session: ClientSession, timing: SocketTiming | None = None
    ) -> None:
        super().__init__("slack", timing or SocketTiming())
        self._app = app
        self._token = app_token
        self._session = session
        self._closing_tasks: set[asyncio.Task[None]] = set()
        self._refusal: TokenRefused | None = None
        self._is_first_outcome_known = asyncio.Event()

    @property
    def healthy(self) -> bool:
        """Whether a socket is open on which Slack has greeted or answered."""
        return self.connection is not None and not self.connection.websocket.closed

    async def wait_open(self) -> None:
        """Wait until the first socket is open. Raises `TokenRefused` if Slack refuses the app token instead."""
        await self._is_first_outcome_known.wait()
        if self._refusal is not None:
            raise self._refusal

    async def stop(self) -> None:
        """Accept nothing new, finish the requests in progress, close. Stopping twice is harmless."""
        await super().stop()
        await asyncio.gather(*self._closing_tasks)

    async def open(self) -> SocketConnection:
        """A socket on which Slack has greeted or answered. Raises whatever prevented that."""
        async with asyncio.timeout(self._timing.open_seconds):
            url, client = await self._fetch_socket_url(), self._app.client
            # aiohttp's heartbeat uses the loop's clock, and closes the socket when no pong comes.
            websocket = await self._session.ws_connect(
                url,
                autoping=False,
                heartbeat=self._timing.ping_seconds,
                proxy=client.proxy,
                ssl=True if client.ssl is None else client.ssl,
            )
            connection = SocketConnection(websocket, self._serve_request)
            try:
                # An open socket proves nothing: the peer must greet or answer.
                await websocket.ping()
                await connection.answered.wait()
                connection.raise_if_closed()
            except BaseException:
                await self.close(connection)
                raise
        self._is_first_outcome_known.set()
        return connection

    async def watch(self, connection: SocketConnection) -> None:
        """Raise when the socket is closed or silent. Return when Slack asks for another, or when it is old."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timing.max_age_seconds):
                await connection.over.wait()
        connection.raise_if_closed()

    async def close(self, connection: SocketConnection) -> None:
        """Close in the background, after the requests in progress: another socket need not wait for them."""
        handover = 0.0 if self.is_stopping else self._timing.handover_seconds
        task = asyncio.create_task(
            connection.drain_and_close(handover, self._timing.drain_seconds, self._timing.goodbye_seconds)
        )
        self._closing_tasks.add(task)
        task.add_done_callback(self._closing_tasks.discard)

    async def _fetch_socket_url(self) -> str:
        try:
            answer = await translate_slack_errors(self._app.client.apps_connections_open(app_token=self._token))
        except TokenRefused as refusal:
            if self._refusal is None and self._is_first_outcome_known.is_set():  # before that, `wait_open` raises it
                log.error("slack refuses the app token; it is tried again now and then", why=str(refusal))
            self._refusal = refusal
            self._is_first_outcome_known.set()
            raise
        self._refusal = None
        return str(answer["url"])

    async def _serve_request(self, connection: SocketConnection, envelope: SocketEnvelope) -> None:
        if self.is_stopping:
            return  # not started and not acknowledged: Slack delivers events again
        answer = await self._app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=dict(envelope["payload"])))
        if answer.status != 200:
            log.warning("not acknowledged", status=answer.status, kind=envelope["type"])
            return
        try:
            await connection.acknowledge(envelope, answer)
        except Exception as problem:
            log.warning("acknowledgement lost", problem=type(problem).__name__, kind=envelope["type"])
