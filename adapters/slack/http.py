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

from adapters.slack.manifest import PATH
from adapters.slack.request_body import Forged, text
from bot.faults import report

MOST_BYTES = 1 << 20
SMALL = 1 << 16  # bytes; what Slack sends is nearly always less, and never waits for what is more
MOST_LARGE = 32  # larger bodies in hand at once: before the last byte nobody knows who sends them
FRESH = 300  # seconds, both ways; the figure of docs.slack.dev/authentication/verifying-requests-from-slack
SLOWEST_BODY = 10.0  # seconds until its body is there
MOST_SEEN = 50_000  # signatures remembered: 166 requests a second for all of their freshness
STAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)

log = structlog.get_logger(__name__)


class Answer(Protocol):
    """What Bolt answers."""

    status: int
    body: str
    headers: dict[str, Sequence[str]]


Serve = Callable[[str, Mapping[str, str]], Awaitable[Answer]]


class TooLarge(Exception):
    """More than Slack ever sends."""


class TooMany(Exception):
    """More large bodies at once than there is room for."""


class Seen:
    """Signatures that were taken already, until they are no longer fresh."""

    def __init__(self, most: int = MOST_SEEN) -> None:
        self._most = most
        self._stamps: OrderedDict[str, int] = OrderedDict()

    def again(self, signature: str, stamp: int, now: float) -> bool:
        """Whether it was here before; from now on it was."""
        while self._stamps and (len(self._stamps) >= self._most or now - next(iter(self._stamps.values())) > FRESH):
            self._stamps.popitem(last=False)
        if signature in self._stamps:
            return True
        self._stamps[signature] = stamp
        return False


class Gate:
    """Reads, checks and hands on one request at a time. `wall` is the time in UTC."""

    def __init__(self, serve: Serve, secret: str, wall: Callable[[], datetime], slowest: float = SLOWEST_BODY) -> None:
        self._serve = serve
        self._secret = secret.encode()
        self._wall = wall
        self._slowest = slowest
        self._seen = Seen()
        self._large = 0

    async def handle(self, request: web.Request) -> web.Response:
        try:
            signature, stamp = self._claim(request)
            raw = await self._read(request)
            self._verify(signature, stamp, raw)
            body = text(raw, request.content_type)
        except TooLarge:
            return closing(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except TooMany:
            return closing(HTTPStatus.SERVICE_UNAVAILABLE)
        except TimeoutError:
            return closing(HTTPStatus.REQUEST_TIMEOUT)
        except Exception:  # whatever a hostile request makes stumble is the request's fault
            return closing(HTTPStatus.UNAUTHORIZED)
        if self._seen.again(signature, int(stamp), self._wall().timestamp()):
            return web.Response()
        return await self._answer(body, request)

    def _claim(self, request: web.Request) -> tuple[str, str]:
        """The signature and the time that the request claims, when they have the right shape and the time is near."""
        signature = _only(request, "X-Slack-Signature", SIGNATURE)
        stamp = _only(request, "X-Slack-Request-Timestamp", STAMP)
        if abs(self._wall().timestamp() - int(stamp)) > FRESH or "Content-Encoding" in request.headers:
            raise Forged
        return signature, stamp

    async def _read(self, request: web.Request) -> bytes:
        if (request.content_length or 0) > MOST_BYTES:
            raise TooLarge
        body = bytearray()
        try:
            async with asyncio.timeout(self._slowest):
                async for piece in request.content.iter_any():
                    self._make_room(len(body), len(piece))
                    body += piece
        finally:
            self._large -= len(body) > SMALL
        return bytes(body)

    def _make_room(self, held: int, more: int) -> None:
        if held + more > MOST_BYTES:
            raise TooLarge
        if held <= SMALL < held + more:
            if self._large >= MOST_LARGE:
                raise TooMany
            self._large += 1

    def _verify(self, signature: str, stamp: str, raw: bytes) -> None:
        right = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256)
        if not hmac.compare_digest(f"v0={right.hexdigest()}", signature):
            raise Forged

    async def _answer(self, body: str, request: web.Request) -> web.Response:
        try:
            answer = await self._serve(body, dict(request.headers))
            kind = answer.headers.get("content-type", ["text/plain"])[0]
            return web.Response(status=answer.status, body=answer.body.encode(), headers={"Content-Type": kind})
        except Exception as problem:
            report(problem)
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _only(request: web.Request, name: str, shape: re.Pattern[str]) -> str:
    values = request.headers.getall(name, [])
    if len(values) != 1 or not shape.fullmatch(values[0]):
        raise Forged
    return values[0]


def closing(status: HTTPStatus) -> web.Response:
    """An empty refusal, after which the connection ends: what is left of the request is not read."""
    refusal = web.Response(status=status)
    refusal.force_close()
    return refusal


def web_app(
    serve: Serve,
    secret: str,
    wall: Callable[[], datetime],
    healthy: Callable[[], bool] = lambda: True,
    slowest: float = SLOWEST_BODY,
) -> web.Application:
    """Slack's requests at POST `PATH`, and GET /healthz: 200 or 503. `serve` gets what is signed, fresh and new."""

    async def health(_: web.Request) -> web.Response:
        return web.Response(status=HTTPStatus.OK if healthy() else HTTPStatus.SERVICE_UNAVAILABLE)

    app = web.Application()
    app.router.add_post(PATH, Gate(serve, secret, wall, slowest).handle)
    app.router.add_get("/healthz", health)
    return app
