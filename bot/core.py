"""The whole bot over one store: what an adapter talks to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe

from bot import parse
from bot.agenda import home_of
from bot.cards import Reply
from bot.dispatch import Dispatcher
from bot.errors import BookDamaged
from bot.model import Actor, Address, Home
from bot.ports import Messenger, Store
from bot.reminders import Sweeper
from bot.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Core:
    """One sentence in, one card out; and the sweep that sends what is due. Every `now` is UTC.

    `event` is the platform's own id of what was said: a repeat of it has no second effect.
    """

    store: Store
    messengers: Mapping[str, Messenger]
    home: Home
    new_id: Callable[[int], str] = token_urlsafe

    async def text(self, actor: Actor, text: str, now: datetime, event: str = "") -> Reply:
        """A typed command, with or without its root; or plain words that name a contact."""
        return await self._dispatcher.run(actor, lambda: parse.typed(text), now, event=event, plain=text)

    async def press(self, actor: Actor, line: str, now: datetime, event: str = "") -> Reply:
        """The line of a button."""
        return await self._dispatcher.run(actor, lambda: parse.pressed(line), now, event=event)

    async def fill(
        self, actor: Actor, command: str, values: Mapping[str, str], now: datetime, event: str = ""
    ) -> Reply:
        """The answers of a form, together with its fixed values; or a command with its values typed one by one."""
        return await self._dispatcher.run(actor, lambda: parse.filled(command, values), now, event=event)

    async def sweep(self, now: datetime) -> int:
        """Sends what is due; the number of books looked at. To be called until it is 0."""
        return await self._sweeper.sweep(now)

    async def next_wake(self) -> datetime | None:
        return await self._sweeper.next_wake()

    async def calendar(self, owner: Address) -> Calendar:
        """The member's zone and country, or the host's defaults."""
        book = await self.store.book(owner)
        return home_of(book, self.home) if book else Calendar(self.home.zone, self.home.country)

    async def knows(self, owner: Address) -> bool:
        """Whether the member has a book; one that cannot be read is one, too."""
        try:
            return await self.store.book(owner) is not None
        except BookDamaged:
            return True

    async def close(self) -> None:
        await self.store.close()

    @property
    def _sweeper(self) -> Sweeper:
        return Sweeper(self.store, self.messengers, self.home, self.new_id)

    @property
    def _dispatcher(self) -> Dispatcher:
        return Dispatcher(self.store, self.home, self.new_id)
