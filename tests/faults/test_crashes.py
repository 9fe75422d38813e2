"""Death at every point of a sweep, between any two steps: no reminder is lost, and none comes twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.app.service import Service
from bot.domain.messages import Card
from bot.domain.model import Actor, Address, Book, HostDefaults
from storage.memory import MemoryStore
from tests.faults.figures import figure
from tests.samples import local

ADA = Actor(Address("console", "ada"))
HOME = HostDefaults("Europe/Berlin", "DE")
START = local("2026-10-20 09:00")
LIFE = (
    ("2026-10-20 10:00", "add Lee channel: none"),
    ("2026-10-20 10:01", "add Dana channel: email company: Acme via: Sam"),
    ("2026-10-20 10:02", "plan Lee when: today 15:00"),
    ("2026-10-27 12:00", "log Dana channel: email"),
    ("2026-10-30 12:00", "log Dana channel: phone"),
    ("2026-11-15 11:00", "board"),
)


class Killed(BaseException):
    """The process is gone, here and now."""


@dataclass
class Fate:
    """`dies_at`: the number of the dangerous moment that is the last one; None: never."""

    dies_at: int | None = None
    moments: int = 0
    sweeping: bool = False

    def tempt(self) -> None:
        if self.sweeping:
            self.moments += 1
            if self.moments == self.dies_at:
                raise Killed


class MortalStore(MemoryStore):
    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self.fate = fate

    async def save_book(self, book: Book) -> Book:
        self.fate.tempt()
        saved = await super().save_book(book)
        self.fate.tempt()
        return saved


@dataclass
class Platform:
    """Remembers what it was sent; can be asked, or not."""

    fate: Fate
    tells: bool = True
    sent_at: dict[str, list[datetime]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    now: datetime = START
    ready: bool = True

    def restore_conversation(self, to: Address, conversation: str) -> None:
        """There is one for each, always."""

    async def wait_for_turn(self, to: Address) -> str:
        return ""

    async def send(self, to: Address, card: Card, key: str) -> None:
        self.fate.tempt()
        self.sent_at.setdefault(key, []).append(self.now)
        self.texts[key] = card.text()
        self.fate.tempt()

    async def was_sent(self, to: Address, key: str, since: datetime) -> bool | None:
        return any(at >= since for at in self.sent_at.get(key, [])) if self.tells else None


async def live(fate: Fate, platform: Platform) -> None:
    store = MortalStore(fate)
    core = Service(store, {"console": platform}, HOME)
    for moment, said in LIFE:
        async for now in on_the_way(core, platform.now, local(moment)):
            platform.now, fate.sweeping = now, True
            try:
                while await core.sweep(now):
                    pass
            except Killed:
                await store.close()
                store.open()
            fate.sweeping = False
        platform.now = local(moment)
        await core.handle_command(ADA, said, platform.now)


async def on_the_way(core: Service, now: datetime, until: datetime) -> AsyncIterator[datetime]:
    """The moments at which the ticker would sweep: whenever something may be due."""
    while (wake := await core.next_wake()) is not None and wake <= until:
        now = max(wake, now + timedelta(seconds=1))
        yield now


async def heard(fate: Fate, *, tells: bool = True) -> Platform:
    platform = Platform(fate, tells)
    await live(fate, platform)
    return platform


async def test_the_life_without_a_crash_has_every_kind_of_message() -> None:
    calm = await heard(Fate())
    said = "\n".join(calm.texts.values())
    for words in (
        "Did your call with Lee happen?",
        "Waiting is hard",
        "It's okay to",
        "It's quiet with Dana",
        "I hope the week",
    ):
        assert words in said
    assert all(len(times) == 1 for times in calm.sent_at.values())


@pytest.mark.parametrize("tells", [True, False], ids=["a platform that can be asked", "one that cannot"])
async def test_death_at_any_moment_of_a_sweep_loses_no_reminder(*, tells: bool) -> None:
    calm = Fate()
    expected = list((await heard(calm)).texts.values())
    assert calm.moments > 20
    for moment in range(1, calm.moments + 1):
        shaken = await heard(Fate(dies_at=moment), tells=tells)
        assert list(shaken.texts.values()) == expected, f"died at {moment}"
        copies = [len(times) for times in shaken.sent_at.values()]
        assert max(copies) <= (1 if tells else 2), f"died at {moment}"
        assert sum(copies) <= len(expected) + (not tells)
    figure("crashes while sending", deaths=calm.moments, lost=0)


async def test_after_death_a_reminder_comes_within_two_minutes() -> None:
    calm = Fate()
    on_time = [times[0] for times in (await heard(calm)).sent_at.values()]
    for moment in range(1, calm.moments + 1):
        shaken = await heard(Fate(dies_at=moment))
        late = [times[0] - due for times, due in zip(shaken.sent_at.values(), on_time, strict=True)]
        assert max(late) <= timedelta(minutes=2), f"died at {moment}"
