"""Read and write `.tar.gz` archives. What is read counts as untrusted: every size has a limit."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from tarfile import BLOCKSIZE, RECORDSIZE, REGTYPE, USTAR_FORMAT, TarError, TarInfo
from tarfile import open as open_tar
from typing import IO, Protocol

# The book of a member with 10,000 contacts has a third of that.
MAX_ENTRY_BYTES = 64 * 1024**2
MAX_ARCHIVE_ENTRIES = 100_000
_END_BLOCK = bytes(BLOCKSIZE)


class ArchiveSink(Protocol):
    """The output that an archive is written to."""

    def write(self, data: bytes, /) -> object: ...

    def flush(self) -> object: ...


def write_archive(sink: ArchiveSink, entries: Iterable[tuple[str, bytes]], made_at: datetime) -> None:
    """Write each name with its content; all entries are dated `made_at`. Raises OSError."""
    timestamp = int(made_at.timestamp())
    with (
        gzip.GzipFile("", "wb", 6, sink, mtime=timestamp) as packed,
        open_tar(fileobj=packed, mode="w", format=USTAR_FORMAT) as tar,
    ):
        for name, data in entries:
            info = TarInfo(name)
            info.size, info.mode, info.mtime = len(data), 0o600, timestamp
            tar.addfile(info, BytesIO(data))


def read_archive(source: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the entries that `write_archive` wrote, one in memory at a time. Raises ValueError for anything else.

    The standard library's reader is not used: it accepts links and devices, and reads headers of any length.
    """
    try:
        with gzip.GzipFile(fileobj=source) as packed:
            for _ in range(MAX_ARCHIVE_ENTRIES):
                if (entry := _read_archive_entry(packed)) is None:
                    break
                yield entry
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
    # Read to the very end: only then does gzip compare its checksum of the whole.
    rest = packed.read(2 * RECORDSIZE)
    if len(rest) > RECORDSIZE or any(rest):
        raise ValueError("something behind the end")


def _read_exactly(packed: gzip.GzipFile, length: int) -> bytes:
    data = packed.read(length)
    if len(data) != length:
        raise ValueError("cut short")
    return data
