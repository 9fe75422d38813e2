"""A club on Discord: the fake, the adapter on the real discord.py, the core over a store that can be slow or broken.

After each test Discord may have refused nothing, nothing may ping, and no channel may have heard anything of us but
the posts that the test made, which stand as they were made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from adapters.common.deadline import ResponseTiming
from adapters.console import time_travel
from adapters.console.clock import ConsoleClock
from adapters.discord.gateway_timing import GatewayTiming
from adapters.discord.inbound import DISCORD_PLATFORM
from adapters.discord.platform import DiscordPlatform, DiscordSetup
from bot.app.service import Service
from bot.delivery.after_restore import load_restore_gap
from bot.domain.errors import StoreUnavailable
from bot.domain.messages import Card
from bot.domain.model import Address, Book, Club, ClubChannel, ClubKey, HostDefaults
from bot.domain.ports import RecordKey, RecordT, Store
from storage.memory import MemoryStore
from storage.tiny import TinyStore
from tests.fakes_discord import (
    ADA_USER_ID,
    BOT_USER_ID,
    GENERAL_CHANNEL_ID,
    LEE_USER_ID,
    DiscordPerson,
    DiscordResult,
    DiscordScreenMessage,
    FakeDiscord,
)
from tests.fakes_discord import FakePlatformClock as DiscordClock
from tests.fakes_discord.state import DiscordChannel

OUTREACH_ROOT = "outreach"
DISCORD_IN_FLIGHT_SECONDS = (
    0.05  # real seconds that a request may be on its way while another is refused: time leaps meanwhile
)
DISCORD_HOST_HOME = HostDefaults("Europe/Berlin", "DE")


class GatedDiscordStore(MemoryStore):
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


@dataclass
class DiscordWorkspace:
    """It is ten in the morning of a Tuesday in Berlin, where the host is.

    Where the bot waits, the club's time leaps: a pause costs none of the test's own.
    """

    discord: FakeDiscord
    clock: ConsoleClock
    reopen: Callable[[], Store]
    home: HostDefaults
    dev_guild: int | None = None
    silent: float = 25.0
    response_timing: ResponseTiming | None = None
    posted: list[str] = field(default_factory=list)
    bot: DiscordPlatform = field(init=False)
    core: Service = field(init=False)
    store: Any = field(init=False)

    @classmethod
    async def open(
        cls,
        *,
        folder: Path | None = None,
        home: HostDefaults | None = None,
        dev_guild: int | None = None,
        silent: float = 25.0,
        beat: float = 41.25,
        response_timing: ResponseTiming | None = None,
    ) -> DiscordWorkspace:
        """`silent`: seconds for which Discord may be silent; `beat`: seconds between two beats."""
        clock = ConsoleClock(lambda: datetime.now(UTC), datetime(2026, 11, 24, 9, tzinfo=UTC))
        discord = FakeDiscord(clock=DiscordClock(lambda: clock.now().timestamp()))
        discord.gateway.interval = beat
        discord.world.faults.grace = DISCORD_IN_FLIGHT_SECONDS
        await discord.up()
        shelf = GatedDiscordStore()
        reopen = partial(TinyStore.open, folder) if folder else lambda: shelf
        club = cls(discord, clock, reopen, home or DISCORD_HOST_HOME, dev_guild, silent, response_timing)
        await club.start()
        return club

    async def start(self) -> None:
        self.store = self.reopen()
        setup = DiscordSetup(bot_token=self.discord.token, api_url=self.discord.api_url, dev_guild=self.dev_guild)
        timing = GatewayTiming(now=self.seconds, sleep=self.leap, silence_timeout=self.silent)
        self.bot = DiscordPlatform(setup, self.store, self.clock.now, self.seconds, timing, self.response_timing)
        messengers = {DISCORD_PLATFORM: self.bot.messenger}
        self.core = Service(self.store, messengers, self.home, restore_gap=await load_restore_gap(self.store))
        await self.bot.start(self.core)
        await self.discord.wait(lambda: self.bot.healthy)
        await self.bot.tasks.wait_until_idle()

    async def restart(self) -> None:
        await self.bot.stop()
        if isinstance(self.store, TinyStore):
            await self.store.close()
        await self.start()

    def seconds(self) -> float:
        return self.clock.now().timestamp()

    async def leap(self, seconds: float) -> None:
        """Not while a request is on its way: it would seem to take as long as the pause."""
        if not self.clock.is_stopped:
            await asyncio.sleep(seconds)
            return
        for _ in range(50):
            await asyncio.sleep(0.001)
            if not self.discord.world.busy:
                break
        self.clock.move(self.clock.now() + timedelta(seconds=seconds, milliseconds=1))  # it keeps microseconds only
        await asyncio.sleep(0.002)

    async def close(self) -> None:
        await self.bot.stop()
        await self.core.close()
        await self.discord.down()

    def harmless(self) -> None:
        """What holds after whatever happened."""
        assert self.discord.violations == [], self.discord.violations
        assert self.discord.unknown == [], self.discord.unknown
        public = [
            message
            for channel in self.discord.world.channels.values()
            if channel.kind != "dm"
            for message in channel.messages
        ]
        assert sorted(one.said for one in public if one.author == BOT_USER_ID) == sorted(self.posted)
        assert [one.versions for one in public if one.versions] == []

    @property
    def ada(self) -> DiscordPerson:
        return self.discord.person(ADA_USER_ID)

    @property
    def lee(self) -> DiscordPerson:
        return self.discord.person(LEE_USER_ID)

    async def post(self, card: Card, room: DiscordChannel | None = None, key: str = "post") -> DiscordScreenMessage:
        """What the bot posts in a channel; in the one that all are in, unless another is named."""
        place = room or self.discord.world.channels[GENERAL_CHANNEL_ID]
        to = ClubChannel(ClubKey(DISCORD_PLATFORM, str(place.guild)), str(place.id))
        await self.bot.messenger.wait_for_turn(to)
        await self.bot.messenger.send(to, card, key)
        self.posted.append(place.messages[-1].said)
        return place.messages[-1]

    async def idle(self) -> None:
        await self.bot.tasks.wait_until_idle()
        await self.discord.settled(0.05)

    async def wait(self, **much: float) -> None:
        """Time passes, and what is due comes."""
        await time_travel.advance_console_clock(self.core, self.clock, self.clock.now() + timedelta(**much))
        await self.idle()

    async def slash(self, command: str, who: DiscordPerson | None = None, /, **options: Any) -> DiscordResult:
        return await (who or self.ada).slash(OUTREACH_ROOT, command, **options)

    async def book(self, user: int = ADA_USER_ID) -> Book | None:
        found: Book | None = await self.store.load(Address(DISCORD_PLATFORM, str(user)))
        return found

    async def names(self, user: int = ADA_USER_ID) -> list[str]:
        book = await self.book(user)
        return [contact.name for contact in book.contacts] if book else []

    async def kinds(self, name: str = "Dana") -> list[str]:
        """The entries of one of Ada's contacts."""
        book = await self.book()
        assert book is not None
        return [entry.kind for contact in book.contacts if contact.name == name for entry in contact.entries]


__all__ = ["ADA_USER_ID", "BOT_USER_ID", "LEE_USER_ID", "OUTREACH_ROOT", "DiscordWorkspace", "GatedDiscordStore"]
