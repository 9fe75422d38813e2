"""A club on Discord: the fake, the adapter on the real discord.py, the core over a store that can be slow or broken.

After each test Discord may have refused nothing, nothing may ping, and no channel may have heard anything of us but
the posts that the test made, which stand as they were made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from adapters.common.deadline import ResponseTiming
from adapters.console.clock import ConsoleClock
from adapters.discord.element_ids import DISCORD_ID_PREFIX
from adapters.discord.gateway_timing import GatewayTiming
from adapters.discord.inbound import DISCORD_PLATFORM
from adapters.discord.platform import DiscordPlatform, DiscordSetup
from bot.app.service import Service
from bot.domain.messages import Card
from bot.domain.model import Address, ClubChannel, ClubKey, HostDefaults
from bot.domain.ports import Store
from storage.tiny import TinyStore
from tests.adapters.discord.checking import discord_live_marks
from tests.adapters.discord.markdown_reader import visible_discord_text
from tests.fakes_discord import (
    ADA_USER_ID,
    BOT_USER_ID,
    GENERAL_CHANNEL_ID,
    GUILD_ID,
    LEE_USER_ID,
    DiscordModal,
    DiscordPerson,
    DiscordResult,
    DiscordScreenMessage,
    DiscordUser,
    FakeDiscord,
    faults,
    payloads,
)
from tests.fakes_discord import FakePlatformClock as DiscordClock
from tests.fakes_discord.answers import COMPONENT_TYPE
from tests.fakes_discord.privacy import message_in_request
from tests.fakes_discord.state import DiscordChannel
from tests.platforms.stage import GatedStore, Stage
from tests.story.discord_words import slash_options_of_line

OUTREACH_ROOT = "outreach"
DISCORD_IN_FLIGHT_SECONDS = (
    0.05  # real seconds that a request may be on its way while another is refused: time leaps meanwhile
)
ANSWERED_TWICE = "callback: answered twice"
DISCORD_HOST_HOME = HostDefaults("Europe/Berlin", "DE")


@dataclass
class DiscordWorkspace(Stage):
    """It is ten in the morning of a Tuesday in Berlin, where the host is.

    Where the bot waits, the club's time leaps: a pause costs none of the test's own.
    """

    platform: ClassVar[str] = DISCORD_PLATFORM
    faults: ClassVar[Any] = faults
    can_search_channels: ClassVar[bool] = True
    can_repeat_safely: ClassVar[bool] = True
    room_of_club: ClassVar[str] = str(GENERAL_CHANNEL_ID)
    routes: ClassVar[Mapping[str, str]] = {
        "message": faults.CREATE_MESSAGE,
        "open": faults.OPEN_DM,
        "history": faults.READ_HISTORY,
        "answer to a press": faults.INTERACTION_CALLBACK,
        "member": "GET /guilds/{guild}/members/{user}",
    }
    refusals: ClassVar[Mapping[str, Any]] = {
        "person": faults.error(403, 50007, "Cannot send messages to this user"),
        "conversation": faults.error(404, 10003, "Unknown Channel"),
        "message": faults.error(400, 50035, "Invalid Form Body"),
        "token": faults.error(401, 0, "401: Unauthorized"),
        "address": faults.error(404, 10062, "Unknown interaction"),
        "rest": faults.limited(60, everywhere=True),
        "opening": faults.error(403, 40003, "Opening direct messages too fast"),
        "history": faults.error(403, 50001, "Missing Access"),
    }

    discord: FakeDiscord
    clock: ConsoleClock
    reopen: Callable[[], Store]
    home: HostDefaults
    dev_guild: int | None = None
    silent: float = 25.0
    response_timing: ResponseTiming | None = None
    posts_in_room: bool = False
    starts: int = 0
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
        shelf = GatedStore()
        reopen = partial(TinyStore.open, folder) if folder else lambda: shelf
        club = cls(discord, clock, reopen, home or DISCORD_HOST_HOME, dev_guild, silent, response_timing)
        await club.start()
        return club

    async def start(self) -> None:
        self.starts += 1
        self.store = self.reopen()
        setup = DiscordSetup(bot_token=self.discord.token, api_url=self.discord.api_url, dev_guild=self.dev_guild)
        timing = GatewayTiming(now=self.seconds, sleep=self.leap, silence_timeout=self.silent)
        self.bot = DiscordPlatform(setup, self.store, self.clock.now, self.seconds, timing, self.response_timing)
        messengers = {DISCORD_PLATFORM: self.bot.messenger}
        self.core = Service(self.store, messengers, self.home)
        await self.bot.start(self.core)
        await self.discord.wait(lambda: self.bot.healthy)
        await self.bot.tasks.wait_until_idle()

    async def leap(self, seconds: float) -> None:
        await super().leap(seconds)
        await asyncio.sleep(0.002 if self.clock.is_stopped else 0)

    async def close(self) -> None:
        await self.bot.stop()
        await self.core.close()
        await self.discord.down()

    def harmless(self) -> None:
        """What holds after whatever happened."""
        uncertain = self.has_failed or self.starts > 1  # then an answer may be given a second time, and is refused
        refused = [one for one in self.discord.violations if not uncertain or one != ANSWERED_TWICE]
        assert refused == [], refused
        assert self.discord.unknown == [], self.discord.unknown
        public = [
            message
            for channel in self.discord.world.channels.values()
            if channel.kind != "dm" and not (self.posts_in_room and channel is self._room)
            for message in channel.messages
        ]
        assert sorted(one.said for one in public if one.author == BOT_USER_ID) == sorted(self.posted)
        assert [one.versions for one in [*public, *self._room.messages] if one.versions] == []

    @property
    def ada(self) -> DiscordPerson:
        return self.discord.person(ADA_USER_ID)

    @property
    def lee(self) -> DiscordPerson:
        return self.discord.person(LEE_USER_ID)

    async def post(  # type: ignore[override]
        self, card: Card, room: DiscordChannel | None = None, key: str = "post"
    ) -> DiscordScreenMessage:
        """What the bot posts in a channel; in the one that all are in, unless another is named."""
        place = room or self.discord.world.channels[GENERAL_CHANNEL_ID]
        to = ClubChannel(ClubKey(DISCORD_PLATFORM, str(place.guild)), str(place.id))
        await self.bot.messenger.wait_for_turn(to)
        await self.bot.messenger.send(to, card, key)
        if not (self.posts_in_room and place is self._room):
            self.posted.append(place.messages[-1].said)
        return place.messages[-1]

    async def idle(self) -> None:
        await self.bot.tasks.wait_until_idle()
        await self.discord.settled(0.05)

    async def slash(self, command: str, who: DiscordPerson | None = None, /, **options: Any) -> DiscordResult:
        return await (who or self.ada).slash(OUTREACH_ROOT, command, **options)

    # -- what every stage has

    @property
    def fake(self) -> FakeDiscord:
        return self.discord

    @property
    def team(self) -> str:
        return str(GUILD_ID)

    def address(self, user: Any = None) -> Address:
        return Address(DISCORD_PLATFORM, str(user or ADA_USER_ID))

    def inbox(self, who: DiscordPerson | None = None) -> list[DiscordScreenMessage]:
        return (who or self.ada).inbox

    def private(self, who: DiscordPerson | None = None) -> list[DiscordScreenMessage]:
        return (who or self.ada).ephemerals

    def in_room(self, who: DiscordPerson | None = None) -> list[DiscordScreenMessage]:
        return [one for one in self._room.messages if one.author == BOT_USER_ID and not one.gone]

    @property
    def _room(self) -> DiscordChannel:
        return self.discord.world.channels[GENERAL_CHANNEL_ID]

    def form(self, who: DiscordPerson | None = None) -> DiscordModal | None:
        return (who or self.ada).modal

    async def command(self, line: str, who: DiscordPerson) -> object:
        called = slash_options_of_line(line)
        assert called is not None, "no client sends a command without what it needs"
        return await who.slash(OUTREACH_ROOT, called[0], called[1])

    async def send_words(self, text: str, who: DiscordPerson) -> object:
        return await who.says(text, wait=self.is_open)

    async def send_form(self, form: DiscordModal, who: DiscordPerson, values: Mapping[str, Any]) -> object:
        return await who.submit(form, given=dict(values))

    async def log_message(self, text: str, who: DiscordPerson | None = None) -> Any:
        person = who or self.ada
        return await self._see(person, person.message_menu("Log as outreach", text, author=LEE_USER_ID))

    async def press_forged(self, message: DiscordScreenMessage, line: str, who: DiscordPerson | None = None) -> Any:
        person, custom_id = who or self.ada, f"{DISCORD_ID_PREFIX}{line}"
        message.components[0]["components"][0]["custom_id"] = custom_id
        data = {"custom_id": custom_id, "component_type": 2, "id": message.components[0]["components"][0]["id"]}
        return await self._see(person, person._do(COMPONENT_TYPE, data, message, lag=0))

    async def repeat(self) -> None:
        done = list(self.discord.world.interactions.values())
        written = [one for one in self.ada.dm.messages if one.author == ADA_USER_ID]
        if written and (not done or written[-1].at > done[-1].made):
            told = payloads.message_payload(self.discord.world, written[-1], told=True)
            await self.discord.gateway.dispatch("MESSAGE_CREATE", told)
        else:
            await self.discord.gateway.dispatch("INTERACTION_CREATE", done[-1].payload)
        await self.idle()

    async def echo(self, message: DiscordScreenMessage) -> None:
        told = payloads.message_payload(self.discord.world, message, told=True)
        await self.discord.gateway.dispatch("MESSAGE_CREATE", told)

    async def overhear(self, text: str) -> None:
        written = self.discord.world.written(self._room, {"content": text}, ADA_USER_ID)
        told = payloads.message_payload(self.discord.world, written, told=True)
        for session in self.discord.gateway.sessions.values():
            await session.dispatch("MESSAGE_CREATE", told)  # though the bot has not asked for it

    def check_acknowledged(self) -> None:
        done = list(self.discord.world.interactions.values())
        assert self.has_failed or not done or done[-1].callback is not None

    @property
    def has_failed(self) -> bool:
        """Whether a request was answered with a failure, so that nobody knows what Discord has of it."""
        return any(fault.happened for fault in self.discord.world.faults.waiting)

    async def corrected(self, answer: Any) -> Any:
        """No modal opens on a modal: a button leads back."""
        assert self.labels(answer) == ["Try again"]
        return await self.press(answer, "Try again")

    def mark(self, message: DiscordScreenMessage) -> object:
        return message.faces[0].component["id"]

    def read(self, message: DiscordScreenMessage | DiscordModal) -> str:
        return visible_discord_text(message.said)

    def live_marks(self) -> list[str]:
        sent = [message_in_request(call) for call in self.discord.calls]
        drawn = [{"embeds": [], "components": [], **one} for one in sent if one and one.get("content")]
        return [mark for one in drawn for mark in discord_live_marks(one)]

    def notification(self, message: DiscordScreenMessage) -> str:
        return visible_discord_text(message.content)

    def open_room(self) -> None:
        """Everybody is in it from the beginning."""
        self.posts_in_room = True

    def shut_room(self, how: str) -> None:
        self._room.gone, self._room.archived, self._room.sends = how == "gone", how == "archived", how != "closed"

    def invite(self, number: int) -> DiscordPerson:
        return self.discord.invite(DiscordUser(5_000 + number, f"member {number}"))

    def person(self, who: Address) -> DiscordPerson:
        return self.discord.person(int(who.user))

    def put_out(self, who: DiscordPerson) -> None:
        self.discord.world.put_out.add(who.user.id)

    def chat(self, who: DiscordPerson, many: int) -> None:
        written = self.discord.world.written
        who.dm.messages += [written(who.dm, {"content": str(number)}, who.user.id) for number in range(many)]

    def make_leader(self, who: DiscordPerson) -> None:
        who.user.leads = True

    def rename(self, who: DiscordPerson, name: str) -> None:
        who.user.nick = name

    def hurry(self, seconds: float = 0.5) -> None:
        self.discord.patience = seconds

    def serve(self, core: Any) -> None:
        self.bot.listeners.start_serving(core)


__all__ = ["ADA_USER_ID", "BOT_USER_ID", "LEE_USER_ID", "OUTREACH_ROOT", "DiscordWorkspace"]
