"""The month on Discord: eight people of a server, the real discord.py client, and a clock that is moved."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.console import time_travel
from adapters.console.clock import ConsoleClock
from bot.commands import COMMANDS_BY_NAME, ArgumentKind
from bot.commands.parser import parse_typed_command
from bot.domain.calendar import Calendar
from bot.domain.model import HostDefaults
from tests.fakes_discord import ADA, BOT, FakeDiscord, Message, Modal, Person, User
from tests.fakes_discord import Clock as DiscordClock
from tests.fakes_discord.state import Channel
from tests.story import discord_words
from tests.story.month import NAMES, START, ZONE
from tests.story.on_discord import OnDiscord
from tests.story.strides import CLUB, Strides
from tests.story.watched import ALONE, FORM, POST, WORD, Shown, Watched

IDS = {name: ADA + 10 + number for number, name in enumerate(NAMES)}
PICKED = (ArgumentKind.PLATFORM_USER, ArgumentKind.PLATFORM_CHANNEL)
MENTION = re.compile(r"(?<!\\)<[@#](\d+)>")


@dataclass
class DiscordScreens:
    """What eight people see of `on`, and do there, in `room` and in the bot's direct messages.

    `read`: the words of what was read before; to read marks takes a while. `offered`: the messages whose only button
    opens a form, which are the way to an answer and none themselves.
    """

    on: OnDiscord
    room: Channel
    strides: Strides
    read: dict[str, str] = field(default_factory=dict)
    offered: set[int] = field(default_factory=set)

    @property
    def discord(self) -> FakeDiscord:
        return self.on.discord

    def person(self, name: str) -> Person:
        return self.discord.person(IDS[name]).at(self.room)

    def before(self, name: str) -> list[Shown]:
        person = self.person(name)
        modals = [modal for modal in self.discord.world.modals if modal.person == IDS[name] and modal.open]
        ours = [one for one in person.window if one.author == BOT and (one.versions or one.id not in self.offered)]
        return [*map(self._message, ours), *map(self._modal, modals)]

    def _message(self, one: Message) -> Shown:
        where = ALONE if one.only_for else POST if one.channel == self.room.id else WORD
        assert where != POST or self._named(one.content) == one.content, "a post names no member"
        raw = json.dumps([one.content, one.embeds, one.components])
        if raw not in self.read:
            self.read[raw] = self._words(one)
        labels = tuple(label for label, _ in one.buttons)
        return Shown(str(one.id), where, self.read[raw], raw, labels, len(one.versions), one)

    def _words(self, one: Message) -> str:
        embeds = [{**each, "description": self._named(each["description"])} for each in one.embeds]
        return discord_words.said(self._named(one.content), embeds, self.on.calendar)

    def _modal(self, one: Modal) -> Shown:
        text, _names, _values = discord_words.asked(one.body, self.on.calendar)
        return Shown(str(one.interaction), FORM, text, json.dumps(one.body), source=one)

    def _named(self, text: str) -> str:
        names = {str(IDS[name]): name for name in NAMES} | {str(self.room.id): CLUB}
        return MENTION.sub(lambda found: names[found[1]], text)

    async def type(self, name: str, line: str) -> None:
        """A slash command; without an option that it needs Discord sends none, and the words go to the bot."""
        self._back_to_messages(name)
        called = discord_words.options(line)
        if called is not None:
            await self.person(name).slash(parse_typed_command(line).command.root, called[0], _picked(*called))
            return
        offered = await self.person(name).says(line)
        assert offered is not None
        self.offered.add(offered.id)
        await self.person(name).press(offered, "Open the form")

    async def press(self, name: str, source: Any, label: str) -> None:
        self._back_to_messages(name)
        await self.person(name).press(source, label)

    def _back_to_messages(self, name: str) -> None:
        """A form that is open lies over all else."""
        while (modal := self.person(name).modal) is not None:
            modal.open = False

    async def submit(self, name: str, values: dict[str, str]) -> None:
        await self.person(name).submit(given=values)

    async def reach(self, moment: str) -> None:
        local = datetime.fromisoformat(moment)
        await time_travel.advance_console_clock(
            self.on.core, self.on.clock, self.on.calendar.instant_at(local.date(), local.time())
        )

    async def settle(self) -> None:
        self.strides.pass_by()
        await self.on.settle()

    def harmless(self) -> None:
        self.on.harmless()


def _picked(command: str, values: dict[str, Any]) -> dict[str, Any]:
    """People and channels are picked from a list, which gives their ids."""
    row = COMMANDS_BY_NAME[command]
    picks = [argument.name for argument in row.arguments if argument.kind in PICKED]
    return {name: int(MENTION.fullmatch(value)[1]) if name in picks else value for name, value in values.items()}


@dataclass
class ClubOnDiscord(Watched):
    """A `Place`. Ann may manage the server, where the club has a channel of its own."""

    screens: DiscordScreens

    @classmethod
    async def open(cls, folder: Path) -> ClubOnDiscord:
        calendar, at = Calendar(ZONE), datetime.fromisoformat(START)
        clock = ConsoleClock(lambda: datetime.now(UTC), calendar.instant_at(at.date(), at.time()))
        users = [User(IDS[name], name.lower(), leads=name == "Ann") for name in NAMES]
        discord = FakeDiscord(users=users, clock=DiscordClock(lambda: clock.now().timestamp()))
        await discord.up()
        strides = Strides()
        # Discord tells no zone, so the host's is the members'.
        on = OnDiscord(
            discord, clock, calendar, HostDefaults(ZONE), folder, pace={"now": strides.now, "sleep": strides.sleep}
        )
        room = discord.world.room("jobclub")
        await on.start()
        return cls(DiscordScreens(on, room, strides))

    async def shut(self) -> None:
        self.screens.room.sends = False

    async def reopen(self) -> None:
        self.screens.room.sends = True

    def room(self) -> str:
        return f"<#{self.screens.room.id}>"

    def member(self, name: str) -> str:
        return f"<@{IDS[name]}>"

    async def crash(self) -> None:
        await self.screens.on.crash()

    async def close(self) -> None:
        await self.screens.on.close()
