"""A newer program on older files, killed at each step: each is of the old form or of the new, and none is lost."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import orjson
import pytest

from bot.errors import StoreTooNew
from bot.model import Book
from storage.codec import CODEC, SCHEMA, Plain, to_json
from storage.files import seal, unseal
from storage.shelf import BOOKS, from_tables, name_of, to_tables
from storage.tiny import TinyStore
from tests.contract.plain import NOON, opened
from tests.faults.disk import Scripted, member
from tests.faults.figures import figure, size
from tests.faults.old_child import NEWER, take_up
from tests.faults.talk import talking
from tests.faults.test_store_kill import SEED

MEMBERS = 2
EACH = size("KILLS_EACH", 1)  # kills at each step


def first_schema(book: Book) -> Plain:
    """As the first version wrote it: without what came later."""
    plain: Plain = orjson.loads(to_json(CODEC.encode(book)))
    settings = {name: value for name, value in plain["settings"].items() if name != "names"}
    return {**{name: value for name, value in plain.items() if name != "profile"}, "settings": settings, "schema": 1}


def old_book(user: int, rng: random.Random, version: int) -> Book:
    text = "".join(rng.choices("abcd", k=rng.randrange(20_000)))
    book = opened(member(str(user)), wake_at=NOON, note=text[:1000])
    return replace(book, unreachable=text, version=version)


def old_club(folder: Path, rng: random.Random) -> dict[str, Book]:
    """Two generations of each member's book; the newer ones by file name."""
    books = {}
    (folder / "members").mkdir(parents=True)
    for user in range(MEMBERS):
        for version, suffix in ((1, ".prev"), (2, "")):
            book = old_book(user, rng, version)
            name = name_of(book.owner)
            (folder / "members" / f"{name}{suffix}").write_bytes(seal(to_json(to_tables(first_schema(book), BOOKS)))[0])
            books[name] = book
    return books


def files(folder: Path) -> dict[str, bytes]:
    """All that are ever opened as a book."""
    return {
        path.name: path.read_bytes() for path in (folder / "members").iterdir() if path.suffix in {".json", ".prev"}
    }


def as_new(book: Book, version: int) -> Book:
    """By hand, not by the upgrade."""
    (dana,) = book.contacts
    contacts = (replace(dana, note=f"<{dana.note}>"),)
    return replace(book, unreachable=f"<{book.unreachable}>", contacts=contacts, version=version)


def check_whole(old: dict[str, bytes], now: dict[str, bytes], books: dict[str, Book]) -> bool:
    """Every file is one that was there, to the byte, or a new one, to the word. The answer is whether any is new."""
    new = {name: raw for name, raw in now.items() if raw not in old.values()}
    for name, raw in new.items():
        plain = from_tables(orjson.loads(unseal(raw)), BOOKS)
        assert plain["schema"] == SCHEMA + 1
        assert NEWER.decode(plain, Book) == as_new(books[name], version=3)
    for name in books:
        there = now.get(name, now.get(f"{name}.prev"))
        assert name in new or there == old[name], "an older generation would count"
    return bool(new)


async def check_read(folder: Path, books: dict[str, Book], versions: set[int]) -> None:
    store = TinyStore.open(folder, codec=NEWER)
    assert await store.next_wake({"slack"}) == NOON
    for book in books.values():
        assert await store.book(book.owner) in {as_new(book, version=version) for version in versions}
    await store.close()
    assert not list((folder / "members" / "damaged").iterdir())


async def goes_on(folder: Path, books: dict[str, Book]) -> None:
    copytree(folder, folder.with_suffix(".copy"))
    await check_read(folder.with_suffix(".copy"), books, {2, 3})
    assert await take_up(folder, Scripted()) == MEMBERS
    await check_read(folder, books, {3, 4})


def check_refused(folder: Path) -> None:
    """The older program has no business here any more, also while only some of it is new."""
    before = files(folder)
    with pytest.raises(StoreTooNew):
        TinyStore.open(folder)
    assert files(folder) == before


def steps_in_all(folder: Path) -> int:
    old_club(folder, random.Random(SEED))  # noqa: S311
    disk = Scripted()
    assert asyncio.run(take_up(folder, disk)) == MEMBERS
    return len(disk.calls)


def test_files_of_an_older_form_are_taken_up_whole_whenever_the_process_is_killed(tmp_path: Path) -> None:
    rng = random.Random(SEED)  # noqa: S311
    steps = range(1, steps_in_all(tmp_path / "all") + 1)
    print(f"seed {SEED}, {len(steps)} steps")  # noqa: T201  # for who plays it again
    refused = 0
    with talking("tests.faults.old_child") as say:
        for number, step in enumerate(list(steps) * EACH):
            folder = tmp_path / str(number)
            books = old_club(folder, rng)
            old = files(folder)
            assert say(f"{step} {folder}") == "-9"
            if check_whole(old, files(folder), books):
                check_refused(folder)
                refused += 1
            asyncio.run(goes_on(folder, books))
    kills = len(steps) * EACH
    figure("migrations", **{"kills": kills, "mixed": 0, "lost": 0, "half-way states refused to the older": refused})
