"""The bot as a process of its own at a Slack on loopback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from bot.domain.calendar import Calendar
from bot.domain.model import HostDefaults
from tests.fakes_slack import FakeSlack, SlackUser
from tests.fakes_slack.state import FakePlatformClock as SlackClock
from tests.story.on_slack import STORY_SLACK_USER, OnSlack
from tests.story.process import MovedClock, free_port
from tests.story.process_member import ProcessMember


@dataclass(repr=False)
class SlackProcessMember(ProcessMember, OnSlack):
    """As `OnSlack`, with the bot in a process of its own."""

    port: int = 0
    post_route: ClassVar[str] = "chat.postMessage"
    history_route: ClassVar[str] = "conversations.history"

    @classmethod
    async def at(
        cls, folder: Path, zone: str, start: str, country: str = "", *, http: bool = False, monotonic: bool = False
    ) -> SlackProcessMember:
        calendar = Calendar(zone)
        clock = MovedClock.at(folder, calendar, datetime.fromisoformat(start), monotonic=monotonic)
        slack = FakeSlack(
            users=[SlackUser(STORY_SLACK_USER, "ada", tz=zone)], clock=SlackClock(lambda: clock.now().timestamp())
        )
        await slack.__aenter__()
        opened = cls(slack, clock, calendar, HostDefaults(zone), folder, http, country=country, links=not http)
        if http:
            opened.port = free_port()
            slack.request_url = f"http://127.0.0.1:{opened.port}/slack/events"
        await opened.opened()
        return opened

    @property
    def fake(self) -> FakeSlack:
        return self.slack

    @property
    def env(self) -> dict[str, str]:
        return super().env | ({"SLACK_MODE": "http", "HTTP_PORT": str(self.port)} if self.http else {})

    def shown(self) -> set[object]:
        messages = {(one.ts, len(one.versions)) for one in [*self.ada.received, *self.ada.ephemerals]}
        return messages | {(view.id, view.hash) for view in self.ada.stack}

    def received(self) -> list[str]:
        return [one.text for one in self.ada.received]

    def links_now(self) -> list[object]:
        return list(self.slack.links)

    def forgotten(self) -> None:
        self.ada.stack.clear()
