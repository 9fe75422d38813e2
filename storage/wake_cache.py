"""The wake queue on disk: a cache, so that a start need not read every file. It contains no names and no ids.

An entry counts only while its file still ends with the checksum in the entry. So an outdated cache, or one beside
files restored from a backup, cannot hide a wake.
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
from storage.codec import Codec, to_json
from storage.files import NEW_SUFFIX, PREVIOUS_SUFFIX, Files, replace_file, seal_json, unseal_json, with_file_suffix
from storage.record_files import RecordFiles, StoreFiles
from storage.wake_queue import PlatformWake

WakeCacheEntry = tuple[str, PlatformWake | None]  # checksum, platform and wake_at
log = structlog.get_logger()
_WAKE_CACHE_NAME = "wakes.json"


def rebuild_wake_cache(folder: Path, store_files: StoreFiles) -> tuple[dict[str, str], dict[str, PlatformWake]]:
    """The checksums and the wakes of all books and clubs, by file name. Raises `StoreTooNew` and OSError."""
    known = _read_wake_cache(store_files.books.files, folder / _WAKE_CACHE_NAME, store_files.books.codec)
    entries = {
        name: entry
        for record_files in store_files.both_kinds
        for name in record_files.file_names()
        if (entry := _load_wake_entry(record_files, name, known.get(name)))
    }
    seals = {name: seal for name, (seal, _) in entries.items()}
    return seals, {name: wake for name, (_, wake) in entries.items() if wake}


def write_wake_cache(
    files: Files, folder: Path, schema: int, seals: Mapping[str, str], wakes: Mapping[str, PlatformWake]
) -> None:
    entries = {name: (seal, wakes.get(name)) for name, seal in seals.items()}
    sealed, _ = seal_json(to_json({"schema": schema, "entries": entries}))
    replace_file(files, folder / _WAKE_CACHE_NAME, sealed)


def delete_wake_cache(files: Files, folder: Path) -> None:
    """Remove the cache durably; the next start reads every file. Raises OSError."""
    path = folder / _WAKE_CACHE_NAME
    for copy in (path, with_file_suffix(path, PREVIOUS_SUFFIX), with_file_suffix(path, NEW_SUFFIX)):
        files.remove(copy)
    files.fsync_dir(folder)


def _read_wake_cache(files: Files, path: Path, codec: Codec) -> dict[str, WakeCacheEntry]:
    raw = files.read(path)
    with suppress(ValueError):
        cached = orjson.loads(unseal_json(raw or b""))
        if cached["schema"] > codec.schema:
            raise StoreTooNew(f"schema {cached['schema']}, this version knows {codec.schema}")
        # Wakes that another version of the schema computed are not trusted.
        if cached["schema"] == codec.schema:
            entries = cached["entries"].items()
            return {name: (seal, at and (at[0], datetime.fromisoformat(at[1]))) for name, (seal, at) in entries}
    return {}


def _load_wake_entry(record_files: RecordFiles[Any], name: str, cached: WakeCacheEntry | None) -> WakeCacheEntry | None:
    try:
        if cached and record_files.read_seal(name) == cached[0]:
            return cached
        loaded = record_files.load(name)
    except (BookDamaged, OSError):  # one unreadable file must not close the store to the others
        log.error(f"a {record_files.kind.label} cannot be read", file=name[:12])
        return None
    if loaded is None:
        return None
    record, seal = loaded
    return seal, (record.key.platform, record.wake_at) if record.wake_at else None
