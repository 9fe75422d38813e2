"""Convert books and clubs to plain data with a schema version, and back. Pure: no files, no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import orjson
from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.domain.errors import StoreTooNew
from bot.domain.model import Book, Club
from bot.domain.ports import RecordT
from storage.schema_6 import upgrade_book, upgrade_club
from storage.schema_7 import upgrade_book_to_7, upgrade_club_to_7

PlainRecord = dict[str, Any]
SchemaUpgrade = Callable[[PlainRecord], PlainRecord]

# 2: data from the platform (`profile`), names in notifications; 3: a likely zone (`likely`); 4: `conversation`;
# 5: clubs, and what a book needs for them (version 0.1); 6: the names of fields are those in the code; 7: a record for
# each kind of a club's notes
SCHEMA_VERSION = 7
# Each upgrades from the version that is its key to the next one; new fields have defaults.
BOOK_UPGRADES: Mapping[int, SchemaUpgrade] = {1: dict, 2: dict, 3: dict, 4: dict, 5: upgrade_book, 6: upgrade_book_to_7}
CLUB_UPGRADES: Mapping[int, SchemaUpgrade] = {5: upgrade_club, 6: upgrade_club_to_7}

# Unknown fields are refused, not dropped: only a newer program can have written them, and the next save would lose
# them. The tuple is there because pydantic hands a configuration down to plain dataclasses, but not to the first one.
# Built at the first use, in 40 ms: a command that reads no record does without.
_STRICT_CONFIG = ConfigDict(extra="forbid", defer_build=True)
_RECORD_VALIDATORS: Mapping[type[Any], TypeAdapter[Any]] = {
    Book: TypeAdapter(tuple[Book], config=_STRICT_CONFIG),
    Club: TypeAdapter(tuple[Club], config=_STRICT_CONFIG),
}


def is_derived_from(record: Book | Club, stored: Book | Club | None) -> bool:
    """True if `record` was derived from `stored`: same version and creation time.

    A book that was created again after an erasure also starts at version 0, so the version alone does not tell.
    """
    return record.version == (stored.version if stored else 0) and (
        stored is None or stored.created_at == record.created_at
    )


@dataclass(frozen=True)
class Codec:
    """One schema version, with the upgrades that lead to it from older ones."""

    schema: int = SCHEMA_VERSION
    book_upgrades: Mapping[int, SchemaUpgrade] = field(default_factory=lambda: BOOK_UPGRADES)
    club_upgrades: Mapping[int, SchemaUpgrade] = field(default_factory=lambda: CLUB_UPGRADES)

    def encode(self, record: Book | Club) -> PlainRecord:
        """The record's fields by name. Nested records stay as they are, since `to_json` writes them."""
        return {"schema": self.schema, **{one.name: getattr(record, one.name) for one in fields(record)}}

    def decode(self, plain: PlainRecord, record_type: type[RecordT]) -> RecordT:
        """The record, upgraded if it is old. Raises `StoreTooNew`, and ValueError if it is not of this type."""
        current = self._upgraded(plain, self.club_upgrades if record_type is Club else self.book_upgrades)
        del current["schema"]
        try:
            record: RecordT = _RECORD_VALIDATORS[record_type].validate_python((current,))[0]
        except ValidationError as problem:
            if any(error["type"] == "unexpected_keyword_argument" for error in problem.errors()):
                raise StoreTooNew("a field that this version does not know") from None
            # `from None`: pydantic quotes the values, and a member's words must not be logged.
            raise ValueError(f"not a {record_type.__name__.lower()}") from None
        return record

    def _upgraded(self, plain: PlainRecord, upgrades: Mapping[int, SchemaUpgrade]) -> PlainRecord:
        """A copy in the current schema. Raises `StoreTooNew`, and ValueError when no upgrade leads to it."""
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
