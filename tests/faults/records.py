"""Books and clubs told by one name each, so that what is tried on the one is tried on the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.domain.model import Address, Book, Club, ClubKey
from bot.domain.ports import Store
from storage.record_files import BOOKS, CLUBS, name_of
from tests.contract.plain import founded, opened

BOTH = ("U1", "club1")


def key(who: str) -> Address | ClubKey:
    return ClubKey("slack", who) if who.startswith("club") else Address("slack", who, "T1")


def file_of(folder: Path, who: str) -> Path:
    kind = CLUBS if isinstance(key(who), ClubKey) else BOOKS
    return folder / kind.folder / name_of(key(who))


def fresh(who: str, **given: object) -> Book | Club:
    """Never saved. `note`: what stands deep in it."""
    place, note = key(who), given.pop("note", "")
    if isinstance(place, ClubKey):
        return replace(founded(place, about=note), **given)
    return replace(opened(place, note=note), **given)


async def kept(store: Store, who: str) -> Book | Club | None:
    place = key(who)
    return await (store.club(place) if isinstance(place, ClubKey) else store.book(place))


async def save(store: Store, record: Book | Club) -> Book | Club:
    return await (store.save_club(record) if isinstance(record, Club) else store.save(record))


def saying(record: Book | Club, text: str) -> Book | Club:
    return replace(record, shut=text) if isinstance(record, Club) else replace(record, unreachable=text)


def said(record: Book | Club) -> str:
    return record.shut if isinstance(record, Club) else record.unreachable
