"""A club on a platform, in words that every platform has: what members do there, what they see, and what goes wrong.

Slack and Discord fill it, each on its fake with its real SDK, so that what is promised of both is tried on both in
the same words. What a platform lacks, a flag says.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from adapters.console import time_travel
from adapters.console.clock import ConsoleClock
from bot.app.service import Service
from bot.domain.errors import StoreUnavailable
from bot.domain.messages import Card
from bot.domain.model import Address, Book, Club, ClubChannel, ClubKey
from bot.domain.ports import Messenger, RecordKey, RecordT
from storage.memory import MemoryStore
from storage.tiny import TinyStore

ADD_EMAILED_DANA = "add Dana channel: email"
ADD_UNCONTACTED_DANA = "add Dana channel: none"  # nothing was written to her yet


class GatedStore(MemoryStore):
    """Counts how often it is asked. `gate`: nothing is read before it opens. `broken`: nothing can be kept."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self.saves = 0
        self.broken = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def load(self, key: RecordKey) -> Book | Club | None:
        self.looks += isinstance(key, Address)
        await self.gate.wait()
        return await super().load(key)

    async def save(self, record: RecordT) -> RecordT:
        if self.broken and isinstance(record, Book):
            raise StoreUnavailable("the disk is full")
        self.saves += isinstance(record, Book)
        return await super().save(record)


class Stage(ABC):
    """`who` is a person of the fake's, Ada when nobody is named. What people do returns what they then see.

    `faults`: the fake's failures. `refusals`: the platform's own, by what they mean. `routes`: its name for a request.
    """

    platform: ClassVar[str]
    faults: ClassVar[Any]
    refusals: ClassVar[Mapping[str, Any]]
    routes: ClassVar[Mapping[str, str]]
    can_search_channels: ClassVar[bool]  # whether a channel's history tells if a post arrived
    can_repeat_safely: ClassVar[bool]  # whether a message that is sent a second time stands there once
    room_of_club: ClassVar[str]  # the channel in which the bot posts

    bot: Any
    core: Service
    store: Any
    clock: ConsoleClock
    ada: Any
    lee: Any

    # -- what a platform fills

    @property
    @abstractmethod
    def fake(self) -> Any: ...

    @abstractmethod
    async def start(self) -> None: ...

    @abstractmethod
    async def close(self) -> None: ...

    @abstractmethod
    def harmless(self) -> None:
        """What holds after whatever happened: nothing refused, nothing that pings, nothing in a channel unasked."""

    @abstractmethod
    async def idle(self) -> None:
        """Until all that was begun has ended."""

    @abstractmethod
    def address(self, user: Any = None) -> Address: ...

    @abstractmethod
    def inbox(self, who: Any = None) -> list[Any]:
        """The bot's direct messages that stand, the oldest first."""

    @abstractmethod
    def private(self, who: Any = None) -> list[Any]:
        """The answers that only this person sees, the oldest first."""

    @abstractmethod
    def in_room(self, who: Any = None) -> list[Any]:
        """What all read in the club's channel, the oldest first."""

    @abstractmethod
    def form(self, who: Any = None) -> Any:
        """The form that is open, or None."""

    @abstractmethod
    async def command(self, line: str, who: Any) -> object: ...

    @abstractmethod
    async def send_words(self, text: str, who: Any) -> object: ...

    @abstractmethod
    async def send_form(self, form: Any, who: Any, values: Mapping[str, Any]) -> object: ...

    @abstractmethod
    async def log_message(self, text: str, who: Any = None) -> Any:
        """Use [Log as outreach] on a message that somebody wrote."""

    @abstractmethod
    async def press_forged(self, message: Any, line: str, who: Any = None) -> Any:
        """Press the first button as if it carried another line."""

    @abstractmethod
    async def repeat(self) -> None:
        """The platform hands out the last event of Ada's once more."""

    @abstractmethod
    async def echo(self, message: Any) -> None:
        """Tell the bot of its own direct message, as platforms do."""

    @abstractmethod
    async def overhear(self, text: str) -> None:
        """Ada writes in a channel, to others."""

    @abstractmethod
    def check_acknowledged(self) -> None:
        """What Ada did last has a first answer, though nothing is known yet."""

    @abstractmethod
    async def corrected(self, answer: Any) -> Any:
        """The form that one comes back to, all that was typed still in it."""

    @abstractmethod
    def mark(self, message: Any) -> object:
        """That by which a reminder is found again."""

    @abstractmethod
    def read(self, message: Any) -> str:
        """What a person reads of it, marks of the platform's taken for what they do."""

    @abstractmethod
    def live_marks(self) -> list[str]:
        """All in what was ever sent that would be more than literal text."""

    @abstractmethod
    def notification(self, message: Any) -> str:
        """What a phone shows of it."""

    @abstractmethod
    def open_room(self) -> None:
        """A channel of Ada and Lee, to which the bot was invited; posts of ours may stand in it from now on."""

    @abstractmethod
    def shut_room(self, how: str) -> None:
        """From now on the channel is `gone`, `archived` or `closed` to the bot."""

    @abstractmethod
    def invite(self, number: int) -> Any:
        """One more member."""

    @abstractmethod
    def person(self, who: Address) -> Any: ...

    @abstractmethod
    def put_out(self, who: Any) -> None:
        """They belong to the club's workspace or server no more, and nobody tells the bot."""

    @abstractmethod
    def chat(self, who: Any, many: int) -> None:
        """So many messages of their own stand in their conversation with the bot, which it has not heard."""

    @abstractmethod
    def make_leader(self, who: Any) -> None:
        """They lead the workspace or manage the server."""

    @abstractmethod
    def rename(self, who: Any, name: str) -> None:
        """They are called so by others there."""

    @abstractmethod
    def serve(self, core: Any) -> None:
        """From now on this answers instead of the bot."""

    @abstractmethod
    def hurry(self, seconds: float = 0.5) -> None:
        """People look for so many real seconds whether there is more than a promise."""

    # -- the same for all

    async def restart(self) -> None:
        await self.bot.stop()
        if isinstance(self.store, TinyStore):
            await self.store.close()
        await self.start()

    def seconds(self) -> float:
        return self.clock.now().timestamp()

    async def leap(self, seconds: float) -> None:
        """A pause, by the club's clock. Not while a call is on its way: it would seem to take as long as the pause."""
        if not self.clock.is_stopped:
            await asyncio.sleep(seconds)
            return
        for _ in range(50):
            await asyncio.sleep(0.001)
            if not self.fake.world.busy:
                break
        self.clock.move(self.clock.now() + timedelta(seconds=seconds, milliseconds=1))  # it keeps microseconds only

    async def wait(self, **much: float) -> None:
        """Time passes, and what is due comes."""
        await time_travel.advance_console_clock(self.core, self.clock, self.clock.now() + timedelta(**much))
        await self.idle()

    @property
    def messenger(self) -> Messenger:
        messenger: Messenger = self.bot.messenger
        return messenger

    @property
    def club_channel(self) -> ClubChannel:
        return ClubChannel(ClubKey(self.platform, self.address().team or self.team), self.room_of_club)

    @property
    @abstractmethod
    def team(self) -> str:
        """The id of the workspace or server."""

    async def book(self, user: Any = None) -> Book | None:
        found: Book | None = await self.store.load(self.address(user))
        return found

    async def names(self, user: Any = None) -> list[str]:
        book = await self.book(user)
        return [contact.name for contact in book.contacts] if book else []

    async def kinds(self, name: str = "Dana") -> list[str]:
        """The entries of one of Ada's contacts."""
        book = await self.book()
        assert book is not None
        return [entry.kind for contact in book.contacts if contact.name == name for entry in contact.entries]

    # -- what people do

    async def say(self, line: str, who: Any = None) -> Any:
        """Use a command, in the club's channel or near it."""
        return await self._see(who or self.ada, self.command(line, who or self.ada))

    async def write(self, text: str, who: Any = None) -> Any:
        """Write a direct message to the bot."""
        return await self._see(who or self.ada, self.send_words(text, who or self.ada))

    async def press(self, where: Any, label: str, who: Any = None) -> Any:
        return await self._see(who or self.ada, (who or self.ada).press(where, label))

    async def fill(self, form: Any, who: Any = None, **values: Any) -> Any:
        """Fill in a form and send it; what is not named keeps what stands there."""
        assert form is self.form(who), "a form is open"
        return await self._see(who or self.ada, self.send_form(form, who or self.ada, values))

    async def _see(self, who: Any, acts: Awaitable[object]) -> Any:
        before, opened = {id(one): len(one.versions) for one in self.screen(who)}, self.form(who)
        await acts
        await self._answered()
        form = self.form(who)
        if form is not None and form is not opened:
            return form
        news = [one for one in self.screen(who) if before.get(id(one)) != len(one.versions)]
        return news[-1] if news else form

    async def _answered(self) -> None:
        if self.is_open:
            await self.idle()
        else:
            await self.fake.settled(0.02)
            self.check_acknowledged()

    def screen(self, who: Any = None) -> list[Any]:
        """All messages of the bot before this person."""
        return [*self.in_room(who), *self.inbox(who), *self.private(who)]

    def labels(self, shown: Any) -> list[str]:
        return [label for label, _ in shown.buttons]

    async def reminded(self) -> Any:
        """Two weeks later: the reminder that Ada may write to Dana again, alone."""
        await self.say("settings basket: never patience: no")
        before = len(self.inbox())
        await self.wait(days=15)
        [reminder] = self.inbox()[before:]
        return reminder

    async def post(self, card: Card, key: str = "post") -> Any:
        """What the bot posts in the club's channel."""
        self.open_room()
        await self.messenger.wait_for_turn(self.club_channel)
        await self.messenger.send(self.club_channel, card, key)
        return self.in_room()[-1]

    # -- what goes wrong

    @property
    def is_open(self) -> bool:
        gate = getattr(self.store, "gate", None)
        return gate is None or gate.is_set()

    def hold(self) -> None:
        """The store answers nothing before `release`."""
        self.store.gate.clear()

    async def release(self) -> None:
        await self.fake.settled(0.02)
        self.store.gate.set()
        await self.idle()

    def fail(self, request: str, failure: Any, *, times: int | None = 1, stored: bool = False) -> Any:
        """Let the next requests of this kind fail; `stored`: after they had their effect."""
        return self.fake.fail(self.routes[request], with_=failure, times=times, stored=stored)

    def refuse(self, request: str, meaning: str, *, times: int | None = 1) -> Any:
        """Let the next requests be refused, in the platform's own way of saying it."""
        return self.fail(request, self.refusals[meaning], times=times)

    def count(self, request: str) -> int:
        return len(self.requests(request))

    def requests(self, request: str) -> list[Any]:
        """The requests of this kind, answered or not."""
        return list(self.fake.called(self.routes[request]))
