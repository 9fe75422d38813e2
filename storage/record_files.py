"""Folders of TinyDB files, with one file for each member and one for each club. Blocking; no cache.

TinyDB is required by the project's users; for us it is little more than the format of the files, which plain TinyDB
can open, because each file is read and written whole.
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
from bot.domain.model import Book, Club, ClubKey
from bot.domain.ports import RecordKey, RecordT
from storage.codec import Codec, PlainRecord, to_json
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
class RecordKind(Generic[RecordT]):
    """How records of one type are stored."""

    record_type: type[RecordT]
    folder: str
    #: The table whose only row has all fields without a table of their own; also the name of the kind in the log.
    label: str
    #: The fields that are tables of their own.
    tables: tuple[str, ...]
    file_name_pattern: re.Pattern[str]


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
    """A TinyDB storage that writes its file atomically and verifies the checksum when it reads."""

    def __init__(self, path: Path, files: Files) -> None:
        self.path = path
        self.files = files
        self.seal = ""

    def read(self) -> Tables | None:
        """The tables, or None when there is no file. Raises ValueError when the file is damaged."""
        raw = self.files.read(self.path)
        if raw is None:
            return None
        tables: Tables = orjson.loads(unseal_json(raw))
        self.seal = parse_claimed_seal(raw)
        return tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        sealed, self.seal = seal_json(to_json(data))
        replace_file(self.files, self.path, sealed)


def to_tables(plain: PlainRecord, kind: RecordKind[RecordT]) -> Tables:
    header = {name: value for name, value in plain.items() if name not in kind.tables}
    rows = {name: {str(n): row for n, row in enumerate(plain[name], 1)} for name in kind.tables}
    return {kind.label: {"1": header}, **rows}


def from_tables(tables: Tables, kind: RecordKind[RecordT]) -> PlainRecord:
    """Raises ValueError when these are not the tables of such a record."""
    try:
        # Every table, whatever its name: an older schema has other tables, and its upgrade knows them.
        rows = {name: list(table.values()) for name, table in tables.items() if name != kind.label}
        return {**tables[kind.label]["1"], **rows}
    except (KeyError, TypeError, AttributeError):
        raise ValueError(f"not the tables of a {kind.label}") from None


def record_file_name(key: RecordKey) -> str:
    """A hash of the ids: no id, however hostile, can change the path or be read from a listing."""
    if isinstance(key, ClubKey):
        return f"club-{_hash_ids(key.platform, key.team)}.json"
    return f"{_hash_ids(key.platform, key.team, key.user)}.json"


def _hash_ids(*ids: str) -> str:
    # json and not orjson: it writes half of a surrogate pair, too.
    return blake2b(json.dumps(ids).encode(), digest_size=16).hexdigest()


def record_from_tables(tables: Tables, name: str, kind: RecordKind[RecordT], codec: Codec) -> RecordT:
    """Raises ValueError when this is not the record that belongs under this name, and `StoreTooNew`."""
    record = codec.decode(from_tables(tables, kind), kind.record_type)
    if record_file_name(record.key) != name:
        raise ValueError(f"another {kind.label}")
    return record


@dataclass(frozen=True)
class RecordFiles(Generic[RecordT]):
    """The files of all books, or of all clubs."""

    kind: RecordKind[RecordT]
    folder: Path
    files: Files
    codec: Codec

    @property
    def damaged_folder(self) -> Path:
        return self.folder / "damaged"

    def file_names(self) -> Iterator[str]:
        """The file names of all records, including those of which only the previous generation exists."""
        return iter(
            {
                path.name.removesuffix(PREVIOUS_SUFFIX)
                for path in self.folder.glob("*.json*")
                if path.suffix != NEW_SUFFIX
            }
        )

    def write(self, record: RecordT) -> str:
        """Save the record and return its checksum. Raises ValueError before the file is touched, OSError after."""
        with TinyDB(self.folder / record_file_name(record.key), self.files, storage=SealedStorage) as db:
            # One write for all tables: TinyDB's own operations would rewrite the file once for each.
            db.storage.write(to_tables(self.codec.encode(record), self.kind))
            return _database_seal(db)

    def load(self, name: str) -> tuple[RecordT, str] | None:
        """The record and its checksum, or None when there is no file.

        A damaged file is moved aside and the previous generation is read. Raises `BookDamaged` when no copy is good
        (every time, until the record is erased or repaired), and `StoreTooNew`, which leaves the file as it is.
        """
        path = self.folder / name
        for copy in (path, with_file_suffix(path, PREVIOUS_SUFFIX)):
            try:
                loaded = self._read_copy(copy, name)
            except ValueError:
                # Move it away first: a later save would make it the previous generation.
                self._set_aside(copy)
                continue
            if loaded:
                return loaded
        if any(self._find_damaged_copies(name)):
            raise BookDamaged(name[:12])
        return None

    def erase(self, name: str) -> None:
        """Remove every copy. The valid copy goes last, so that a kill half-way cannot make an older one valid."""
        path = self.folder / name
        # Remove each group durably before the next: a loss of power can bring back files whose removal was not synced.
        # Without the file itself its previous generation would be read; a damaged copy alone means a damaged book.
        self._remove_copies(self.damaged_folder, *self._find_damaged_copies(name))
        self._remove_copies(self.folder, with_file_suffix(path, NEW_SUFFIX), with_file_suffix(path, PREVIOUS_SUFFIX))
        self._remove_copies(self.folder, path)

    def remove_damaged_copies(self, name: str) -> None:
        """Remove the damaged copies: they may contain what was erased from the record."""
        if copies := [*self._find_damaged_copies(name)]:
            self._remove_copies(self.damaged_folder, *copies)

    def read_seal(self, name: str) -> str | None:
        try:
            return read_claimed_seal(self.files, self.folder / name)
        except FileNotFoundError:
            return None

    def _read_copy(self, path: Path, name: str) -> tuple[RecordT, str] | None:
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
    """The record files of a store. A file name is unique across books and clubs."""

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

    def of(self, record_type: type[RecordT]) -> RecordFiles[RecordT]:
        """The record files of this type."""
        return next(files for files in self.both_kinds if files.kind.record_type is record_type)

    def for_name(self, name: str) -> RecordFiles[Any]:
        """The record files to which this name belongs."""
        return self.clubs if self.clubs.kind.file_name_pattern.fullmatch(name) else self.books


def _database_seal(db: TinyDB) -> str:
    assert isinstance(db.storage, SealedStorage)  # noqa: S101  # TinyDB types its storage as the base class
    return db.storage.seal
