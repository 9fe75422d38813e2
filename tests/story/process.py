"""The bot as a process of its own: its clock is moved from outside, and it is killed."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import pytest

from bot.domain.calendar import Calendar
from tests.faults.figures import expect_in_full_run
from tests.needs import skip_without
from tests.story.driver import ROOT, inherited_environment

START_SECONDS = 60.0  # seconds after which a start hangs, on however busy a machine
HOST_PATIENCE_SECONDS = 10.0  # seconds after which hosts kill what does not end
CLOCK_LOOK_SECONDS = 1.0  # STALEMATE_MAX_SLEEP: seconds until the bot has noticed that its clock was moved
CLOCK_MARGIN_SECONDS = 0.3
ANSWER_QUIET_SECONDS = 0.1  # seconds without a call, after which an answer is whole
FAKETIME_LIBRARY = "libfaketime.so.1"  # the Debian package libfaketime has it in a folder of its own
FAKETIME_FOLDERS = ("/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/lib64/faketime", "/usr/local/lib/faketime")


def faketime_path() -> str:
    """Where the library is that moves a process's clock, or an empty text."""
    found = [path for place in FAKETIME_FOLDERS for path in Path("/").glob(f"{place}/{FAKETIME_LIBRARY}".lstrip("/"))]
    return str(found[0]) if found else ""


def requires_faketime() -> pytest.MarkDecorator:
    """For tests that move the clock of a real process."""
    return skip_without("faketime", faketime_path(), "libfaketime is not there: sudo apt-get install libfaketime")


@dataclass
class MovedClock:
    """A clock that runs, ahead of ours by whole seconds; `monotonic`: whether the steady clock jumps with it."""

    file: Path
    monotonic: bool = False
    ahead: int = 0

    @classmethod
    def at(cls, folder: Path, calendar: Calendar, local: datetime, *, monotonic: bool = False) -> MovedClock:
        """One that shows this local time."""
        clock = cls(folder / "clock", monotonic)
        clock.to(calendar.instant_at(local.date(), local.time()))
        return clock

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def to(self, at: datetime) -> None:
        """Set it, forwards or back."""
        self.ahead = round(at.timestamp() - time.time() + 0.5)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{self.ahead:+d}\n")
        fresh.replace(self.file)  # whole at every moment: it is read at each look at the clock

    @property
    def env(self) -> dict[str, str]:
        given = {"LD_PRELOAD": faketime_path(), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1"}
        given |= {"NO_FAKE_STAT": "1", "FAKETIME_DONT_RESET": "1"}
        return given if self.monotonic else given | {"FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@dataclass
class BotProcess:
    """`stalemate run`, and what it tells its host."""

    process: asyncio.subprocess.Process
    log: Path

    @classmethod
    async def start(cls, folder: Path, env: Mapping[str, str]) -> BotProcess:
        """With these settings and no others. `folder` is where it is started, and holds its log."""
        log = folder / f"log-{token_hex(4)}"
        with log.open("wb") as told:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=folder,
                env={**inherited_environment(), "PYTHONPATH": str(ROOT), "STALEMATE_ZONE": "Pacific/Auckland", **env},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=told,
                stderr=told,
            )
        return cls(process, log)

    @property
    def log_text(self) -> str:
        return self.log.read_text(encoding="utf-8")

    @property
    def running(self) -> bool:
        return self.process.returncode is None

    async def wait_for_log(self, words: str, within: float = START_SECONDS) -> None:
        """Wait until it has told this."""
        ends = time.monotonic() + within
        while words not in self.log_text:
            assert self.running, self.log_text
            assert time.monotonic() < ends, self.log_text
            await asyncio.sleep(0.02)

    async def wait_until_serving(self) -> None:
        await self.wait_for_log('"event": "serving"')

    @property
    def last_log_line(self) -> str:
        """What its host reads last. Nothing of it is a traceback."""
        assert "Traceback" not in self.log_text
        return self.log_text.splitlines()[-1]

    def term(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    async def ended(self, within: float = START_SECONDS) -> int:
        """The exit code."""
        return await asyncio.wait_for(self.process.wait(), within)

    async def ended_in_time(self) -> int:
        """The exit code after SIGTERM. Where `make faults` measures it, before a host would kill it."""
        began = time.monotonic()
        code = await self.ended()
        expect_in_full_run(time.monotonic() - began < HOST_PATIENCE_SECONDS)
        return code

    async def stop(self) -> None:
        """As its host would end it; it must have done its part."""
        self.term()
        assert await self.ended() == 0, self.log_text

    async def kill(self) -> None:
        """Kill -9; harmless when it has ended."""
        if self.running:
            self.process.kill()
            await self.process.wait()
        remove_faketime_remains(self.process.pid)


ProcessStarter = Callable[..., Awaitable[BotProcess]]


@asynccontextmanager
async def open_process_starter(folder: Path, env: Mapping[str, str]) -> AsyncIterator[ProcessStarter]:
    """Starts the bot, with some settings of its own; all that were started are ended."""
    started: list[BotProcess] = []

    async def begin(**settings: str) -> BotProcess:
        given = {"STALEMATE_STORE": f"tinydb:{folder / 'store'}", **env, **settings}
        started.append(await BotProcess.start(folder, given))
        return started[-1]

    try:
        yield begin
    finally:
        for process in started:
            await process.kill()


def make_folder(folder: Path) -> Path:
    folder.mkdir()
    return folder


def remove_faketime_remains(pid: int) -> None:
    """Take away what the library leaves behind of a process that was killed."""
    for name in ("faketime_shm_", "sem.faketime_sem_"):
        Path(f"/dev/shm/{name}{pid}").unlink(missing_ok=True)  # noqa: S108


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
