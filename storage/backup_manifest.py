"""What stands in a backup: books and clubs under their own names, what platforms remember, what it says of itself.

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
from storage.files import seal, unseal
from storage.record_files import BOOKS, CLUBS, KINDS, Kind, record_in

ABOUT = "backup.json"  # the last file of a backup: without it, it is not whole


@dataclass(frozen=True)
class About:
    """What a backup says of itself. `made_at` (UTC) is before the first book was read.

    One from before there were clubs says nothing of them, and has none.
    """

    made_at: datetime
    program: str
    schema: int
    books: int
    clubs: int = 0


def told(about: About) -> bytes:
    return seal(to_json(asdict(about)))[0]


def understood(raw: bytes) -> About:
    """Raises ValueError when no backup says this of itself."""
    match orjson.loads(unseal(raw)):
        case {"made_at": str(moment), "program": str(program), "schema": int(schema), "books": int(books), **more}:
            made_at, clubs = datetime.fromisoformat(moment), more.get("clubs", 0)
            if made_at.utcoffset() == timedelta() and isinstance(clubs, int):
                return About(made_at, program, schema, books, clubs)
    raise ValueError("not what a backup says of itself")


def check(name: str, raw: bytes, codec: Codec) -> Kind[Any]:
    """What it is. Raises ValueError when this is not the file of the book or club of that name, and `StoreTooNew`."""
    kind = next((one for one in KINDS if one.name.fullmatch(name)), None)
    if kind is None or len(raw) > archive.LARGEST:
        raise ValueError("no book and no club")
    record_in(orjson.loads(unseal(raw)), name, kind, codec)
    return kind


@dataclass
class Found:
    """What was found in a backup so far."""

    codec: Codec
    names: set[str] = field(default_factory=set)
    memos: dict[str, str] = field(default_factory=dict)
    about: About | None = None
    counts: Counter[str] = field(default_factory=Counter)

    def takes(self, name: str, raw: bytes) -> PurePath | None:
        """Where in a store it belongs; None for what is neither a book nor a club.

        Raises ValueError for what has no place in a backup, and `StoreTooNew`.
        """
        if name in self.names or self.about:
            raise ValueError("twice, or behind the last one")
        self.names.add(name)
        if name == ABOUT:
            self.about = understood(raw)
        elif name == key_values.NAME:
            self.memos = key_values.understood(raw)
        else:
            kind = check(name, raw, self.codec)
            self.counts[kind.word] += 1
            return PurePath(kind.folder, name)
        return None

    def whole(self) -> About:
        """What it says of itself. Raises ValueError when that is not so, and `StoreTooNew`."""
        counts = self.counts[BOOKS.word], self.counts[CLUBS.word]
        if self.about is None or (self.about.books, self.about.clubs) != counts:
            raise ValueError("not all of it is there")
        if self.about.schema > self.codec.schema:
            raise StoreTooNew(f"schema {self.about.schema}, this version knows {self.codec.schema}")
        return self.about
