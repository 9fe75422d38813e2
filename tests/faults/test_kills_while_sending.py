"""A real process that sends reminders, killed again and again while a tenth of all answers are lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.app.service import Service
from bot.domain.model import Actor, Address, HostDefaults, Plan
from bot.rules.schedule import next_book_wake
from storage.open import open_store
from tests.fakes_discord import Clock as DiscordClock
from tests.fakes_discord import FakeDiscord
from tests.fakes_discord import User as DiscordUser
from tests.fakes_discord import faults as discord_faults
from tests.fakes_discord.faults import SEND
from tests.fakes_slack import FakeSlack
from tests.fakes_slack import User as SlackUser
from tests.fakes_slack import faults as slack_faults
from tests.fakes_slack.state import Clock as SlackClock
from tests.faults.figures import figure, seed, size
from tests.faults.halls import NAME, POST
from tests.story.process import LOOK, MARGIN, Machine, Start, moved_clock, starter

KILLS = size("SEND_KILLS", 1)
EACH = {"discord": 12, "slack": 4}  # reminders for each life
ROUNDS = 50  # of five minutes: it is not yet evening then
NOON = HostDefaults("Europe/Berlin", "DE")
TEAM = "T0CLUB"
AWAY, LOST = 0.05, 0.1  # seconds for an answer, and the share of those that are lost

pytestmark = moved_clock()


@dataclass
class Stage:
    """The platform, and who is on it. `told`: the number of messages that each of them has."""

    fake: Any
    people: list[Address]
    told: Callable[[Address], int]
    calls: Callable[[], int]

    def copies(self) -> Counter[int]:
        return Counter(self.told(who) for who in self.people)


@asynccontextmanager
async def stage(platform: str, many: int, now: Callable[[], float], rng: Random) -> AsyncIterator[Stage]:
    opened = _discord(many, now) if platform == "discord" else _slack(many, now)
    faults: Any = discord_faults if platform == "discord" else slack_faults

    def weather(route: str) -> Any:
        if route in (SEND, POST) and rng.random() < LOST:
            return faults.Fault(route, faults.dropped(), stored=rng.random() < 0.5)
        return faults.Fault(route, faults.slow(AWAY))

    async with opened.fake:
        opened.fake.world.faults.weather = weather
        yield opened


def _discord(many: int, now: Callable[[], float]) -> Stage:
    users = [DiscordUser(300_000_000_000_000_000 + number, f"member{number}") for number in range(many)]
    fake = FakeDiscord(users=users, clock=DiscordClock(now))

    def told(who: Address) -> int:
        return sum(NAME in message.said for message in fake.person(int(who.user)).dm.messages)

    return Stage(fake, [Address("discord", str(user.id)) for user in users], told, lambda: len(fake.called(SEND)))


def _slack(many: int, now: Callable[[], float]) -> Stage:
    users = [SlackUser(f"U{number:07}", f"member{number}", tz=NOON.zone) for number in range(many)]
    fake = FakeSlack(team=TEAM, users=users, clock=SlackClock(now))

    def told(who: Address) -> int:
        return sum(NAME in one.said for one in fake.person(who.user).received)

    return Stage(fake, [Address("slack", user.id, TEAM) for user in users], told, lambda: len(fake.called(POST)))


async def seeded(folder: Path, on: Stage, now: datetime) -> None:
    """Everybody had a call an hour ago, of which they are asked now."""
    store = open_store(f"tinydb:{folder}")
    core = Service(store, {}, NOON)
    for who in on.people:
        for said in ("settings basket: never patience: no zone: Berlin", f"add {NAME} channel: email"):
            await core.handle_command(Actor(who), said, now - timedelta(hours=3))
        await core.handle_command(Actor(who), f"plan {NAME} when: in 1 hour", now - timedelta(hours=2, minutes=30))
        book = await store.load_book(who)
        assert book is not None
        assert any(isinstance(entry, Plan) for entry in book.contacts[0].entries)
        known = on.fake.world.dm(int(who.user) if who.platform == "discord" else who.user)
        book = replace(book, conversation_id=str(getattr(known, "id", known)))
        await store.save_book(replace(book, wake_at=next_book_wake(book, now - timedelta(hours=2), NOON)))
    await store.close()


@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_kills_at_random_lose_no_reminder_and_double_none(platform: str, tmp_path: Path) -> None:
    rng = Random(seed())  # noqa: S311
    clock = Machine(tmp_path / "clock")
    clock.to(datetime(2026, 11, 24, 12, tzinfo=UTC))
    async with stage(platform, KILLS * EACH[platform], lambda: clock.now().timestamp(), rng) as on:
        await seeded(tmp_path / "store", on, clock.now())
        async with starter(tmp_path, on.fake.env | clock.env | {"STALEMATE_MAX_SLEEP": str(round(LOOK))}) as start:
            for _ in range(KILLS):
                await killed(start, on, rng)
                clock.to(clock.now() + timedelta(minutes=2))
            await to_the_end(start, on, clock)
        assert on.copies() == {1: len(on.people)}
    figure("kills while sending", kills=KILLS, reminders=len(on.people), lost=0, twice=0)


async def killed(start: Start, on: Stage, rng: Random) -> None:
    """A life that ends in the midst of sending, if there is still something to send."""
    before, bot = on.calls(), await start()
    await bot.serving()
    if not on.copies()[0]:
        await asyncio.sleep(LOOK)
    else:
        await on.fake.until(lambda: on.calls() > before, within=20)
    await asyncio.sleep(rng.uniform(0.0, 0.3))
    await bot.kill()


async def to_the_end(start: Start, on: Stage, clock: Machine) -> None:
    """A life that is let live, through all that waits for another try."""
    bot = await start()
    await bot.serving()
    rounds = 0
    while on.copies()[0] and rounds < ROUNDS:
        await passed(on, clock)
        rounds += 1
    for _ in range(3):  # whatever might come a second time
        await passed(on, clock)
    await bot.stop()


async def passed(on: Stage, clock: Machine) -> None:
    """Five minutes, and all that is done then."""
    clock.to(clock.now() + timedelta(minutes=5))
    await asyncio.sleep(LOOK + MARGIN)
    await on.fake.settled(quiet=0.5, within=60)
