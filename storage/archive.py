"""One file that holds files: a `.tar.gz` that any tar opens, read as if a stranger had made it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from tarfile import BLOCKSIZE, RECORDSIZE, REGTYPE, USTAR_FORMAT, TarError, TarInfo
from tarfile import open as open_tar
from typing import IO, Protocol

MAX_ENTRY_BYTES = (
    64 * 1024**2
)  # bytes of one file in it; the book of somebody with ten thousand contacts has a third of that
MAX_ARCHIVE_ENTRIES = 100_000  # files
_END_BLOCK = bytes(BLOCKSIZE)


class ArchiveSink(Protocol):
    """Where an archive is written to."""

    def write(self, data: bytes, /) -> object: ...

    def flush(self) -> object: ...


def write_archive(sink: ArchiveSink, entries: Iterable[tuple[str, bytes]], made_at: datetime) -> None:
    """Each name with its content, all of them dated alike. Raises OSError."""
    moment = int(made_at.timestamp())
    with (
        gzip.GzipFile("", "wb", 6, sink, mtime=moment) as packed,
        open_tar(fileobj=packed, mode="w", format=USTAR_FORMAT) as tar,
    ):
        for name, data in entries:
            one = TarInfo(name)
            one.size, one.mode, one.mtime = len(data), 0o600, moment
            tar.addfile(one, BytesIO(data))


def read_archive(source: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """What `write` was given; never more in memory than one file. Raises ValueError for anything else.

    Not by the standard library's reader: that one takes links and devices, and holds headers of any length.
    """
    try:
        with gzip.GzipFile(fileobj=source) as packed:
            for _ in range(MAX_ARCHIVE_ENTRIES):
                if (found := _read_archive_entry(packed)) is None:
                    break
                yield found
            _check_archive_end(packed)
    except (EOFError, zlib.error, TarError, gzip.BadGzipFile) as problem:
        raise ValueError("damaged") from problem


def _read_archive_entry(packed: gzip.GzipFile) -> tuple[str, bytes] | None:
    head = _read_exactly(packed, BLOCKSIZE)
    if head == _END_BLOCK:
        return None
    info = TarInfo.frombuf(head, "ascii", "strict")
    if info.type != REGTYPE or not 0 <= info.size <= MAX_ENTRY_BYTES:
        raise ValueError("no plain file, or too large")
    data = _read_exactly(packed, info.size)
    _read_exactly(packed, -info.size % BLOCKSIZE)
    return info.name, data


def _check_archive_end(packed: gzip.GzipFile) -> None:
    # To the very end: the checksum of the whole stands there.
    rest = packed.read(2 * RECORDSIZE)
    if len(rest) > RECORDSIZE or any(rest):
        raise ValueError("something behind the end")


def _read_exactly(packed: gzip.GzipFile, length: int) -> bytes:
    data = packed.read(length)
    if len(data) != length:
        raise ValueError("cut short")
    return data
