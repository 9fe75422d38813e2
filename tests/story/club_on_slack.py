"""The month on Slack: eight people of a workspace, the real slack-bolt client, and a clock that is moved."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.console.clock import ConsoleClock
from adapters.slack.manifest import build_slack_manifest
from bot.domain.calendar import Calendar
from bot.domain.model import HostDefaults
from tests.fakes_slack import FakeSlack, SlackPerson, SlackScreenMessage, SlackUser, SlackView, active_mentions
from tests.fakes_slack.state import FakePlatformClock as SlackClock
from tests.fakes_slack.world import SLACK_BOT_USER_ID
from tests.story import slack_words
from tests.story.club_month import CLUB_OF_EIGHT, MONTH_START, MONTH_ZONE
from tests.story.on_slack import OnSlack
from tests.story.screened_month import (
    AS_FORM,
    EPHEMERAL_FOR_ONE,
    IN_DIRECT_MESSAGES,
    ON_CHANNEL,
    ScreenedMonth,
    ScreenItem,
)
from tests.story.time_jumps import CLUB_CHANNEL_WORDS, TimeJumps

SLACK_MONTH_CHANNEL_ID, SLACK_MONTH_CHANNEL_NAME = "C0CLUB", "jobclub"
SLACK_MONTH_USER_IDS = {name: f"U0{name.upper()}" for name in CLUB_OF_EIGHT}


@dataclass
class SlackScreens:
    """What eight people see of `on`, and do there.

    `said`: how many of the bot's calls were looked at already; `read`: the words of what was read before.
    """

    on: OnSlack
    strides: TimeJumps
    said: int = 0
    read: dict[str, str] = field(default_factory=dict)

    @property
    def slack(self) -> FakeSlack:
        return self.on.slack

    def person(self, name: str) -> SlackPerson:
        return self.slack.person(SLACK_MONTH_USER_IDS[name])

    def before(self, name: str) -> list[ScreenItem]:
        person = self.person(name)
        messages = [
            *person.received,
            *person.reads(SLACK_MONTH_CHANNEL_ID),
            *(ephemeral for ephemeral in person.ephemerals if ephemeral.channel != SLACK_MONTH_CHANNEL_ID),
        ]
        shown = [self._message(message) for message in messages if message.author == SLACK_BOT_USER_ID]
        return [*shown, *map(self._view, person.stack)]

    def _message(self, message: SlackScreenMessage) -> ScreenItem:
        where = (
            EPHEMERAL_FOR_ONE
            if message.only_for
            else ON_CHANNEL
            if message.channel == SLACK_MONTH_CHANNEL_ID
            else IN_DIRECT_MESSAGES
        )
        raw = json.dumps([message.text, message.blocks, message.metadata])
        if raw not in self.read:
            self.read[raw] = self._words(message.blocks) if message.blocks else message.said
        text = self.read[raw]
        # A notification names nobody: those it is shown to may not be who was meant.
        assert where != ON_CHANNEL or text == slack_words.unescape_entities(message.text), (
            "the notification says the whole post"
        )
        labels = tuple(label for label, _ in message.buttons)
        return ScreenItem(message.ts, where, text, raw, labels, len(message.versions), message)

    def _view(self, view: SlackView) -> ScreenItem:
        text = "\n".join([view.title, self._words(view.blocks)])
        return ScreenItem(
            view.id, AS_FORM, text, json.dumps(view.body), tuple(label for label, _ in view.buttons), 0, view
        )

    def _words(self, blocks: list[dict[str, Any]]) -> str:
        names = {SLACK_MONTH_USER_IDS[name]: name for name in CLUB_OF_EIGHT} | {
            SLACK_MONTH_CHANNEL_ID: CLUB_CHANNEL_WORDS
        }
        return slack_words.slack_blocks_words(blocks, names, self.on.calendar)

    async def type(self, name: str, line: str) -> None:
        await self._back_to_messages(name)
        root, _, rest = line.partition(" ")
        await self.person(name).command(root, rest, SLACK_MONTH_CHANNEL_ID)

    async def press(self, name: str, source: Any, label: str) -> None:
        if isinstance(source, SlackScreenMessage):
            await self._back_to_messages(name)
        await self.person(name).press(source, label)

    async def _back_to_messages(self, name: str) -> None:
        """A modal that is open lies over all else."""
        while self.person(name).view:
            await self.person(name).close()

    async def submit(self, name: str, values: dict[str, str]) -> None:
        ack = await self.person(name).submit(given=values)
        assert not ack.errors, ack.errors

    async def reach(self, moment: str) -> None:
        await self.on.pass_until(datetime.fromisoformat(moment))

    async def settle(self) -> None:
        self.strides.jump()
        await self.on.settle()

    def harmless(self) -> None:
        slack = self.slack
        assert slack.complaints == []
        assert all(
            channel.channel == SLACK_MONTH_CHANNEL_ID
            for room in slack.world.rooms
            for channel in slack.world.channels[room]
        ), "elsewhere"
        for call in slack.calls[self.said :]:
            meant = call.arguments.get("channel") or ""
            live = set(active_mentions(call.arguments))
            own = set() if meant == SLACK_MONTH_CHANNEL_ID else {f"user {id_}" for id_ in SLACK_MONTH_USER_IDS.values()}
            assert live <= own | {f"channel {SLACK_MONTH_CHANNEL_ID}", f"<#{SLACK_MONTH_CHANNEL_ID}>"}, live
            assert call.method != "response_url" or call.arguments["response_type"] == "ephemeral"
            assert call.method not in ("chat.update", "conversations.history") or meant.startswith("D")
        self.said = len(slack.calls)


@dataclass
class MonthOnSlack(ScreenedMonth):
    """A `MonthPlatform`. Ann is an admin of the workspace; the bot was invited to the channel of all eight."""

    screens: SlackScreens

    @classmethod
    async def open(cls, folder: Path, *, http: bool = False, private: bool = False) -> MonthOnSlack:
        calendar, at = Calendar(MONTH_ZONE), datetime.fromisoformat(MONTH_START)
        clock = ConsoleClock(lambda: datetime.now(UTC), calendar.instant_at(at.date(), at.time()))
        users = [
            SlackUser(SLACK_MONTH_USER_IDS[name], name.lower(), shown=name, is_admin=name == "Ann")
            for name in CLUB_OF_EIGHT
        ]
        slack = FakeSlack(users=users, clock=SlackClock(lambda: clock.now().timestamp()))
        await slack.__aenter__()
        slack.room(SLACK_MONTH_CHANNEL_ID, SLACK_MONTH_CHANNEL_NAME, *SLACK_MONTH_USER_IDS.values(), private=private)
        escaped = [one for one in build_slack_manifest()["features"]["slash_commands"] if one["should_escape"]]
        slack.world.escaping = {one["command"] for one in escaped}
        strides = TimeJumps()
        pace = {"now": strides.now, "sleep": strides.sleep}
        # The host's zone is another one: what is right here comes from the members' profiles.
        on = OnSlack(slack, clock, calendar, HostDefaults("Pacific/Auckland"), folder, http, pace=pace)
        await on.start()
        return cls(SlackScreens(on, strides))

    @property
    def slack(self) -> FakeSlack:
        return self.screens.slack

    async def shut(self) -> None:
        self.slack.world.rooms[SLACK_MONTH_CHANNEL_ID].archived = True

    async def reopen(self) -> None:
        self.slack.world.rooms[SLACK_MONTH_CHANNEL_ID].archived = False

    def room(self) -> str:
        return f"#{SLACK_MONTH_CHANNEL_NAME}"

    def member(self, name: str) -> str:
        return f"@{name.lower()}"

    async def crash(self) -> None:
        await self.screens.on.revive()

    async def close(self) -> None:
        await self.screens.on.close()
