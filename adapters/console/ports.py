"""What the console needs from the service, its input and its output, named by need."""

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
    """The service behind every platform. Every `now` is in UTC."""

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
    """A service that can tell whether a member has a book: the screen keeps nothing longer than the book."""

    async def has_book(self, owner: Address) -> bool: ...


class ConsoleTicker(Protocol):
    """Sweeps in the background while the clock runs."""

    def start(self) -> None: ...

    def nudge(self) -> None:
        """Look again for the next due time: a change may have made it earlier."""

    async def stop(self) -> None: ...


class ConsoleLineSource(Protocol):
    """The input of the console."""

    async def next_line(self, prompt: str) -> str | None:
        """The next line without its line break, or None at the end of the input."""


class ConsoleOutlet(Protocol):
    """The output of the console."""

    #: Whether a person reads it, who may type the numbers of buttons.
    is_for_person: bool

    def show_entry(self, shown: ShownEntry) -> None: ...

    def show_ready(self, local_time: datetime) -> None:
        """Tell that everything the last line caused has been shown. `local_time`: now, in the member's zone."""


OpenConsoleService = Callable[[Messenger], Awaitable[ConsoleService]]
OpenConsoleTicker = Callable[[ConsoleService], ConsoleTicker]
ParseSkipTarget = Callable[[str, datetime, Calendar], datetime]
"""Turns a text such as "5 working days", now (UTC) and a calendar into an instant (UTC). Raises `UserError`."""
