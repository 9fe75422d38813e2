"""What the console needs of the rest, named by need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol, runtime_checkable

from adapters.console.render import ShownEntry
from bot.domain.calendar import Calendar
from bot.domain.messages import Response
from bot.domain.model import Actor, Address
from bot.domain.ports import Messenger


class ConsoleService(Protocol):
    """The bot behind every platform. Every `now` is in UTC."""

    async def handle_command(self, actor: Actor, text: str, now: datetime, event_id: str = "") -> Response: ...

    async def handle_button(self, actor: Actor, line: str, now: datetime, event_id: str = "") -> Response: ...

    async def handle_form(
        self, actor: Actor, command: str, values: Mapping[str, str], now: datetime, event_id: str = ""
    ) -> Response: ...

    async def sweep(self, now: datetime, utc_now: Callable[[], datetime] | None = None) -> int: ...

    async def next_wake(self) -> datetime | None: ...

    async def member_calendar(self, owner: Address) -> Calendar: ...

    async def close(self) -> None: ...


@runtime_checkable
class KnowsConsoleMembers(Protocol):
    """A core that can tell whether it has a book of this member: what is on the screen is kept no longer."""

    async def has_book(self, owner: Address) -> bool: ...


class ConsoleTicker(Protocol):
    """Sweeps by itself while the clock is the real one."""

    def start(self) -> None: ...

    def nudge(self) -> None:
        """Something was changed: the next moment may have become an earlier one."""

    async def stop(self) -> None: ...


class ConsoleLineSource(Protocol):
    """Where lines come from."""

    async def next_line(self, prompt: str) -> str | None:
        """The next line without its end, or None when there are no more."""


class ConsoleOutlet(Protocol):
    """Where things are said. `human`: a person reads them, and types the numbers of buttons."""

    is_for_person: bool

    def show_entry(self, shown: ShownEntry) -> None: ...

    def show_ready(self, local_time: datetime) -> None:
        """All that the last line caused has been said. `at` is local."""


OpenConsoleService = Callable[[Messenger], Awaitable[ConsoleService]]
OpenConsoleTicker = Callable[[ConsoleService], ConsoleTicker]
ParseSkipTarget = Callable[[str, datetime, Calendar], datetime]
"""Words such as "5 working days", now (UTC) and a calendar → the instant (UTC). Raises `UserError`."""
