"""Writes a store and a backup with the present code, and what the bot says over them. See README.md beside this."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import MISSING, asdict, fields, is_dataclass, replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.cli import VERSION
from bot.domain import model
from bot.domain.model import Actor, Book, Club, ClubChannel, HostDefaults, Policy, PostKind, TimelineEntry
from storage import backup
from storage.memory import MemoryStore
from storage.tiny import TinyStore
from tests.stores.command_lines import (
    delivered_responses,
    drawn_lines,
    one_line_of_each_kind,
    only_drafts_changed,
    typed_lines,
    undrawn_line_kinds,
    unreached_arguments,
)
from tests.stores.history import STORE_LEFT_AT, SampleHistory, live_last_day, sample_history
from tests.stores.store_answers import (
    BACKUP_FILE_NAME,
    EXPECTED_FILE_NAME,
    HOME_PAGE_REQUEST,
    STORE_FOLDER_NAME,
    PlainJson,
    StoreBot,
    StoreSpeakers,
    answers_over_records,
    copied_store,
    copy_to_memory_store,
    damage_newest_generation,
    deliveries_over_version,
    delivery_table_of,
    first_line_of_answer,
    speakers_of,
    store_instant,
    stored_records,
)

VERSIONS_FOLDER = Path(__file__).parent
TOLD_UNTIL = "2026-12-24 12:00"
KEY_VALUES = {
    "discord.identify": "2026-12-08T08:00:00+00:00",
    "discord.commands": '{"application": "4001", "scopes": {"": "0123456789abcdef"}}',
}
ANSWERED_LINES = (HOME_PAGE_REQUEST, "board", "settings", "others", "landed", "undo", "/club")
ANSWERED_CLUB_LINES = ("/club mirror", "/club tips", "/club pulse", "/club setup", "/club ask")
NEVER_STORED_TYPES = {Actor, TimelineEntry, HostDefaults, Policy, ClubChannel, PostKind}


async def write_version(folder: Path, program: str) -> None:
    """Into the empty `folder` of a version. `program`: as the version calls itself."""
    life = await sample_history()
    earlier = [
        *[book async for book in life.bot.store.all(Book)],
        *[club async for club in life.bot.store.all(Club)],
    ]
    await live_last_day(life)
    await _begin_every_line(life)
    last = [*[book async for book in life.bot.store.all(Book)], *[club async for club in life.bot.store.all(Club)]]
    with TemporaryDirectory() as place:
        store = Path(place) / "store"
        await _write_generations_to_disk(store, earlier, last)
        backup.write_backup(store, folder / BACKUP_FILE_NAME, store_instant(STORE_LEFT_AT), program)
        shutil.copytree(store, folder / STORE_FOLDER_NAME, ignore=shutil.ignore_patterns("lock", "*.sock"))
        for field in uncovered_fields(await stored_records(store)):
            print_to_host(f"nowhere in it: {field}")
    await write_expected(folder, life)


async def _write_generations_to_disk(folder: Path, earlier: list[Book | Club], last: list[Book | Club]) -> None:
    """Two generations of each, as a store has them."""
    store = TinyStore.open(folder)
    for record in (*earlier, *last):
        kept = await store.load(record.key)
        fresh = replace(record, version=kept.version if kept else 0)
        await store.save(fresh)
    for key, value in KEY_VALUES.items():
        await store.save_value(key, value)
    await store.close()


async def write_expected(folder: Path, life: SampleHistory | None = None) -> None:
    """What the present code says over a store. Without a `life`, of the people and lines that were told before."""
    path = folder / EXPECTED_FILE_NAME
    before: PlainJson = {} if life else json.loads(path.read_text(encoding="utf-8"))
    people = life.people if life else speakers_of(before)
    left, until = before.get("left", STORE_LEFT_AT), before.get("until", TOLD_UNTIL)
    now = store_instant(left)
    with copied_store(folder / STORE_FOLDER_NAME) as copy:
        told = await delivery_table_of(copy, now)
        kept = await stored_records(copy)
    store = await copy_to_memory_store(kept)
    lines = await _lines_of_each_kind(people, store, life) if life else before["lines"]
    with copied_store(folder / STORE_FOLDER_NAME) as copy:
        damage_newest_generation(copy)
        earlier = await stored_records(copy)
    asked = {name: [*of] for name, of in before["says"].items()} if before else _lines_by_speaker(kept, people)
    expected = {
        "left": left,
        "until": until,
        "people": {name: {one: value for one, value in asdict(who).items() if value} for name, who in people.items()},
        "memos": before.get("memos", KEY_VALUES),
        "says": await answers_over_records(kept, people, now, asked),
        "says earlier": await answers_over_records(earlier, people, now, {name: ["board"] for name in people}),
        "deliveries": told,
        "sends": await deliveries_over_version(folder, people, now, store_instant(until)),
        "sends after a retry": await deliveries_over_version(folder, people, now, now, retry=True),
        "lines": [{**line, "said": await first_line_of_answer(store, people, now, line)} for line in lines],
    }
    path.write_text(expected_as_json_lines(expected), encoding="utf-8")


async def _begin_every_line(life: SampleHistory) -> None:
    """Whatever can be begun is, so that every button about a draft finds it in the store."""
    store, now = life.bot.store, life.bot.now
    _lines, lost = await one_line_of_each_kind(
        life.people, store, now, await drawn_lines(life.people, store, life.seen, now)
    )
    for line in (one for one in lost if one.path):
        alone = replace(life, last={}, seen=[])
        alone.bot = StoreBot(deepcopy(store), now)
        before, clubs = await alone.book(line.who), [club async for club in alone.bot.store.all(Club)]
        await alone.walk(line.who, line.path)
        if (
            only_drafts_changed(before, await alone.book(line.who))
            and [club async for club in alone.bot.store.all(Club)] == clubs
        ):
            await life.walk(line.who, line.path)


async def _lines_of_each_kind(people: StoreSpeakers, store: MemoryStore, life: SampleHistory) -> list[PlainJson]:
    """One of each that was drawn before the store was left, that can be drawn since, or that comes by itself."""
    now, later = store_instant(STORE_LEFT_AT), StoreBot(deepcopy(store), store_instant(STORE_LEFT_AT))
    await later.live(store_instant(TOLD_UNTIL))
    seen = [*life.seen, *delivered_responses(people, life.bot.sent), *delivered_responses(people, later.sent)]
    found = [*await drawn_lines(people, store, seen, now), *typed_lines()]
    lines, lost = await one_line_of_each_kind(people, store, now, found)
    for line in lost:
        print_to_host(f"not in the store: {line.kind} of {line.who}, behind {line.path}")
    for what, kinds in (
        ("not drawn here", await undrawn_line_kinds(lines)),
        ("never said", unreached_arguments(lines)),
    ):
        for kind in kinds:
            print_to_host(f"{what}: {kind}")
    return lines


def _lines_by_speaker(kept: list[Book | Club], people: StoreSpeakers) -> dict[str, list[str]]:
    books = {one.owner: one for one in kept if isinstance(one, Book)}
    names = {name: [contact.name for contact in books[who.address].contacts] for name, who in people.items()}
    return {
        name: [*ANSWERED_LINES, *(ANSWERED_CLUB_LINES if who.club else ()), *(f"show {one}" for one in names[name])]
        for name, who in people.items()
    }


def uncovered_fields(kept: list[Book | Club]) -> list[str]:
    """The fields that have nothing but their default in all of these, and the values of enumerations that none has."""
    seen: dict[str, bool] = {}
    words: set[StrEnum] = set()
    for record in kept:
        for name, told in _fields_with_values(record, words):
            seen[name] = seen.get(name, False) or told
    kinds = {kind for kind in vars(model).values() if isinstance(kind, type)}
    wanted = {
        f"{kind.__name__}.{field.name}"
        for kind in kinds - NEVER_STORED_TYPES
        if is_dataclass(kind)
        for field in fields(kind)
    }
    enums = [value for kind in kinds - NEVER_STORED_TYPES if issubclass(kind, StrEnum) for value in kind]
    missing = [name for name in wanted if not seen.get(name)]
    return sorted([*missing, *(f"{type(enum).__name__}.{enum.name}" for enum in enums if enum not in words)])


def _fields_with_values(record: object, words: set[StrEnum]) -> Iterator[tuple[str, bool]]:
    """Each field in it, and in all that it holds, and whether it tells more than its default."""
    if isinstance(record, StrEnum):
        words.add(record)
    if isinstance(record, tuple):
        for inner in record:
            yield from _fields_with_values(inner, words)
    if is_dataclass(record) and not isinstance(record, type):
        for field in fields(record):
            value = getattr(record, field.name)
            told = value != field.default if field.default is not MISSING else value not in ("", ())
            yield f"{type(record).__name__}.{field.name}", told or field.name == "kind"
            yield from _fields_with_values(value, words)


def expected_as_json_lines(expected: PlainJson) -> str:
    """As JSON, with a line for each thing said, so that a change of one is read as that."""

    def rows(of: object, depth: int) -> str:
        if depth and isinstance(of, dict) and of:
            inner = ",\n".join(
                f"{json.dumps(key, ensure_ascii=False)}: {rows(value, depth - 1)}" for key, value in of.items()
            )
            return "{\n" + inner + "\n}"
        if depth and isinstance(of, list) and of:
            return "[\n" + ",\n".join(rows(one, 0) for one in of) + "\n]"
        return json.dumps(of, ensure_ascii=False)

    return rows(expected, 3) + "\n"


def print_to_host(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main() -> None:
    """`VERSION`: write it, for the first time. `--tell`: what is said over each that is there, anew."""
    match sys.argv[1:]:
        case ["--tell"]:
            for expected in sorted(VERSIONS_FOLDER.glob(f"*/{EXPECTED_FILE_NAME}")):
                asyncio.run(write_expected(expected.parent))
        case [version]:
            (VERSIONS_FOLDER / version).mkdir()  # what was written before is never written over
            asyncio.run(write_version(VERSIONS_FOLDER / version, VERSION))
        case _:
            print_to_host(__doc__ or "")


if __name__ == "__main__":
    main()
