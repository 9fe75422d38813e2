"""A member at Discord: the real discord.py client, a Discord on loopback, and a clock that is moved."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.console import time_travel
from adapters.console.clock import ConsoleClock
from adapters.discord.gateway_timing import GatewayTiming
from adapters.discord.inbound import DISCORD_PLATFORM
from adapters.discord.platform import DiscordPlatform, DiscordSetup
from bot.app.service import Service
from bot.commands import COMMANDS_BY_NAME
from bot.domain.calendar import Calendar
from bot.domain.model import HostDefaults
from storage.open import open_store
from tests.fakes_discord import (
    ADA_USER_ID,
    GENERAL_CHANNEL_ID,
    DiscordModal,
    DiscordPerson,
    DiscordScreenMessage,
    DiscordUser,
    FakeDiscord,
)
from tests.fakes_discord import FakePlatformClock as DiscordClock
from tests.story import discord_words
from tests.story.driver import ConsoleMessage

STORY_ROOT_COMMAND = "outreach"
QUIET_CHANNEL_TEXT = "The channel is quiet: nothing was posted there yet."
DiscordScreen = dict[int, list[str]]


@dataclass
class OnDiscord:
    """A crash takes the files of the store as they lie; what Discord has on its screens stays, forms too.

    Commands are used in the server, plain words are written to the bot. `pace`: the seconds that the bot waits by,
    where a test spares them; see `GatewayTiming`.
    """

    discord: FakeDiscord
    clock: ConsoleClock
    calendar: Calendar
    home: HostDefaults
    folder: Path
    crashes: int = 0
    pace: dict[str, Any] = field(default_factory=dict)
    bot: DiscordPlatform = field(init=False)
    core: Service = field(init=False)

    @classmethod
    async def open(cls, folder: Path, zone: str, start: str, country: str = "") -> OnDiscord:
        at = datetime.fromisoformat(start)
        calendar = Calendar(zone)
        clock = ConsoleClock(lambda: datetime.now(UTC), calendar.instant_at(at.date(), at.time()))
        discord = FakeDiscord(
            users=[DiscordUser(ADA_USER_ID, "ada")], clock=DiscordClock(lambda: clock.now().timestamp())
        )
        await discord.up()
        # Discord tells no zone, so the host's is the member's.
        opened = cls(discord, clock, calendar, HostDefaults(zone, country), folder)
        await opened.start()
        return opened

    async def start(self) -> None:
        store = open_store(f"tinydb:{self.folder}")
        setup, timing = (
            DiscordSetup(bot_token=self.discord.token, api_url=self.discord.api_url),
            GatewayTiming(**self.pace),
        )
        self.bot = DiscordPlatform(setup, store, self.clock.now, timing.now, timing)
        self.core = Service(store, {DISCORD_PLATFORM: self.bot.messenger}, self.home)
        await self.bot.start(self.core)
        await self.discord.until(lambda: self.bot.healthy)
        await self.bot.tasks.wait_until_idle()

    @property
    def ada(self) -> DiscordPerson:
        return self.discord.person(ADA_USER_ID)

    async def type(self, line: str) -> list[ConsoleMessage]:
        before = self.screen()
        if line == ":channel":
            self.harmless()
            return [self.said("reply", QUIET_CHANNEL_TEXT)]
        await self.do(line)
        await self.settle()
        unasked = line.startswith(":to ")
        said = self.answered(before, unasked=unasked)
        assert unasked or len(said) == 1, f"one answer to {line!r}, not {said}"
        self.harmless()
        return said

    async def do(self, line: str) -> None:
        if line.startswith(":to "):
            day, hour = line.removeprefix(":to ").split()
            local = datetime.fromisoformat(f"{day}T{hour}")
            await time_travel.advance_console_clock(
                self.core, self.clock, self.calendar.instant_at(local.date(), local.time())
            )
        elif line.startswith(":press "):
            await self.press(line.removeprefix(":press "))
        elif line.startswith(":fill "):
            await self.ada.submit(given=json.loads(line.removeprefix(":fill ")))
        elif line.split()[0] in COMMANDS_BY_NAME:
            await self.command(line)
        else:
            await self.ada.says(line)

    async def command(self, line: str) -> None:
        """A slash command; without an option that it needs Discord sends none, and the words go to the bot."""
        called = discord_words.slash_options_of_line(line)
        if called is not None:
            await self.ada.slash(STORY_ROOT_COMMAND, called[0], called[1])
            return
        offered = await self.ada.says(f"/{STORY_ROOT_COMMAND} {line}")
        assert offered is not None
        [(label, _)] = offered.buttons
        assert label == "Open the form"
        await self.ada.press(offered, label)

    async def press(self, label: str) -> None:
        """Where it was shown last; a form that is open is closed for it."""
        while self.ada.modal is not None:
            self.ada.modal.open = False
        shown = [one for one in self.ada.window if label in dict(one.buttons)]
        await self.ada.press(shown[-1], label)

    async def settle(self) -> None:
        await time_travel.sweep_until_nothing_is_due(self.core, self.clock.now())
        await self.bot.tasks.wait_until_idle()
        await self.discord.settled(quiet=0.02)

    def screen(self) -> DiscordScreen:
        return {one.id: list(one.versions) for one in self.ada.window}

    def answered(self, before: DiscordScreen, *, unasked: bool) -> list[ConsoleMessage]:
        """What came on the screen since."""
        if self.ada.modal is not None and not unasked:
            return [self.form(self.ada.modal)]
        ours = [one for one in self.ada.window if one.author != ADA_USER_ID]
        changed = [message for message in ours if message.id in before and message.versions != before[message.id]]
        fresh = [message for message in ours if message.id not in before]
        assert not unasked or not changed
        kind = "dm" if unasked else "reply"
        return [self.message(kind, one, replaces=one in changed) for one in [*changed, *fresh]]

    def said(self, kind: str, text: str, **more: Any) -> ConsoleMessage:
        return ConsoleMessage(kind=kind, to="me", at=self.calendar.to_local(self.clock.now()), text=text, **more)

    def message(self, kind: str, message: DiscordScreenMessage, *, replaces: bool) -> ConsoleMessage:
        assert message.only_for == ADA_USER_ID or message.channel == self.ada.dm.id
        text = discord_words.discord_message_words(message.content, message.embeds, self.calendar)
        said = self.said(kind, text, buttons=tuple(label for label, _ in message.buttons), replaces=replaces)
        return (
            replace(said, at=self.calendar.to_local(datetime.fromtimestamp(message.at, UTC))) if kind == "dm" else said
        )

    def form(self, modal: DiscordModal) -> ConsoleMessage:
        text, names, values = discord_words.discord_modal_words(modal.body, self.calendar)
        return self.said("form", text, inputs=names, values=values)

    def harmless(self) -> None:
        """Discord refused nothing, and nothing stands where others read."""
        assert self.discord.violations == []
        assert self.discord.unknown == []
        assert self.discord.world.channels[GENERAL_CHANNEL_ID].messages == []

    async def crash(self) -> None:
        self.crashes += 1
        left = self.folder.with_name(f"{self.folder.name.partition('-')[0]}-{self.crashes}")
        shutil.copytree(self.folder, left)
        await self.bot.stop()
        await self.core.close()
        self.folder = left
        await self.start()

    async def close(self) -> None:
        await self.bot.stop()
        await self.core.close()
        await self.discord.down()
