"""The folders of the TinyDB files, one for members and one for clubs. Blocking; no cache.

Each file is one small database, read and written whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Generic

import orjson
import structlog
from tinydb import TinyDB
from tinydb.storages import Storage

from bot.domain.errors import BookDamaged
from bot.domain.model import Address, Book, Club, ClubKey
from storage.codec import Codec, PlainRecord, R, record_key, to_json
from storage.files import (
    NEW_SUFFIX,
    PREVIOUS_SUFFIX,
    Files,
    parse_claimed_seal,
    read_claimed_seal,
    replace_file,
    seal_json,
    unseal_json,
    with_file_suffix,
)

Tables = dict[str, dict[str, PlainRecord]]
log = structlog.get_logger()


@dataclass(frozen=True)
class RecordKind(Generic[R]):
    """What stands on a shelf. `tables`: the fields that are tables of their own.

    All other fields stand in the one row of the table `word`, which is also what the log calls it.
    """

    record_type: type[R]
    folder: str
    label: str
    tables: tuple[str, ...]
    file_name_pattern: re.Pattern[str]  # of a file


BOOK_KIND = RecordKind(
    Book,
    "members",
    "book",
    ("contacts", "drafts", "envelopes"),
    re.compile(r"[0-9a-f]{32}\.json"),
)
CLUB_KIND = RecordKind(
    Club,
    "clubs",
    "club",
    ("questions", "wins", "tips", "outgoing_notes", "posts", "envelopes"),
    re.compile(r"club-[0-9a-f]{32}\.json"),
)
RECORD_KINDS: tuple[RecordKind[Any], ...] = (BOOK_KIND, CLUB_KIND)


class SealedStorage(Storage):
    """TinyDB's file, but written atomically, and checked when it is read."""

    def __init__(self, path: Path, files: Files) -> None:
        self.path = path
        self.files = files
        self.seal = ""

    def read(self) -> Tables | None:
        """None when there is no file. Raises ValueError when it is damaged."""
        raw = self.files.read(self.path)
        if raw is None:
            return None
        tables: Tables = orjson.loads(unseal_json(raw))
        self.seal = parse_claimed_seal(raw)
        return tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        sealed, self.seal = seal_json(to_json(data))
        replace_file(self.files, self.path, sealed)


def to_tables(plain: PlainRecord, kind: RecordKind[R]) -> Tables:
    header = {name: value for name, value in plain.items() if name not in kind.tables}
    rows = {name: {str(n): row for n, row in enumerate(plain[name], 1)} for name in kind.tables}
    return {kind.label: {"1": header}, **rows}


def from_tables(tables: Tables, kind: RecordKind[R]) -> PlainRecord:
    """Raises ValueError when these are not the tables of such a record."""
    try:
        # All of them, whatever their names: an older schema has others, and its upgrade knows them.
        rows = {name: list(table.values()) for name, table in tables.items() if name != kind.label}
        return {**tables[kind.label]["1"], **rows}
    except (KeyError, TypeError, AttributeError):
        raise ValueError(f"not the tables of a {kind.label}") from None


def record_file_name(key: Address | ClubKey) -> str:
    """The file name: a hash, so that no id, however hostile, can point elsewhere or be read from a listing."""
    if isinstance(key, ClubKey):
        return f"club-{_hash_ids(key.platform, key.team)}.json"
    return f"{_hash_ids(key.platform, key.team, key.user)}.json"


def _hash_ids(*ids: str) -> str:
    # json and not orjson: it writes half of a surrogate pair, too.
    return blake2b(json.dumps(ids).encode(), digest_size=16).hexdigest()


def record_from_tables(tables: Tables, name: str, kind: RecordKind[R], codec: Codec) -> R:
    """Raises ValueError when this is not the record that belongs under this name, and `StoreTooNew`."""
    record = codec.decode(from_tables(tables, kind), kind.record_type)
    if record_file_name(record_key(record)) != name:
        raise ValueError(f"another {kind.label}")
    return record


@dataclass(frozen=True)
class RecordFiles(Generic[R]):
    """Books or clubs by file name."""

    kind: RecordKind[R]
    folder: Path
    files: Files
    codec: Codec

    @property
    def damaged_folder(self) -> Path:
        return self.folder / "damaged"

    def file_names(self) -> Iterator[str]:
        """Every record, also one of which only the previous generation is there."""
        return iter(
            {
                path.name.removesuffix(PREVIOUS_SUFFIX)
                for path in self.folder.glob("*.json*")
                if path.suffix != NEW_SUFFIX
            }
        )

    def write(self, record: R) -> str:
        """Keep the record and return its checksum. Raises ValueError before the file is touched, OSError after."""
        with TinyDB(self.folder / record_file_name(record_key(record)), self.files, storage=SealedStorage) as db:
            # One write for all tables: TinyDB's own operations would rewrite the file once for each.
            db.storage.write(to_tables(self.codec.encode(record), self.kind))
            return _database_seal(db)

    def load(self, name: str) -> tuple[R, str] | None:
        """The record and its checksum; None when there never was one.

        A damaged file is set aside and the previous generation taken. Raises `BookDamaged` when no good copy is
        left, now and every time until it is erased or mended, and `StoreTooNew`, which leaves the file as it is.
        """
        path = self.folder / name
        for copy in (path, with_file_suffix(path, PREVIOUS_SUFFIX)):
            try:
                found = self._read_copy(copy, name)
            except ValueError:
                # It must be gone before anything else: a later save would make it the previous generation.
                self._set_aside(copy)
                continue
            if found:
                return found
        if any(self._find_damaged_copies(name)):
            raise BookDamaged(name[:12])
        return None

    def erase(self, name: str) -> None:
        """Remove every copy; the one that counts last, so that being killed half-way cannot bring an older one back."""
        path = self.folder / name
        # Each group is gone for good before the next goes: when the power goes, the disk may have kept any of those
        # that were not synced, and a generation before the file, or a damaged copy before that, would count again.
        self._remove_copies(self.damaged_folder, *self._find_damaged_copies(name))
        self._remove_copies(self.folder, with_file_suffix(path, NEW_SUFFIX), with_file_suffix(path, PREVIOUS_SUFFIX))
        self._remove_copies(self.folder, path)

    def remove_damaged_copies(self, name: str) -> None:
        """Remove the damaged copies: what was erased from the record may stand in them."""
        if copies := [*self._find_damaged_copies(name)]:
            self._remove_copies(self.damaged_folder, *copies)

    def read_seal(self, name: str) -> str | None:
        try:
            return read_claimed_seal(self.files, self.folder / name)
        except FileNotFoundError:
            return None

    def _read_copy(self, path: Path, name: str) -> tuple[R, str] | None:
        with TinyDB(path, self.files, storage=SealedStorage) as db:
            tables = db.storage.read()
            if tables is None:
                return None
            return record_from_tables(tables, name, self.kind, self.codec), _database_seal(db)

    def _set_aside(self, path: Path) -> None:
        written = path.stat().st_mtime_ns
        self.files.replace(path, self.damaged_folder / f"{path.name}.corrupt-{written}")
        log.error("damaged file set aside", file=path.name[:12], kept_in=self.damaged_folder.name)

    def _remove_copies(self, folder: Path, *copies: Path) -> None:
        for copy in copies:
            self.files.remove(copy)
        self.files.fsync_dir(folder)

    def _find_damaged_copies(self, name: str) -> Iterator[Path]:
        return self.damaged_folder.glob(f"{name}*")


@dataclass(frozen=True)
class StoreFiles:
    """All that is kept in the folder of a store. No two files have the same name, also not on two shelves."""

    books: RecordFiles[Book]
    clubs: RecordFiles[Club]

    @classmethod
    def in_folder(cls, folder: Path, files: Files, codec: Codec) -> StoreFiles:
        return cls(
            RecordFiles(BOOK_KIND, folder / BOOK_KIND.folder, files, codec),
            RecordFiles(CLUB_KIND, folder / CLUB_KIND.folder, files, codec),
        )

    @property
    def both_kinds(self) -> tuple[RecordFiles[Any], ...]:
        return self.books, self.clubs

    def for_name(self, name: str) -> RecordFiles[Any]:
        """The one on which this name belongs."""
        return self.clubs if self.clubs.kind.file_name_pattern.fullmatch(name) else self.books


def _database_seal(db: TinyDB) -> str:
    assert isinstance(db.storage, SealedStorage)  # noqa: S101  # TinyDB types its storage as the base class
    return db.storage.seal
