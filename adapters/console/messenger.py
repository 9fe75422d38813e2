"""The console as a platform that reminders are sent on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from adapters.console.screen import Kind, Screen
from bot.cards import Card
from bot.errors import Uncertain
from bot.model import Address


class ConsoleMessenger:
    """Says direct messages through `say(to, card, kind, key)` and finds them again on the screen."""

    ready = True

    def __init__(self, say: Callable[[Address, Card, Kind, str], Awaitable[None]], screen: Screen) -> None:
        self._say = say
        self._screen = screen

    def recall(self, to: Address, conversation: str) -> None:
        """There is one for each, always."""

    async def turn(self, to: Address) -> str:
        return ""

    async def send(self, to: Address, card: Card, key: str) -> None:
        try:
            await self._say(to, card, Kind.DM, key)
        except OSError as problem:
            # The pipe may have been closed behind what was written.
            raise Uncertain(type(problem).__name__) from problem

    async def sent(self, to: Address, key: str, since: datetime) -> bool | None:
        return self._screen.has(to, key, since)
