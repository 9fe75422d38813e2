"""The HTTP endpoint for Slack's requests. One that Slack did not sign ends here with 401.

Runs before Bolt because Bolt's own check raises on hostile headers and logs the bodies of forged requests. Nothing of
a request is ever logged. Slow and broken connections are for the reverse proxy in front of the endpoint.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from aiohttp import web
from slack_sdk.signature import Clock, SignatureVerifier

from adapters.slack.manifest import HTTP_EVENTS_PATH
from bot.logs import report_fault

MAX_BODY_BYTES = 1 << 20
MAX_REQUEST_AGE_SECONDS = 300  # docs.slack.dev, "Verifying requests from Slack"
SLACK_TIMESTAMP_PATTERN = re.compile(r"[0-9]{1,11}")
HTTP_DRAIN_SECONDS = 3.0  # seconds to wait for requests in progress; Slack itself waits no longer

# aiohttp logs broken requests with their content.
silent_http_logger = logging.getLogger("adapters.slack.aiohttp")
silent_http_logger.setLevel(logging.CRITICAL + 1)


class BoltResponseLike(Protocol):
    """The part of Bolt's response that is used here."""

    status: int
    body: str
    headers: dict[str, Sequence[str]]


ServeSlackRequest = Callable[[str, Mapping[str, str]], Awaitable[BoltResponseLike]]


class _VerifierClock(Clock):
    def __init__(self, wall: Callable[[], datetime]) -> None:
        self._wall = wall

    def now(self) -> float:
        return self._wall().timestamp()


class SlackHttpServer:
    """Takes Slack's requests at POST `HTTP_EVENTS_PATH`, and answers GET /healthz with 200 or 503.

    `serve` gets only requests that are signed and less than five minutes old by `wall`, which gives the time in UTC.
    """

    def __init__(
        self,
        serve: ServeSlackRequest,
        signing_secret: str,
        wall: Callable[[], datetime],
        is_healthy: Callable[[], bool],
        drain_seconds: float = HTTP_DRAIN_SECONDS,
    ) -> None:
        self._serve = serve
        self._clock = _VerifierClock(wall)
        self._verifier = SignatureVerifier(signing_secret, self._clock)
        self._is_healthy = is_healthy
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_post(HTTP_EVENTS_PATH, self._handle_request, expect_handler=_ignore_expectation)
        app.router.add_get("/healthz", self._handle_health_check, expect_handler=_ignore_expectation)
        # Signed is what came over the line: a body that is decompressed first would be another, and may be huge.
        self._runner = web.AppRunner(
            app, access_log=None, logger=silent_http_logger, auto_decompress=False, shutdown_timeout=drain_seconds
        )

    async def listen(self, host: str, port: int) -> int:
        """Listen and return the port; 0 lets the system choose one. Raises `OSError`."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Accept nothing new, answer the requests in progress, then end. Closing twice is harmless."""
        await self._runner.cleanup()

    async def _handle_health_check(self, _: web.Request) -> web.Response:
        return web.Response(status=HTTPStatus.OK if self._is_healthy() else HTTPStatus.SERVICE_UNAVAILABLE)

    async def _handle_request(self, request: web.Request) -> web.Response:
        # Nothing of a body is read that cannot be Slack's: many large ones at once would fill the memory.
        if not self._claims_signature(request) or not self._is_signed(request, raw := await request.read()):
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        try:
            response = await self._serve(raw.decode(), dict(request.headers))
            kind = response.headers.get("content-type", ["text/plain"])[0]
            return web.Response(status=response.status, body=response.body.encode(), headers={"Content-Type": kind})
        except Exception as problem:
            report_fault(problem)
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)

    def _claims_signature(self, request: web.Request) -> bool:
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        if not SLACK_TIMESTAMP_PATTERN.fullmatch(timestamp) or "X-Slack-Signature" not in request.headers:
            return False
        return abs(self._clock.now() - int(timestamp)) <= MAX_REQUEST_AGE_SECONDS

    def _is_signed(self, request: web.Request, raw_body: bytes) -> bool:
        try:
            [signature] = request.headers.getall("X-Slack-Signature")
            [timestamp] = request.headers.getall("X-Slack-Request-Timestamp")
            return self._verifier.is_valid(raw_body, timestamp, signature)
        except Exception:  # whatever fails while a request is verified is the request's fault
            return False


async def _ignore_expectation(_: web.Request) -> None:
    """Take the body in any case. aiohttp would quote a strange Expect header, and fail on one that is no text."""
