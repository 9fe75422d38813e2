"""What earlier versions left on disk is read, and says what it said then. See README.md beside this."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.domain.errors import BookDamaged, HostRequestRefused, StoreTooNew
from bot.domain.model import Book, Club
from storage import restore
from storage.codec import CODEC, SCHEMA_VERSION, Codec
from storage.record_files import BOOK_KIND, record_file_name
from storage.tiny import TinyStore
from tests.stores.history import live_last_day, sample_history
from tests.stores.store_answers import (
    BACKUP_FILE_NAME,
    EXPECTED_FILE_NAME,
    STORE_FOLDER_NAME,
    PlainJson,
    answers_over_records,
    copied_store,
    copy_to_memory_store,
    damage_newest_generation,
    deliveries_over_store,
    deliveries_over_version,
    delivery_table_of,
    first_line_of_answer,
    speakers_of,
    store_instant,
    stored_records,
)
from tests.stores.write import uncovered_fields

STORED_VERSIONS = sorted(path.parent for path in Path(__file__).parent.glob(f"*/{EXPECTED_FILE_NAME}"))


@pytest.fixture(params=STORED_VERSIONS, ids=lambda folder: folder.name)
def version(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def then(version: Path) -> PlainJson:
    """What was said by the version that wrote it."""
    return json.loads((version / EXPECTED_FILE_NAME).read_text(encoding="utf-8"))


@pytest.fixture
def store(version: Path) -> Iterator[Path]:
    with copied_store(version / STORE_FOLDER_NAME) as folder:
        yield folder


@pytest.fixture
def restored(version: Path, tmp_path: Path, then: PlainJson) -> Path:
    """A store into which the backup was put back."""
    restore.restore_backup_file(tmp_path / "restored", version / BACKUP_FILE_NAME, store_instant(then["left"]))
    return tmp_path / "restored"


async def assert_same_answers(folder: Path, then: PlainJson, what: str = "says") -> None:
    asked = {name: [*of] for name, of in then[what].items()}
    now = await answers_over_records(
        await stored_records(folder), speakers_of(then), store_instant(then["left"]), asked
    )
    for name, texts in then[what].items():
        assert now[name] == texts, name


async def stored_key_values(folder: Path, then: PlainJson) -> dict[str, str]:
    opened = TinyStore.open(folder)
    found = {key: await opened.load_value(key) for key in then["memos"]}
    await opened.close()
    return found


def test_there_is_a_store_of_an_earlier_version() -> None:
    assert STORED_VERSIONS


async def test_an_old_store_says_what_it_said(store: Path, then: PlainJson) -> None:
    await assert_same_answers(store, then)
    assert await stored_key_values(store, then) == then["memos"]
    assert await delivery_table_of(store, store_instant(then["left"])) == then["deliveries"]


async def test_an_old_backup_says_what_the_store_said(restored: Path, then: PlainJson) -> None:
    await assert_same_answers(restored, then)
    assert await stored_key_values(restored, then) == then["memos"]
    assert await delivery_table_of(restored, store_instant(then["left"])) == then["deliveries"]


async def test_the_generation_before_is_read_where_the_last_is_damaged(store: Path, then: PlainJson) -> None:
    damage_newest_generation(store)
    await assert_same_answers(store, then, "says earlier")


async def test_an_old_store_sends_what_it_would_have_sent(version: Path, then: PlainJson) -> None:
    now, until, people = store_instant(then["left"]), store_instant(then["until"]), speakers_of(then)
    assert await deliveries_over_version(version, people, now, until) == then["sends"]
    assert await deliveries_over_version(version, people, now, now, retry=True) == then["sends after a retry"]


async def test_an_old_backup_sends_what_the_store_would_have_sent(restored: Path, then: PlainJson) -> None:
    now, until = store_instant(then["left"]), store_instant(then["until"])
    assert await deliveries_over_store(restored, speakers_of(then), now, until) == then["sends"]


async def test_what_was_drawn_then_is_answered_as_then(store: Path, then: PlainJson) -> None:
    fresh, people = await copy_to_memory_store(await stored_records(store)), speakers_of(then)
    now = [
        {**line, "said": await first_line_of_answer(fresh, people, store_instant(then["left"]), line)}
        for line in then["lines"]
    ]
    assert [(one, line["said"]) for one, line in zip(now, then["lines"], strict=True) if one != line] == []


async def test_nothing_is_lost_when_it_is_kept_in_the_present_form(store: Path, then: PlainJson) -> None:
    """Every value of every file, whatever its name has become."""
    before = leaf_values_by_file(store)
    opened = TinyStore.open(store)
    for record in [*[book async for book in opened.all(Book)], *[club async for club in opened.all(Club)]]:
        await opened.save(record)
    await opened.close()
    after = leaf_values_by_file(store)
    assert before.keys() == after.keys()
    for name, of in before.items():
        assert not of - after[name] - HEADER_VALUES, name
    await assert_same_answers(store, then)


HEADER_VALUES = Counter({"1": 1, "2": 1, "5": 1, "6": 1})  # how often it was saved, and the schema of then
# What an entry is called: the names of the code since schema 6.
RENAMED_VALUES = {
    "reply": "reply_received",
    "turn": "next_move",
    "outcome": "call_outcome",
    "settled": "slot_declined",
    "rested": "set_aside",
    "woken": "resumed",
}


def as_called(name: str, value: Any) -> list[Any]:
    """What became of a value that schema 6 writes in another way."""
    match name, value:
        case "kind", str():
            return [RENAMED_VALUES.get(value, value)]
        case "mark", str() if value.endswith("+00:00"):
            return [value.replace("+00:00", "Z")]
        case "mark", str() if ":" in value:
            return value.split(":", 1)  # of a post
        case "hushed", "":
            return [None]
    return [value]


def note_as_called(note: PlainJson) -> PlainJson:
    """A club's note as schema 7 writes it: with the values alone, whose names depended on the kind before."""
    values = dict(note["values"])
    match note["kind"]:
        case "thanks":
            values = {}  # the company, which nobody was ever shown
        case "doubt":
            values = {**values, "post": values["post"].split(":", 1), "arrived": values["arrived"] != "no"}
        case "role":
            values = {"until": values.get("until") or None}
    return {**note, "values": list(values.values())}


def leaf_values_by_file(folder: Path) -> dict[str, Counter[str]]:
    """What stands in each file of a record, without the names under which it stands and without the checksum."""
    return {path.name: Counter(leaf_values(orjson.loads(path.read_bytes()))) for path in folder.glob("*/*.json")}


def leaf_values(plain: Any, name: str = "") -> Iterator[str]:
    if name == "seal":
        return
    if isinstance(plain, dict):
        plain = note_as_called(plain) if {"kind", "values"} <= plain.keys() else plain
        for key, value in plain.items():
            yield from leaf_values(value, key)
    elif isinstance(plain, list):
        for value in plain:
            yield from leaf_values(value)
    else:
        yield from map(json.dumps, as_called(name, plain))


async def test_what_is_damaged_is_set_aside_and_keeps_nobody_else_waiting(store: Path, then: PlainJson) -> None:
    people = speakers_of(then)
    ben = people["Ben"].address
    path = store / BOOK_KIND.folder / record_file_name(ben)
    for copy in (path, path.with_name(f"{path.name}.prev")):
        copy.write_bytes(copy.read_bytes().replace(b"Acme", b"Acne"))
    opened = TinyStore.open(store)
    with pytest.raises(BookDamaged):
        await opened.load(ben)
    await opened.close()
    assert len([*(path.parent / "damaged").iterdir()]) == 2
    left = await stored_records(store)
    assert {one.owner for one in left if isinstance(one, Book)} == {person.address for person in people.values()} - {
        ben
    }
    asked = {name: ["board"] for name in people if name != "Ben"}
    now = await answers_over_records(left, people, store_instant(then["left"]), asked)
    assert now == {name: {"board": then["says"][name]["board"]} for name in asked}


def test_a_version_before_it_says_that_it_is_too_new(store: Path, version: Path, tmp_path: Path) -> None:
    """One that knows only the schemas before the one in which it was written."""
    older = Codec(oldest_readable_schema(store) - 1)
    before = leaf_values_by_file(store)
    for _with_index in range(2):
        with pytest.raises(StoreTooNew):
            TinyStore.open(store, codec=older)
        (store / "wakes.json").unlink(missing_ok=True)
    assert leaf_values_by_file(store) == before
    with pytest.raises(HostRequestRefused, match="newer version"):
        restore.restore_backup_file(
            tmp_path / "restored", version / BACKUP_FILE_NAME, datetime(2026, 12, 8, tzinfo=UTC), codec=older
        )


def oldest_readable_schema(store: Path) -> int:
    """The lowest that can read all of it."""
    for schema in range(1, SCHEMA_VERSION + 1):
        try:
            TinyStore.open(store, codec=Codec(schema, CODEC.book_upgrades, CODEC.club_upgrades)).lock.release()
        except StoreTooNew:
            continue
        return schema
    raise AssertionError("newer than this program")


def test_a_store_of_the_present_schema_has_something_of_everything(store: Path) -> None:
    if oldest_readable_schema(store) == SCHEMA_VERSION:
        assert uncovered_fields(asyncio.run(stored_records(store))) == []


async def test_the_next_store_that_is_written_will_have_something_of_everything() -> None:
    life = await sample_history()
    await live_last_day(life)
    store = life.bot.store
    records = [*[book async for book in store.all(Book)], *[club async for club in store.all(Club)]]
    assert uncovered_fields(records) == []
