"""Who types at the console and reads what it says: in this process, or a real one behind a pipe; and how each dies."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any, Protocol

from adapters.console import saved_screen
from adapters.console.app import handle_console_line
from adapters.console.session import ConsoleSession, ConsoleSetup
from adapters.console.streams import JsonConsoleOutlet
from bot.domain.calendar import Calendar
from bot.host.config import Config
from bot.main import build_console_setup

ROOT = Path(__file__).parents[2]
LISTEN_TO_LOGS_VARIABLE = "STALEMATE_TEST_LOUD"  # see `tests.faults.secret_listener`
PROCESS_SECONDS = 60  # seconds in which a process has said all, or hangs

JSON_KEYS = {"kind", "id", "replaces", "to", "at", "text", "buttons", "inputs"}
JSON_INPUT_KEYS = {"name", "label", "kind", "required", "value", "options", "error"}
JSON_KINDS = {"reply", "dm", "channel", "form", "error"}
JSON_INPUT_KINDS = {"text", "long", "date", "moment", "number", "select"}


@dataclass(frozen=True)
class ConsoleMessage:
    """One thing that the bot said; two are equal when a person would see no difference."""

    kind: str
    to: str
    at: datetime
    text: str
    buttons: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    replaces: bool = False
    errors: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    id: str = field(default="", compare=False)


class ConsoleDriver(Protocol):
    """`type` gives what a line caused; `crash` ends it without a word and opens it again at the time reached."""

    async def type(self, line: str) -> list[ConsoleMessage]: ...

    async def crash(self) -> None: ...

    async def close(self) -> None: ...


def parse_json_line(line: str) -> dict[str, Any]:
    """A line of `--json`, held against the contract of the console."""
    said: dict[str, Any] = json.loads(line)
    assert datetime.fromisoformat(said["at"]).utcoffset() is not None
    if said["kind"] == "ready":
        assert set(said) == {"kind", "at"}
        return said
    assert set(said) == JSON_KEYS
    assert said["kind"] in JSON_KINDS
    assert all(isinstance(said[key], str) and said[key] for key in ("id", "to", "text"))
    assert said["replaces"] is None or isinstance(said["replaces"], str)
    assert all(isinstance(label, str) and label for label in said["buttons"])
    for form_input in said["inputs"]:
        assert set(form_input) == JSON_INPUT_KEYS
        assert form_input["kind"] in JSON_INPUT_KINDS
        assert isinstance(form_input["required"], bool)
        assert all(isinstance(form_input[key], str) for key in ("name", "label", "value", "error"))
        assert all(isinstance(option, str) for option in form_input["options"])
    return said


def console_message_of(said: dict[str, Any]) -> ConsoleMessage:
    return ConsoleMessage(
        kind=said["kind"],
        to=said["to"],
        at=datetime.fromisoformat(said["at"]),
        text=said["text"],
        buttons=tuple(said["buttons"]),
        inputs=tuple(one["name"] for one in said["inputs"]),
        replaces=said["replaces"] is not None,
        errors=tuple(one["error"] for one in said["inputs"] if one["error"]),
        values=tuple(one["value"] for one in said["inputs"]),
        id=said["id"],
    )


@dataclass
class InProcessConsole:
    """The console in this process. A crash takes the files of the store as they lie, and nothing else."""

    config: Config
    setup: ConsoleSetup
    session: ConsoleSession
    out: StringIO
    crashes: int = 0

    @classmethod
    async def open(cls, store: str, zone: str, start: str, country: str = "") -> InProcessConsole:
        config = Config(store=store, zone=zone, country=country)
        at = Calendar(zone).instant_at(datetime.fromisoformat(start).date(), datetime.fromisoformat(start).time())
        out = StringIO()
        setup = build_console_setup(config, store, at)
        session = ConsoleSession(setup, JsonConsoleOutlet(out), saved_screen.load_console_screen(setup.screen_file))
        await session.open()
        return cls(config, setup, session, out)

    async def type(self, line: str) -> list[ConsoleMessage]:
        self.out.seek(0)
        self.out.truncate()
        await handle_console_line(self.session, line)
        await self.session.show_ready()
        *said, ready = map(parse_json_line, self.out.getvalue().splitlines())
        assert ready["kind"] == "ready"
        return [console_message_of(one) for one in said]

    async def crash(self) -> None:
        if not self.setup.screen_file:
            await self.type(":restart")  # memory outlives a restart, and nothing more
            return
        left = self.setup.screen_file.parent
        self.crashes += 1
        found = left.with_name(f"{left.name.partition('-')[0]}-{self.crashes}")
        shutil.copytree(left, found)
        now = self.session.clock.now()
        await self.session.close()  # what it still writes is written into the folder that is left behind
        self.setup = build_console_setup(self.config, f"tinydb:{found}", now)
        self.session = ConsoleSession(
            self.setup, JsonConsoleOutlet(self.out), saved_screen.load_console_screen(self.setup.screen_file)
        )
        await self.session.open()

    async def close(self) -> None:
        await self.session.close()


@dataclass
class PipedConsole:
    """A real process behind a pipe. A crash is kill -9."""

    store: str
    zone: str
    process: asyncio.subprocess.Process
    now: datetime

    @classmethod
    async def open(cls, store: str, zone: str, start: str) -> PipedConsole:
        process = await start_console_process(store, zone, start)
        console = cls(store, zone, process, datetime.fromisoformat(start))
        assert await console._read_messages() == []
        return console

    async def type(self, line: str) -> list[ConsoleMessage]:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        await self.process.stdin.drain()
        return await self._read_messages()

    async def crash(self) -> None:
        self.process.kill()
        await self.process.wait()
        again = await self.open(self.store, self.zone, f"{self.now:%Y-%m-%dT%H:%M:%S}")
        self.process = again.process

    async def close(self) -> None:
        """The end of the input ends the console."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert await asyncio.wait_for(self.process.wait(), PROCESS_SECONDS) == 0

    async def _read_messages(self) -> list[ConsoleMessage]:
        assert self.process.stdout is not None
        said = []
        while True:
            line = await asyncio.wait_for(self.process.stdout.readline(), PROCESS_SECONDS)
            assert line, "the console has ended"
            heard = parse_json_line(line.decode())
            if heard["kind"] == "ready":
                self.now = datetime.fromisoformat(heard["at"])
                return said
            said.append(console_message_of(heard))


def inherited_environment() -> dict[str, str]:
    """The environment without a setting of ours; where all logs are listened to, a bot logs all."""
    ours = ("STALEMATE_", "SLACK", "DISCORD", "HTTP")
    others = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    return {**others, "STALEMATE_LOG": "debug"} if LISTEN_TO_LOGS_VARIABLE in os.environ else others


async def start_console_process(store: str, zone: str, start: str) -> asyncio.subprocess.Process:
    """`stalemate console --json --clock …` on this store, its three streams open to us."""
    settings = {"STALEMATE_STORE": store, "STALEMATE_ZONE": zone}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "console", "--json", "--clock", start),
        cwd=ROOT,
        env={**inherited_environment(), **settings},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def with_other_names(said: ConsoleMessage, names: dict[str, str]) -> ConsoleMessage:
    """The same thing said, with other names in it."""

    def other(text: str) -> str:
        for old, new in names.items():
            text = text.replace(old, new)
        return text

    return replace(said, text=other(said.text), buttons=tuple(map(other, said.buttons)))
