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
from bot.domain.model import Actor, Book, Club, ClubChannel, HostDefaults, Policy, TimelineEntry
from storage import backup
from storage.memory import MemoryStore
from storage.tiny import TinyStore
from tests.stores.life import LEFT, Life, last_day, lived
from tests.stores.lines import came, drawn_lines, not_drawn, not_reached, one_of_each, only_drafts, typed_lines
from tests.stores.telling import (
    BACKUP,
    EXPECTED,
    HOMEPAGE,
    STORE,
    Bot,
    People,
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
)

HERE = Path(__file__).parent
UNTIL = "2026-12-24 12:00"
MEMOS = {
    "discord.identify": "2026-12-08T08:00:00+00:00",
    "discord.commands": '{"application": "4001", "scopes": {"": "0123456789abcdef"}}',
}
SAID = (HOMEPAGE, "board", "settings", "others", "landed", "undo", "/club")
SAID_OF_CLUB = ("/club mirror", "/club tips", "/club pulse", "/club setup", "/club ask")
APART = {Actor, TimelineEntry, HostDefaults, Policy, ClubChannel}  # never in a store


async def write(folder: Path, program: str) -> None:
    """Into the empty `folder` of a version. `program`: as the version calls itself."""
    life = await lived()
    earlier = [
        *[book async for book in life.bot.store.all_books()],
        *[club async for club in life.bot.store.all_clubs()],
    ]
    await last_day(life)
    await _begun(life)
    last = [*[book async for book in life.bot.store.all_books()], *[club async for club in life.bot.store.all_clubs()]]
    with TemporaryDirectory() as place:
        store = Path(place) / "store"
        await _on_disk(store, earlier, last)
        backup.write_backup(store, folder / BACKUP, moment(LEFT), program)
        shutil.copytree(store, folder / STORE, ignore=shutil.ignore_patterns("lock", "*.sock"))
        for one in uncovered(await records(store)):
            tell_host(f"nowhere in it: {one}")
    await tell(folder, life)


async def _on_disk(folder: Path, earlier: list[Book | Club], last: list[Book | Club]) -> None:
    """Two generations of each, as a store has them."""
    store = TinyStore.open(folder)
    for one in (*earlier, *last):
        kept = await (store.load_book(one.owner) if isinstance(one, Book) else store.load_club(one.key))
        fresh = replace(one, version=kept.version if kept else 0)
        await (store.save_book(fresh) if isinstance(fresh, Book) else store.save_club(fresh))
    for key, value in MEMOS.items():
        await store.save_value(key, value)
    await store.close()


async def tell(folder: Path, life: Life | None = None) -> None:
    """What the present code says over a store. Without a `life`, of the people and lines that were told before."""
    path = folder / EXPECTED
    before: Plain = {} if life else json.loads(path.read_text(encoding="utf-8"))
    people = life.people if life else people_of(before)
    left, until = before.get("left", LEFT), before.get("until", UNTIL)
    now = moment(left)
    with copied(folder / STORE) as copy:
        told = await deliveries(copy, now)
        kept = await records(copy)
    store = await in_memory(kept)
    lines = await _lines(people, store, life) if life else before["lines"]
    with copied(folder / STORE) as copy:
        make_earlier(copy)
        earlier = await records(copy)
    asked = {name: [*of] for name, of in before["says"].items()} if before else _asked(kept, people)
    expected = {
        "left": left,
        "until": until,
        "people": {name: {one: value for one, value in asdict(who).items() if value} for name, who in people.items()},
        "memos": before.get("memos", MEMOS),
        "says": await says(kept, people, now, asked),
        "says earlier": await says(earlier, people, now, {name: ["board"] for name in people}),
        "deliveries": told,
        "sends": await sent(folder, people, now, moment(until)),
        "sends after a retry": await sent(folder, people, now, now, retry=True),
        "lines": [{**line, "said": await answered_afresh(store, people, now, line)} for line in lines],
    }
    path.write_text(in_lines(expected), encoding="utf-8")


async def _begun(life: Life) -> None:
    """Whatever can be begun is, so that every button about a draft finds it in the store."""
    store, now = life.bot.store, life.bot.now
    _lines, lost = await one_of_each(life.people, store, now, await drawn_lines(life.people, store, life.seen, now))
    for one in (one for one in lost if one.path):
        alone = replace(life, last={}, seen=[])
        alone.bot = Bot(deepcopy(store), now)
        before, clubs = await alone.book(one.who), [club async for club in alone.bot.store.all_clubs()]
        await alone.walk(one.who, one.path)
        if (
            only_drafts(before, await alone.book(one.who))
            and [club async for club in alone.bot.store.all_clubs()] == clubs
        ):
            await life.walk(one.who, one.path)


async def _lines(people: People, store: MemoryStore, life: Life) -> list[Plain]:
    """One of each that was drawn before the store was left, that can be drawn since, or that comes by itself."""
    now, later = moment(LEFT), Bot(deepcopy(store), moment(LEFT))
    await later.live(moment(UNTIL))
    seen = [*life.seen, *came(people, life.bot.sent), *came(people, later.sent)]
    found = [*await drawn_lines(people, store, seen, now), *typed_lines()]
    lines, lost = await one_of_each(people, store, now, found)
    for one in lost:
        tell_host(f"not in the store: {one.kind} of {one.who}, behind {one.path}")
    for what, kinds in (("not drawn here", await not_drawn(lines)), ("never said", not_reached(lines))):
        for kind in kinds:
            tell_host(f"{what}: {kind}")
    return lines


def _asked(kept: list[Book | Club], people: People) -> dict[str, list[str]]:
    books = {one.owner: one for one in kept if isinstance(one, Book)}
    names = {name: [contact.name for contact in books[who.address].contacts] for name, who in people.items()}
    return {
        name: [*SAID, *(SAID_OF_CLUB if who.club else ()), *(f"show {one}" for one in names[name])]
        for name, who in people.items()
    }


def uncovered(kept: list[Book | Club]) -> list[str]:
    """The fields that have nothing but their default in all of these, and the values of enumerations that none has."""
    seen: dict[str, bool] = {}
    words: set[StrEnum] = set()
    for one in kept:
        for name, told in _fields(one, words):
            seen[name] = seen.get(name, False) or told
    kinds = {kind for kind in vars(model).values() if isinstance(kind, type)}
    wanted = {f"{kind.__name__}.{field.name}" for kind in kinds - APART if is_dataclass(kind) for field in fields(kind)}
    enums = [value for kind in kinds if issubclass(kind, StrEnum) for value in kind]
    missing = [name for name in wanted if not seen.get(name)]
    return sorted([*missing, *(f"{type(enum).__name__}.{enum.name}" for enum in enums if enum not in words)])


def _fields(record: object, words: set[StrEnum]) -> Iterator[tuple[str, bool]]:
    """Each field in it, and in all that it holds, and whether it tells more than its default."""
    if isinstance(record, StrEnum):
        words.add(record)
    if isinstance(record, tuple):
        for inner in record:
            yield from _fields(inner, words)
    if is_dataclass(record) and not isinstance(record, type):
        for field in fields(record):
            value = getattr(record, field.name)
            told = value != field.default if field.default is not MISSING else value not in ("", ())
            yield f"{type(record).__name__}.{field.name}", told or field.name == "kind"
            yield from _fields(value, words)


def in_lines(expected: Plain) -> str:
    """As JSON, with a line for each thing said, so that a change of one is read as that."""

    def rows(of: object, depth: int) -> str:
        if depth and isinstance(of, dict) and of:
            inner = ",\n".join(
                f"{json.dumps(key, ensure_ascii=False)}: {rows(one, depth - 1)}" for key, one in of.items()
            )
            return "{\n" + inner + "\n}"
        if depth and isinstance(of, list) and of:
            return "[\n" + ",\n".join(rows(one, 0) for one in of) + "\n]"
        return json.dumps(of, ensure_ascii=False)

    return rows(expected, 3) + "\n"


def tell_host(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main() -> None:
    """`VERSION`: write it, for the first time. `--tell VERSION`: what is said over it, anew."""
    match sys.argv[1:]:
        case ["--tell", version]:
            asyncio.run(tell(HERE / version))
        case [version]:
            (HERE / version).mkdir()  # what was written before is never written over
            asyncio.run(write(HERE / version, VERSION))
        case _:
            tell_host(__doc__ or "")


if __name__ == "__main__":
    main()
