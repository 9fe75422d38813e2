"""A member at simcord: the same adapter on somebody else's Discord."""

from __future__ import annotations

import json
import shutil
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import discord
import simcord

from bot.commands import COMMANDS_BY_NAME
from bot.domain.calendar import Calendar
from bot.domain.model import HostDefaults
from tests.adapters.discord.simulated import SimcordClub, open_simcord_club
from tests.story import discord_words
from tests.story.driver import ConsoleMessage
from tests.story.on_discord import QUIET_CHANNEL_TEXT


@dataclass
class OnSimcord:
    """A crash takes the files of the store as they lie; what stands on the screens stays, forms too."""

    here: SimcordClub
    calendar: Calendar
    folder: Path
    ends: AsyncExitStack
    crashes: int = 0
    form: simcord.InteractionResult | None = None

    @classmethod
    async def open(cls, folder: Path, zone: str, start: str, country: str = "") -> OnSimcord:
        at, calendar = datetime.fromisoformat(start), Calendar(zone)
        ends = AsyncExitStack()
        moment = calendar.instant_at(at.date(), at.time())
        here = await ends.enter_async_context(open_simcord_club(folder, HostDefaults(zone, country), moment))
        return cls(here, calendar, folder, ends)

    async def type(self, line: str) -> list[ConsoleMessage]:
        before = {one.id for one in self.here.window}
        seen = await self.do(line)
        await self.here.settle()
        self.here.harmless()
        if line == ":channel":
            return [self.said("reply", QUIET_CHANNEL_TEXT)]
        unasked = line.startswith(":to ")
        fresh = [one for one in self.here.window if one.id not in before]
        if seen is None:
            assert unasked or len(fresh) == 1
            return [self.message("dm" if unasked else "reply", one) for one in fresh]
        if seen.modal is not None:
            self.form = seen
            return [self.asked(seen.modal)]
        assert seen.response is not None
        [shown] = [one for one in self.here.window if one.id == seen.response.id]
        assert fresh in ([], [shown])
        return [self.message("reply", shown, replaces=not fresh)]

    async def do(self, line: str) -> simcord.InteractionResult | None:
        if line.startswith(":to "):
            day, hour = line.removeprefix(":to ").split()
            local = datetime.fromisoformat(f"{day}T{hour}")
            await self.here.wait(self.calendar.instant_at(local.date(), local.time()))
        elif line.startswith(":press "):
            label = line.removeprefix(":press ")
            shown = [one for one in self.here.window if label in simcord_button_labels(one)]
            return await self.here.press(shown[-1], label)
        elif line.startswith(":fill "):
            assert self.form is not None
            return await self.here.submit(self.form, **json.loads(line.removeprefix(":fill ")))
        elif line.split()[0] in COMMANDS_BY_NAME:
            called = discord_words.slash_options_of_line(line)
            assert called is not None
            return await self.here.slash(called[0], **called[1])
        elif not line.startswith(":"):
            await self.here.ada.user.send_dm(line)
        return None

    def said(self, kind: str, text: str, **more: Any) -> ConsoleMessage:
        return ConsoleMessage(kind=kind, to="me", at=self.calendar.to_local(self.here.clock.now()), text=text, **more)

    def message(self, kind: str, message: discord.Message, *, replaces: bool = False) -> ConsoleMessage:
        text = discord_words.discord_message_words(
            message.content, [dict(embed.to_dict()) for embed in message.embeds], self.calendar
        )
        said = self.said(kind, text, buttons=tuple(simcord_button_labels(message)), replaces=replaces)
        return replace(said, at=self.calendar.to_local(message.created_at)) if kind == "dm" else said

    def asked(self, modal: dict[str, Any]) -> ConsoleMessage:
        text, names, values = discord_words.discord_modal_words(modal, self.calendar)
        return self.said("form", text, inputs=names, values=values)

    async def crash(self) -> None:
        self.crashes += 1
        left = self.folder.with_name(f"{self.folder.name.partition('-')[0]}-{self.crashes}")
        shutil.copytree(self.folder, left)
        self.folder = left
        await self.here.again(left)

    async def close(self) -> None:
        await self.ends.aclose()


def simcord_button_labels(message: discord.Message) -> list[str]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    children = [child for row in rows for child in row.children]
    return [
        label
        for child in children
        for label in (
            [option.label for option in child.options]
            if isinstance(child, discord.SelectMenu)
            else [getattr(child, "label", "")]
        )
    ]
