"""The HTTP endpoint for Slack's requests. One that Slack did not sign, or cannot have sent, ends here with 401.

Runs before Bolt because Bolt's own check raises on hostile headers, logs the bodies of forged requests and accepts
replays for five minutes. Nothing of a request is ever logged.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

import structlog
from aiohttp import web

from adapters.slack.manifest import HTTP_EVENTS_PATH
from adapters.slack.request_body import ForgedRequest, decode_request_body
from bot.faults import report_fault

MAX_BODY_BYTES = 1 << 20
MAX_SMALL_BODY_BYTES = 1 << 16  # bytes; Slack's requests are nearly always smaller, and never wait for larger ones
MAX_LARGE_BODIES = 32  # larger bodies read at once: who sends them is known only after the last byte
# Into the past and the future; the figure of docs.slack.dev/authentication/verifying-requests-from-slack.
MAX_SIGNATURE_AGE_SECONDS = 300
MAX_BODY_SECONDS = 10.0  # seconds in which a body must be complete
MAX_SEEN_SIGNATURES = 50_000  # signatures remembered: 166 requests a second for as long as they are valid
TIMESTAMP_HEADER_PATTERN = re.compile(r"[0-9]{1,12}", re.ASCII)
SIGNATURE_HEADER_PATTERN = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)

log = structlog.get_logger(__name__)


class BoltResponseLike(Protocol):
    """The part of Bolt's response that is used here."""

    status: int
    body: str
    headers: dict[str, Sequence[str]]


ServeSlackRequest = Callable[[str, Mapping[str, str]], Awaitable[BoltResponseLike]]


class BodyTooLarge(Exception):
    """The body is larger than any that Slack sends."""


class TooManyLargeBodies(Exception):
    """Too many large bodies are being read at once."""


class SeenSignatures:
    """Signatures already accepted, remembered until their timestamps are too old to be accepted again."""

    def __init__(self, max_signatures: int = MAX_SEEN_SIGNATURES) -> None:
        self._max_signatures = max_signatures
        self._timestamps: OrderedDict[str, int] = OrderedDict()

    def is_repeat(self, signature: str, timestamp: int, now: float) -> bool:
        """Return True if seen before; remember it either way. `timestamp` and `now`: seconds since 1970 (UTC)."""
        while self._timestamps and (
            len(self._timestamps) >= self._max_signatures
            or now - next(iter(self._timestamps.values())) > MAX_SIGNATURE_AGE_SECONDS
        ):
            self._timestamps.popitem(last=False)
        if signature in self._timestamps:
            return True
        self._timestamps[signature] = timestamp
        return False


class SlackRequestGate:
    """Reads and verifies a request, then passes it to `serve`. `wall` gives the time in UTC."""

    def __init__(
        self,
        serve: ServeSlackRequest,
        signing_secret: str,
        wall: Callable[[], datetime],
        body_seconds: float = MAX_BODY_SECONDS,
    ) -> None:
        self._serve = serve
        self._signing_secret = signing_secret.encode()
        self._wall = wall
        self._body_seconds = body_seconds
        self._seen_signatures = SeenSignatures()
        self._large_body_count = 0

    async def handle(self, request: web.Request) -> web.Response:
        try:
            signature, stamp = self._parse_signature_headers(request)
            raw = await self._read_body(request)
            self._verify_signature(signature, stamp, raw)
            body = decode_request_body(raw, request.content_type)
        except BodyTooLarge:
            return closing_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except TooManyLargeBodies:
            return closing_response(HTTPStatus.SERVICE_UNAVAILABLE)
        except TimeoutError:
            return closing_response(HTTPStatus.REQUEST_TIMEOUT)
        except Exception:  # whatever fails while a request is read and verified is the request's fault
            return closing_response(HTTPStatus.UNAUTHORIZED)
        if self._seen_signatures.is_repeat(signature, int(stamp), self._wall().timestamp()):
            return web.Response()
        return await self._dispatch_to_bolt(body, request)

    def _parse_signature_headers(self, request: web.Request) -> tuple[str, str]:
        """The signature and timestamp headers. Raises `ForgedRequest` if one is malformed, or the time is not near."""
        signature = _single_header(request, "X-Slack-Signature", SIGNATURE_HEADER_PATTERN)
        stamp = _single_header(request, "X-Slack-Request-Timestamp", TIMESTAMP_HEADER_PATTERN)
        if (
            abs(self._wall().timestamp() - int(stamp)) > MAX_SIGNATURE_AGE_SECONDS
            or "Content-Encoding" in request.headers
        ):
            raise ForgedRequest
        return signature, stamp

    async def _read_body(self, request: web.Request) -> bytes:
        if (request.content_length or 0) > MAX_BODY_BYTES:
            raise BodyTooLarge
        body = bytearray()
        try:
            async with asyncio.timeout(self._body_seconds):
                async for piece in request.content.iter_any():
                    self._reserve_body_room(len(body), len(piece))
                    body += piece
        finally:
            self._large_body_count -= len(body) > MAX_SMALL_BODY_BYTES
        return bytes(body)

    def _reserve_body_room(self, held_bytes: int, more_bytes: int) -> None:
        if held_bytes + more_bytes > MAX_BODY_BYTES:
            raise BodyTooLarge
        if held_bytes <= MAX_SMALL_BODY_BYTES < held_bytes + more_bytes:
            if self._large_body_count >= MAX_LARGE_BODIES:
                raise TooManyLargeBodies
            self._large_body_count += 1

    def _verify_signature(self, signature: str, timestamp: str, raw_body: bytes) -> None:
        expected = hmac.new(self._signing_secret, b"v0:" + timestamp.encode() + b":" + raw_body, hashlib.sha256)
        if not hmac.compare_digest(f"v0={expected.hexdigest()}", signature):
            raise ForgedRequest

    async def _dispatch_to_bolt(self, body: str, request: web.Request) -> web.Response:
        try:
            response = await self._serve(body, dict(request.headers))
            kind = response.headers.get("content-type", ["text/plain"])[0]
            return web.Response(status=response.status, body=response.body.encode(), headers={"Content-Type": kind})
        except Exception as problem:
            report_fault(problem)
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _single_header(request: web.Request, name: str, pattern: re.Pattern[str]) -> str:
    values = request.headers.getall(name, [])
    if len(values) != 1 or not pattern.fullmatch(values[0]):
        raise ForgedRequest
    return values[0]


def closing_response(status: HTTPStatus) -> web.Response:
    """An empty refusal that closes the connection; the rest of the request is not parsed."""
    refusal = web.Response(status=status)
    refusal.force_close()
    return refusal


def build_slack_http_app(
    serve: ServeSlackRequest,
    signing_secret: str,
    wall: Callable[[], datetime],
    is_healthy: Callable[[], bool] = lambda: True,
    body_seconds: float = MAX_BODY_SECONDS,
) -> web.Application:
    """The app that takes Slack's requests at POST `HTTP_EVENTS_PATH`, and answers GET /healthz with 200 or 503.

    `serve` gets only requests that are signed, fresh and not repeated.
    """

    async def health(_: web.Request) -> web.Response:
        return web.Response(status=HTTPStatus.OK if is_healthy() else HTTPStatus.SERVICE_UNAVAILABLE)

    app = web.Application()
    app.router.add_post(HTTP_EVENTS_PATH, SlackRequestGate(serve, signing_secret, wall, body_seconds).handle)
    app.router.add_get("/healthz", health)
    return app
