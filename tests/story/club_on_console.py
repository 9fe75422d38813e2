"""The month at the console: eight members take turns at one keyboard."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from bot.domain.errors import ChannelRefused
from bot.domain.model import ClubChannel
from bot.domain.ports import Destination
from tests.story.club_month import MONTH_START, MONTH_ZONE
from tests.story.driver import ConsoleMessage, InProcessConsole

CONSOLE_CHANNEL_NAME = "club"


class MonthOnConsole:
    """`InProcessConsole`, typed at by whoever is wanted; the first of them is the host, who leads."""

    def __init__(self, console: InProcessConsole) -> None:
        self.console = console
        self.seen: dict[str, list[ConsoleMessage]] = {}
        self.channel: list[ConsoleMessage] = []
        self.answers: dict[str, str] = {}
        self.archived = False

    @classmethod
    async def open(cls, store: str) -> MonthOnConsole:
        return cls(await InProcessConsole.open(store, MONTH_ZONE, MONTH_START.replace(" ", "T")))

    async def _as(self, name: str, line: str) -> None:
        who = _console_user(name)
        await self.console.type(f":as {who}")
        said = await self.console.type(line)
        for message in said:
            self._note(message)
        # What was asked is answered first; what falls due by it comes after.
        answers = [one.text for one in said if one.kind in ("reply", "form", "error") and one.to == who]
        self.answers[name] = answers[0] if answers else ""

    def _note(self, message: ConsoleMessage) -> None:
        if message.kind == "channel":
            self.channel.append(message)
        elif message.kind == "dm":
            self.seen.setdefault(message.to, []).append(message)

    async def say(self, name: str, line: str) -> None:
        await self._as(name, line)

    async def press(self, name: str, label: str) -> None:
        await self._as(name, f":press {label}")

    async def press_post(self, name: str, label: str) -> None:
        await self._as(name, f":press {label}")

    async def press_word(self, name: str, label: str) -> None:
        await self._as(name, f":press {label}")

    async def fill(self, name: str, **values: str) -> None:
        await self._as(name, f":fill {json.dumps(values)}")

    def answer(self, name: str) -> str:
        return self.answers[name]

    def posts(self) -> list[str]:
        return [one.text for one in self.channel]

    def private_texts(self, name: str) -> list[str]:
        return [one.text for one in self.seen.get(_console_user(name), [])]

    async def until(self, moment: str) -> None:
        await self._as("Ann", f":to {datetime.fromisoformat(moment):%Y-%m-%d %H:%M}")

    async def shut(self) -> None:
        self.archived = True
        self._lock()

    async def reopen(self) -> None:
        self.archived = False
        self._lock()

    def _lock(self) -> None:
        """A console's channel is never archived by itself."""
        messenger: Any = self.console.session.service.messengers["console"]  # type: ignore[attr-defined]
        if self.archived:
            messenger.wait_for_turn = _raise_channel_archived
        elif "wait_for_turn" in vars(messenger):
            del messenger.wait_for_turn

    def room(self) -> str:
        return f"#{CONSOLE_CHANNEL_NAME}"

    def member(self, name: str) -> str:
        return f"@{_console_user(name)}"

    async def crash(self) -> None:
        await self.console.crash()
        self._lock()

    async def close(self) -> None:
        await self.console.close()


async def _raise_channel_archived(to: Destination) -> str:
    if isinstance(to, ClubChannel):
        raise ChannelRefused("archived")
    return ""


def _console_user(name: str) -> str:
    return "me" if name == "Ann" else name
