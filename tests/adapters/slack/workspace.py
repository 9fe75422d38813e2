"""A club on Slack: the fake workspace, the adapter, the core over a store that can be slow or broken, a standing clock.

After each test nothing may have been refused by Slack, and nothing may ping or be a link. No channel may have heard us
but those that a test posts in (`rooms`), where what stands there may never have been changed.
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
from adapters.slack.inbound import SLACK_PLATFORM
from adapters.slack.manifest import build_slack_manifest
from adapters.slack.platform import SlackPlatform, SlackSetup
from adapters.slack.socket_timing import SocketTiming
from bot.app.service import Service
from bot.delivery.after_restore import load_restore_gap
from bot.domain.errors import StoreUnavailable
from bot.domain.model import Address, Book, Club, HostDefaults
from bot.domain.ports import RecordKey, RecordT, Store
from storage.memory import MemoryStore
from storage.tiny import TinyStore
from tests.fakes_slack import FakeSlack, SlackPerson, SlackScreenMessage, SlackUser, active_mentions
from tests.fakes_slack.state import FakePlatformClock as SlackClock
from tests.fakes_slack.world import SLACK_BOT_USER_ID

SLACK_TEAM_ID = "T0CLUB"
ADD_EMAILED_DANA = "add Dana channel: email"
ADD_UNCONTACTED_DANA = "add Dana channel: none"  # nothing was written to her yet


class GatedSlackStore(MemoryStore):
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


def workspace_users() -> list[SlackUser]:
    ada = SlackUser("U0ADA", "ada", tz="America/New_York")
    return [ada, SlackUser("U0LEE", "lee", tz="Europe/Berlin"), SlackUser("U0FAR", "far", team="T0FAR")]


@dataclass
class SlackWorkspace:
    """Ada lives in New York, the host in Berlin; it is ten in the morning of a Tuesday where Ada is."""

    slack: FakeSlack
    clock: ConsoleClock
    reopen: Callable[[], Store]
    http: bool = False
    leaping: bool = False
    timing: SocketTiming | None = None
    response_timing: ResponseTiming | None = None
    starts: int = 0
    rooms: set[str] = field(default_factory=set)
    mentioned: set[str] = field(default_factory=set)
    bot: SlackPlatform = field(init=False)
    core: Service = field(init=False)
    store: Any = field(init=False)

    @classmethod
    async def open(
        cls,
        *,
        http: bool = False,
        folder: Path | None = None,
        leaping: bool = False,
        timing: SocketTiming | None = None,
        response_timing: ResponseTiming | None = None,
    ) -> SlackWorkspace:
        """`leaping`: where reminders wait for their turn, the club's time leaps; only with `http`.

        `timing`: how soon the socket is looked after; None: as in life.
        """
        clock = ConsoleClock(lambda: datetime.now(UTC), datetime(2026, 11, 24, 15, tzinfo=UTC))
        slack = FakeSlack(
            team=SLACK_TEAM_ID, users=workspace_users(), clock=SlackClock(lambda: clock.now().timestamp())
        )
        await slack.__aenter__()
        slack.world.escaping = {
            command["command"]
            for command in build_slack_manifest()["features"]["slash_commands"]
            if command["should_escape"]
        }
        shelf = GatedSlackStore()
        club = cls(
            slack,
            clock,
            partial(TinyStore.open, folder) if folder else lambda: shelf,
            http,
            leaping,
            timing,
            response_timing,
        )
        await club.start()
        return club

    async def start(self) -> None:
        self.starts += 1
        keys = (
            {"signing_secret": self.slack.signing_secret, "port": 0}
            if self.http
            else {"app_token": self.slack.app_token}
        )
        setup = SlackSetup(bot_token=self.slack.bot_token, api_url=self.slack.api_url, **keys)  # type: ignore[arg-type]
        pace = {"now": self.seconds, "sleep": self.leap} if self.leaping else {}
        self.bot = SlackPlatform(
            setup,
            self.clock.now,
            home_debounce_seconds=0.01,
            timing=self.timing,
            response_timing=self.response_timing,
            **pace,  # type: ignore[arg-type]
        )
        self.store = self.reopen()
        home, messengers = HostDefaults("Europe/Berlin", "DE"), {SLACK_PLATFORM: self.bot.messenger}
        self.core = Service(self.store, messengers, home, restore_gap=await load_restore_gap(self.store))
        await self.bot.start(self.core)
        if self.http:
            self.slack.request_url = f"http://127.0.0.1:{self.bot.port}/slack/events"
        else:
            await self.slack.connected()

    async def restart(self) -> None:
        await self.bot.stop()
        if isinstance(self.store, TinyStore):
            await self.store.close()
        await self.start()

    def seconds(self) -> float:
        return self.clock.now().timestamp()

    async def leap(self, seconds: float) -> None:
        """Not while a call is on its way: it would seem to take as long as the pause."""
        if not self.clock.is_stopped:
            await asyncio.sleep(seconds)
            return
        for _ in range(50):
            await asyncio.sleep(0.001)
            if not self.slack.world.busy:
                break
        self.clock.move(self.clock.now() + timedelta(seconds=seconds, milliseconds=1))

    async def close(self) -> None:
        await self.bot.stop()
        await self.core.close()
        await self.slack.__aexit__(None, None, None)

    def harmless(self) -> None:
        """What holds after whatever happened."""
        assert self.slack.complaints == []
        assert set(active_mentions(self.slack.sent)) == self.mentioned
        public = [one for name, said in self.slack.world.channels.items() if name[0] != "D" for one in said]
        ours = [one for one in public if one.author == SLACK_BOT_USER_ID]
        assert {message.channel for message in ours} <= self.rooms
        assert [message.versions for message in ours if message.versions or message.gone] == []
        posts = [call.arguments for call in self.slack.called("chat.postMessage")]
        assert {post["channel"] for post in posts if post["channel"][0] != "D"} <= self.rooms
        changes = [*self.slack.called("chat.update"), *self.slack.called("conversations.history")]
        assert all(call.arguments["channel"].startswith("D") for call in changes)
        assert all(call.arguments["response_type"] == "ephemeral" for call in self.slack.called("response_url"))
        assert all((post["unfurl_links"], post["unfurl_media"]) == (False, False) for post in posts)

    @property
    def ada(self) -> SlackPerson:
        return self.slack.person("U0ADA")

    @property
    def lee(self) -> SlackPerson:
        return self.slack.person("U0LEE")

    @property
    def far(self) -> SlackPerson:
        """Of another workspace, in a channel that is shared with it."""
        return self.slack.person("U0FAR")

    async def idle(self) -> None:
        await self.bot.tasks.wait_until_idle()
        await self.slack.settled(quiet=0.01)

    async def says(self, text: str, who: SlackPerson | None = None) -> SlackScreenMessage:
        """A slash command, and the answer to it."""
        person = who or self.ada
        await person.command("/outreach", text)
        await self.idle()
        return last_message(person)

    async def pressed(self, label: str, who: SlackPerson | None = None) -> SlackScreenMessage:
        """A button of the last message, and what stands there afterwards."""
        person = who or self.ada
        await person.press(last_message(person), label)
        await self.idle()
        return last_message(person)

    async def wait(self, **much: float) -> None:
        """Time passes, and what is due comes."""
        await time_travel.advance_console_clock(self.core, self.clock, self.clock.now() + timedelta(**much))
        await self.idle()

    async def reminded(self) -> SlackScreenMessage:
        """Two weeks later: the reminder that Ada may write again, alone. (Messages keep a second's distance.)"""
        await self.says("settings basket: never patience: no")
        await self.wait(days=15)
        [reminder] = [one for one in self.ada.received if first_block_id(one).startswith("st:")]
        return reminder

    async def book(self, user: str = "U0ADA") -> Book | None:
        found: Book | None = await self.store.load(Address(SLACK_PLATFORM, user, SLACK_TEAM_ID))
        return found

    async def names(self, user: str = "U0ADA") -> list[str]:
        book = await self.book(user)
        return [contact.name for contact in book.contacts] if book else []

    async def kinds(self, name: str = "Dana") -> list[str]:
        """The entries of one of Ada's contacts."""
        book = await self.book()
        assert book is not None
        return [entry.kind for contact in book.contacts if contact.name == name for entry in contact.entries]


def last_message(person: SlackPerson) -> SlackScreenMessage:
    assert person.last is not None
    return person.last


def first_block_id(message: SlackScreenMessage) -> str:
    """The id of its first block; that of a reminder is marked."""
    return str(message.blocks[0]["block_id"])
