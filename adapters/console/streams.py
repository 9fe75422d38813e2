"""Lines from a pipe, a file or a terminal without blocking the event loop; what is said, as lines. UTF-8 always."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable
from datetime import datetime
from typing import TextIO

from adapters.console.ports import ConsoleLineSource
from adapters.console.render import (
    ShownEntry,
    collapse_console_whitespace,
    format_console_timestamp,
    render_plain_entry,
    shown_entry_to_json,
)

READ_CHUNK_BYTES = 65_536  # bytes


class FileLines:
    """The lines of a file descriptor. Bytes that are no UTF-8 are replaced; a last line needs no end."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = b""
        self._is_exhausted = False

    async def next_line(self, prompt: str) -> str | None:
        while b"\n" not in self._buffer and not self._is_exhausted:
            chunk = await self._read_chunk()
            self._buffer += chunk
            self._is_exhausted = not chunk
        found, end, self._buffer = self._buffer.partition(b"\n")
        return found.decode("utf-8-sig", "replace").rstrip("\r") if found or end else None

    async def _read_chunk(self) -> bytes:
        try:
            await wait_until_readable(self._descriptor)
            return os.read(self._descriptor, READ_CHUNK_BYTES)
        except OSError:
            return b""  # closed, or its terminal went away: the end of the input as well


class EchoedLines:
    """Repeats each line behind its prompt, for a transcript that reads as a sitting at a terminal would."""

    def __init__(self, source: ConsoleLineSource, stream: TextIO) -> None:
        self._source = source
        self._stream = stream

    async def next_line(self, prompt: str) -> str | None:
        found = await self._source.next_line(prompt)
        if found is not None:
            self._stream.write(f"\n{collapse_console_whitespace(prompt)} {collapse_console_whitespace(found)}\n")
        return found


async def wait_until_readable(descriptor: int) -> None:
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


class PlainConsoleOutlet:
    """Plain lines, for a person or a transcript."""

    is_for_person = True

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def show_entry(self, shown: ShownEntry) -> None:
        self.write(render_plain_entry(shown))

    def show_ready(self, local_time: datetime) -> None:
        """A reader of plain lines sees for themselves."""

    def write(self, lines: Iterable[str]) -> None:
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()


class JsonConsoleOutlet:
    """One JSON object a line."""

    is_for_person = False

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def show_entry(self, shown: ShownEntry) -> None:
        self._write_json_line(shown_entry_to_json(shown))

    def show_ready(self, local_time: datetime) -> None:
        self._write_json_line({"kind": "ready", "at": format_console_timestamp(local_time)})

    def _write_json_line(self, values: dict[str, object]) -> None:
        self._stream.write(json.dumps(values, ensure_ascii=False) + "\n")
        self._stream.flush()
