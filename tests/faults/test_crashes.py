"""Death at every point of a sweep, between any two steps: no reminder is lost, and none comes twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.app.service import Service
from bot.domain.messages import Card
from bot.domain.model import Actor, Address, HostDefaults
from bot.domain.ports import RecordT
from storage.memory import MemoryStore
from tests.faults.figures import report_figure
from tests.samples import local_instant

CRASHING_ADA = Actor(Address("console", "ada"))
CRASH_HOME = HostDefaults("Europe/Berlin", "DE")
CRASH_START = local_instant("2026-10-20 09:00")
CRASH_LIFE_LINES = (
    ("2026-10-20 10:00", "add Lee channel: none"),
    ("2026-10-20 10:01", "add Dana channel: email company: Acme via: Sam"),
    ("2026-10-20 10:02", "plan Lee when: today 15:00"),
    ("2026-10-27 12:00", "log Dana channel: email"),
    ("2026-10-30 12:00", "log Dana channel: phone"),
    ("2026-11-15 11:00", "board"),
)


class SweepKilled(BaseException):
    """The process is gone, here and now."""


@dataclass
class DeathPlan:
    """`dies_at`: the number of the dangerous moment that is the last one; None: never."""

    dies_at: int | None = None
    moments: int = 0
    sweeping: bool = False

    def maybe_die(self) -> None:
        if self.sweeping:
            self.moments += 1
            if self.moments == self.dies_at:
                raise SweepKilled


class MortalStore(MemoryStore):
    def __init__(self, fate: DeathPlan) -> None:
        super().__init__()
        self.fate = fate

    async def save(self, record: RecordT) -> RecordT:
        self.fate.maybe_die()
        saved = await super().save(record)
        self.fate.maybe_die()
        return saved


@dataclass
class CrashPlatform:
    """Remembers what it was sent; can be asked, or not."""

    fate: DeathPlan
    tells: bool = True
    sent_at: dict[str, list[datetime]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    now: datetime = CRASH_START
    ready: bool = True

    def restore_conversation(self, to: Address, conversation: str) -> None:
        """There is one for each, always."""

    async def wait_for_turn(self, to: Address) -> str:
        return ""

    async def send(self, to: Address, card: Card, key: str) -> None:
        self.fate.maybe_die()
        self.sent_at.setdefault(key, []).append(self.now)
        self.texts[key] = card.text()
        self.fate.maybe_die()

    async def was_sent(self, to: Address, key: str, since: datetime) -> bool | None:
        return any(at >= since for at in self.sent_at.get(key, [])) if self.tells else None


async def live_with_crash(fate: DeathPlan, platform: CrashPlatform) -> None:
    store = MortalStore(fate)
    core = Service(store, {"console": platform}, CRASH_HOME)
    for moment, said in CRASH_LIFE_LINES:
        async for now in sweep_times_until(core, platform.now, local_instant(moment)):
            platform.now, fate.sweeping = now, True
            try:
                while await core.sweep(now):
                    pass
            except SweepKilled:
                await store.close()
                store.open()
            fate.sweeping = False
        platform.now = local_instant(moment)
        await core.handle_command(CRASHING_ADA, said, platform.now)


async def sweep_times_until(core: Service, now: datetime, until: datetime) -> AsyncIterator[datetime]:
    """The moments at which the ticker would sweep: whenever something may be due."""
    while (wake := await core.next_wake()) is not None and wake <= until:
        now = max(wake, now + timedelta(seconds=1))
        yield now


async def platform_after_life(fate: DeathPlan, *, tells: bool = True) -> CrashPlatform:
    platform = CrashPlatform(fate, tells)
    await live_with_crash(fate, platform)
    return platform


async def test_the_life_without_a_crash_has_every_kind_of_message() -> None:
    calm = await platform_after_life(DeathPlan())
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
    calm = DeathPlan()
    expected = list((await platform_after_life(calm)).texts.values())
    assert calm.moments > 20
    for moment in range(1, calm.moments + 1):
        shaken = await platform_after_life(DeathPlan(dies_at=moment), tells=tells)
        assert list(shaken.texts.values()) == expected, f"died at {moment}"
        copies = [len(times) for times in shaken.sent_at.values()]
        assert max(copies) <= (1 if tells else 2), f"died at {moment}"
        assert sum(copies) <= len(expected) + (not tells)
    report_figure("crashes while sending", deaths=calm.moments, lost=0)


async def test_after_death_a_reminder_comes_within_two_minutes() -> None:
    calm = DeathPlan()
    on_time = [times[0] for times in (await platform_after_life(calm)).sent_at.values()]
    for moment in range(1, calm.moments + 1):
        shaken = await platform_after_life(DeathPlan(dies_at=moment))
        late = [times[0] - due for times, due in zip(shaken.sent_at.values(), on_time, strict=True)]
        assert max(late) <= timedelta(minutes=2), f"died at {moment}"
