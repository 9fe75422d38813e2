"""The wake index on disk: only a cache, so that a start need not read every book. It holds no names and no ids.

An entry counts only while its file still ends in the checksum that the entry names. So an index of yesterday, or one
beside files that were restored from a backup, cannot hide a wake-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import orjson
import structlog

from bot.errors import BookDamaged, StoreTooNew
from storage.codec import to_json
from storage.files import NEW, PREVIOUS, Files, beside, keep, seal, unseal
from storage.shelf import Shelf
from storage.wakes import Moment

Entry = tuple[str, Moment | None]  # checksum, platform and wake_at
log = structlog.get_logger()
_NAME = "wakes.json"


def rebuild(folder: Path, shelf: Shelf) -> tuple[dict[str, str], dict[str, Moment]]:
    """The checksums and the wake-ups of all books by file name. Raises `StoreTooNew` and OSError."""
    known = _read(folder / _NAME, shelf)
    entries = {name: entry for name in shelf.names() if (entry := _entry(shelf, name, known.get(name)))}
    seals = {name: seal for name, (seal, _) in entries.items()}
    return seals, {name: moment for name, (_, moment) in entries.items() if moment}


def write(folder: Path, shelf: Shelf, seals: Mapping[str, str], moments: Mapping[str, Moment]) -> None:
    entries = {name: (seal, moments.get(name)) for name, seal in seals.items()}
    sealed, _ = seal(to_json({"schema": shelf.codec.schema, "entries": entries}))
    keep(shelf.files, folder / _NAME, sealed)


def forget(files: Files, folder: Path) -> None:
    """Remove the index durably; the next start builds it anew. Raises OSError."""
    path = folder / _NAME
    for copy in (path, beside(path, PREVIOUS), beside(path, NEW)):
        files.remove(copy)
    files.fsync_dir(folder)


def _read(path: Path, shelf: Shelf) -> dict[str, Entry]:
    raw = shelf.files.read(path)
    with suppress(ValueError):
        read = orjson.loads(unseal(raw or b""))
        if read["schema"] > shelf.codec.schema:
            raise StoreTooNew(f"schema {read['schema']}, this version knows {shelf.codec.schema}")
        # What an older version made of its books is not ours to trust.
        if read["schema"] == shelf.codec.schema:
            entries = read["entries"].items()
            return {name: (seal, at and (at[0], datetime.fromisoformat(at[1]))) for name, (seal, at) in entries}
    return {}


def _entry(shelf: Shelf, name: str, known: Entry | None) -> Entry | None:
    try:
        if known and shelf.seal_of(name) == known[0]:
            return known
        found = shelf.load(name)
    except (BookDamaged, OSError):  # one member's trouble must not keep the others out
        log.error("a book cannot be read", file=name[:12])
        return None
    if found is None:
        return None
    book, seal = found
    return seal, (book.owner.platform, book.wake_at) if book.wake_at else None
