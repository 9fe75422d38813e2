"""A member at Slack: the real slack-bolt client, a Slack on loopback, and a clock that is moved."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.console import time_travel
from adapters.console.clock import ConsoleClock
from adapters.slack.inbound import SLACK_PLATFORM
from adapters.slack.platform import SlackPlatform, SlackSetup
from bot.app.service import Service
from bot.commands import COMMANDS_BY_NAME
from bot.domain.calendar import Calendar
from bot.domain.model import Address, HostDefaults
from storage.open import open_store
from tests.fakes_slack import FakeSlack, SlackPerson, SlackScreenMessage, SlackUser, SlackView, input_elements
from tests.fakes_slack.reading import unescape_entities
from tests.fakes_slack.state import FakePlatformClock as SlackClock
from tests.story.driver import ConsoleMessage

STORY_SLACK_USER = "U0ADA"
QUIET_SLACK_CHANNEL_TEXT = "The channel is quiet: nothing was posted there yet."


@dataclass
class OnSlack:
    """A crash takes the files of the store as they lie; what Slack has on its screens stays.

    `pace`: the seconds that the bot waits by, where a test spares them; see `Slack`.
    """

    slack: FakeSlack
    clock: ConsoleClock
    calendar: Calendar
    home: HostDefaults
    folder: Path
    http: bool = False
    crashes: int = 0
    pace: dict[str, Any] = field(default_factory=dict)
    bot: SlackPlatform = field(init=False)
    core: Service = field(init=False)

    @classmethod
    async def open(cls, folder: Path, zone: str, start: str, country: str = "", *, http: bool = False) -> OnSlack:
        at = datetime.fromisoformat(start)
        calendar = Calendar(zone)
        clock = ConsoleClock(lambda: datetime.now(UTC), calendar.instant_at(at.date(), at.time()))
        slack = FakeSlack(
            users=[SlackUser(STORY_SLACK_USER, "ada", tz=zone)], clock=SlackClock(lambda: clock.now().timestamp())
        )
        await slack.__aenter__()
        # The host's zone is another one: what is right here comes from the member's profile.
        opened = cls(slack, clock, calendar, HostDefaults("Pacific/Auckland", country), folder, http)
        await opened.start()
        return opened

    async def start(self) -> None:
        keys = (
            {"signing_secret": self.slack.signing_secret, "port": 0}
            if self.http
            else {"app_token": self.slack.app_token}
        )
        setup = SlackSetup(bot_token=self.slack.bot_token, api_url=self.slack.api_url, **keys)  # type: ignore[arg-type]
        self.bot = SlackPlatform(setup, self.clock.now, home_debounce_seconds=0.01, **self.pace)
        self.core = Service(open_store(f"tinydb:{self.folder}"), {SLACK_PLATFORM: self.bot.messenger}, self.home)
        await self.bot.start(self.core)
        if self.http:
            self.slack.request_url = f"http://127.0.0.1:{self.bot.port}/slack/events"
        else:
            await self.slack.connected()

    @property
    def ada(self) -> SlackPerson:
        return self.slack.person(STORY_SLACK_USER)

    async def type(self, line: str) -> list[ConsoleMessage]:
        seen, replaced = {one.ts for one in self.ada.received}, self.screen()
        said: list[ConsoleMessage] = []
        if line.startswith(":to "):
            day, hour = line.removeprefix(":to ").split()
            await self.pass_until(datetime.fromisoformat(f"{day}T{hour}"))
        elif line == ":channel":
            assert self.slack.world.channels["C0GENERAL"] == []
            said = [self.said("reply", QUIET_SLACK_CHANNEL_TEXT)]
        elif line.startswith(":press "):
            said = [await self.press(line.removeprefix(":press "))]
        elif line.startswith(":fill "):
            await self.ada.submit(**json.loads(line.removeprefix(":fill ")))
        elif line.split()[0] in COMMANDS_BY_NAME:
            await self.ada.command("/outreach", line)
        else:
            await self.ada.write(line)
        await self.settle()
        said = said or self.answered(seen, replaced, unasked=line.startswith(":to "))
        assert self.slack.complaints == []
        return said

    def screen(self) -> dict[str, list[str]]:
        return {one.ts: list(one.versions) for one in [*self.ada.received, *self.ada.ephemerals]}

    def answered(self, seen: set[str], before: dict[str, list[str]], *, unasked: bool) -> list[ConsoleMessage]:
        """What came on the screen since."""
        if self.ada.view is not None and not unasked:
            return [self.form(self.ada.view)]
        shown = [*self.ada.received, *self.ada.ephemerals]
        changed = [one for one in shown if one.versions != before.get(one.ts, [])]
        fresh = [one for one in shown if one.ts not in before]
        assert not unasked or not changed
        kind = "dm" if unasked else "reply"
        return [self.message(kind, one, replaces=one in changed) for one in [*changed, *fresh]]

    async def press(self, label: str) -> ConsoleMessage:
        """Press it where it was shown last: in the modal that is open, or on a message."""
        view, before = self.ada.view, self.screen()
        if view is not None and label not in dict(view.buttons):
            await self.ada.close()
            view = None
        shown = [one for one in self.slack.world.shown[STORY_SLACK_USER] if not one.gone and label in dict(one.buttons)]
        if view is None:
            shown.sort(key=lambda one: float(one.ts))
        await self.ada.press(view or shown[-1], label)
        await self.settle()
        [said] = self.answered(set(before), before, unasked=False)
        return said

    async def pass_until(self, local: datetime) -> None:
        await time_travel.advance_console_clock(
            self.core, self.clock, self.calendar.instant_at(local.date(), local.time())
        )

    async def settle(self) -> None:
        await time_travel.sweep_until_nothing_is_due(self.core, self.clock.now())
        await self.bot.tasks.wait_until_idle()
        await self.slack.settled(quiet=0.02)

    def said(self, kind: str, text: str, **more: Any) -> ConsoleMessage:
        return ConsoleMessage(kind=kind, to="me", at=self.calendar.to_local(self.clock.now()), text=text, **more)

    def message(self, kind: str, message: SlackScreenMessage, *, replaces: bool) -> ConsoleMessage:
        at = self.calendar.to_local(datetime.fromtimestamp(float(message.ts), UTC)) if kind == "dm" else None
        said = self.said(
            kind,
            unescape_entities(message.text),
            buttons=tuple(label for label, _ in message.buttons),
            replaces=replaces,
        )
        return ConsoleMessage(**{**said.__dict__, "at": at.replace(second=0, microsecond=0)}) if at else said

    def form(self, view: SlackView) -> ConsoleMessage:
        asked = input_elements(view.blocks)
        if not asked:
            return self.said("reply", view.said, buttons=tuple(label for label, _ in view.buttons), replaces=True)
        return self.said("form", view.said, inputs=tuple(name for name in asked if not name.endswith(":time")))

    async def crash(self) -> None:
        self.ada.stack.clear()
        await self.revive()

    async def revive(self) -> None:
        """The bot dies, and another begins with the files as they lay."""
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
        await self.slack.__aexit__(None, None, None)


def story_slack_owner() -> Address:
    return Address(SLACK_PLATFORM, STORY_SLACK_USER, "T0CLUB")
