"""What the console needs from its ticker, its input and its output, named by need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from adapters.console.render import ShownEntry
from bot.app.service import Service
from bot.domain.calendar import Calendar
from bot.domain.ports import Messenger


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


OpenConsoleService = Callable[[Messenger], Awaitable[Service]]
OpenConsoleTicker = Callable[[Service], ConsoleTicker]
ParseSkipTarget = Callable[[str, datetime, Calendar], datetime]
"""Turns a text such as "5 working days", now (UTC) and a calendar into an instant (UTC). Raises `UserError`."""
