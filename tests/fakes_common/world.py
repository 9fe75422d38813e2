"""The clock of a fake platform, and the part of its state that both have."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes_common.failures import Faults


@dataclass
class FakePlatformClock:
    """The fake's own clock, seconds since 1970: `base`, and what it was moved ahead."""

    base: Callable[[], float] = time.time
    ahead: float = 0.0

    def __call__(self) -> float:
        return self.base() + self.ahead

    def move(self, seconds: float) -> None:
        self.ahead += seconds


class FakeWorld:
    """What has been asked of a platform so far, what was wrong with it, and what is still to go wrong.

    `busy`: the requests that are being answered; `moves`: how often anything happened.
    """

    def __init__(self, clock: FakePlatformClock) -> None:
        self.clock = clock
        self.calls: list[Any] = []
        self.complaints: list[str] = []
        self.faults = Faults(clock)
        self.url = ""
        self.busy = 0
        self.moves = 0

    @property
    def ws_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    def complain(self, about: str, *problems: object) -> None:
        self.complaints.extend(f"{about}: {problem}" for problem in problems)

    async def until(self, condition: Callable[[], Any], within: float = 30.0) -> Any:
        """Wait for a condition and return what it gave; fails when it has not come true in so many real seconds."""
        try:
            async with asyncio.timeout(within):
                while not (found := condition()):  # noqa: ASYNC110 - a condition may be about anything
                    await asyncio.sleep(0.002)
        except TimeoutError:
            raise AssertionError(f"not within {within} s; complaints: {self.complaints}") from None
        return found
