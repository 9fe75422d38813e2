"""How a server can fail to answer, and when."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]


class Dropped(Exception):
    """The connection is cut without an answer."""


@dataclass(frozen=True)
class Failure:
    """What comes instead of an answer; `retry_after` is what a 429 says, None when it says nothing."""

    name: str
    status: int = 200
    body: str = ""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0
    drop: bool = False
    slow: float = 0.0

    async def answer(self) -> web.Response:
        if self.hang:
            await asyncio.sleep(self.hang)
        if self.drop:
            raise Dropped
        return web.Response(status=self.status, text=self.body, content_type=self.kind, headers=self.headers)


def limited(retry_after: str | float | None = 30) -> Failure:
    """429; `retry_after` may be any text, or None for a missing header."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Failure("429", 429, '{"ok":false,"error":"ratelimited"}', headers=headers)


def status(code: int, body: str = "") -> Failure:
    """A bare status such as 503, with or without a body."""
    return Failure(str(code), code, body, "text/plain")


def html(code: int = 503) -> Failure:
    return Failure(f"html {code}", code, "<html><body>Something went wrong</body></html>", "text/html")


def empty(code: int = 200) -> Failure:
    return Failure(f"empty {code}", code)


def bad_json() -> Failure:
    return Failure("bad json", 200, '{"ok": tru')


def error(name: str, **more: Any) -> Failure:
    """`ok: false` with this error."""
    return Failure(name, 200, web.json_response({"ok": False, "error": name, **more}).text or "")


def dropped() -> Failure:
    """The connection is cut; whether before or after storing is `stored` of `FakeSlack.fail`."""
    return Failure("dropped", drop=True)


def hang(seconds: float = 3600) -> Failure:
    """No answer for so long, then the connection is cut."""
    return Failure("hang", hang=seconds, drop=True)


def slow(seconds: float) -> Failure:
    """No failure: the call has its effect, and its answer, so much later."""
    return Failure("slow", slow=seconds)


@dataclass
class Fault:
    """A failure to come: for one method, or `*`; `left` times, None for ever."""

    method: str
    failure: Failure
    left: int | None = 1
    stored: bool = False
    happened: int = 0

    def undo(self) -> None:
        self.left = 0


class Faults:
    """The failures that wait, and the times before which a client may not call again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.waiting: list[Fault] = []
        self.weather: Callable[[str], Fault | None] | None = None  # what becomes of any other call of a method
        self.closed_until: dict[str, float] = {}
        self.closed_at: dict[str, float] = {}  # in real seconds
        self.grace = 0.0  # real seconds in which a call may have been on its way while another was refused

    def add(self, fault: Fault) -> Fault:
        self.waiting.append(fault)
        return fault

    def take(self, method: str, channel: str = "") -> Fault | None:
        for fault in self.waiting:
            if fault.method in (method, "*") and fault.left != 0:
                fault.left = None if fault.left is None else fault.left - 1
                fault.happened += 1
                self._close(rate_limit_scope(method, channel), fault.failure)
                return fault
        if self.weather is None or (fault := self.weather(method)) is None:
            return None
        self._close(rate_limit_scope(method, channel), fault.failure)
        return fault

    def _close(self, closed: str, failure: Failure) -> None:
        wait = failure.headers.get("Retry-After", "")
        if failure.status == 429 and wait.replace(".", "", 1).isdigit():
            self.closed_until[closed] = self.clock() + float(wait)
            self.closed_at[closed] = time.monotonic()

    def early(self, method: str, channel: str = "") -> float:
        """How many seconds too early a call of the method is now, 0 when it may be called."""
        closed = rate_limit_scope(method, channel)
        if time.monotonic() - self.closed_at.get(closed, 0.0) < self.grace:
            return 0.0
        return max(0.0, self.closed_until.get(closed, 0.0) - self.clock())


def rate_limit_scope(method: str, channel: str) -> str:
    """What a 429 closes: posting is limited in each channel."""
    return f"{method} {channel}" if method == "chat.postMessage" else method
