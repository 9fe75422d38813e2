"""The host's commands to a running bot, over a socket in the store's folder that only the same user can open.

A request is one line of JSON, and so is the answer. Who can open the socket can read the store anyway.
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

from bot.app.service import Service
from bot.delivery.report import delivery_report_to_json, retry_result_to_json
from bot.domain.errors import StoreError
from bot.logs import report_fault

CONTROL_SOCKET_NAME = "control.sock"
MAX_REQUEST_BYTES = 4096  # of one request
MAX_SOCKET_PATH_CHARS = 100  # a socket's address has room for 108 with its end (Linux, unix(7)), 104 on macOS
CONTROL_TIMEOUT_SECONDS = 10.0  # for one request, on either side

log = structlog.get_logger(__name__)

ControlMessage = Mapping[str, Any]


class BotNotRunning(Exception):
    """No running bot listens on the socket."""


class ControlServer:
    """Answers the host while the bot runs. When the folder's path is too long for a socket, it only logs that."""

    def __init__(self, service: Service, utc_now: Callable[[], datetime], folder: Path) -> None:
        self._service = service
        self._utc_now = utc_now
        self._path = folder / CONTROL_SOCKET_NAME
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        if len(str(self._path)) > MAX_SOCKET_PATH_CHARS or not hasattr(asyncio, "start_unix_server"):
            log.warning("no commands to the running bot: the store's folder has too long a path for a socket")
            return
        with suppress(FileNotFoundError):
            self._path.unlink()  # of a killed process: we have the folder's lock, so it no longer runs
        self._server = await asyncio.start_unix_server(self._handle_connection, self._path, limit=MAX_REQUEST_BYTES)
        self._path.chmod(0o600)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _handle_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(TimeoutError, ValueError, OSError):
            async with asyncio.timeout(CONTROL_TIMEOUT_SECONDS):
                request = json.loads(await reader.readline())
                writer.write(json.dumps(await self._respond_to_request(request)).encode() + b"\n")
                await writer.drain()
        writer.close()

    async def _respond_to_request(self, request: Any) -> ControlMessage:
        try:
            return await handle_control_request(self._service, request, self._utc_now())
        except StoreError:
            return {"error": "The store cannot be read or written now."}
        except Exception as problem:
            return {"error": f"Something went wrong; the log tells more under {report_fault(problem)}."}


async def handle_control_request(service: Service, request: Any, now: datetime) -> ControlMessage:
    """Run a host's command: `do` is "deliveries" or "retry"; `id` names one reminder, empty means all."""
    match request:
        case {"do": "deliveries"}:
            return delivery_report_to_json(await service.delivery_report(now))
        case {"do": "retry", "id": str(wanted)}:
            retry_count = await service.retry_parked(now, lambda reminder_id: not wanted or reminder_id == wanted)
            return retry_result_to_json(await service.delivery_report(now), wanted, retry_count)
        case _:
            return {"error": "I do not know that command."}


def send_control_request(folder: Path, request: ControlMessage) -> ControlMessage:
    """The answer of the bot that runs on this folder. Raises `BotNotRunning`. Blocks, for the host's command line."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(CONTROL_TIMEOUT_SECONDS)
            connection.connect(str(folder / CONTROL_SOCKET_NAME))
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer: ControlMessage = json.loads(connection.makefile("rb").readline())
            return answer
    except (OSError, ValueError, AttributeError) as problem:
        raise BotNotRunning from problem
