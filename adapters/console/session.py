"""One sitting at the console: who types, what was said, what time it is, and the bot behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.console import saved_screen, time_travel
from adapters.console.clock import Clock
from adapters.console.messenger import CHANNEL, ConsoleMessenger
from adapters.console.ports import Core, OpenCore, OpenTicker, Outlet, Reach, Remembers, Ticker
from adapters.console.render import Scene, said_at
from adapters.console.screen import Kind, Said, Screen
from bot.domain.calendar import Calendar
from bot.domain.messages import Button, Card, Form, Reply
from bot.domain.model import Actor, Address, ClubKey, Room
from bot.domain.ports import To

PLATFORM = "console"
GREETING = "help: what the bot can do; :help: what this console can; :quit ends it."
STANDS = "From here the clock stands still until you move it, with :skip or :to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the console is given. `start`: where its clock stands, on the first member's clock when it is naive;
    without it the clock is the real one, `wall` (UTC). `screen_file` is for a store that keeps its data."""

    open_core: OpenCore
    reach: Reach
    wall: Callable[[], datetime]
    open_ticker: OpenTicker | None = None
    start: datetime | None = None
    screen_file: Path | None = None
    member: str = "me"
    greeting: str = GREETING
    welcomes: bool = False


class Session:
    core: Core

    def __init__(self, setup: Setup, outlet: Outlet, screen: Screen) -> None:
        self.setup = setup
        self.outlet = outlet
        self.screen = screen
        self.clock = Clock(setup.wall)
        self.member = Address(PLATFORM, setup.member)
        self.ended = False
        self._ticker: Ticker | None = None

    async def open(self) -> None:
        """Open the store; the clock stands or the ticker runs."""
        self.core = await self.setup.open_core(ConsoleMessenger(self.say, self.screen))
        if self.setup.start is not None and not self.clock.stands:
            self.clock.stop(await self._instant(self.setup.start))
        await self._drop_forgotten()
        self._start_ticker()

    async def close(self) -> None:
        await self._stop_ticker()
        await self.core.close()

    async def text(self, text: str) -> None:
        await self._answer(await self.core.text(self._actor(), text, self.clock.now()))

    async def welcome(self) -> None:
        """Someone who was never here is greeted by the bot itself."""
        if self.setup.welcomes and isinstance(self.core, Remembers) and not await self.core.knows(self.member):
            await self.text("")

    async def press(self, said: Said, button: Button) -> None:
        """Run the button's line; the new card stands where the pressed one stood, but a post is everybody's."""
        if button.line.startswith("forget ") and "sure: yes" in button.line:
            self.screen.forget(self.member, [])  # what was said of the erased is not to stay in a file
        pressed = None if said.kind is Kind.CHANNEL else said.id
        await self._answer(await self.core.press(self._actor(), button.line, self.clock.now()), pressed)

    async def fill(self, form: Form, values: dict[str, str]) -> None:
        said = {**dict(form.fixed), **values}
        await self._answer(await self.core.fill(self._actor(), form.command, said, self.clock.now()))

    async def move(self, target: datetime) -> None:
        """Let time pass until `target` (UTC). A clock that ran stands from here on."""
        if not self.clock.stands:
            await self._stop_ticker()
            self.clock.stop()
            await self.note(STANDS)
        await time_travel.advance(self.core, self.clock, target)

    async def settle(self, owner: Address, seen: list[Said]) -> None:
        """After a line of `owner`: send what is due, and forget what the bot forgot. `seen`: said before the line."""
        if self.clock.stands:
            await time_travel.sweep(self.core, self.clock.now())
        elif self._ticker is not None:
            self._ticker.nudge()
        await self._keep_or_drop(owner, seen)

    async def say(self, to: To, what: Reply, kind: Kind, key: str = "", replaces: str | None = None) -> None:
        """Say it and remember it, in a file before it is seen: a button on the screen is never a dead one."""
        said = Said(self.screen.next_id(), kind, to, self.clock.now(), what, replaces, key)
        self.screen.add(said)
        self._save()
        await self._show(said)

    async def note(self, text: str, kind: Kind = Kind.REPLY) -> None:
        """The console's own words; they are not remembered."""
        card = Card(tuple((line,) for line in text.split("\n")))
        said = Said(self.screen.next_id(), kind, self.member, self.clock.now(), card)
        self.outlet.show(Scene(said, await self.local(self.member, said.at), own=True))

    async def repeat(self, said: Said) -> None:
        """Say it again, as it was. Its buttons carry no numbers: those belong to what was said last."""
        self.outlet.show(Scene(said, await self.local(self._reader(said), said.at), numbered=False))

    async def ready(self) -> None:
        self.outlet.ready(await self.local(self.member, self.clock.now()))

    async def prompt(self) -> str:
        """The member, and the local time of a clock that stands."""
        now = f" · {said_at(await self.local(self.member, self.clock.now()))}" if self.clock.stands else ""
        return f"{self.member.user}{now} > "

    async def calendar(self) -> Calendar:
        return await self.core.calendar(self.member)

    async def local(self, owner: Address, at: datetime) -> datetime:
        """The instant on the member's clock; in UTC when the store cannot say where the member is."""
        try:
            return (await self.core.calendar(owner)).local(at)
        except Exception:
            # Whatever is wrong with the store is told by the command that met it; words must still come out.
            return at.astimezone(UTC)

    def _actor(self) -> Actor:
        host = self.member.user == self.setup.member  # who sits down first is who runs it
        return Actor(self.member, name=self.member.user, club=ClubKey(PLATFORM), leads=host, room=CHANNEL)

    def _reader(self, said: Said) -> Address:
        """Who sees it; of a post, whoever types."""
        return self.member if isinstance(said.to, Room) else said.to

    async def _answer(self, reply: Reply, pressed: str | None = None) -> None:
        if isinstance(reply, Form):
            await self.say(self.member, reply, Kind.FORM)
        else:
            await self.say(self.member, reply, Kind.REPLY, replaces=pressed)

    async def _show(self, said: Said) -> None:
        aside = self._reader(said) != self.member
        at = await self.local(self._reader(said), said.at)
        self.outlet.show(Scene(said, at, numbered=not aside, aside=aside))

    async def _instant(self, start: datetime) -> datetime:
        if start.tzinfo is not None:
            return start.astimezone(UTC)
        return (await self.calendar()).at(start.date(), start.time())

    async def _drop_forgotten(self) -> None:
        for owner in list(self.screen.known):
            await self._keep_or_drop(owner, self.screen.to(owner))

    async def _keep_or_drop(self, owner: Address, seen: list[Said]) -> None:
        """The screen keeps no longer than the book: when it has gone, what was `seen` goes too."""
        if not isinstance(self.core, Remembers):
            return
        known = await self.core.knows(owner)
        if known == (owner in self.screen.known):
            return
        if known:
            self.screen.known.add(owner)
        else:
            self.screen.forget(owner, [said for said in self.screen.to(owner) if said not in seen])
        self._save()

    def _save(self) -> None:
        saved_screen.save(self.screen, self.setup.screen_file)

    def _start_ticker(self) -> None:
        if self.setup.open_ticker is not None and not self.clock.stands:
            self._ticker = self.setup.open_ticker(self.core)
            self._ticker.start()

    async def _stop_ticker(self) -> None:
        ticker, self._ticker = self._ticker, None
        if ticker is not None:
            await ticker.stop()
