"""Lines from a pipe, a file or a terminal without blocking the event loop; what is said, as lines. UTF-8 always."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable
from datetime import datetime
from typing import TextIO

from adapters.console.ports import Source
from adapters.console.render import Scene, one_line, plain, record, stamp

CHUNK = 65_536  # bytes


class FileLines:
    """The lines of a file descriptor. Bytes that are no UTF-8 are replaced; a last line needs no end."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = b""
        self._over = False

    async def line(self, prompt: str) -> str | None:
        while b"\n" not in self._buffer and not self._over:
            chunk = await self._read()
            self._buffer += chunk
            self._over = not chunk
        found, end, self._buffer = self._buffer.partition(b"\n")
        return found.decode("utf-8-sig", "replace").rstrip("\r") if found or end else None

    async def _read(self) -> bytes:
        try:
            await readable(self._descriptor)
            return os.read(self._descriptor, CHUNK)
        except OSError:
            return b""  # closed, or its terminal went away: the end of the input as well


class Echo:
    """Repeats each line behind its prompt, for a transcript that reads as a sitting at a terminal would."""

    def __init__(self, source: Source, stream: TextIO) -> None:
        self._source = source
        self._stream = stream

    async def line(self, prompt: str) -> str | None:
        found = await self._source.line(prompt)
        if found is not None:
            self._stream.write(f"\n{one_line(prompt)} {one_line(found)}\n")
        return found


async def readable(descriptor: int) -> None:
    """Wait until a read returns at once."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(descriptor, ready.set)
    except (PermissionError, RuntimeError):
        # epoll refuses regular files, which are always ready; Windows knows no readers, and there a read may block.
        return
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)


class PlainOutlet:
    """Plain lines, for a person or a transcript."""

    human = True

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def show(self, scene: Scene) -> None:
        self.write(plain(scene))

    def ready(self, at: datetime) -> None:
        """A reader of plain lines sees for themselves."""

    def write(self, lines: Iterable[str]) -> None:
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()


class JsonOutlet:
    """One JSON object a line."""

    human = False

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def show(self, scene: Scene) -> None:
        self._write(record(scene))

    def ready(self, at: datetime) -> None:
        self._write({"kind": "ready", "at": stamp(at)})

    def _write(self, said: dict[str, object]) -> None:
        self._stream.write(json.dumps(said, ensure_ascii=False) + "\n")
        self._stream.flush()
