"""The notes of clubs in books and clubs that schema 5 or 6 wrote, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import orjson
import pytest

from bot.domain.errors import StoreTooNew
from bot.domain.model import (
    Address,
    Book,
    ChannelRefusedNote,
    Club,
    ClubEndedNote,
    ClubNote,
    DigestPreviewNote,
    DigestSubject,
    IntroducedNote,
    NoteContent,
    OfferNote,
    OfferThanksNote,
    PostUnconfirmedNote,
    QuestionOverNote,
    RoleLostNote,
    RoleReceivedNote,
    SeasonsNote,
    TalkRequestNote,
    WinSubject,
)
from storage.codec import BOOK_UPGRADES, CLUB_UPGRADES, CODEC, Codec, PlainRecord, to_json
from storage.record_files import BOOK_KIND, CLUB_KIND, from_tables
from tests.contract.old_schemas import schema_1_book_tables, schema_5_club_tables
from tests.contract.sample_records import CONTRACT_ADA, CONTRACT_CLUB_KEY, CONTRACT_NOON, contract_book, contract_club

BEN = Address("slack", "U2", "T1")
OLD_AND_NEW_NOTES: tuple[tuple[str, dict[str, str], NoteContent], ...] = (
    ("seasons", {}, SeasonsNote()),
    ("view", {}, DigestPreviewNote()),
    ("match", {"ask": "a1", "offer": "o1"}, OfferNote("a1", "o1")),
    ("met", {"who": "U2", "name": "Ben", "about": "Acme"}, IntroducedNote(BEN, "Ben", "Acme")),
    ("met", {"who": "U2", "name": "", "about": ""}, IntroducedNote(BEN, "")),
    ("over", {"about": "Acme"}, QuestionOverNote("Acme")),
    ("thanks", {"about": "Acme"}, OfferThanksNote()),
    ("talk", {"who": "U2", "name": "Ben"}, TalkRequestNote(BEN, "Ben")),
    ("shut", {}, ChannelRefusedNote()),
    (
        "doubt",
        {"post": "win:w:1", "arrived": "perhaps", "doubt": "e1"},
        PostUnconfirmedNote(WinSubject("w:1"), "e1", may_have_arrived=True),
    ),
    (
        "doubt",
        {"post": "digest:2026-03-03", "arrived": "no", "doubt": "e1"},
        PostUnconfirmedNote(DigestSubject(date(2026, 3, 3)), "e1", may_have_arrived=False),
    ),
    ("role", {"until": "2026-03-09"}, RoleReceivedNote(date(2026, 3, 9))),
    ("role", {"until": ""}, RoleReceivedNote()),
    ("role", {"over": "yes"}, RoleLostNote()),
    ("ended", {}, ClubEndedNote()),
)


def _old_notes(**names: object) -> list[PlainRecord]:
    """A row of each: `names` are the fields that differ between a book and a club, and between schemas."""
    return [
        {"id": f"n{number}", **names, "kind": kind, "values": [*map(list, values.items())]}
        for number, (kind, values, _new) in enumerate(OLD_AND_NEW_NOTES)
    ]


def _new_notes() -> tuple[ClubNote, ...]:
    return tuple(
        ClubNote(
            id=f"n{number}",
            club=CONTRACT_CLUB_KEY,
            recipient=CONTRACT_ADA,
            created_at=CONTRACT_NOON,
            content=content,
        )
        for number, (_kind, _values, content) in enumerate(OLD_AND_NEW_NOTES)
    )


def _as_read(plain: PlainRecord) -> PlainRecord:
    read: PlainRecord = orjson.loads(to_json(plain))
    return read


def schema_6_book(notes: list[PlainRecord]) -> PlainRecord:
    return _as_read({**CODEC.encode(contract_book()), "schema": 6, "club_notes": notes})


def schema_6_club(notes: list[PlainRecord]) -> PlainRecord:
    return _as_read({**CODEC.encode(contract_club()), "schema": 6, "outgoing_notes": notes})


def test_every_kind_of_note_is_tried() -> None:
    assert {type(content) for _kind, _values, content in OLD_AND_NEW_NOTES} == {*get_args(get_args(NoteContent)[0])}


def test_the_notes_in_a_book_of_schema_6_are_read() -> None:
    plain = schema_6_book(_old_notes(club=CONTRACT_CLUB_KEY, created_at=CONTRACT_NOON))
    assert CODEC.decode(plain, Book) == replace(contract_book(), club_notes=_new_notes())


def test_the_notes_in_a_club_of_schema_6_are_read() -> None:
    plain = schema_6_club(_old_notes(recipient=CONTRACT_ADA, created_at=CONTRACT_NOON))
    assert CODEC.decode(plain, Club) == replace(contract_club(), outgoing_notes=_new_notes())


def test_the_notes_of_schema_5_are_read() -> None:
    book = {**from_tables(schema_1_book_tables(contract_book()), BOOK_KIND), "schema": 5}
    book["notes"] = _old_notes(club=CONTRACT_CLUB_KEY, at=CONTRACT_NOON)
    assert CODEC.decode(_as_read(book), Book).club_notes == _new_notes()
    club = from_tables(schema_5_club_tables(contract_club()), CLUB_KIND)
    club["letters"] = _old_notes(to=CONTRACT_ADA, at=CONTRACT_NOON)
    assert CODEC.decode(_as_read(club), Club).outgoing_notes == _new_notes()


@pytest.mark.parametrize(
    "note",
    [
        {"kind": "met", "values": [["who", "U2"]]},
        {"kind": "doubt", "values": [["post", "song:1"], ["doubt", "e1"]]},
        {"kind": "role", "values": [["until", "soon"]]},
        {"kind": "song", "values": []},
        {"kind": "met", "values": 7},
        {"values": []},
        "note",
    ],
)
def test_what_is_no_note_of_schema_6_is_damaged_and_nothing_of_it_is_quoted(note: object) -> None:
    row = (
        {"id": "n1", "club": CONTRACT_CLUB_KEY, "created_at": CONTRACT_NOON, **note} if isinstance(note, dict) else note
    )
    with pytest.raises(ValueError, match=r"^not (of schema 6|a book)$"):
        CODEC.decode(schema_6_book([row]), Book)  # type: ignore[list-item]


def test_a_field_of_a_note_that_nobody_knows_is_refused_and_not_dropped() -> None:
    plain = schema_6_book(_old_notes(club=CONTRACT_CLUB_KEY, created_at=CONTRACT_NOON, colour="red"))
    with pytest.raises(StoreTooNew):
        CODEC.decode(plain, Book)


@pytest.mark.parametrize("record", [replace(contract_book(), club_notes=_new_notes()), contract_club()])
def test_a_program_of_schema_6_says_that_it_is_too_new(record: Book | Club) -> None:
    program = Codec(6, BOOK_UPGRADES, CLUB_UPGRADES)
    with pytest.raises(StoreTooNew, match="schema 7, this version knows 6"):
        program.decode(_as_read(CODEC.encode(record)), type(record))
