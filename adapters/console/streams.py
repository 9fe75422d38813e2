"""Input lines from a pipe, a file or a terminal without blocking the event loop, and output as lines. Always UTF-8."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable
from datetime import datetime
from typing import TextIO

from adapters.console.ports import ConsoleLineSource
from adapters.console.render import ShownEntry, format_console_timestamp, render_plain_entry, shown_entry_to_json
from adapters.console.text import collapse_console_whitespace

READ_CHUNK_BYTES = 65_536


class FileLines:
    """The lines of a file descriptor. Bytes that are not UTF-8 are replaced; the last line needs no line break."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = b""
        self._is_exhausted = False

    async def next_line(self, prompt: str) -> str | None:
        while b"\n" not in self._buffer and not self._is_exhausted:
            chunk = await self._read_chunk()
            self._buffer += chunk
            self._is_exhausted = not chunk
        line, line_break, self._buffer = self._buffer.partition(b"\n")
        return line.decode("utf-8-sig", "replace").rstrip("\r") if line or line_break else None

    async def _read_chunk(self) -> bytes:
        try:
            await wait_until_readable(self._descriptor)
            return os.read(self._descriptor, READ_CHUNK_BYTES)
        except OSError:
            return b""  # closed, or its terminal was closed: treat it as the end of the input


class EchoedLines:
    """Writes each line after its prompt to a stream, for a transcript that looks like a terminal session."""

    def __init__(self, source: ConsoleLineSource, stream: TextIO) -> None:
        self._source = source
        self._stream = stream

    async def next_line(self, prompt: str) -> str | None:
        line = await self._source.next_line(prompt)
        if line is not None:
            self._stream.write(f"\n{collapse_console_whitespace(prompt)} {collapse_console_whitespace(line)}\n")
        return line


async def wait_until_readable(descriptor: int) -> None:
    """Wait until a read does not block."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(descriptor, ready.set)
    except (PermissionError, RuntimeError):
        # epoll refuses regular files, which are always ready; Windows has no readers, and there a read may block.
        return
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)


class PlainConsoleOutlet:
    """Output as plain lines, for a person or a transcript."""

    is_for_person = True

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def show_entry(self, shown: ShownEntry) -> None:
        self.write(render_plain_entry(shown))

    def show_ready(self, local_time: datetime) -> None:
        """Writes nothing: the reader of plain lines sees it."""

    def write(self, lines: Iterable[str]) -> None:
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()


class JsonConsoleOutlet:
    """Output as one JSON object a line."""

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
