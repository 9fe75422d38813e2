"""The console as a platform that reminders are sent on, with one channel that every member reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from adapters.console.screen import Kind, Screen
from bot.domain.errors import RoomShut, Uncertain
from bot.domain.messages import Card
from bot.domain.model import Address, ClubKey, Room
from bot.domain.ports import To

CHANNEL = "club"


class ConsoleMessenger:
    """Says direct messages and posts through `say(to, card, kind, key)` and finds them again on the screen."""

    ready = True

    def __init__(self, say: Callable[[To, Card, Kind, str], Awaitable[None]], screen: Screen) -> None:
        self._say = say
        self._screen = screen

    def recall(self, to: Address, conversation: str) -> None:
        """There is one for each, always."""

    async def turn(self, to: To) -> str:
        return to.channel if isinstance(to, Room) else ""

    async def send(self, to: To, card: Card, key: str) -> None:
        if isinstance(to, Room) and to.channel != CHANNEL:
            raise RoomShut("gone")  # there is one channel, always
        try:
            await self._say(to, card, Kind.CHANNEL if isinstance(to, Room) else Kind.DM, key)
        except OSError as problem:
            # The pipe may have been closed behind what was written.
            raise Uncertain(type(problem).__name__) from problem

    async def belongs(self, who: Address, club: ClubKey) -> bool:
        return True

    async def sent(self, to: To, key: str, since: datetime) -> bool | None:
        return self._screen.has(to, key, since)
