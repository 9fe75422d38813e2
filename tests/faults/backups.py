"""A store that is filled, backed up and read again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.model import Book
from storage import backup
from storage.tiny import TinyStore
from tests.contract.plain import NOON, opened
from tests.faults.disk import member

LATER = NOON + timedelta(days=1)
OLD, NEW = "before the backup", "since then"


async def filled(folder: Path, text: str, members: int = 3) -> None:
    store = TinyStore.open(folder)
    for user in map(str, range(members)):
        kept = await store.book(member(user)) or opened(member(user))
        await store.save(replace(kept, unreachable=text, wake_at=NOON))
    await store.close()


async def read(folder: Path) -> list[Book]:
    store = TinyStore.open(folder)
    found = sorted([book async for book in store.books()], key=lambda book: book.owner.user)
    await store.close()
    return found


async def memo(folder: Path, key: str, value: str = "") -> str:
    store = TinyStore.open(folder)
    if value:
        await store.keep_memo(key, value)
    kept = await store.memo(key)
    await store.close()
    return kept


def made(folder: Path, target: Path) -> Path:
    backup.make(folder, target, NOON, "1.2.3")
    return target


def three_books(tmp_path: Path) -> Path:
    """A backup of three books and what platforms remember."""
    asyncio.run(filled(tmp_path / "first", OLD))
    asyncio.run(memo(tmp_path / "first", "discord.identify", OLD))
    asyncio.run(memo(tmp_path / "first", "discord.commands", OLD))
    (tmp_path / "backup.tar.gz.new").touch(0o644)  # as a kill may leave one
    return made(tmp_path / "first", tmp_path / "backup.tar.gz")
