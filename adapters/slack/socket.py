"""Socket Mode, watched over: a socket that is dropped, silent or refreshed is replaced by a new one.

Only the frames are slack_sdk's. Its own reconnecting asks an old address for ever and goes by the wall clock
(slackapi/python-slack-sdk #1110, #1446, #1462); all of that is done here, on the monotonic clock.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.common.rate_limits import Clock
from adapters.common.token import Revoked
from adapters.slack.api import silent, told
from bot.domain.errors import TryLater, Uncertain, Undeliverable
from bot.faults import report

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """All in seconds. With these a socket is back 25 seconds after its peer at the latest."""

    ping: float = 5.0  # a peer that has been silent for one and a half of these is gone
    look: float = 1.0  # how often the socket is looked at
    open: float = 10.0  # an address, a connection and a greeting are there by then, or never
    pause: float = 0.5  # before the second try; doubled with each, up to `longest_pause`
    longest_pause: float = 10.0
    refused: float = 60.0  # before a token that was refused is tried again; doubled likewise
    longest_refused: float = 600.0
    settled: float = 20.0  # a socket that lived shorter counts as a failed try
    renew: float = 3600.0  # an older socket is replaced: some live on and bring nothing (#1701)
    drain: float = 3.0  # what is in hand is waited for; Slack itself waits no longer
    goodbye: float = 1.0  # a peer may answer until then that we leave


class _Client(SocketModeClient):
    """One connection and no second: it says when it wants to be replaced, and leaves that to us."""

    def __init__(self, app_token: str, web_client: AsyncWebClient, timing: Timing) -> None:
        super().__init__(app_token, silent, web_client, auto_reconnect_enabled=False, ping_interval=timing.ping)
        self.lost = asyncio.Event()
        self.greeted = asyncio.Event()
        self.busy: set[asyncio.Task[Any]] = set()
        self.on_message_listeners.append(self._greet)

    @property
    def alive(self) -> bool:
        heard = self.greeted.is_set() or self.last_ping_pong_time is not None
        return heard and self.current_session is not None and not self.current_session.closed

    async def connect(self) -> None:
        """One try at the address in `wss_uri`. Raises what aiohttp raises."""
        tls = self.web_client.ssl if self.web_client.ssl is not None else True
        # aiohttp's heartbeat goes by the loop's clock, and closes the session when no pong comes.
        self.current_session = await self.aiohttp_client_session.ws_connect(
            self.wss_uri or "", autoping=False, heartbeat=self.ping_interval, proxy=self.proxy, ssl=tls
        )
        # That a socket is open says nothing: its peer greets, or at least answers. The SDK notes only such a pong.
        await self.current_session.ping(b"sdk-ping-pong:0")
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Slack asked for it with a `disconnect`; the SDK would go on for ever here."""
        self.lost.set()

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """As the SDK does, which itself keeps no hold of the task that this runs in."""
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self.busy.add(task)
        task.add_done_callback(self.busy.discard)
        await super().run_message_listeners(message, raw_message)

    async def _greet(self, message: aiohttp.WSMessage) -> None:
        # The first message is Slack's `hello`.
        self.greeted.set()

    async def shut(self, drain: float, goodbye: float) -> None:
        """Let what is in hand end, then close. Never raises, never hangs on a peer that is gone."""
        with suppress(TimeoutError):
            async with asyncio.timeout(drain):
                while self.busy:  # what comes meanwhile is taken too
                    await asyncio.wait(self.busy)
        with suppress(Exception):
            await asyncio.wait_for(self.close(), goodbye)  # type: ignore[no-untyped-call]
        tasks = [one for one in (self.message_processor, self.message_receiver, *self.busy) if one is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.aiohttp_client_session.close()


class Socket:
    """Keeps one socket open and hands what it brings to a Bolt app, until stopped."""

    def __init__(self, now: Clock, timing: Timing | None = None, jitter: Callable[[], float] = random.random) -> None:
        self._now = now
        self._timing = timing or Timing()
        self._jitter = jitter
        self._client: _Client | None = None
        self._task: asyncio.Task[None] | None = None
        self._shutting: set[asyncio.Task[None]] = set()
        self._refused: Revoked | None = None
        self._known = asyncio.Event()
        self._leaving = False

    @property
    def healthy(self) -> bool:
        """Whether a socket is open on which Slack has greeted or answered."""
        return self._client is not None and self._client.alive

    async def start(self, app: AsyncApp, app_token: str, web_client: AsyncWebClient) -> None:
        """Begin, and go on until `stop`; `web_client` says where Slack's API is. Returns at once."""
        self._app, self._token, self._web = app, app_token, web_client
        self._task = asyncio.create_task(self._keep())

    async def opened(self) -> None:
        """Until Slack has been heard for the first time. Raises `Revoked` when it refuses the token instead."""
        await self._known.wait()
        if self._refused is not None:
            raise self._refused

    async def stop(self) -> None:
        """Take nothing new, let what is in hand end, close. Twice is harmless."""
        self._leaving = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._retire()
        await asyncio.gather(*self._shutting)

    async def _keep(self) -> None:
        tries = 0
        while True:
            try:
                fresh = await self._open()
            except Exception as problem:
                tries += 1
                await self._wait(problem, tries)
                continue
            self._retire()
            self._client = fresh
            self._known.set()
            began = self._now()
            await self._watch(fresh, began)
            if not fresh.alive:
                log.info("socket lost")
                self._retire()
            # One that comes and goes is no better than one that never came.
            tries = 0 if self._now() - began >= self._timing.settled else tries + 1
            if tries:
                await asyncio.sleep(self._pause(self._timing.pause, self._timing.longest_pause, tries))

    async def _open(self) -> _Client:
        """A socket on which Slack was heard. Raises what stood in the way."""
        client = _Client(self._token, self._web, self._timing)
        client.socket_mode_request_listeners.append(self._serve)
        try:
            async with asyncio.timeout(self._timing.open):
                client.wss_uri = await self._address()
                await client.connect()
                await self._greeted(client)
        except BaseException:
            self._shut(client)
            raise
        log.info("socket open")
        return client

    async def _greeted(self, client: _Client) -> None:
        while not client.alive:
            if client.current_session is None or client.current_session.closed:
                raise Uncertain("closed")
            await _within(self._timing.look, client.greeted)

    async def _address(self) -> str:
        answer = await told(self._web.apps_connections_open(app_token=self._token))
        self._refused = None
        return str(answer["url"])

    async def _watch(self, client: _Client, began: float) -> None:
        """Until it wants to be replaced: closed, silent, told to go, or old."""
        while client.alive and not client.lost.is_set() and self._now() - began < self._timing.renew:
            await _within(self._timing.look, client.lost)

    async def _wait(self, problem: Exception, tries: int) -> None:
        timing, why = self._timing, type(problem).__name__
        if isinstance(problem, TryLater | Uncertain | Undeliverable):
            why = str(problem) or why
        if isinstance(problem, Revoked):
            if self._refused is None and self._known.is_set():  # before that, `opened` tells it
                log.error("slack refuses the app token; it is tried again now and then", why=why)
            self._refused = problem
            self._known.set()
            await asyncio.sleep(self._pause(timing.refused, timing.longest_refused, tries))
            return
        if tries & (tries - 1) == 0:  # the first, the second, the fourth: an outage of days is told in a few lines
            log.warning("no socket", why=why, tries=tries)
        asked = problem.after.total_seconds() if isinstance(problem, TryLater) and problem.after else 0.0
        await asyncio.sleep(max(asked, self._pause(timing.pause, timing.longest_pause, tries)))

    def _pause(self, first: float, longest: float, tries: int) -> float:
        # From half to the whole of it: many bots that lost Slack at once do not come back at once.
        return float(min(first * 2 ** min(tries - 1, 30), longest) * (0.5 + self._jitter() / 2))

    async def _serve(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if self._leaving:
            return  # not begun and not acknowledged: Slack hands events out again
        try:
            answer = await run_async_bolt_app(self._app, request)
        except Exception as problem:
            report(problem)
            return
        if answer.status != 200:
            log.warning("not acknowledged", status=answer.status, kind=request.type)
        try:
            await send_async_response(client, request, answer, 0.0)
        except Exception as problem:
            log.warning("acknowledgement lost", problem=type(problem).__name__, kind=request.type)

    def _retire(self) -> None:
        if self._client is not None:
            self._shut(self._client)
            self._client = None

    def _shut(self, client: _Client) -> None:
        task = asyncio.create_task(client.shut(self._timing.drain, self._timing.goodbye))
        self._shutting.add(task)
        task.add_done_callback(self._shutting.discard)


async def _within(seconds: float, event: asyncio.Event) -> None:
    """Until it happens, for so long at most."""
    # Not `wait_for`: on Python 3.11 it loses a cancellation that comes together with the event.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
