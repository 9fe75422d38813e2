"""The whole bot over one store: what an adapter talks to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_urlsafe

from bot.app.accounts import Members
from bot.app.decision import decide, overhear
from bot.app.dispatcher import Dispatcher
from bot.app.observed_store import Watched
from bot.commands import parser
from bot.delivery.after_restore import Restored
from bot.delivery.member_worker import Sweeper
from bot.delivery.report import Report, report
from bot.domain.calendar import Calendar
from bot.domain.errors import BookDamaged
from bot.domain.messages import Card, Choice, Page, Reply
from bot.domain.model import Actor, Address, Home
from bot.domain.ports import Messenger, Store, ready
from bot.rules.schedule import home_of


@dataclass(frozen=True, slots=True)
class Core:
    """One sentence in, one card out; and the sweep that sends what is due. Every `now` is UTC.

    `event` is the platform's own id of what was said: a repeat of it has no second effect. `watchers` are told whose
    book was changed, after it is kept.
    """

    store: Store
    messengers: Mapping[str, Messenger]
    place: Home
    new_id: Callable[[int], str] = token_urlsafe
    restored: Restored | None = None
    watchers: list[Callable[[Address], None]] = field(default_factory=list)

    def only(self, platform: str) -> Core:
        """The same, with an eye for one platform's reminders alone: a slow one then keeps no other waiting."""
        return replace(self, messengers={platform: self.messengers[platform]})

    async def home(self, actor: Actor, now: datetime) -> Page:
        """The member's board as a page that stays open; a welcome for somebody who is new."""
        return await self._members.home(actor, now)

    async def greet(self, actor: Actor, now: datetime) -> Card | None:
        """The welcome for somebody who was never here, once; from then on None."""
        return await self._members.greet(actor, now)

    async def meet(self, actor: Actor, now: datetime, *, left: bool = False) -> None:
        """The platform tells of a member by itself: another zone, or that their account is closed."""
        await self._members.meet(actor, now, left=left)

    async def shut_out(self, owner: Address, why: str, now: datetime) -> None:
        """Their platform refused them an answer: nothing is sent before their next command, which tells of it."""
        await self._members.shut_out(owner, why, now)

    async def text(self, actor: Actor, text: str, now: datetime, event: str = "") -> Reply:
        """A typed command, with or without its root; or plain words that name a contact."""
        return await self._dispatcher.run(
            actor, lambda: parser.typed(text), now, event=event, how=lambda desk, read: decide(desk, read, text)
        )

    async def hear(self, actor: Actor, text: str, now: datetime, event: str = "") -> Reply:
        """A plain direct message: it shows, and changes nothing before a button is pressed."""
        return await self._dispatcher.run(
            actor, lambda: parser.typed(text), now, event=event, how=lambda desk, _read: overhear(desk, text)
        )

    async def press(self, actor: Actor, line: str, now: datetime, event: str = "") -> Reply:
        """The line of a button."""
        return await self._dispatcher.run(actor, lambda: parser.pressed(line), now, event=event)

    async def fill(
        self, actor: Actor, command: str, values: Mapping[str, str], now: datetime, event: str = ""
    ) -> Reply:
        """The answers of a form, together with its fixed values; or a command with its values typed one by one."""
        return await self._dispatcher.run(actor, lambda: parser.filled(command, values), now, event=event)

    async def suggest(self, actor: Actor, command: str, name: str, typed: str, now: datetime) -> list[Choice]:
        """What may be offered while somebody types this argument; nothing when the book cannot be read."""
        return await self._members.suggest(actor, command, name, typed, now)

    async def deliveries(self, now: datetime) -> Report:
        """What the host may know of the reminders on their way."""
        return report([book async for book in self.store.books()], now, self.place)

    async def retry(self, now: datetime, wanted: Callable[[str], bool] = lambda _id: True) -> int:
        """Sends parked reminders on their way again, one for each member; the number of them."""
        return await self._sweeper(lambda: now).retry(wanted)

    async def sweep(self, now: datetime, wall: Callable[[], datetime] | None = None) -> int:
        """Sends what is due; the number of books looked at. To be called until it is 0.

        `wall` (UTC) is looked at again right before each message; without it the time stands still at `now`.
        """
        return await self._sweeper(wall or (lambda: now)).sweep()

    async def next_wake(self) -> datetime | None:
        """The earliest moment (UTC) at which a sweep may have something to do."""
        return await self.store.next_wake(ready(self.messengers))

    async def calendar(self, owner: Address) -> Calendar:
        """The member's zone and country, or the host's defaults."""
        book = await self.store.book(owner)
        return home_of(book, self.place) if book else Calendar(self.place.zone, self.place.country)

    async def knows(self, owner: Address) -> bool:
        """Whether the member has a book; one that cannot be read is one, too."""
        try:
            return await self.store.book(owner) is not None
        except BookDamaged:
            return True

    async def close(self) -> None:
        await self.store.close()

    def _sweeper(self, wall: Callable[[], datetime]) -> Sweeper:
        return Sweeper(self._watched, self.messengers, self.place, self.new_id, wall, self.restored)

    @property
    def _dispatcher(self) -> Dispatcher:
        return Dispatcher(self._watched, self.place, self.new_id, self.messengers)

    @property
    def _members(self) -> Members:
        return Members(self._watched, self.place, self.new_id)

    @property
    def _watched(self) -> Store:
        return Watched(self.store, self.watchers)
