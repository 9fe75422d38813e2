"""A store that is filled, backed up and read again: so many members, and one club."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.domain.model import Book, Club
from storage import backup
from storage.tiny import TinyStore
from tests.contract.sample_records import CONTRACT_NOON
from tests.faults.records import load_record, new_record, with_record_text

DAY_AFTER_BACKUP = CONTRACT_NOON + timedelta(days=1)
TEXT_BEFORE_BACKUP, TEXT_SINCE_BACKUP = "before the backup", "since then"


async def fill_store(folder: Path, text: str, members: int = 3) -> None:
    store = TinyStore.open(folder)
    for who in (*map(str, range(members)), "club1"):
        record = await load_record(store, who) or new_record(who, wake_at=CONTRACT_NOON)
        await store.save(with_record_text(record, text))
    await store.close()


async def read_store_records(folder: Path) -> list[Book | Club]:
    """The books in the order of their members, and the club."""
    store = TinyStore.open(folder)
    books = sorted([book async for book in store.all(Book)], key=lambda book: book.owner.user)
    found = [*books, *[club async for club in store.all(Club)]]
    await store.close()
    return found


async def stored_key_value(folder: Path, key: str, value: str = "") -> str:
    store = TinyStore.open(folder)
    if value:
        await store.save_value(key, value)
    found = await store.load_value(key)
    await store.close()
    return found


def write_backup_to(folder: Path, target: Path) -> Path:
    backup.write_backup(folder, target, CONTRACT_NOON, "1.2.3")
    return target


def backup_of_three_books(tmp_path: Path) -> Path:
    """A backup of three books, a club and what platforms remember."""
    asyncio.run(fill_store(tmp_path / "first", TEXT_BEFORE_BACKUP))
    asyncio.run(stored_key_value(tmp_path / "first", "discord.identify", TEXT_BEFORE_BACKUP))
    asyncio.run(stored_key_value(tmp_path / "first", "discord.commands", TEXT_BEFORE_BACKUP))
    (tmp_path / "backup.tar.gz.new").touch(0o644)  # as a kill may leave one
    return write_backup_to(tmp_path / "first", tmp_path / "backup.tar.gz")
