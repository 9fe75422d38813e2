"""A club on Slack: the fake workspace, the adapter, the core over a store that can be slow or broken, a standing clock.

After each test nothing may have been refused by Slack, and nothing may ping or be a link. No channel may have heard us
but those that a test posts in (`rooms`), where what stands there may never have been changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from adapters.common.deadline import ResponseTiming
from adapters.console.clock import ConsoleClock
from adapters.slack.inbound import SLACK_PLATFORM
from adapters.slack.manifest import build_slack_manifest
from adapters.slack.platform import SlackPlatform, SlackSetup
from adapters.slack.socket_timing import SocketTiming
from bot.app.service import Service
from bot.domain.model import Address, HostDefaults
from bot.domain.ports import Store
from storage.tiny import TinyStore
from tests.fakes_slack import (
    FakeSlack,
    SlackPerson,
    SlackScreenMessage,
    SlackUser,
    SlackView,
    active_mentions,
    faults,
    payloads,
    visible_block_text,
)
from tests.fakes_slack.reading import interactive_elements
from tests.fakes_slack.state import FakePlatformClock as SlackClock
from tests.fakes_slack.world import SLACK_BOT_USER_ID
from tests.platforms.stage import ADD_EMAILED_DANA, ADD_UNCONTACTED_DANA, GatedStore, Stage

SLACK_TEAM_ID = "T0CLUB"


def workspace_users() -> list[SlackUser]:
    ada = SlackUser("U0ADA", "ada", tz="America/New_York")
    return [ada, SlackUser("U0LEE", "lee", tz="Europe/Berlin"), SlackUser("U0FAR", "far", team="T0FAR")]


@dataclass
class SlackWorkspace(Stage):
    """Ada lives in New York, the host in Berlin; it is ten in the morning of a Tuesday where Ada is."""

    platform: ClassVar[str] = SLACK_PLATFORM
    faults: ClassVar[Any] = faults
    can_search_channels: ClassVar[bool] = False  # that takes the right to read all that members write there
    can_repeat_safely: ClassVar[bool] = False
    room_of_club: ClassVar[str] = "C0CLUB"
    routes: ClassVar[Mapping[str, str]] = {
        "message": "chat.postMessage",
        "open": "conversations.open",
        "history": "conversations.history",
        "answer to a press": "response_url",
        "member": "users.info",
    }
    refusals: ClassVar[Mapping[str, Any]] = {
        "person": faults.error("user_disabled"),
        "conversation": faults.error("channel_not_found"),
        "message": faults.error("invalid_blocks"),
        "token": faults.error("token_revoked"),
        "address": faults.status(404, "used_url"),
        "rest": faults.limited(60),
        "opening": faults.limited(60),
        "history": faults.error("missing_scope"),
    }

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
        shelf = GatedStore()
        reopen = partial(TinyStore.open, folder) if folder else lambda: shelf
        club = cls(slack, clock, reopen, http, leaping, timing, response_timing)
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
        self.core = Service(self.store, messengers, home)
        await self.bot.start(self.core)
        if self.http:
            self.slack.request_url = f"http://127.0.0.1:{self.bot.port}/slack/events"
        else:
            await self.slack.connected()

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

    # -- what every stage has

    @property
    def fake(self) -> FakeSlack:
        return self.slack

    @property
    def team(self) -> str:
        return SLACK_TEAM_ID

    def address(self, user: Any = None) -> Address:
        return Address(SLACK_PLATFORM, user or "U0ADA", SLACK_TEAM_ID)

    def inbox(self, who: SlackPerson | None = None) -> list[SlackScreenMessage]:
        return (who or self.ada).received

    def private(self, who: SlackPerson | None = None) -> list[SlackScreenMessage]:
        return (who or self.ada).ephemerals

    def in_room(self, who: SlackPerson | None = None) -> list[SlackScreenMessage]:
        known = self.room_of_club in self.slack.world.rooms
        return [one for one in (who or self.ada).reads(self.room_of_club) if not one.only_for] if known else []

    def form(self, who: SlackPerson | None = None) -> SlackView | None:
        return (who or self.ada).view

    async def command(self, line: str, who: SlackPerson) -> object:
        return await who.command("/outreach", line, self.room_of_club if self.rooms else "C0GENERAL")

    async def send_words(self, text: str, who: SlackPerson) -> object:
        return await who.write(text)

    async def send_form(self, form: SlackView, who: SlackPerson, values: Mapping[str, Any]) -> object:
        return await who.submit(form, **values)

    async def log_message(self, text: str, who: SlackPerson | None = None) -> Any:
        person = who or self.ada
        return await self._see(person, person.message_shortcut("log_message", text, author="U0LEE"))

    async def press_forged(self, message: SlackScreenMessage, line: str, who: SlackPerson | None = None) -> Any:
        person = who or self.ada
        block, element = next(interactive_elements(deepcopy(message.blocks)))
        forged = {**element, "value": line}
        pressed = payloads.message_press_payload(self.slack.world, person.user, message, block, forged)
        return await self._see(person, self.slack.deliver("interactive", pressed))

    async def repeat(self) -> None:
        await self.slack.repeat()
        await self.idle()

    async def echo(self, message: SlackScreenMessage) -> None:
        await self.slack.echo(message)
        await self.slack.echo(message, changed=True)

    async def overhear(self, text: str) -> None:
        written = self.slack.world.post(self.ada.dm, {"text": text}, author="U0ADA")
        told = payloads.direct_message_event(self.slack.world, self.ada.user, written)
        await self.ada.event(told | {"channel_type": "channel", "channel": "C0GENERAL"})

    def check_acknowledged(self) -> None:
        assert self.slack.deliveries[-1].acks

    async def corrected(self, answer: Any) -> Any:
        return answer  # what is wrong stands in the form itself, which stays open

    def mark(self, message: SlackScreenMessage) -> object:
        return first_block_id(message)

    def read(self, message: SlackScreenMessage | SlackView) -> str:
        return message.said

    def live_marks(self) -> list[str]:
        return list(active_mentions(self.slack.sent))

    def notification(self, message: SlackScreenMessage) -> str:
        return visible_block_text(message.text)

    def open_room(self) -> None:
        if self.room_of_club not in self.rooms:
            self.rooms.add(self.room_of_club)
            self.slack.room(self.room_of_club, "jobclub", "U0ADA", "U0LEE")

    def shut_room(self, how: str) -> None:
        room = self.slack.world.rooms[self.room_of_club]
        room.deleted, room.archived = how == "gone", how == "archived"
        (room.members.discard if how == "closed" else room.members.add)(SLACK_BOT_USER_ID)

    def invite(self, number: int) -> SlackPerson:
        user = f"U{number:07}"
        self.slack.world.users[user] = SlackUser(user, f"member{number}")
        return self.slack.person(user)

    def person(self, who: Address) -> SlackPerson:
        return self.slack.person(who.user)

    def put_out(self, who: SlackPerson) -> None:
        self.slack.world.users[who.user.id].deleted = True

    def chat(self, who: SlackPerson, many: int) -> None:
        for number in range(many):
            self.slack.world.post(who.dm, {"text": str(number)}, author=who.user.id)

    def make_leader(self, who: SlackPerson) -> None:
        self.slack.world.users[who.user.id].is_admin = True

    def rename(self, who: SlackPerson, name: str) -> None:
        self.slack.world.users[who.user.id].shown = name

    def hurry(self, seconds: float = 0.5) -> None:
        """Nobody waits here: an acknowledgement is there at once, or is none."""

    def serve(self, core: Any) -> None:
        self.bot._listeners._core = core


def last_message(person: SlackPerson) -> SlackScreenMessage:
    assert person.last is not None
    return person.last


def first_block_id(message: SlackScreenMessage) -> str:
    """The id of its first block; that of a reminder is marked."""
    return str(message.blocks[0]["block_id"])


__all__ = ["ADD_EMAILED_DANA", "ADD_UNCONTACTED_DANA", "SlackWorkspace"]
