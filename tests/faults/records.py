"""Books and clubs told by one name each, so that what is tried on the one is tried on the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.domain.model import Address, Book, Club, ClubKey
from bot.domain.ports import Store
from storage.record_files import BOOK_KIND, CLUB_KIND, record_file_name
from tests.contract.sample_records import contract_book, contract_club

BOOK_AND_CLUB = ("U1", "club1")


def record_key_of(who: str) -> Address | ClubKey:
    return ClubKey("slack", who) if who.startswith("club") else Address("slack", who, "T1")


def record_file_of(folder: Path, who: str) -> Path:
    kind = CLUB_KIND if isinstance(record_key_of(who), ClubKey) else BOOK_KIND
    return folder / kind.folder / record_file_name(record_key_of(who))


def new_record(who: str, **given: object) -> Book | Club:
    """Never saved. `note`: what stands deep in it."""
    place, note = record_key_of(who), given.pop("note", "")
    if isinstance(place, ClubKey):
        return replace(contract_club(place, about=note), **given)
    return replace(contract_book(place, note=note), **given)


async def load_record(store: Store, who: str) -> Book | Club | None:
    return await store.load(record_key_of(who))


def with_record_text(record: Book | Club, text: str) -> Book | Club:
    return (
        replace(record, channel_refusal=text) if isinstance(record, Club) else replace(record, unreachable_reason=text)
    )


def record_text(record: Book | Club) -> str:
    return record.channel_refusal if isinstance(record, Club) else record.unreachable_reason
