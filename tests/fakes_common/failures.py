"""How a server can fail to answer, and when."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

JSON_CONTENT_TYPE = "application/json"


class Dropped(Exception):
    """The connection is cut without an answer."""


@dataclass(frozen=True)
class Failure:
    """What comes instead of an answer.

    `wait`: for how many seconds a client may not ask the same again, or nothing at all where it holds `everywhere`.
    """

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


def status(code: int, body: str = "", kind: str = "text/plain", **headers: str) -> Failure:
    """A bare status such as 503, with or without a body; `headers` with _ for -."""
    return Failure(str(code), code, body, kind, {name.replace("_", "-"): value for name, value in headers.items()})


def html(code: int = 503) -> Failure:
    return Failure(f"html {code}", code, "<html><body>Something went wrong</body></html>", "text/html")


def empty(code: int = 200) -> Failure:
    return Failure(f"empty {code}", code)


def bad_json() -> Failure:
    return Failure("bad json", 200, '{"id": "12')


def dropped() -> Failure:
    """The connection is cut; whether before or after storing is `stored` of `FakePlatform.fail`."""
    return Failure("dropped", drop=True)


def hang(seconds: float = 3600) -> Failure:
    """No answer for so long, then the connection is cut."""
    return Failure("hang", hang=seconds, drop=True)


def slow(seconds: float) -> Failure:
    """No failure: the request has its effect, and its answer, so much later."""
    return Failure("slow", slow=seconds)


@dataclass
class Fault:
    """A failure to come: for requests of this name, or for all, `*`; `left` times, None for ever."""

    name: str
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
        self.weather: Callable[[str], Fault | None] | None = None  # what becomes of any other request of a name
        self.closed_until: dict[str, tuple[float, float, float]] = {}  # by the clock, in real seconds, closed since
        self.grace = 0.0  # real seconds in which a request may have been on its way while another was refused

    def take(self, names: tuple[str, ...], scope: str) -> Fault | None:
        """The failure that awaits a request with these names; a 429 closes its scope."""
        fault = next((one for one in self.waiting if one.name in (*names, "*") and one.left != 0), None)
        if fault is not None:
            fault.left = None if fault.left is None else fault.left - 1
            fault.happened += 1
        elif self.weather is not None:
            fault = self.weather(names[0])
        if fault is not None and (wait := fault.failure.wait):
            now = time.monotonic()
            self.closed_until["*" if fault.failure.everywhere else scope] = self.clock() + wait, now + wait, now
        return fault

    def early(self, scope: str) -> float:
        """How many seconds too early a request of this scope is now, 0 when it may be made."""
        now = time.monotonic()
        closed = [self.closed_until[one] for one in (scope, "*") if one in self.closed_until]
        rests = (min(by - self.clock(), real - now) for by, real, since in closed if since <= now - self.grace)
        return max([0.0, *rests])
