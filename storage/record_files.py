"""The folders of the TinyDB files, one for members and one for clubs. Blocking; no cache.

Each file is one small database, read and written whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
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
from storage.codec import Codec, Plain, R, key_of, to_json
from storage.files import NEW, PREVIOUS, Files, beside, claimed_seal, keep, seal, seal_of, unseal

Tables = dict[str, dict[str, Plain]]
log = structlog.get_logger()


@dataclass(frozen=True)
class Kind(Generic[R]):
    """What stands on a shelf. `tables`: the fields that are tables of their own.

    All other fields stand in the one row of the table `word`, which is also what the log calls it.
    """

    record: type[R]
    folder: str
    word: str
    tables: Mapping[str, str]
    name: re.Pattern[str]  # of a file


BOOKS = Kind(
    Book,
    "members",
    "book",
    {"contacts": "outreach", "drafts": "drafts", "envelopes": "envelopes"},
    re.compile(r"[0-9a-f]{32}\.json"),
)
CLUBS = Kind(
    Club,
    "clubs",
    "club",
    {name: name for name in ("asks", "wins", "tips", "letters", "posts", "envelopes")},
    re.compile(r"club-[0-9a-f]{32}\.json"),
)
KINDS: tuple[Kind[Any], ...] = (BOOKS, CLUBS)


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
        tables: Tables = orjson.loads(unseal(raw))
        self.seal = claimed_seal(raw)
        return tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        sealed, self.seal = seal(to_json(data))
        keep(self.files, self.path, sealed)


def to_tables(plain: Plain, kind: Kind[R]) -> Tables:
    header = {name: value for name, value in plain.items() if name not in kind.tables}
    rows = {table: {str(n): row for n, row in enumerate(plain[name], 1)} for name, table in kind.tables.items()}
    return {kind.word: {"1": header}, **rows}


def from_tables(tables: Tables, kind: Kind[R]) -> Plain:
    """Raises ValueError when these are not the tables of such a record."""
    try:
        # An older schema may know fewer tables.
        rows = {name: list(tables[table].values()) for name, table in kind.tables.items() if table in tables}
        return {**tables[kind.word]["1"], **rows}
    except (KeyError, TypeError, AttributeError):
        raise ValueError(f"not the tables of a {kind.word}") from None


def name_of(key: Address | ClubKey) -> str:
    """The file name: a hash, so that no id, however hostile, can point elsewhere or be read from a listing."""
    if isinstance(key, ClubKey):
        return f"club-{_hashed(key.platform, key.team)}.json"
    return f"{_hashed(key.platform, key.team, key.user)}.json"


def _hashed(*ids: str) -> str:
    # json and not orjson: it writes half of a surrogate pair, too.
    return blake2b(json.dumps(ids).encode(), digest_size=16).hexdigest()


def record_in(tables: Tables, name: str, kind: Kind[R], codec: Codec) -> R:
    """Raises ValueError when this is not the record that belongs under this name, and `StoreTooNew`."""
    record = codec.decode(from_tables(tables, kind), kind.record)
    if name_of(key_of(record)) != name:
        raise ValueError(f"another {kind.word}")
    return record


@dataclass(frozen=True)
class Shelf(Generic[R]):
    """Books or clubs by file name."""

    kind: Kind[R]
    folder: Path
    files: Files
    codec: Codec

    @property
    def damaged(self) -> Path:
        return self.folder / "damaged"

    def names(self) -> Iterator[str]:
        """Every record, also one of which only the previous generation is there."""
        return iter({path.name.removesuffix(PREVIOUS) for path in self.folder.glob("*.json*") if path.suffix != NEW})

    def write(self, record: R) -> str:
        """Keep the record and return its checksum. Raises ValueError before the file is touched, OSError after."""
        with TinyDB(self.folder / name_of(key_of(record)), self.files, storage=SealedStorage) as db:
            # One write for all tables: TinyDB's own operations would rewrite the file once for each.
            db.storage.write(to_tables(self.codec.encode(record), self.kind))
            return _seal_in(db)

    def load(self, name: str) -> tuple[R, str] | None:
        """The record and its checksum; None when there never was one.

        A damaged file is set aside and the previous generation taken. Raises `BookDamaged` when no good copy is
        left, now and every time until it is erased or mended, and `StoreTooNew`, which leaves the file as it is.
        """
        path = self.folder / name
        for copy in (path, beside(path, PREVIOUS)):
            try:
                found = self._read(copy, name)
            except ValueError:
                # It must be gone before anything else: a later save would make it the previous generation.
                self._set_aside(copy)
                continue
            if found:
                return found
        if any(self._damaged_copies(name)):
            raise BookDamaged(name[:12])
        return None

    def erase(self, name: str) -> None:
        """Remove every copy; the one that counts last, so that being killed half-way cannot bring an older one back."""
        path = self.folder / name
        # Each group is gone for good before the next goes: when the power goes, the disk may have kept any of those
        # that were not synced, and a generation before the file, or a damaged copy before that, would count again.
        self._remove(self.damaged, *self._damaged_copies(name))
        self._remove(self.folder, beside(path, NEW), beside(path, PREVIOUS))
        self._remove(self.folder, path)

    def scrub(self, name: str) -> None:
        """Remove the damaged copies: what was erased from the record may stand in them."""
        if copies := [*self._damaged_copies(name)]:
            self._remove(self.damaged, *copies)

    def seal_of(self, name: str) -> str | None:
        try:
            return seal_of(self.files, self.folder / name)
        except FileNotFoundError:
            return None

    def _read(self, path: Path, name: str) -> tuple[R, str] | None:
        with TinyDB(path, self.files, storage=SealedStorage) as db:
            tables = db.storage.read()
            if tables is None:
                return None
            return record_in(tables, name, self.kind, self.codec), _seal_in(db)

    def _set_aside(self, path: Path) -> None:
        written = path.stat().st_mtime_ns
        self.files.replace(path, self.damaged / f"{path.name}.corrupt-{written}")
        log.error("damaged file set aside", file=path.name[:12], kept_in=self.damaged.name)

    def _remove(self, folder: Path, *copies: Path) -> None:
        for copy in copies:
            self.files.remove(copy)
        self.files.fsync_dir(folder)

    def _damaged_copies(self, name: str) -> Iterator[Path]:
        return self.damaged.glob(f"{name}*")


@dataclass(frozen=True)
class Shelves:
    """All that is kept in the folder of a store. No two files have the same name, also not on two shelves."""

    books: Shelf[Book]
    clubs: Shelf[Club]

    @classmethod
    def under(cls, folder: Path, files: Files, codec: Codec) -> Shelves:
        return cls(
            Shelf(BOOKS, folder / BOOKS.folder, files, codec),
            Shelf(CLUBS, folder / CLUBS.folder, files, codec),
        )

    @property
    def all(self) -> tuple[Shelf[Any], ...]:
        return self.books, self.clubs

    def of(self, name: str) -> Shelf[Any]:
        """The one on which this name belongs."""
        return self.clubs if self.clubs.kind.name.fullmatch(name) else self.books


def _seal_in(db: TinyDB) -> str:
    assert isinstance(db.storage, SealedStorage)  # noqa: S101  # TinyDB types its storage as the base class
    return db.storage.seal
