"""The door that Slack's HTTP requests come in by. What Slack did not sign, or cannot have meant, ends here with 401.

Stands before Bolt because Bolt's own check raises on hostile headers, logs the bodies of forged requests and lets
replays pass for five minutes. Nothing of a request is ever logged.
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
MAX_SMALL_BODY_BYTES = 1 << 16  # bytes; what Slack sends is nearly always less, and never waits for what is more
MAX_LARGE_BODIES = 32  # larger bodies in hand at once: before the last byte nobody knows who sends them
MAX_SIGNATURE_AGE_SECONDS = (
    300  # seconds, both ways; the figure of docs.slack.dev/authentication/verifying-requests-from-slack
)
MAX_BODY_SECONDS = 10.0  # seconds until its body is there
MAX_SEEN_SIGNATURES = 50_000  # signatures remembered: 166 requests a second for all of their freshness
TIMESTAMP_HEADER_PATTERN = re.compile(r"[0-9]{1,12}", re.ASCII)
SIGNATURE_HEADER_PATTERN = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)

log = structlog.get_logger(__name__)


class BoltResponseLike(Protocol):
    """What Bolt answers."""

    status: int
    body: str
    headers: dict[str, Sequence[str]]


ServeSlackRequest = Callable[[str, Mapping[str, str]], Awaitable[BoltResponseLike]]


class BodyTooLarge(Exception):
    """More than Slack ever sends."""


class TooManyLargeBodies(Exception):
    """More large bodies at once than there is room for."""


class SeenSignatures:
    """Signatures that were taken already, until they are no longer fresh."""

    def __init__(self, max_signatures: int = MAX_SEEN_SIGNATURES) -> None:
        self._max_signatures = max_signatures
        self._timestamps: OrderedDict[str, int] = OrderedDict()

    def is_repeat(self, signature: str, timestamp: int, now: float) -> bool:
        """Whether it was here before; from now on it was."""
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
    """Reads, checks and hands on one request at a time. `wall` is the time in UTC."""

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
        except Exception:  # whatever a hostile request makes stumble is the request's fault
            return closing_response(HTTPStatus.UNAUTHORIZED)
        if self._seen_signatures.is_repeat(signature, int(stamp), self._wall().timestamp()):
            return web.Response()
        return await self._dispatch_to_bolt(body, request)

    def _parse_signature_headers(self, request: web.Request) -> tuple[str, str]:
        """The signature and the time that the request claims, when they have the right shape and the time is near."""
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
        right = hmac.new(self._signing_secret, b"v0:" + timestamp.encode() + b":" + raw_body, hashlib.sha256)
        if not hmac.compare_digest(f"v0={right.hexdigest()}", signature):
            raise ForgedRequest

    async def _dispatch_to_bolt(self, body: str, request: web.Request) -> web.Response:
        try:
            answer = await self._serve(body, dict(request.headers))
            kind = answer.headers.get("content-type", ["text/plain"])[0]
            return web.Response(status=answer.status, body=answer.body.encode(), headers={"Content-Type": kind})
        except Exception as problem:
            report_fault(problem)
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _single_header(request: web.Request, name: str, pattern: re.Pattern[str]) -> str:
    values = request.headers.getall(name, [])
    if len(values) != 1 or not pattern.fullmatch(values[0]):
        raise ForgedRequest
    return values[0]


def closing_response(status: HTTPStatus) -> web.Response:
    """An empty refusal, after which the connection ends: what is left of the request is not read."""
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
    """Slack's requests at POST `PATH`, and GET /healthz: 200 or 503. `serve` gets what is signed, fresh and new."""

    async def health(_: web.Request) -> web.Response:
        return web.Response(status=HTTPStatus.OK if is_healthy() else HTTPStatus.SERVICE_UNAVAILABLE)

    app = web.Application()
    app.router.add_post(HTTP_EVENTS_PATH, SlackRequestGate(serve, signing_secret, wall, body_seconds).handle)
    app.router.add_get("/healthz", health)
    return app
