"""What stands in a backup: books under their own names, what platforms remember, and what it says of itself. Pure."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

import orjson

from bot.errors import StoreTooNew
from storage import archive, memos
from storage.codec import Codec, to_json
from storage.files import seal, unseal
from storage.shelf import book_in

NAME_OF_A_BOOK = re.compile(r"[0-9a-f]{32}\.json")
ABOUT = "backup.json"  # the last file of a backup: without it, it is not whole


@dataclass(frozen=True)
class About:
    """What a backup says of itself. `made_at` (UTC) is before the first book was read."""

    made_at: datetime
    program: str
    schema: int
    books: int


def told(about: About) -> bytes:
    return seal(to_json(asdict(about)))[0]


def understood(raw: bytes) -> About:
    """Raises ValueError when no backup says this of itself."""
    match orjson.loads(unseal(raw)):
        case {"made_at": str(moment), "program": str(program), "schema": int(schema), "books": int(books)}:
            made_at = datetime.fromisoformat(moment)
            if made_at.utcoffset() == timedelta():
                return About(made_at, program, schema, books)
    raise ValueError("not what a backup says of itself")


def check(name: str, raw: bytes, codec: Codec) -> None:
    """Raises ValueError when this is not the file of the book of that name, and `StoreTooNew`."""
    if not NAME_OF_A_BOOK.fullmatch(name) or len(raw) > archive.LARGEST:
        raise ValueError("no book")
    book_in(orjson.loads(unseal(raw)), name, codec)


@dataclass
class Found:
    """What was found in a backup so far."""

    codec: Codec
    names: set[str] = field(default_factory=set)
    memos: dict[str, str] = field(default_factory=dict)
    about: About | None = None

    def takes(self, name: str, raw: bytes) -> bool:
        """Whether it is a book. Raises ValueError for what has no place in a backup, and `StoreTooNew`."""
        if name in self.names or self.about:
            raise ValueError("twice, or behind the last one")
        self.names.add(name)
        if name == ABOUT:
            self.about = understood(raw)
        elif name == memos.NAME:
            self.memos = memos.understood(raw)
        else:
            check(name, raw, self.codec)
            return True
        return False

    def whole(self) -> About:
        """What it says of itself. Raises ValueError when that is not so, and `StoreTooNew`."""
        if self.about is None or self.about.books != len(self.names - {ABOUT, memos.NAME}):
            raise ValueError("not all of it is there")
        if self.about.schema > self.codec.schema:
            raise StoreTooNew(f"schema {self.about.schema}, this version knows {self.codec.schema}")
        return self.about
