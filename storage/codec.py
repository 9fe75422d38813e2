"""A book or a club as plain data with a schema version, and back. Pure: no files, no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

import orjson
from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.domain.errors import StoreTooNew
from bot.domain.model import Address, Book, Club, ClubKey

Plain = dict[str, Any]
Upgrade = Callable[[Plain], Plain]
R = TypeVar("R", bound=Book | Club)  # what is kept: each one whole, with a version of its own

# 2: what the platform tells (`profile`), names in notifications; 3: a guess at the zone (`likely`); 4: `conversation`;
# 5: clubs, and what a book has of them
SCHEMA = 5
# From the version that is the key to the next one; new fields have defaults.
UPGRADES: Mapping[int, Upgrade] = {1: dict, 2: dict, 3: dict, 4: dict}
CLUB_UPGRADES: Mapping[int, Upgrade] = {}

# Unknown fields are refused, not dropped: only a newer program can have written them, and the next save would lose
# them. The tuple is there because pydantic hands a configuration down to plain dataclasses, but not to the first one.
_STRICT = ConfigDict(extra="forbid")
_READERS: Mapping[type[Any], TypeAdapter[Any]] = {
    Book: TypeAdapter(tuple[Book], config=_STRICT),
    Club: TypeAdapter(tuple[Club], config=_STRICT),
}


def key_of(record: Book | Club) -> Address | ClubKey:
    """Whose it is."""
    return record.owner if isinstance(record, Book) else record.key


def follows(record: R, kept: R | None) -> bool:
    """Whether it was read from the kept one. After an erasure a new book counts from 0 too, and is another."""
    return record.version == (kept.version if kept else 0) and (kept is None or kept.created == record.created)


@dataclass(frozen=True)
class Codec:
    """One schema version, and the way to it from the older ones: `upgrades` of books, `club_upgrades` of clubs."""

    schema: int = SCHEMA
    upgrades: Mapping[int, Upgrade] = field(default_factory=lambda: UPGRADES)
    club_upgrades: Mapping[int, Upgrade] = field(default_factory=lambda: CLUB_UPGRADES)

    def encode(self, record: Book | Club) -> Plain:
        """Its fields by name; what they hold is left to `to_json`, which knows records."""
        return {"schema": self.schema, **{one.name: getattr(record, one.name) for one in fields(record)}}

    def decode(self, plain: Plain, kind: type[R]) -> R:
        """The record, upgraded where it is old. Raises `StoreTooNew`, or ValueError when it is none of this kind."""
        current = self._upgraded(plain, self.club_upgrades if kind is Club else self.upgrades)
        del current["schema"]
        try:
            found: R = _READERS[kind].validate_python((current,))[0]
        except ValidationError as problem:
            if any(error["type"] == "unexpected_keyword_argument" for error in problem.errors()):
                raise StoreTooNew("a field that this version does not know") from None
            # `from None`: pydantic quotes the values, and those are nobody's business in a log.
            raise ValueError(f"not a {kind.__name__.lower()}") from None
        return found

    def _upgraded(self, plain: Plain, upgrades: Mapping[int, Upgrade]) -> Plain:
        """A copy in today's schema. Raises `StoreTooNew`, or ValueError when there is no way to it."""
        current = dict(plain)
        schema = current.get("schema")
        if not isinstance(schema, int):
            raise ValueError("no schema version")
        if schema > self.schema:
            raise StoreTooNew(f"schema {schema}, this version knows {self.schema}")
        for old in range(schema, self.schema):
            if old not in upgrades:
                raise ValueError(f"no upgrade from schema {old}")
            current = upgrades[old](current)
        return {**current, "schema": self.schema}


CODEC = Codec()


def to_json(data: object) -> bytes:
    """Plain data and records as JSON. Raises ValueError for what cannot be stored, such as half of a surrogate pair."""
    try:
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)
    except TypeError as problem:  # orjson's own error is a TypeError
        raise ValueError(str(problem)) from None
