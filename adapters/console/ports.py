"""What the console needs of the rest, named by need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol, runtime_checkable

from adapters.console.render import Scene
from bot.domain.calendar import Calendar
from bot.domain.messages import Reply
from bot.domain.model import Actor, Address
from bot.domain.ports import Messenger


class Core(Protocol):
    """The bot behind every platform. Every `now` is in UTC."""

    async def text(self, actor: Actor, text: str, now: datetime, event: str = "") -> Reply: ...

    async def press(self, actor: Actor, line: str, now: datetime, event: str = "") -> Reply: ...

    async def fill(
        self, actor: Actor, command: str, values: Mapping[str, str], now: datetime, event: str = ""
    ) -> Reply: ...

    async def sweep(self, now: datetime, wall: Callable[[], datetime] | None = None) -> int: ...

    async def next_wake(self) -> datetime | None: ...

    async def calendar(self, owner: Address) -> Calendar: ...

    async def close(self) -> None: ...


@runtime_checkable
class Remembers(Protocol):
    """A core that can tell whether it has a book of this member: what is on the screen is kept no longer."""

    async def knows(self, owner: Address) -> bool: ...


class Ticker(Protocol):
    """Sweeps by itself while the clock is the real one."""

    def start(self) -> None: ...

    def nudge(self) -> None:
        """Something was changed: the next moment may have become an earlier one."""

    async def stop(self) -> None: ...


class Source(Protocol):
    """Where lines come from."""

    async def line(self, prompt: str) -> str | None:
        """The next line without its end, or None when there are no more."""


class Outlet(Protocol):
    """Where things are said. `human`: a person reads them, and types the numbers of buttons."""

    human: bool

    def show(self, scene: Scene) -> None: ...

    def ready(self, at: datetime) -> None:
        """All that the last line caused has been said. `at` is local."""


OpenCore = Callable[[Messenger], Awaitable[Core]]
OpenTicker = Callable[[Core], Ticker]
Reach = Callable[[str, datetime, Calendar], datetime]
"""Words such as "5 working days", now (UTC) and a calendar → the instant (UTC). Raises `UserError`."""
