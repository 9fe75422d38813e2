"""A newer program on older files, killed at each step: each is of the old form or of the new, and none is lost.

The kills take seconds: a process of its own dies at each step, with the same files laid out anew.
"""

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
from tests.contract.old_schemas import schema_1_book_tables, schema_5_club_tables
from tests.contract.sample_records import CONTRACT_NOON
from tests.faults.child_process import talk_with_process
from tests.faults.faulty_disk import FaultyFiles, folder_content
from tests.faults.figures import report_figure, trial_count
from tests.faults.records import load_record, new_record, record_file_of, record_text, with_record_text
from tests.faults.test_store_kill import STORE_KILL_SEED
from tests.faults.upgrade_child import NEWER_CODEC, upgrade_all_records

MIGRATED_RECORD_NAMES = ("0", "1", "club1")
KILLS_PER_STEP = trial_count("KILLS_EACH", 1)  # kills at each step


def old_record_bytes(record: Book | Club) -> bytes:
    """As the first version wrote it that knew such a record."""
    tables = schema_5_club_tables(record) if isinstance(record, Club) else schema_1_book_tables(record)
    return seal_json(to_json(tables))[0]


def old_record(who: str, rng: random.Random, version: int) -> Book | Club:
    text = "".join(rng.choices("abcd", k=rng.randrange(20_000)))
    return with_record_text(new_record(who, wake_at=CONTRACT_NOON, note=text[:1000], version=version), text)


def old_store(folder: Path, rng: random.Random) -> dict[str, Book | Club]:
    """Two generations of each book and club; the newer ones by file name."""
    records = {}
    for kind in RECORD_KINDS:
        (folder / kind.folder).mkdir(parents=True)
    for who in MIGRATED_RECORD_NAMES:
        path = record_file_of(folder, who)
        for version, suffix in ((1, ".prev"), (2, "")):
            records[path.name] = old_record(who, rng, version)
            path.with_name(path.name + suffix).write_bytes(old_record_bytes(records[path.name]))
    return records


def record_files_in(folder: Path) -> dict[str, bytes]:
    """All that are ever opened as a book or a club."""
    return {path.name: path.read_bytes() for path in folder.glob("*/*") if path.suffix in {".json", ".prev"}}


def upgraded_record(record: Book | Club, version: int) -> Book | Club:
    """By hand, not by the upgrade."""
    new = replace(with_record_text(record, f"<{record_text(record)}>"), version=version)
    if isinstance(new, Club):
        return new
    (dana,) = new.contacts
    return replace(new, contacts=(replace(dana, note=f"<{dana.note}>"),))


def assert_files_whole(old: dict[str, bytes], now: dict[str, bytes], records: dict[str, Book | Club]) -> bool:
    """Every file is one that was there, to the byte, or a new one, to the word. The answer is whether any is new."""
    new = {name: raw for name, raw in now.items() if raw not in old.values()}
    for name, raw in new.items():
        kind = CLUB_KIND if isinstance(records[name], Club) else BOOK_KIND
        plain = from_tables(orjson.loads(unseal_json(raw)), kind)
        assert plain["schema"] == SCHEMA_VERSION + 1
        assert NEWER_CODEC.decode(plain, kind.record_type) == upgraded_record(records[name], version=3)
    for name in records:
        there = now.get(name, now.get(f"{name}.prev"))
        assert name in new or there == old[name], "an older generation would count"
    return bool(new)


async def assert_records_readable(folder: Path, records: dict[str, Book | Club], versions: set[int]) -> None:
    store = TinyStore.open(folder, codec=NEWER_CODEC)
    assert await store.next_wake({"slack"}) == CONTRACT_NOON
    for who in MIGRATED_RECORD_NAMES:
        record = records[record_file_of(folder, who).name]
        assert await load_record(store, who) in {upgraded_record(record, version=version) for version in versions}
    await store.close()
    assert not [name for name in folder_content(folder) if "/damaged/" in name]


async def assert_upgrade_goes_on(folder: Path, records: dict[str, Book | Club]) -> None:
    copytree(folder, folder.with_suffix(".copy"))
    await assert_records_readable(folder.with_suffix(".copy"), records, {2, 3})
    assert await upgrade_all_records(folder, FaultyFiles()) == len(MIGRATED_RECORD_NAMES)
    await assert_records_readable(folder, records, {3, 4})


def assert_old_program_refused(folder: Path) -> None:
    """The older program has no business here any more, also while only some of it is new."""
    before = record_files_in(folder)
    with pytest.raises(StoreTooNew):
        TinyStore.open(folder)
    assert record_files_in(folder) == before


def count_upgrade_steps(folder: Path) -> int:
    old_store(folder, random.Random(STORE_KILL_SEED))  # noqa: S311
    disk = FaultyFiles()
    assert asyncio.run(upgrade_all_records(folder, disk)) == len(MIGRATED_RECORD_NAMES)
    return len(disk.calls)


def test_files_of_an_older_form_are_taken_up_whole_whenever_the_process_is_killed(tmp_path: Path) -> None:
    rng = random.Random(STORE_KILL_SEED)  # noqa: S311
    steps = range(1, count_upgrade_steps(tmp_path / "all") + 1)
    print(f"seed {STORE_KILL_SEED}, {len(steps)} steps")  # noqa: T201  # for who plays it again
    refused = 0
    with talk_with_process("tests.faults.upgrade_child") as say:
        for number, step in enumerate(list(steps) * KILLS_PER_STEP):
            folder = tmp_path / str(number)
            records = old_store(folder, rng)
            old = record_files_in(folder)
            assert say(f"{step} {folder}") == "-9"
            if assert_files_whole(old, record_files_in(folder), records):
                assert_old_program_refused(folder)
                refused += 1
            asyncio.run(assert_upgrade_goes_on(folder, records))
    kills = len(steps) * KILLS_PER_STEP
    report_figure(
        "migrations", **{"kills": kills, "mixed": 0, "lost": 0, "half-way states refused to the older": refused}
    )
