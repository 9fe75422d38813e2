"""A newer program on older files, killed at each step: each is of the old form or of the new, and none is lost."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import orjson
import pytest

from bot.domain.errors import StoreTooNew
from bot.domain.model import Book, Club
from storage.codec import SCHEMA_VERSION, to_json
from storage.files import seal_json, unseal_json
from storage.record_files import BOOK_KIND, CLUB_KIND, RECORD_KINDS, from_tables
from storage.tiny import TinyStore
from tests.contract.old_forms import book_of_schema_1, club_of_schema_5
from tests.contract.plain import NOON
from tests.faults.disk import Scripted, content
from tests.faults.figures import figure, size
from tests.faults.old_child import NEWER, take_up
from tests.faults.records import file_of, fresh, kept, said, saying
from tests.faults.talk import talking
from tests.faults.test_store_kill import SEED

WHO = ("0", "1", "club1")
EACH = size("KILLS_EACH", 1)  # kills at each step


def old_file(record: Book | Club) -> bytes:
    """As the first version wrote it that knew such a record."""
    tables = club_of_schema_5(record) if isinstance(record, Club) else book_of_schema_1(record)
    return seal_json(to_json(tables))[0]


def old_record(who: str, rng: random.Random, version: int) -> Book | Club:
    text = "".join(rng.choices("abcd", k=rng.randrange(20_000)))
    return saying(fresh(who, wake_at=NOON, note=text[:1000], version=version), text)


def old_store(folder: Path, rng: random.Random) -> dict[str, Book | Club]:
    """Two generations of each book and club; the newer ones by file name."""
    records = {}
    for kind in RECORD_KINDS:
        (folder / kind.folder).mkdir(parents=True)
    for who in WHO:
        path = file_of(folder, who)
        for version, suffix in ((1, ".prev"), (2, "")):
            records[path.name] = old_record(who, rng, version)
            path.with_name(path.name + suffix).write_bytes(old_file(records[path.name]))
    return records


def files(folder: Path) -> dict[str, bytes]:
    """All that are ever opened as a book or a club."""
    return {path.name: path.read_bytes() for path in folder.glob("*/*") if path.suffix in {".json", ".prev"}}


def as_new(record: Book | Club, version: int) -> Book | Club:
    """By hand, not by the upgrade."""
    new = replace(saying(record, f"<{said(record)}>"), version=version)
    if isinstance(new, Club):
        return new
    (dana,) = new.contacts
    return replace(new, contacts=(replace(dana, note=f"<{dana.note}>"),))


def check_whole(old: dict[str, bytes], now: dict[str, bytes], records: dict[str, Book | Club]) -> bool:
    """Every file is one that was there, to the byte, or a new one, to the word. The answer is whether any is new."""
    new = {name: raw for name, raw in now.items() if raw not in old.values()}
    for name, raw in new.items():
        kind = CLUB_KIND if isinstance(records[name], Club) else BOOK_KIND
        plain = from_tables(orjson.loads(unseal_json(raw)), kind)
        assert plain["schema"] == SCHEMA_VERSION + 1
        assert NEWER.decode(plain, kind.record_type) == as_new(records[name], version=3)
    for name in records:
        there = now.get(name, now.get(f"{name}.prev"))
        assert name in new or there == old[name], "an older generation would count"
    return bool(new)


async def check_read(folder: Path, records: dict[str, Book | Club], versions: set[int]) -> None:
    store = TinyStore.open(folder, codec=NEWER)
    assert await store.next_wake({"slack"}) == NOON
    for who in WHO:
        record = records[file_of(folder, who).name]
        assert await kept(store, who) in {as_new(record, version=version) for version in versions}
    await store.close()
    assert not [name for name in content(folder) if "/damaged/" in name]


async def goes_on(folder: Path, records: dict[str, Book | Club]) -> None:
    copytree(folder, folder.with_suffix(".copy"))
    await check_read(folder.with_suffix(".copy"), records, {2, 3})
    assert await take_up(folder, Scripted()) == len(WHO)
    await check_read(folder, records, {3, 4})


def check_refused(folder: Path) -> None:
    """The older program has no business here any more, also while only some of it is new."""
    before = files(folder)
    with pytest.raises(StoreTooNew):
        TinyStore.open(folder)
    assert files(folder) == before


def steps_in_all(folder: Path) -> int:
    old_store(folder, random.Random(SEED))  # noqa: S311
    disk = Scripted()
    assert asyncio.run(take_up(folder, disk)) == len(WHO)
    return len(disk.calls)


def test_files_of_an_older_form_are_taken_up_whole_whenever_the_process_is_killed(tmp_path: Path) -> None:
    rng = random.Random(SEED)  # noqa: S311
    steps = range(1, steps_in_all(tmp_path / "all") + 1)
    print(f"seed {SEED}, {len(steps)} steps")  # noqa: T201  # for who plays it again
    refused = 0
    with talking("tests.faults.old_child") as say:
        for number, step in enumerate(list(steps) * EACH):
            folder = tmp_path / str(number)
            records = old_store(folder, rng)
            old = files(folder)
            assert say(f"{step} {folder}") == "-9"
            if check_whole(old, files(folder), records):
                check_refused(folder)
                refused += 1
            asyncio.run(goes_on(folder, records))
    kills = len(steps) * EACH
    figure("migrations", **{"kills": kills, "mixed": 0, "lost": 0, "half-way states refused to the older": refused})
