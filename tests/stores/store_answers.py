"""What the bot says over a store, in words alone: nothing told here depends on how the code calls its records."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from bot.app.service import Service
from bot.delivery.report import delivery_report_to_json
from bot.domain.messages import Card, Page, to_plain_text
from bot.domain.messages import Response as Said
from bot.domain.model import Actor, Address, Book, Club, ClubChannel, ClubKey, HostDefaults
from bot.host.delivery_table import render_delivery_table
from storage.codec import CODEC, Codec
from storage.memory import MemoryStore
from storage.tiny import TinyStore
from tests.fakes import FakeMessenger, sequential_ids
from tests.samples import local_instant

STORE_HOME = HostDefaults("Europe/Berlin", "DE", host_name="Mara")
STORE_PLATFORMS = ("slack", "discord")
FIRST_NEW_ID = 700_000  # of what is new here, so that it is nothing that is in a store
HOME_PAGE_REQUEST = "(home)"
STORE_FOLDER_NAME, BACKUP_FILE_NAME, EXPECTED_FILE_NAME = "store", "backup.tar.gz", "expected.json"  # of one version

PlainJson = dict[str, Any]


@dataclass(eq=False)
class OrderedClaimStore(TinyStore):
    """Gives what is due one by one and in one order, so that what is said does not depend on who is faster."""

    queue: list[Book | Club] = field(default_factory=list)

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, platforms: Collection[str]
    ) -> Sequence[Book | Club]:
        self.queue += sorted(await super().claim(now, lease, 1_000, platforms), key=_record_order)
        while self.queue:
            record = self.queue.pop(0)
            kept = await (self.load(record.owner) if isinstance(record, Book) else self.load(record.key))
            if kept and kept.wake_at and kept.wake_at <= now:
                return [kept]
        return []


def _record_order(record: Book | Club) -> tuple[str, ...]:
    if isinstance(record, Book):
        return record.owner.platform, record.owner.team, record.owner.user
    return record.key.platform, record.key.team


@dataclass(frozen=True)
class StoreSpeaker:
    """Somebody who speaks. `team`: of their address, empty on Discord; `club`: the team of the club, or empty."""

    platform: str
    user: str
    team: str = ""
    club: str = ""
    room: str = ""
    leads: bool = False
    name: str = ""
    zone: str = ""
    language: str = ""
    likely: str = ""

    @property
    def address(self) -> Address:
        return Address(self.platform, self.user, self.team)

    @property
    def key(self) -> ClubKey:
        return ClubKey(self.platform, self.club)

    def actor(self, *, private: bool = False) -> Actor:
        """In the club's channel; or in direct messages, where Discord does not tell a club."""
        here = self.club and not (private and self.platform == "discord")
        return Actor(
            self.address,
            self.zone,
            self.language,
            self.likely,
            self.name,
            self.key if here else None,
            self.leads and not private,
            "" if private else self.room,
        )


StoreSpeakers = Mapping[str, StoreSpeaker]


def speakers_of(expected: PlainJson) -> dict[str, StoreSpeaker]:
    return {name: StoreSpeaker(**row) for name, row in expected["people"].items()}


@dataclass
class StoreBot:
    """The bot over a store, with what it sent."""

    store: Any
    now: datetime
    sent: dict[str, FakeMessenger] = field(default_factory=lambda: {name: FakeMessenger() for name in STORE_PLATFORMS})
    new_id: Callable[[int], str] = field(default_factory=lambda: later_ids())

    @property
    def core(self) -> Service:
        return Service(self.store, self.sent, STORE_HOME, self.new_id)

    async def say(self, who: StoreSpeaker, text: str, *, private: bool = False, event: str = "") -> Said:
        return await self.core.handle_command(who.actor(private=private), text, self.now, event)

    async def press(self, who: StoreSpeaker, line: str, *, private: bool = False, event: str = "") -> Said:
        return await self.core.handle_button(who.actor(private=private), line, self.now, event)

    async def fill(self, who: StoreSpeaker, command: str, values: Mapping[str, str], *, private: bool = False) -> Said:
        return await self.core.handle_form(who.actor(private=private), command, values, self.now)

    async def sweep(self) -> None:
        for _ in range(500):
            if not await self.core.sweep(self.now):
                return
        raise AssertionError("the sweep never comes to an end")

    async def live(self, until: datetime) -> None:
        """Let time pass, waking when the store asks for it."""
        while (wake := await self.core.next_wake()) and wake <= until:
            self.now = max(self.now, wake)
            await self.sweep()
        self.now = until


def later_ids(before: int = FIRST_NEW_ID) -> Callable[[int], str]:
    make = sequential_ids()
    return lambda size: f"{before + int(make(size)):0{size * 4 // 3}}"


def response_text(reply: Said | Page) -> str:
    """All that is on it: its words, the questions of a form with what stands in them, and the labels of its buttons."""
    if isinstance(reply, Page):
        rows = [
            f"{section.heading}: {to_plain_text(row.line)}{_button_label_text(row.button)}"
            for section in reply.sections
            for row in section.rows
        ]
        return "\n".join([*map(to_plain_text, reply.lines), *rows, _button_labels_text(reply.buttons)]).strip()
    if isinstance(reply, Card):
        return "\n".join([reply.text(), _button_labels_text(reply.acts)]).strip()
    asked = [f"{input_.label} {input_.value}".strip() for input_ in reply.inputs]
    return "\n".join([reply.text(), *asked])


def _button_labels_text(buttons: Sequence[Any]) -> str:
    return "".join(map(_button_label_text, buttons)).strip()


def _button_label_text(button: Any) -> str:
    return f" [{button.label}]" if button else ""


def first_response_line(reply: Said) -> str:
    """The first line, which is enough to see that it was answered, and as what; of a form also what is wrong."""
    if isinstance(reply, Card):
        return f"card: {reply.text().split(chr(10), 1)[0]}"
    return f"form: {' / '.join(reply.text().split(chr(10)))}"


async def stored_records(folder: Path, codec: Codec = CODEC) -> list[Book | Club]:
    """All that a store holds, as the present code reads it."""
    store = TinyStore.open(folder, codec=codec)
    found = [*[book async for book in store.all(Book)], *[club async for club in store.all(Club)]]
    await store.close()
    return sorted(found, key=_record_order)


async def answers_over_records(
    kept: Sequence[Book | Club], people: StoreSpeakers, now: datetime, asked: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, str]]:
    """The answer to each thing that somebody says, on a copy of its own."""
    store = await copy_to_memory_store(kept)
    return {
        name: {text: await _answer_over_copy(StoreBot(deepcopy(store), now), people[name], text) for text in texts}
        for name, texts in asked.items()
    }


async def _answer_over_copy(bot: StoreBot, who: StoreSpeaker, text: str) -> str:
    if text == HOME_PAGE_REQUEST:
        return response_text(await bot.core.home_page(who.actor(), bot.now))
    return response_text(await bot.say(who, text))


async def first_line_of_answer(store: MemoryStore, people: StoreSpeakers, now: datetime, line: PlainJson) -> str:
    """The first line of the answer to one of the lines, on a copy of its own: pressed, typed, or a form's answers."""
    bot, who, private = StoreBot(deepcopy(store), now), people[line["who"]], line.get("in private", False)
    if "press" in line:
        return first_response_line(await bot.press(who, line["press"], private=private))
    if "type" in line:
        return first_response_line(await bot.say(who, line["type"], private=private))
    return first_response_line(await bot.fill(who, line["fill"], line["values"], private=private))


async def copy_to_memory_store(kept: Sequence[Book | Club]) -> MemoryStore:
    """A fresh copy."""
    store = MemoryStore()
    for record in kept:
        fresh = replace(record, version=0)
        await store.save(fresh)
    return store


async def delivery_table_of(folder: Path, now: datetime) -> str:
    store = TinyStore.open(folder)
    found = render_delivery_table(
        delivery_report_to_json(await StoreBot(store, now).core.delivery_report(now)), STORE_HOME.zone
    )
    await store.close()
    return found


async def deliveries_over_version(
    folder: Path, people: StoreSpeakers, now: datetime, until: datetime, *, retry: bool = False
) -> list[PlainJson]:
    """What goes out over a version's store at `now`, and then until the end of the days.

    `retry`: after what was given up was sent on its way again.
    """
    with copied_store(folder / STORE_FOLDER_NAME) as copy:
        return await deliveries_over_store(copy, people, now, until, retry=retry)


async def deliveries_over_store(
    folder: Path, people: StoreSpeakers, now: datetime, until: datetime, *, retry: bool = False
) -> list[PlainJson]:
    """The same over a store itself, which is changed by it."""
    store = OrderedClaimStore.open(folder)
    bot = StoreBot(store, now)
    if retry:
        assert await bot.core.retry_parked(now)
    await bot.sweep()
    found = _delivered_since(bot, people, {})
    while bot.now < until:
        before = {name: len(one.delivered) for name, one in bot.sent.items()}
        await bot.live(min(bot.now + timedelta(days=1), until))
        found += _delivered_since(bot, people, before)
    await store.close()
    return found


def _delivered_since(bot: StoreBot, people: StoreSpeakers, before: Mapping[str, int]) -> list[PlainJson]:
    names = {one.address: name for name, one in people.items()}
    found = [
        {
            "by": f"{bot.now.astimezone(ZoneInfo(STORE_HOME.zone)):%Y-%m-%d %H:%M}",
            "to": _recipient_text(names, to),
            "text": response_text(card),
        }
        for name, messenger in bot.sent.items()
        for to, card, _key in messenger.delivered[before.get(name, 0) :]
    ]
    return sorted(found, key=lambda one: (one["to"], one["text"]))


def _recipient_text(names: Mapping[Address, str], to: Address | ClubChannel) -> str:
    if isinstance(to, ClubChannel):
        return f"channel {to.channel_id} of {to.platform} {to.club.team}"
    return names[to]


@contextmanager
def copied_store(folder: Path) -> Iterator[Path]:
    with TemporaryDirectory() as place:
        yield Path(shutil.copytree(folder, Path(place) / STORE_FOLDER_NAME))


def damage_newest_generation(folder: Path) -> None:
    """Of each record the generation before is all that is left."""
    for path in folder.glob("*/*.prev"):
        path.with_name(path.name.removesuffix(".prev")).write_bytes(b"damaged")


def store_instant(text: str) -> datetime:
    return local_instant(text, STORE_HOME.zone)
