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
from bot.domain.model import Book
from storage import restore
from storage.codec import CODEC, SCHEMA_VERSION, Codec
from storage.record_files import BOOK_KIND, record_file_name
from storage.tiny import TinyStore
from tests.stores.telling import (
    BACKUP,
    EXPECTED,
    STORE,
    Plain,
    answered_afresh,
    copied,
    deliveries,
    in_memory,
    make_earlier,
    moment,
    people_of,
    records,
    says,
    sent,
    sent_over,
)
from tests.stores.write import uncovered

VERSIONS = sorted(path.parent for path in Path(__file__).parent.glob(f"*/{EXPECTED}"))


@pytest.fixture(params=VERSIONS, ids=lambda folder: folder.name)
def version(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def then(version: Path) -> Plain:
    """What was said by the version that wrote it."""
    return json.loads((version / EXPECTED).read_text(encoding="utf-8"))


@pytest.fixture
def store(version: Path) -> Iterator[Path]:
    with copied(version / STORE) as folder:
        yield folder


@pytest.fixture
def restored(version: Path, tmp_path: Path, then: Plain) -> Path:
    """A store into which the backup was put back."""
    restore.restore_backup_file(tmp_path / "restored", version / BACKUP, moment(then["left"]))
    return tmp_path / "restored"


async def said_again(folder: Path, then: Plain, what: str = "says") -> None:
    asked = {name: [*of] for name, of in then[what].items()}
    now = await says(await records(folder), people_of(then), moment(then["left"]), asked)
    for name, texts in then[what].items():
        assert now[name] == texts, name


async def memos(folder: Path, then: Plain) -> dict[str, str]:
    opened = TinyStore.open(folder)
    found = {key: await opened.load_value(key) for key in then["memos"]}
    await opened.close()
    return found


def test_there_is_a_store_of_an_earlier_version() -> None:
    assert VERSIONS


async def test_an_old_store_says_what_it_said(store: Path, then: Plain) -> None:
    await said_again(store, then)
    assert await memos(store, then) == then["memos"]
    assert await deliveries(store, moment(then["left"])) == then["deliveries"]


async def test_an_old_backup_says_what_the_store_said(restored: Path, then: Plain) -> None:
    await said_again(restored, then)
    assert await memos(restored, then) == then["memos"]
    assert await deliveries(restored, moment(then["left"])) == then["deliveries"]


async def test_the_generation_before_is_read_where_the_last_is_damaged(store: Path, then: Plain) -> None:
    make_earlier(store)
    await said_again(store, then, "says earlier")


async def test_an_old_store_sends_what_it_would_have_sent(version: Path, then: Plain) -> None:
    now, until, people = moment(then["left"]), moment(then["until"]), people_of(then)
    assert await sent(version, people, now, until) == then["sends"]
    assert await sent(version, people, now, now, retry=True) == then["sends after a retry"]


async def test_an_old_backup_sends_what_the_store_would_have_sent(restored: Path, then: Plain) -> None:
    now, until = moment(then["left"]), moment(then["until"])
    assert await sent_over(restored, people_of(then), now, until) == then["sends"]


async def test_what_was_drawn_then_is_answered_as_then(store: Path, then: Plain) -> None:
    fresh, people = await in_memory(await records(store)), people_of(then)
    now = [{**line, "said": await answered_afresh(fresh, people, moment(then["left"]), line)} for line in then["lines"]]
    assert [(one, line["said"]) for one, line in zip(now, then["lines"], strict=True) if one != line] == []


async def test_nothing_is_lost_when_it_is_kept_in_the_present_form(store: Path, then: Plain) -> None:
    """Every value of every file, whatever its name has become."""
    before = values(store)
    opened = TinyStore.open(store)
    for one in [*[book async for book in opened.all_books()], *[club async for club in opened.all_clubs()]]:
        await (opened.save_book(one) if isinstance(one, Book) else opened.save_club(one))
    await opened.close()
    after = values(store)
    assert before.keys() == after.keys()
    for name, of in before.items():
        assert not of - after[name] - AS_IT_IS_KEPT, name
    await said_again(store, then)


AS_IT_IS_KEPT = Counter({"1": 1, "2": 1, "5": 1})  # how often it was saved, and the schema of then
# What an entry is called: the names of the code since schema 6.
CALLED = {
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
            return [CALLED.get(value, value)]
        case "mark", str() if value.endswith("+00:00"):
            return [value.replace("+00:00", "Z")]
        case "mark", str() if ":" in value:
            return value.split(":", 1)  # of a post
        case "hushed", "":
            return [None]
    return [value]


def values(folder: Path) -> dict[str, Counter[str]]:
    """What stands in each file of a record, without the names under which it stands and without the checksum."""
    return {path.name: Counter(leaves(orjson.loads(path.read_bytes()))) for path in folder.glob("*/*.json")}


def leaves(plain: Any, name: str = "") -> Iterator[str]:
    if name == "seal":
        return
    if isinstance(plain, dict):
        for key, value in plain.items():
            yield from leaves(value, key)
    elif isinstance(plain, list):
        for value in plain:
            yield from leaves(value)
    else:
        yield from map(json.dumps, as_called(name, plain))


async def test_what_is_damaged_is_set_aside_and_keeps_nobody_else_waiting(store: Path, then: Plain) -> None:
    people = people_of(then)
    ben = people["Ben"].address
    path = store / BOOK_KIND.folder / record_file_name(ben)
    for copy in (path, path.with_name(f"{path.name}.prev")):
        copy.write_bytes(copy.read_bytes().replace(b"Acme", b"Acne"))
    opened = TinyStore.open(store)
    with pytest.raises(BookDamaged):
        await opened.load_book(ben)
    await opened.close()
    assert len([*(path.parent / "damaged").iterdir()]) == 2
    left = await records(store)
    assert {one.owner for one in left if isinstance(one, Book)} == {person.address for person in people.values()} - {
        ben
    }
    asked = {name: ["board"] for name in people if name != "Ben"}
    now = await says(left, people, moment(then["left"]), asked)
    assert now == {name: {"board": then["says"][name]["board"]} for name in asked}


def test_a_version_before_it_says_that_it_is_too_new(store: Path, version: Path, tmp_path: Path) -> None:
    """One that knows only the schemas before the one in which it was written."""
    older = Codec(schema_of(store) - 1)
    before = values(store)
    for _with_index in range(2):
        with pytest.raises(StoreTooNew):
            TinyStore.open(store, codec=older)
        (store / "wakes.json").unlink(missing_ok=True)
    assert values(store) == before
    with pytest.raises(HostRequestRefused, match="newer version"):
        restore.restore_backup_file(
            tmp_path / "restored", version / BACKUP, datetime(2026, 12, 8, tzinfo=UTC), codec=older
        )


def schema_of(store: Path) -> int:
    """The lowest that can read all of it."""
    for schema in range(1, SCHEMA_VERSION + 1):
        try:
            TinyStore.open(store, codec=Codec(schema, CODEC.book_upgrades, CODEC.club_upgrades)).lock.release()
        except StoreTooNew:
            continue
        return schema
    raise AssertionError("newer than this program")


def test_a_store_of_the_present_schema_has_something_of_everything(store: Path) -> None:
    if schema_of(store) == SCHEMA_VERSION:
        assert uncovered(asyncio.run(records(store))) == []
