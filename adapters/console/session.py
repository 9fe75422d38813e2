"""A console session: the member who types, the screen, the clock, and the service behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.console import saved_screen, time_travel
from adapters.console.clock import ConsoleClock
from adapters.console.messenger import CONSOLE_CHANNEL, ConsoleMessenger
from adapters.console.ports import (
    ConsoleOutlet,
    ConsoleTicker,
    OpenConsoleService,
    OpenConsoleTicker,
    ParseSkipTarget,
)
from adapters.console.render import ShownEntry, format_console_time
from adapters.console.screen import ConsoleScreen, ScreenEntry, ScreenEntryKind
from bot.app.service import Service
from bot.domain.calendar import Calendar
from bot.domain.messages import Button, Card, Form, Response
from bot.domain.model import Actor, Address, ClubChannel, ClubKey
from bot.domain.ports import Destination

CONSOLE_PLATFORM = "console"
CONSOLE_GREETING = "help: what the bot can do; :help: what this console can; :quit ends it."
CLOCK_STOPPED_NOTE = "From here the clock stands still until you move it, with :skip or :to"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSetup:
    """The configuration and the collaborators of a session."""

    open_service: OpenConsoleService
    parse_skip_target: ParseSkipTarget
    #: The real time (UTC).
    wall: Callable[[], datetime]
    #: None: nothing is swept between the lines, even while the clock runs.
    open_ticker: OpenConsoleTicker | None = None
    #: The time of a stopped clock; in the first member's zone if it is naive. None: the clock runs with `wall`.
    clock_start: datetime | None = None
    #: Where the screen is saved, for a store that is durable. None: it is not saved.
    screen_file: Path | None = None
    first_member: str = "me"
    greeting: str = CONSOLE_GREETING
    #: Whether the bot itself greets a member who has no book.
    welcomes_newcomers: bool = False


class ConsoleSession:
    service: Service

    def __init__(self, setup: ConsoleSetup, outlet: ConsoleOutlet, screen: ConsoleScreen) -> None:
        self.setup = setup
        self.outlet = outlet
        self.screen = screen
        self.clock = ConsoleClock(setup.wall)
        self.member = Address(CONSOLE_PLATFORM, setup.first_member)
        self.is_ended = False
        self._ticker: ConsoleTicker | None = None

    async def open(self) -> None:
        """Open the service; then stop the clock at `clock_start`, or start the ticker."""
        self.service = await self.setup.open_service(ConsoleMessenger(self.say, self.screen))
        if self.setup.clock_start is not None and not self.clock.is_stopped:
            self.clock.stop(await self._to_utc_instant(self.setup.clock_start))
        await self._drop_forgotten()
        self._start_ticker()

    async def close(self) -> None:
        await self._stop_ticker()
        await self.service.close()

    async def handle_command(self, text: str) -> None:
        await self._show_response(await self.service.handle_command(self._build_actor(), text, self.clock.now()))

    async def welcome(self) -> None:
        """Let the bot greet a member who has no book yet, if the setup says so."""
        if self.setup.welcomes_newcomers and not await self.service.has_book(self.member):
            await self.handle_command("")

    async def press_button(self, entry: ScreenEntry, button: Button) -> None:
        """Run the button's command line; the response replaces the pressed card, but never a post, which all see."""
        response = await self.service.handle_button(self._build_actor(), button.line, self.clock.now())
        is_asked_again = isinstance(response, Card) and any(map(_confirms_erasure, response.acts))
        if _confirms_erasure(button) and not is_asked_again:
            self.screen.forget(self.member, [])  # cards about what is erased must not stay in a file
        await self._show_response(response, None if entry.kind is ScreenEntryKind.CHANNEL else entry.id)

    async def fill_form(self, form: Form, values: dict[str, str]) -> None:
        all_values = {**dict(form.fixed), **values}
        await self._show_response(
            await self.service.handle_form(self._build_actor(), form.command, all_values, self.clock.now())
        )

    async def move_time(self, target: datetime) -> None:
        """Let time pass until `target` (UTC), sending what is due on the way. A running clock is stopped first."""
        if not self.clock.is_stopped:
            await self._stop_ticker()
            self.clock.stop()
            await self.show_note(CLOCK_STOPPED_NOTE)
        await time_travel.advance_console_clock(self.service, self.clock, target)

    async def sweep_and_forget(self, owner: Address, seen_entries: list[ScreenEntry]) -> None:
        """After a line of `owner`: send what is due, and forget entries of a member whose book was erased.

        `seen_entries`: what was shown before the line.
        """
        if self.clock.is_stopped:
            await time_travel.sweep_until_nothing_is_due(self.service, self.clock.now())
        elif self._ticker is not None:
            self._ticker.nudge()
        await self._forget_unless_known(owner, seen_entries)

    async def say(
        self, to: Destination, response: Response, kind: ScreenEntryKind, key: str = "", replaces: str | None = None
    ) -> None:
        """Add an entry to the screen, save the screen, then show the entry: so every visible button works."""
        entry = ScreenEntry(self.screen.next_id(), kind, to, self.clock.now(), response, replaces, key)
        self.screen.add(entry)
        self._save()
        await self._show_entry(entry)

    async def show_note(self, text: str, kind: ScreenEntryKind = ScreenEntryKind.REPLY) -> None:
        """Show a text of the console itself; it is not added to the screen."""
        card = Card(tuple((line,) for line in text.split("\n")))
        entry = ScreenEntry(self.screen.next_id(), kind, self.member, self.clock.now(), card)
        self.outlet.show_entry(ShownEntry(entry, await self.to_local_time(self.member, entry.at), is_console_note=True))

    async def repeat_entry(self, entry: ScreenEntry) -> None:
        """Show an entry again, without button numbers: those belong to the newest entry."""
        self.outlet.show_entry(
            ShownEntry(entry, await self.to_local_time(self._entry_reader(entry), entry.at), has_button_numbers=False)
        )

    async def show_ready(self) -> None:
        self.outlet.show_ready(await self.to_local_time(self.member, self.clock.now()))

    async def prompt_text(self) -> str:
        """The member, and the local time if the clock is stopped."""
        now = (
            f" · {format_console_time(await self.to_local_time(self.member, self.clock.now()))}"
            if self.clock.is_stopped
            else ""
        )
        return f"{self.member.user}{now} > "

    async def member_calendar(self) -> Calendar:
        return await self.service.member_calendar(self.member)

    async def to_local_time(self, owner: Address, instant: datetime) -> datetime:
        """The instant on the member's clock; in UTC when the store cannot say where the member is."""
        try:
            return (await self.service.member_calendar(owner)).to_local(instant)
        except Exception:
            # The command that met the problem of the store reports it; output must not fail because of it.
            return instant.astimezone(UTC)

    def _build_actor(self) -> Actor:
        is_host = self.member.user == self.setup.first_member
        return Actor(
            self.member,
            display_name=self.member.user,
            club=ClubKey(CONSOLE_PLATFORM),
            may_set_up_club=is_host,
            club_channel_id=CONSOLE_CHANNEL,
        )

    def _entry_reader(self, entry: ScreenEntry) -> Address:
        """The member who reads the entry; of a post, the member who types."""
        return self.member if isinstance(entry.to, ClubChannel) else entry.to

    async def _show_response(self, response: Response, replaces: str | None = None) -> None:
        if isinstance(response, Form):
            await self.say(self.member, response, ScreenEntryKind.FORM)
        else:
            await self.say(self.member, response, ScreenEntryKind.REPLY, replaces=replaces)

    async def _show_entry(self, entry: ScreenEntry) -> None:
        is_for_other = self._entry_reader(entry) != self.member
        local_time = await self.to_local_time(self._entry_reader(entry), entry.at)
        self.outlet.show_entry(
            ShownEntry(entry, local_time, has_button_numbers=not is_for_other, is_for_other_member=is_for_other)
        )

    async def _to_utc_instant(self, start: datetime) -> datetime:
        if start.tzinfo is not None:
            return start.astimezone(UTC)
        return (await self.member_calendar()).instant_at(start.date(), start.time())

    async def _drop_forgotten(self) -> None:
        for owner in list(self.screen.known_members):
            await self._forget_unless_known(owner, self.screen.entries_to(owner))

    async def _forget_unless_known(self, owner: Address, seen_entries: list[ScreenEntry]) -> None:
        """If the member's book was erased, drop `seen_entries`: the screen keeps nothing longer than the book."""
        has_book = await self.service.has_book(owner)
        if has_book == (owner in self.screen.known_members):
            return
        if has_book:
            self.screen.known_members.add(owner)
        else:
            self.screen.forget(owner, [entry for entry in self.screen.entries_to(owner) if entry not in seen_entries])
        self._save()

    def _save(self) -> None:
        saved_screen.save_console_screen(self.screen, self.setup.screen_file)

    def _start_ticker(self) -> None:
        if self.setup.open_ticker is not None and not self.clock.is_stopped:
            self._ticker = self.setup.open_ticker(self.service)
            self._ticker.start()

    async def _stop_ticker(self) -> None:
        ticker, self._ticker = self._ticker, None
        if ticker is not None:
            await ticker.stop()


def _confirms_erasure(button: Button) -> bool:
    return button.line.startswith("forget ") and " sure: " in button.line
