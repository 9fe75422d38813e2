"""A book as plain data with a schema version, and back. Pure: no files, no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import orjson
from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.errors import StoreTooNew
from bot.model import Book

Plain = dict[str, Any]
Upgrade = Callable[[Plain], Plain]

# 2: what the platform tells (`profile`), names in notifications; 3: a guess at the zone (`likely`); 4: `conversation`
SCHEMA = 4
# From the version that is the key to the next one; new fields have defaults.
UPGRADES: Mapping[int, Upgrade] = {1: dict, 2: dict, 3: dict}

# Unknown fields are refused, not dropped: only a newer program can have written them, and the next save would lose
# them. The tuple is there because pydantic hands a configuration down to plain dataclasses, but not to the first one.
_BOOKS = TypeAdapter(tuple[Book], config=ConfigDict(extra="forbid"))


def follows(book: Book, kept: Book | None) -> bool:
    """Whether the book was read from the kept one. After an erasure a new book counts from 0 too, and is another."""
    return book.version == (kept.version if kept else 0) and (kept is None or kept.created == book.created)


@dataclass(frozen=True)
class Codec:
    """One schema version and the way to it from the older ones."""

    schema: int = SCHEMA
    upgrades: Mapping[int, Upgrade] = field(default_factory=lambda: UPGRADES)

    def encode(self, book: Book) -> Plain:
        """The book's fields by name; what they hold is left to `to_json`, which knows records."""
        return {"schema": self.schema, **{one.name: getattr(book, one.name) for one in fields(book)}}

    def decode(self, plain: Plain) -> Book:
        """The book, upgraded where it is old. Raises `StoreTooNew`, or ValueError when it is no book."""
        current = self.upgraded(plain)
        del current["schema"]
        try:
            return _BOOKS.validate_python((current,))[0]
        except ValidationError as problem:
            if any(error["type"] == "unexpected_keyword_argument" for error in problem.errors()):
                raise StoreTooNew("a field that this version does not know") from None
            # `from None`: pydantic quotes the values, and those are nobody's business in a log.
            raise ValueError("not a book") from None

    def upgraded(self, plain: Plain) -> Plain:
        """A copy in today's schema. Raises `StoreTooNew`, or ValueError when there is no way to it."""
        current = dict(plain)
        schema = current.get("schema")
        if not isinstance(schema, int):
            raise ValueError("no schema version")
        if schema > self.schema:
            raise StoreTooNew(f"schema {schema}, this version knows {self.schema}")
        for old in range(schema, self.schema):
            if old not in self.upgrades:
                raise ValueError(f"no upgrade from schema {old}")
            current = self.upgrades[old](current)
        return {**current, "schema": self.schema}


CODEC = Codec()


def to_json(data: object) -> bytes:
    """Plain data and records as JSON. Raises ValueError for what cannot be stored, such as half of a surrogate pair."""
    try:
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)
    except TypeError as problem:  # orjson's own error is a TypeError
        raise ValueError(str(problem)) from None
