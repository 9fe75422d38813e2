"""The bot as a process of its own at a Discord on loopback."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.workdays import Calendar
from tests.fakes_discord import ADA, LEE, Clock, FakeDiscord, Person, User
from tests.story.living import Living
from tests.story.process import Machine


@dataclass(kw_only=True)
class OnDiscordsScreen(Living):
    """Ada at her Discord, and a bot of her club that is a process of its own."""

    discord: FakeDiscord

    @classmethod
    async def at(
        cls,
        folder: Path,
        zone: str,
        start: str,
        country: str = "",
        *,
        monotonic: bool = False,
        plain: bool = False,
        apart: float | None = 0.0,
    ) -> OnDiscordsScreen:
        """`plain`: see `World`; `apart`: how many seconds Discord's clock is ahead of ours, None: it is not moved."""
        calendar = Calendar(zone)
        clock = Machine.at(folder, calendar, datetime.fromisoformat(start), monotonic=monotonic)
        discords = Clock() if apart is None else Clock(lambda: clock.now().timestamp(), apart)
        discord = FakeDiscord(users=[User(ADA, "ada"), User(LEE, "lee")], clock=discords)
        discord.world.plain = plain
        await discord.__aenter__()
        opened = cls(discord=discord, folder=folder, clock=clock, calendar=calendar, country=country)
        await opened.opened()
        return opened

    @property
    def fake(self) -> FakeDiscord:
        return self.discord

    @property
    def ada(self) -> Person:
        return self.discord.person(ADA)

    @property
    def env(self) -> dict[str, str]:
        return super().env | {"STALEMATE_ZONE": self.calendar.zone}

    async def reached(self) -> None:
        await super().reached()
        await self.discord.until(lambda: self.discord.world.commands[0], within=10)

    def shown(self) -> set[object]:
        modal = self.ada.modal
        messages: set[object] = {(one.id, len(one.versions)) for one in self.ada.window}
        return messages | ({modal.interaction} if modal else set())

    def received(self) -> int:
        return len(self.ada.inbox)

    def forgotten(self) -> None:
        """A form stays open: it can be sent after a restart."""

    def memo(self, name: str) -> str:
        """What the bot has kept for itself."""
        memos: dict[str, str] = json.loads((self.folder / "store" / "data" / "memos.json").read_text(encoding="utf-8"))
        return memos[name]
