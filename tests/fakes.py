"""Stand-ins with behaviour: a messenger that can refuse, wait or lose answers, a store that can fail, a member."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from bot.app.service import Service
from bot.domain.errors import ChannelRefused, Conflict, DeliveryUncertain, StoreUnavailable
from bot.domain.messages import Button, Card, Form, Response
from bot.domain.model import Actor, Address, Book, ClubChannel, ClubKey, Contact, HostDefaults
from bot.domain.ports import Destination, RecordT
from storage.memory import MemoryStore
from tests.samples import BERLIN_HOME, CONSOLE_ADA, local_instant


class ProcessCrash(BaseException):
    """The process ends here: nothing catches it."""


@dataclass
class FakeMessenger:
    """A platform. What is in `troubles` happens to the next sendings, one each; then everything arrives.

    `stores`: an uncertain message, or one after which the process crashed, arrived all the same. `asked`: whether
    the platform can be asked what it has.
    """

    troubles: list[BaseException | None] = field(default_factory=list)
    always: BaseException | None = None
    stores: bool = False
    can_look_up: bool = True
    delivered: list[tuple[Destination, Card, str]] = field(default_factory=list)
    tries: int = 0
    ready: bool = True
    before_turn: Callable[[], Awaitable[object]] | None = None
    before_send: Callable[[], Awaitable[object]] | None = None
    restored_conversations: list[str] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)  # who was put out of the place
    shut: ChannelRefused | None = None  # what becomes of posts in channels
    lookups: list[datetime] = field(default_factory=list)

    def restore_conversation(self, to: Address, conversation: str) -> None:
        self.restored_conversations.append(conversation)

    async def wait_for_turn(self, to: Destination) -> str:
        if self.before_turn:
            await self.before_turn()
        return f"in {to.channel_id}" if isinstance(to, ClubChannel) else f"with {to.user}"

    async def send(self, to: Destination, card: Card, key: str) -> None:
        self.tries += 1
        if self.shut and isinstance(to, ClubChannel):
            raise self.shut
        if self.before_send:
            await self.before_send()
        trouble = self.troubles.pop(0) if self.troubles else self.always
        if trouble is None or (self.stores and isinstance(trouble, DeliveryUncertain | ProcessCrash)):
            self.delivered.append((to, card, key))
        if trouble is not None:
            raise trouble

    async def is_in_workspace(self, who: Address, club: ClubKey) -> bool:
        return who.user not in self.strangers

    async def was_sent(self, to: Destination, key: str, since: datetime) -> bool | None:
        self.lookups.append(since)
        return any((to, key) == (one, kept) for one, _card, kept in self.delivered) if self.can_look_up else None

    @property
    def texts(self) -> list[str]:
        return [card.text() for _to, card, _key in self.delivered]


class FailingStore(MemoryStore):
    """A store that conflicts, or cannot be written, so many times: books and clubs together."""

    def __init__(self) -> None:
        super().__init__()
        self.conflicts = 0
        self.unavailable = 0
        self.crashes = 0  # after a save
        self.saves = 0

    async def save(self, record: RecordT) -> RecordT:
        if self._conflicts():
            if kept := await self.load(record.key):
                await super().save(kept)
            raise Conflict
        saved = await super().save(record)
        self._saved()
        return saved

    def _conflicts(self) -> bool:
        """Whether somebody else is faster this time. Raises `StoreUnavailable`."""
        if self.unavailable:
            self.unavailable -= 1
            raise StoreUnavailable("the disk is full")
        conflicting = self.conflicts > 0
        self.conflicts -= conflicting
        return conflicting

    def _saved(self) -> None:
        self.saves += 1
        if self.crashes:
            self.crashes -= 1
            raise ProcessCrash


def sequential_ids() -> Callable[[int], str]:
    """Ids as long as the real ones, in order."""
    numbers = count(1)
    return lambda size: f"{next(numbers):0{size * 4 // 3}}"


@dataclass
class Member:
    """A member at work: says things at `now`, presses what is on the last card, and can see their book."""

    store: MemoryStore = field(default_factory=FailingStore)
    messenger: FakeMessenger = field(default_factory=FakeMessenger)
    now: datetime = field(default_factory=lambda: local_instant("2026-11-24 10:00"))  # a Tuesday
    home: HostDefaults = BERLIN_HOME
    actor: Actor = field(default_factory=lambda: Actor(CONSOLE_ADA))
    last: Response = field(default_factory=lambda: Card(()))
    new_id: Callable[[int], str] = field(default_factory=sequential_ids)

    @property
    def core(self) -> Service:
        return Service(self.store, {self.actor.address.platform: self.messenger}, self.home, self.new_id)

    def another(self, name: str) -> Member:
        """Another member of the same club."""
        return replace(self, actor=Actor(Address(self.actor.address.platform, name)), last=Card(()))

    def wait(self, **much: float) -> None:
        self.now += timedelta(**much)

    def at(self, moment: str) -> None:
        self.now = local_instant(moment)

    async def say(self, text: str, event: str = "") -> str:
        self.last = await self.core.handle_command(self.actor, text, self.now, event)
        return self.last.text()

    async def press(self, label: str, event: str = "") -> str:
        """Press a button of the last card by its label."""
        return await self.press_line(self.button(label).line, event)

    async def press_line(self, line: str, event: str = "") -> str:
        self.last = await self.core.handle_button(self.actor, line, self.now, event)
        return self.last.text()

    async def fill(self, event: str = "", **values: str) -> str:
        """Answer the last form as it is shown, with these values changed."""
        form = self.form
        said = {input_.name: input_.value for input_ in form.inputs}
        self.last = await self.core.handle_form(
            self.actor, form.command, {**dict(form.fixed), **said, **values}, self.now, event
        )
        return self.last.text()

    async def sweep(self) -> list[str]:
        """All that goes out now; stops when nothing is due, and complains when that never comes."""
        before = len(self.messenger.delivered)
        for _ in range(50):
            if not await self.core.sweep(self.now):
                return self.messenger.texts[before:]
        raise AssertionError("the sweep never comes to an end")

    async def live(self, until: str) -> list[str]:
        """Let time pass, waking when the store asks for it; what came."""
        said: list[str] = []
        end = local_instant(until)
        while (wake := await self.core.next_wake()) and wake <= end:
            self.now = max(self.now, wake)
            said += await self.sweep()
        self.now = end
        return said

    @property
    def form(self) -> Form:
        assert isinstance(self.last, Form), self.last
        return self.last

    async def confirm_line(self, line: str) -> str:
        """Press a button with this line, and then the one that confirms it, if it is a final act."""
        said = await self.press_line(line)
        finals = [act.line for act in self.last.acts if " sure: " in act.line] if isinstance(self.last, Card) else []
        return await self.press_line(finals[0]) if finals else said

    @property
    def card(self) -> Card:
        assert isinstance(self.last, Card), self.last
        return self.last

    @property
    def buttons(self) -> list[str]:
        return [button.label for button in self.card.acts]

    def button(self, label: str) -> Button:
        found = [button for button in self.card.acts if button.label == label]
        assert found, f"no [{label}] among {self.buttons}"
        return found[0]

    @property
    def inputs(self) -> dict[str, str]:
        return {input_.name: input_.value for input_ in self.form.inputs}

    async def book(self) -> Book:
        book = await self.store.load(self.actor.address)
        assert book is not None
        return book

    async def contact(self, name: str) -> Contact:
        return next(contact for contact in (await self.book()).contacts if contact.name == name)

    async def names(self) -> list[str]:
        return [contact.name for contact in (await self.book()).contacts]

    async def kinds(self, name: str) -> list[str]:
        """The entries of a contact, by kind."""
        return [entry.kind for entry in (await self.contact(name)).entries]


def only_card(cards: Sequence[str]) -> str:
    [card] = cards
    return card


def non_empty_values(values: Mapping[str, str]) -> dict[str, str]:
    """The inputs of a form that hold something."""
    return {name: value for name, value in values.items() if value}
