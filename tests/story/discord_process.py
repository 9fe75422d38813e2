"""The bot as a process of its own at a Discord on loopback."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from bot.domain.calendar import Calendar
from bot.domain.model import HostDefaults
from storage.open import open_store
from tests.fakes_discord import ADA_USER_ID, DiscordScreenMessage, DiscordUser, FakeDiscord, FakePlatformClock
from tests.fakes_discord.faults import CREATE_MESSAGE, PUT_COMMANDS, READ_HISTORY
from tests.story.driver import ConsoleMessage
from tests.story.on_discord import OnDiscord
from tests.story.process import MovedClock
from tests.story.process_member import ProcessMember


@dataclass(repr=False)
class DiscordProcessMember(ProcessMember, OnDiscord):
    """As `OnDiscord`, with the bot in a process of its own. `came`: when each message did, by the bot's clock."""

    came: dict[int, datetime] = field(default_factory=dict)
    post_route: ClassVar[str] = CREATE_MESSAGE
    history_route: ClassVar[str] = READ_HISTORY

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
        apart: timedelta | None = timedelta(),
    ) -> DiscordProcessMember:
        """`plain`: see `DiscordWorld`; `apart`: how far Discord's clock is ahead of ours, None for the real one."""
        calendar = Calendar(zone)
        clock = MovedClock.at(folder, calendar, datetime.fromisoformat(start), monotonic=monotonic)
        its = (
            FakePlatformClock()
            if apart is None
            else FakePlatformClock(lambda: clock.now().timestamp(), apart.total_seconds())
        )
        discord = FakeDiscord(users=[DiscordUser(ADA_USER_ID, "ada")], clock=its)
        discord.world.plain = plain
        await discord.up()
        opened = cls(discord, clock, calendar, HostDefaults(zone), folder, country=country)
        await opened.opened()
        return opened

    @property
    def fake(self) -> FakeDiscord:
        return self.discord

    @property
    def env(self) -> dict[str, str]:
        return super().env | {"STALEMATE_ZONE": self.home.zone}  # Discord tells no zone: the host's is the member's

    async def reached(self) -> None:
        """A command can be used when it was made known, which is once in the life of a store."""
        await super().reached()
        await self.discord.until(lambda: self.discord.world.commands[0], within=30)

    async def do(self, line: str) -> None:
        if not line.startswith(":to "):
            await super().do(line)
            return
        day, hour = line.removeprefix(":to ").split()
        await self.pass_until(datetime.fromisoformat(f"{day}T{hour}"))

    async def move(self, at: datetime, *, expected: bool) -> None:
        await super().move(at, expected=expected)
        self.came |= {one.id: self.clock.now() for one in self.ada.inbox if one.id not in self.came}

    def message(self, kind: str, message: DiscordScreenMessage, *, replaces: bool) -> ConsoleMessage:
        said = super().message(kind, message, replaces=replaces)
        at = self.calendar.to_local(self.came.get(message.id, self.clock.now()))
        return replace(said, at=at.replace(second=0, microsecond=0))

    def shown(self) -> set[object]:
        modal = self.ada.modal
        messages: set[object] = {(one.id, len(one.versions)) for one in self.ada.window if not one.loading}
        return messages | ({modal.interaction} if modal else set())

    def received(self) -> list[str]:
        return [one.said for one in self.ada.inbox]

    def links_now(self) -> list[object]:
        return list(self.discord.gateway.links)

    def forgotten(self) -> None:
        """Nothing: a form that is open can be sent after a restart."""

    @property
    def syncs(self) -> int:
        return len(self.discord.called(PUT_COMMANDS))

    async def memo(self, name: str) -> str:
        """What the bot has kept for itself; to be asked when it has ended."""
        store = open_store(f"tinydb:{self.folder / 'store'}")
        try:
            return await store.load_value(name)
        finally:
            await store.close()
