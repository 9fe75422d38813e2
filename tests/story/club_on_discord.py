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
from tests.fakes_discord import (
    ADA_USER_ID,
    BOT_USER_ID,
    DiscordModal,
    DiscordPerson,
    DiscordScreenMessage,
    DiscordUser,
    FakeDiscord,
)
from tests.fakes_discord import FakePlatformClock as DiscordClock
from tests.fakes_discord.state import DiscordChannel
from tests.story import discord_words
from tests.story.club_month import CLUB_OF_EIGHT, MONTH_START, MONTH_ZONE
from tests.story.on_discord import OnDiscord
from tests.story.screened_month import (
    AS_FORM,
    EPHEMERAL_FOR_ONE,
    IN_DIRECT_MESSAGES,
    ON_CHANNEL,
    ScreenedMonth,
    ScreenItem,
)
from tests.story.time_jumps import CLUB_CHANNEL_WORDS, TimeJumps

DISCORD_MONTH_USER_IDS = {name: ADA_USER_ID + 10 + number for number, name in enumerate(CLUB_OF_EIGHT)}
PICKED_ARGUMENT_KINDS = (ArgumentKind.PLATFORM_USER, ArgumentKind.PLATFORM_CHANNEL)
DISCORD_MENTION = re.compile(r"(?<!\\)<[@#](\d+)>")


@dataclass
class DiscordScreens:
    """What eight people see of `on`, and do there, in `room` and in the bot's direct messages.

    `read`: the words of what was read before; to read marks takes a while. `offered`: the messages whose only button
    opens a form, which are the way to an answer and none themselves.
    """

    on: OnDiscord
    room: DiscordChannel
    strides: TimeJumps
    read: dict[str, str] = field(default_factory=dict)
    offered: set[int] = field(default_factory=set)

    @property
    def discord(self) -> FakeDiscord:
        return self.on.discord

    def person(self, name: str) -> DiscordPerson:
        return self.discord.person(DISCORD_MONTH_USER_IDS[name]).at(self.room)

    def before(self, name: str) -> list[ScreenItem]:
        person = self.person(name)
        modals = [
            modal for modal in self.discord.world.modals if modal.person == DISCORD_MONTH_USER_IDS[name] and modal.open
        ]
        ours = [
            message
            for message in person.window
            if message.author == BOT_USER_ID and (message.versions or message.id not in self.offered)
        ]
        return [*map(self._message, ours), *map(self._modal, modals)]

    def _message(self, message: DiscordScreenMessage) -> ScreenItem:
        where = (
            EPHEMERAL_FOR_ONE
            if message.only_for
            else ON_CHANNEL
            if message.channel == self.room.id
            else IN_DIRECT_MESSAGES
        )
        assert where != ON_CHANNEL or self._named(message.content) == message.content, "a post names no member"
        raw = json.dumps([message.content, message.embeds, message.components])
        if raw not in self.read:
            self.read[raw] = self._words(message)
        labels = tuple(label for label, _ in message.buttons)
        return ScreenItem(str(message.id), where, self.read[raw], raw, labels, len(message.versions), message)

    def _words(self, message: DiscordScreenMessage) -> str:
        embeds = [{**each, "description": self._named(each["description"])} for each in message.embeds]
        return discord_words.discord_message_words(self._named(message.content), embeds, self.on.calendar)

    def _modal(self, modal: DiscordModal) -> ScreenItem:
        text, _names, _values = discord_words.discord_modal_words(modal.body, self.on.calendar)
        return ScreenItem(str(modal.interaction), AS_FORM, text, json.dumps(modal.body), source=modal)

    def _named(self, text: str) -> str:
        names = {str(DISCORD_MONTH_USER_IDS[name]): name for name in CLUB_OF_EIGHT} | {
            str(self.room.id): CLUB_CHANNEL_WORDS
        }
        return DISCORD_MENTION.sub(lambda found: names[found[1]], text)

    async def type(self, name: str, line: str) -> None:
        """A slash command; without an option that it needs Discord sends none, and the words go to the bot."""
        self._back_to_messages(name)
        called = discord_words.slash_options_of_line(line)
        if called is not None:
            await self.person(name).slash(parse_typed_command(line).command.root, called[0], _options_with_ids(*called))
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
        self.strides.jump()
        await self.on.settle()

    def harmless(self) -> None:
        self.on.harmless()


def _options_with_ids(command: str, values: dict[str, Any]) -> dict[str, Any]:
    """People and channels are picked from a list, which gives their ids."""
    row = COMMANDS_BY_NAME[command]
    picks = [argument.name for argument in row.arguments if argument.kind in PICKED_ARGUMENT_KINDS]
    return {
        name: int(DISCORD_MENTION.fullmatch(value)[1]) if name in picks else value for name, value in values.items()
    }


@dataclass
class MonthOnDiscord(ScreenedMonth):
    """A `MonthPlatform`. Ann may manage the server, where the club has a channel of its own."""

    screens: DiscordScreens

    @classmethod
    async def open(cls, folder: Path) -> MonthOnDiscord:
        calendar, at = Calendar(MONTH_ZONE), datetime.fromisoformat(MONTH_START)
        clock = ConsoleClock(lambda: datetime.now(UTC), calendar.instant_at(at.date(), at.time()))
        users = [DiscordUser(DISCORD_MONTH_USER_IDS[name], name.lower(), leads=name == "Ann") for name in CLUB_OF_EIGHT]
        discord = FakeDiscord(users=users, clock=DiscordClock(lambda: clock.now().timestamp()))
        await discord.up()
        strides = TimeJumps()
        # Discord tells no zone, so the host's is the members'.
        on = OnDiscord(
            discord,
            clock,
            calendar,
            HostDefaults(MONTH_ZONE),
            folder,
            pace={"now": strides.now, "sleep": strides.sleep},
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
        return f"<@{DISCORD_MONTH_USER_IDS[name]}>"

    async def crash(self) -> None:
        await self.screens.on.crash()

    async def close(self) -> None:
        await self.screens.on.close()
