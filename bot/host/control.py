"""How the host speaks to a bot that runs: a socket in the store's folder, for the same user alone.

One line of JSON asks, one answers. Whoever may open the socket may read the store anyway.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from bot.app.service import Core
from bot.delivery.report import after_retry, plain
from bot.domain.errors import StoreError
from bot.faults import report

NAME = "control.sock"
LONGEST = 4096  # bytes of a question
LONGEST_PATH = 100  # characters; an address of a socket holds 108 with its end (Linux, unix(7)), 104 on macOS
PATIENCE = 10.0  # seconds for one question, on either side

log = structlog.get_logger(__name__)

Answer = Mapping[str, Any]


class NotThere(Exception):
    """No bot that runs listens there."""


class Control:
    """Answers the host while the bot runs. Where a folder's path is too long for a socket, it is told and left out."""

    def __init__(self, core: Core, wall: Callable[[], datetime], folder: Path) -> None:
        self._core = core
        self._wall = wall
        self._path = folder / NAME
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        if len(str(self._path)) > LONGEST_PATH or not hasattr(asyncio, "start_unix_server"):
            log.warning("no commands to the running bot: the store's folder has too long a path for a socket")
            return
        with suppress(FileNotFoundError):
            self._path.unlink()  # of a process that was killed: the lock of the folder says that it is gone
        self._server = await asyncio.start_unix_server(self._hear, self._path, limit=LONGEST)
        self._path.chmod(0o600)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(TimeoutError, ValueError, OSError):
            async with asyncio.timeout(PATIENCE):
                asked = json.loads(await reader.readline())
                writer.write(json.dumps(await self._answer(asked)).encode() + b"\n")
                await writer.drain()
        writer.close()

    async def _answer(self, asked: Any) -> Answer:
        try:
            return await answer(self._core, asked, self._wall())
        except StoreError:
            return {"error": "The store cannot be read or written now."}
        except Exception as problem:
            return {"error": f"Something went wrong; the log tells more under {report(problem)}."}


async def answer(core: Core, asked: Any, now: datetime) -> Answer:
    """What the host asked for: `do` is "deliveries" or "retry", `id` names one reminder, else all."""
    match asked:
        case {"do": "deliveries"}:
            return plain(await core.deliveries(now))
        case {"do": "retry", "id": str(wanted)}:
            again = await core.retry(now, lambda one: not wanted or one == wanted)
            return after_retry(await core.deliveries(now), wanted, again)
        case _:
            return {"error": "I do not know that command."}


def ask(folder: Path, asked: Answer) -> Answer:
    """The answer of the bot that runs on this folder. Raises `NotThere`. Blocks, for the host's command line."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE)
            line.connect(str(folder / NAME))
            line.sendall(json.dumps(asked).encode() + b"\n")
            told = line.makefile("rb").readline()
            heard: Answer = json.loads(told)
            return heard
    except (OSError, ValueError, AttributeError) as problem:
        raise NotThere from problem
