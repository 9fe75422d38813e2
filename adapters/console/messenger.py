"""Sends reminders and club posts on the console, which has one channel that every member reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from adapters.console.screen import ConsoleScreen, ScreenEntryKind
from bot.domain.errors import ChannelRefused, DeliveryUncertain
from bot.domain.messages import Card
from bot.domain.model import Address, ClubChannel, ClubKey
from bot.domain.ports import Destination

CONSOLE_CHANNEL = "club"


class ConsoleMessenger:
    """The `Messenger` of the console: sends through `say(to, card, kind, key)`, and looks messages up on the screen."""

    ready = True

    def __init__(
        self, say: Callable[[Destination, Card, ScreenEntryKind, str], Awaitable[None]], screen: ConsoleScreen
    ) -> None:
        self._say = say
        self._screen = screen

    def restore_conversation(self, to: Address, conversation: str) -> None:
        """Does nothing: the conversation with a member always exists."""

    async def wait_for_turn(self, to: Destination) -> str:
        return to.channel_id if isinstance(to, ClubChannel) else ""

    async def send(self, to: Destination, card: Card, key: str) -> None:
        if isinstance(to, ClubChannel) and to.channel_id != CONSOLE_CHANNEL:
            raise ChannelRefused("gone")  # no other channel exists
        try:
            await self._say(
                to,
                card,
                ScreenEntryKind.CHANNEL if isinstance(to, ClubChannel) else ScreenEntryKind.DIRECT_MESSAGE,
                key,
            )
        except OSError as problem:
            # The pipe may have been closed after the card was written.
            raise DeliveryUncertain("connection_lost") from problem

    async def is_in_workspace(self, who: Address, club: ClubKey) -> bool:
        return True

    async def was_sent(self, to: Destination, key: str, since: datetime) -> bool | None:
        return self._screen.has_message(to, key, since)
