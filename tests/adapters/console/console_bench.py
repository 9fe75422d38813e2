"""Type lines into a console over streams in memory, and read what it says."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.console.app import run_console_session
from adapters.console.session import ConsoleSetup
from adapters.console.streams import JsonConsoleOutlet, PlainConsoleOutlet
from bot.domain.ports import Messenger
from tests.adapters.console.fakes import ConsoleFakeCore, FakeBookStore, parse_fake_duration
from tests.cards import NOON

JsonEntry = dict[str, object]


class TypedLines:
    """A source of lines that were written before."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = list(lines)
        self.prompts: list[str] = []

    async def next_line(self, prompt: str) -> str | None:
        self.prompts.append(prompt)
        return self._lines.pop(0) if self._lines else None


class ConsoleBench:
    """A store that outlives its consoles; `cores` are those that were opened, the newest last."""

    def __init__(self, **changes: object) -> None:
        self.shelf = FakeBookStore()
        self.cores: list[ConsoleFakeCore] = []
        setup = ConsoleSetup(
            open_service=self._open,
            parse_skip_target=parse_fake_duration,
            wall=lambda: datetime.now(UTC),
            clock_start=NOON,
        )
        self.setup = replace(setup, **changes)  # type: ignore[arg-type]

    async def _open(self, messenger: Messenger) -> ConsoleFakeCore:
        self.cores.append(ConsoleFakeCore(self.shelf, messenger))
        return self.cores[-1]

    @property
    def core_calls(self) -> list[tuple[str, object]]:
        return [one for core in self.cores for one in core.received_calls]

    async def json(self, *lines: str) -> list[JsonEntry]:
        """All that is said, as a program reads it."""
        stream = io.StringIO()
        assert await run_console_session(self.setup, TypedLines(lines), JsonConsoleOutlet(stream)) == 0
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    async def json_without_ready(self, *lines: str) -> list[JsonEntry]:
        """The same without `ready`."""
        return [one for one in await self.json(*lines) if one["kind"] != "ready"]

    async def terminal_text(self, *lines: str) -> str:
        stream = io.StringIO()
        assert await run_console_session(self.setup, TypedLines(lines), PlainConsoleOutlet(stream)) == 0
        return stream.getvalue()


def entry_texts(said: list[JsonEntry]) -> list[object]:
    return [one["text"] for one in said]


DAY = timedelta(days=1)
