"""A store that is filled, backed up and read again: so many members, and one club."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.domain.model import Book, Club
from storage import backup
from storage.tiny import TinyStore
from tests.contract.plain import NOON
from tests.faults.records import fresh, kept, save, saying

LATER = NOON + timedelta(days=1)
OLD, NEW = "before the backup", "since then"


async def filled(folder: Path, text: str, members: int = 3) -> None:
    store = TinyStore.open(folder)
    for who in (*map(str, range(members)), "club1"):
        record = await kept(store, who) or fresh(who, wake_at=NOON)
        await save(store, saying(record, text))
    await store.close()


async def read(folder: Path) -> list[Book | Club]:
    """The books in the order of their members, and the club."""
    store = TinyStore.open(folder)
    books = sorted([book async for book in store.all_books()], key=lambda book: book.owner.user)
    found = [*books, *[club async for club in store.all_clubs()]]
    await store.close()
    return found


async def memo(folder: Path, key: str, value: str = "") -> str:
    store = TinyStore.open(folder)
    if value:
        await store.save_value(key, value)
    found = await store.load_value(key)
    await store.close()
    return found


def made(folder: Path, target: Path) -> Path:
    backup.write_backup(folder, target, NOON, "1.2.3")
    return target


def three_books(tmp_path: Path) -> Path:
    """A backup of three books, a club and what platforms remember."""
    asyncio.run(filled(tmp_path / "first", OLD))
    asyncio.run(memo(tmp_path / "first", "discord.identify", OLD))
    asyncio.run(memo(tmp_path / "first", "discord.commands", OLD))
    (tmp_path / "backup.tar.gz.new").touch(0o644)  # as a kill may leave one
    return made(tmp_path / "first", tmp_path / "backup.tar.gz")
