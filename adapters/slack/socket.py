"""Supervised Socket Mode: a socket that is closed, silent, old or asked to refresh is replaced by a new one.

Only the framing is slack_sdk's. Its own reconnecting retries an old address forever and uses the wall clock
(slackapi/python-slack-sdk #1110, #1446, #1462); here it is done with new addresses, on the monotonic clock.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.common.rate_limits import MonotonicClock
from adapters.common.token import TokenRefused
from adapters.slack.api import translate_slack_errors
from adapters.slack.socket_client import SocketClient
from adapters.slack.socket_timing import SocketTiming
from bot.domain.errors import DeliveryUncertain, TryLater, Undeliverable
from bot.faults import report_fault

log = structlog.get_logger(__name__)


class SlackSocket:
    """Keeps one socket open until stopped, and dispatches its requests to a Bolt app."""

    def __init__(
        self, now: MonotonicClock, timing: SocketTiming | None = None, jitter: Callable[[], float] = random.random
    ) -> None:
        self._now = now
        self._timing = timing or SocketTiming()
        self._jitter = jitter
        self._client: SocketClient | None = None
        self._keep_open_task: asyncio.Task[None] | None = None
        self._closing_tasks: set[asyncio.Task[None]] = set()
        self._token_refusal: TokenRefused | None = None
        self._outcome_known = asyncio.Event()
        self._stopping = False

    @property
    def healthy(self) -> bool:
        """Whether a socket is open on which Slack has greeted or answered."""
        return self._client is not None and self._client.is_alive

    async def start(self, app: AsyncApp, app_token: str, web_client: AsyncWebClient) -> None:
        """Start keeping a socket open in the background. `web_client` knows the address of Slack's API."""
        self._app, self._token, self._web_client = app, app_token, web_client
        self._keep_open_task = asyncio.create_task(self._keep_open())

    async def wait_open(self) -> None:
        """Wait until the first socket is open. Raises `TokenRefused` if Slack refuses the app token instead."""
        await self._outcome_known.wait()
        if self._token_refusal is not None:
            raise self._token_refusal

    async def stop(self) -> None:
        """Accept nothing new, finish the requests in progress, close. Stopping twice is harmless."""
        self._stopping = True
        if self._keep_open_task is not None:
            self._keep_open_task.cancel()
            await asyncio.gather(self._keep_open_task, return_exceptions=True)
            self._keep_open_task = None
        self._retire_client()
        await asyncio.gather(*self._closing_tasks)

    async def _keep_open(self) -> None:
        tries = 0
        while True:
            try:
                client = await self._open_client()
            except Exception as problem:
                tries += 1
                await self._wait_before_retry(problem, tries)
                continue
            self._retire_client()
            self._client = client
            self._outcome_known.set()
            began = self._now()
            await self._watch_client(client, began)
            if not client.is_alive:
                log.info("socket lost")
                self._retire_client()
            # A socket that opens and is lost soon counts like one that did not open.
            tries = 0 if self._now() - began >= self._timing.settled_seconds else tries + 1
            if tries:
                await asyncio.sleep(
                    self._retry_pause_seconds(self._timing.retry_seconds, self._timing.max_retry_seconds, tries)
                )

    async def _open_client(self) -> SocketClient:
        """A socket on which Slack has greeted or answered. Raises whatever prevented that."""
        client = SocketClient(self._token, self._web_client, self._timing)
        client.socket_mode_request_listeners.append(self._serve_request)
        try:
            async with asyncio.timeout(self._timing.open_seconds):
                client.wss_uri = await self._fetch_socket_url()
                await client.connect()
                await self._wait_for_greeting(client)
        except BaseException:
            self._close_in_background(client)
            raise
        log.info("socket open")
        return client

    async def _wait_for_greeting(self, client: SocketClient) -> None:
        while not client.is_alive:
            if client.current_session is None or client.current_session.closed:
                raise DeliveryUncertain("closed")
            await _wait_for_event(self._timing.check_seconds, client.greeted)

    async def _fetch_socket_url(self) -> str:
        answer = await translate_slack_errors(self._web_client.apps_connections_open(app_token=self._token))
        self._token_refusal = None
        return str(answer["url"])

    async def _watch_client(self, client: SocketClient, opened_at: float) -> None:
        """Return when the client must be replaced: closed, silent, asked to refresh, or old."""
        while (
            client.is_alive
            and not client.replacement_wanted.is_set()
            and self._now() - opened_at < self._timing.max_age_seconds
        ):
            await _wait_for_event(self._timing.check_seconds, client.replacement_wanted)

    async def _wait_before_retry(self, problem: Exception, tries: int) -> None:
        timing, why = self._timing, type(problem).__name__
        if isinstance(problem, TryLater | DeliveryUncertain | Undeliverable):
            why = str(problem) or why
        if isinstance(problem, TokenRefused):
            if self._token_refusal is None and self._outcome_known.is_set():  # before that, `wait_open` raises it
                log.error("slack refuses the app token; it is tried again now and then", why=why)
            self._token_refusal = problem
            self._outcome_known.set()
            await asyncio.sleep(
                self._retry_pause_seconds(timing.refused_retry_seconds, timing.max_refused_retry_seconds, tries)
            )
            return
        if tries & (tries - 1) == 0:  # the first, second, fourth, eighth: a long outage is logged in a few lines
            log.warning("no socket", why=why, tries=tries)
        asked = problem.retry_after.total_seconds() if isinstance(problem, TryLater) and problem.retry_after else 0.0
        await asyncio.sleep(
            max(asked, self._retry_pause_seconds(timing.retry_seconds, timing.max_retry_seconds, tries))
        )

    def _retry_pause_seconds(self, first_seconds: float, max_seconds: float, tries: int) -> float:
        # Jitter from half to the whole pause: bots that lost Slack together do not come back together.
        return float(min(first_seconds * 2 ** min(tries - 1, 30), max_seconds) * (0.5 + self._jitter() / 2))

    async def _serve_request(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if self._stopping:
            return  # not started and not acknowledged: Slack delivers events again
        try:
            answer = await run_async_bolt_app(self._app, request)
        except Exception as problem:
            report_fault(problem)
            return
        if answer.status != 200:
            log.warning("not acknowledged", status=answer.status, kind=request.type)
        try:
            await send_async_response(client, request, answer, 0.0)
        except Exception as problem:
            log.warning("acknowledgement lost", problem=type(problem).__name__, kind=request.type)

    def _retire_client(self) -> None:
        if self._client is not None:
            self._close_in_background(self._client)
            self._client = None

    def _close_in_background(self, client: SocketClient) -> None:
        task = asyncio.create_task(client.drain_and_close(self._timing.drain_seconds, self._timing.goodbye_seconds))
        self._closing_tasks.add(task)
        task.add_done_callback(self._closing_tasks.discard)


async def _wait_for_event(seconds: float, event: asyncio.Event) -> None:
    """Wait for the event, at most `seconds`."""
    # Not `wait_for`: on Python 3.11 it loses a cancellation that comes together with the event.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
