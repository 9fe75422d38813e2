"""How Discord's servers can fail to answer, and when."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes_discord import errors

JSON_CONTENT_TYPE = "application/json"
CREATE_MESSAGE = "POST /channels/{channel}/messages"
READ_HISTORY = "GET /channels/{channel}/messages"
OPEN_DM = "POST /users/@me/channels"
INTERACTION_CALLBACK = "POST /interactions/{interaction}/{token}/callback"
FOLLOW_UP = "POST /webhooks/{application}/{token}"
EDIT_ANSWER = "PATCH /webhooks/{application}/{token}/messages/{message}"
PUT_COMMANDS = "PUT /applications/{application}/commands"
GET_CURRENT_USER = "GET /users/@me"
GET_GATEWAY_BOT_ROUTE = "GET /gateway/bot"


class Dropped(Exception):
    """The connection is cut without an answer."""


@dataclass(frozen=True)
class Failure:
    """What comes instead of an answer; `wait` is for how many seconds the route may not be called again."""

    name: str
    status: int = 200
    body: str = ""
    kind: str = JSON_CONTENT_TYPE
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0
    drop: bool = False
    slow: float = 0.0
    wait: float = 0.0
    everywhere: bool = False

    async def answer(self) -> web.Response:
        if self.hang:
            await asyncio.sleep(self.hang)
        if self.drop:
            raise Dropped
        headers = {"Content-Type": self.kind, **self.headers}
        return web.Response(status=self.status, body=self.body.encode(), headers=headers)


def limited(
    retry_after: float = 0.2, *, everywhere: bool = False, via: bool = True, scope: str = "user", header: bool = True
) -> Failure:
    """429 as Discord says it; without `via` as Cloudflare does, for which `everywhere` is what its ban is."""
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere}
    headers = {"Via": "1.1 google"} if via else {}
    headers |= {"Retry-After": str(max(1, round(retry_after)))} if header else {}
    headers |= {"X-RateLimit-Scope": "global" if everywhere else scope}
    headers |= {"X-RateLimit-Global": "true"} if everywhere else {}
    return Failure("429", 429, json.dumps(body), headers=headers, wait=retry_after, everywhere=everywhere)


def status(code: int, body: str = "", kind: str = "text/plain", **headers: str) -> Failure:
    """A bare status such as 503; `headers` with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Failure(str(code), code, body, kind, named)


def html(code: int = 503) -> Failure:
    return Failure(f"html {code}", code, "<html><body>Something went wrong</body></html>", "text/html")


def bad_json(code: int = 200) -> Failure:
    return Failure("bad json", code, '{"id": "12', JSON_CONTENT_TYPE)


def empty(code: int = 200) -> Failure:
    return Failure(f"empty {code}", code)


def error(code: int, number: int, message: str, **more: Any) -> Failure:
    """An answer with one of Discord's own codes, such as `error(403, 50007, "Cannot send messages to this user")`."""
    return api_error_failure(errors.ApiError(code, number, message, **more))


def api_error_failure(said: errors.ApiError) -> Failure:
    return Failure(f"{said.status} {said.body['code']}", said.status, json.dumps(said.body))


def opening_dms_too_fast_failure() -> Failure:
    return api_error_failure(errors.opening_dms_too_fast())


def dropped() -> Failure:
    """The connection is cut; whether before or after storing is `stored` of `FakeDiscord.fail`."""
    return Failure("dropped", drop=True)


def hang(seconds: float = 3600) -> Failure:
    """No answer for so long, then the connection is cut."""
    return Failure("hang", hang=seconds, drop=True)


def slow(seconds: float) -> Failure:
    """No failure: the request has its effect, and its answer, so much later."""
    return Failure("slow", slow=seconds)


@dataclass
class Fault:
    """A failure to come: for one route, as `POST /channels/{channel}/messages`, or `*`; `left` times, None for ever."""

    route: str
    failure: Failure
    left: int | None = 1
    stored: bool = False
    happened: int = 0

    def undo(self) -> None:
        self.left = 0


class Faults:
    """The failures that wait, and the times before which a client may not ask again.

    Such a time is over by the fake's clock or by real seconds, whichever comes first: a clock may stand still.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.waiting: list[Fault] = []
        self.weather: Callable[[str], Fault | None] | None = None  # what becomes of any other request to a route
        self.closed_until: dict[str, tuple[float, float]] = {}
        self.closed_at: dict[str, float] = {}  # in real seconds
        self.grace = 0.0  # real seconds in which a request may have been on its way while another was refused

    def add(self, fault: Fault) -> Fault:
        self.waiting.append(fault)
        return fault

    def take(self, route: str, path: str) -> Fault | None:
        for fault in self.waiting:
            if fault.route in (route, path, "*") and fault.left != 0:
                fault.left = None if fault.left is None else fault.left - 1
                fault.happened += 1
                self._close(path, fault.failure)
                return fault
        if self.weather is None or (fault := self.weather(route)) is None:
            return None
        self._close(path, fault.failure)
        return fault

    def _close(self, path: str, failure: Failure) -> None:
        if wait := failure.wait:
            closed = "*" if failure.everywhere else path
            self.closed_until[closed] = self.clock() + wait, time.monotonic() + wait
            self.closed_at[closed] = time.monotonic()

    def early(self, path: str) -> float:
        """How many seconds too early a request is now, 0 when it may be made."""
        heard = time.monotonic() - self.grace
        closed = [
            self.closed_until[scope]
            for scope in (path, "*")
            if scope in self.closed_at and self.closed_at[scope] <= heard
        ]
        return max((min(by - self.clock(), real - time.monotonic()) for by, real in closed), default=0.0)
