"""What a backup contains: books and clubs under their own file names, the platforms' stored values, and a manifest.

Pure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

import orjson

from bot.domain.errors import StoreTooNew
from storage import archive, key_values
from storage.codec import Codec, to_json
from storage.files import seal_json, unseal_json
from storage.record_files import BOOK_KIND, CLUB_KIND, RECORD_KINDS, RecordKind, record_from_tables

MANIFEST_NAME = "backup.json"  # the last file of a backup: without it the backup is incomplete


@dataclass(frozen=True)
class BackupManifest:
    """What a backup says about itself."""

    #: UTC, before the first book was read.
    made_at: datetime
    #: The version of the program.
    program: str
    schema: int
    books: int
    #: Missing, and therefore 0, in backups from before there were clubs.
    clubs: int = 0


def encode_manifest(manifest: BackupManifest) -> bytes:
    return seal_json(to_json(asdict(manifest)))[0]


def decode_manifest(raw: bytes) -> BackupManifest:
    """Raises ValueError when this is not the manifest of a backup."""
    match orjson.loads(unseal_json(raw)):
        case {"made_at": str(moment), "program": str(program), "schema": int(schema), "books": int(books), **more}:
            made_at, clubs = datetime.fromisoformat(moment), more.get("clubs", 0)
            if made_at.utcoffset() == timedelta() and isinstance(clubs, int):
                return BackupManifest(made_at, program, schema, books, clubs)
    raise ValueError("not what a backup says of itself")


def check_backup_entry(name: str, raw: bytes, codec: Codec) -> RecordKind[Any]:
    """Return the kind of this entry. Raises `StoreTooNew`, and ValueError if it is not the record of that name."""
    kind = next((known for known in RECORD_KINDS if known.file_name_pattern.fullmatch(name)), None)
    if kind is None or len(raw) > archive.MAX_ENTRY_BYTES:
        raise ValueError("no book and no club")
    record_from_tables(orjson.loads(unseal_json(raw)), name, kind, codec)
    return kind


@dataclass
class BackupContents:
    """What was read from a backup so far."""

    codec: Codec
    seen_names: set[str] = field(default_factory=set)
    memos: dict[str, str] = field(default_factory=dict)
    manifest: BackupManifest | None = None
    record_counts: Counter[str] = field(default_factory=Counter)

    def add_entry(self, name: str, raw: bytes) -> PurePath | None:
        """Return the entry's path within a store; None for the manifest and the stored values.

        Raises ValueError for an entry that does not belong in a backup, and `StoreTooNew`.
        """
        if name in self.seen_names or self.manifest:
            raise ValueError("twice, or behind the last one")
        self.seen_names.add(name)
        if name == MANIFEST_NAME:
            self.manifest = decode_manifest(raw)
        elif name == key_values.MEMO_FILE_NAME:
            self.memos = key_values.decode_memos(raw)
        else:
            kind = check_backup_entry(name, raw, self.codec)
            self.record_counts[kind.label] += 1
            return PurePath(kind.folder, name)
        return None

    def require_complete(self) -> BackupManifest:
        """Return the manifest. Raises `StoreTooNew`, and ValueError if entries or the manifest itself are missing."""
        counts = self.record_counts[BOOK_KIND.label], self.record_counts[CLUB_KIND.label]
        if self.manifest is None or (self.manifest.books, self.manifest.clubs) != counts:
            raise ValueError("not all of it is there")
        if self.manifest.schema > self.codec.schema:
            raise StoreTooNew(f"schema {self.manifest.schema}, this version knows {self.codec.schema}")
        return self.manifest
