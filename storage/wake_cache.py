"""The wake index on disk: only a cache, so that a start need not read every file. It holds no names and no ids.

An entry counts only while its file still ends in the checksum that the entry names. So an index of yesterday, or one
beside files that were restored from a backup, cannot hide a wake-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import structlog

from bot.domain.errors import BookDamaged, StoreTooNew
from storage.codec import Codec, key_of, to_json
from storage.files import NEW, PREVIOUS, Files, beside, keep, seal, unseal
from storage.record_files import Shelf, Shelves
from storage.wake_queue import Moment

Entry = tuple[str, Moment | None]  # checksum, platform and wake_at
log = structlog.get_logger()
_NAME = "wakes.json"


def rebuild(folder: Path, shelves: Shelves) -> tuple[dict[str, str], dict[str, Moment]]:
    """The checksums and the wake-ups of all books and clubs by file name. Raises `StoreTooNew` and OSError."""
    known = _read(shelves.books.files, folder / _NAME, shelves.books.codec)
    entries = {
        name: entry
        for shelf in shelves.all
        for name in shelf.names()
        if (entry := _entry(shelf, name, known.get(name)))
    }
    seals = {name: seal for name, (seal, _) in entries.items()}
    return seals, {name: moment for name, (_, moment) in entries.items() if moment}


def write(files: Files, folder: Path, schema: int, seals: Mapping[str, str], moments: Mapping[str, Moment]) -> None:
    entries = {name: (seal, moments.get(name)) for name, seal in seals.items()}
    sealed, _ = seal(to_json({"schema": schema, "entries": entries}))
    keep(files, folder / _NAME, sealed)


def forget(files: Files, folder: Path) -> None:
    """Remove the index durably; the next start builds it anew. Raises OSError."""
    path = folder / _NAME
    for copy in (path, beside(path, PREVIOUS), beside(path, NEW)):
        files.remove(copy)
    files.fsync_dir(folder)


def _read(files: Files, path: Path, codec: Codec) -> dict[str, Entry]:
    raw = files.read(path)
    with suppress(ValueError):
        read = orjson.loads(unseal(raw or b""))
        if read["schema"] > codec.schema:
            raise StoreTooNew(f"schema {read['schema']}, this version knows {codec.schema}")
        # What an older version made of its books is not ours to trust.
        if read["schema"] == codec.schema:
            entries = read["entries"].items()
            return {name: (seal, at and (at[0], datetime.fromisoformat(at[1]))) for name, (seal, at) in entries}
    return {}


def _entry(shelf: Shelf[Any], name: str, known: Entry | None) -> Entry | None:
    try:
        if known and shelf.seal_of(name) == known[0]:
            return known
        found = shelf.load(name)
    except (BookDamaged, OSError):  # one member's trouble must not keep the others out
        log.error(f"a {shelf.kind.word} cannot be read", file=name[:12])
        return None
    if found is None:
        return None
    record, seal = found
    return seal, (key_of(record).platform, record.wake_at) if record.wake_at else None
