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
from bot.rules.moment import BookMoment
from storage.open import open_store
from tests.fakes_discord import DiscordUser, FakeDiscord
from tests.fakes_discord import FakePlatformClock as DiscordClock
from tests.fakes_discord import faults as discord_faults
from tests.fakes_discord.faults import CREATE_MESSAGE
from tests.fakes_slack import FakeSlack, SlackUser
from tests.fakes_slack import faults as slack_faults
from tests.fakes_slack.state import FakePlatformClock as SlackClock
from tests.faults.figures import printed_seed, report_figure, trial_count
from tests.faults.member_crowd import CROWD_CONTACT_NAME, SLACK_POST_METHOD
from tests.story.process import (
    CLOCK_LOOK_SECONDS,
    CLOCK_MARGIN_SECONDS,
    MovedClock,
    ProcessStarter,
    open_process_starter,
    requires_faketime,
)

SEND_KILL_COUNT = trial_count("SEND_KILLS", 1)
REMINDERS_PER_LIFE = {"discord": 12, "slack": 4}  # reminders for each life
MAX_SEND_ROUNDS = 50  # of five minutes: it is not yet evening then
KILL_HOME = HostDefaults("Europe/Berlin", "DE")
KILL_TEAM_ID = "T0CLUB"
ANSWER_SECONDS, LOST_ANSWER_SHARE = 0.05, 0.1  # seconds for an answer, and the share of those that are lost

pytestmark = requires_faketime()


@dataclass
class SendingPlatform:
    """The platform, and who is on it. `message_count`: the number of messages that each of them has."""

    fake: Any
    people: list[Address]
    message_count: Callable[[Address], int]
    calls: Callable[[], int]

    def copies(self) -> Counter[int]:
        return Counter(self.message_count(who) for who in self.people)


@asynccontextmanager
async def open_sending_platform(
    platform: str, many: int, now: Callable[[], float], rng: Random
) -> AsyncIterator[SendingPlatform]:
    opened = _open_discord_stage(many, now) if platform == "discord" else _open_slack_stage(many, now)
    faults: Any = discord_faults if platform == "discord" else slack_faults

    def weather(route: str) -> Any:
        if route in (CREATE_MESSAGE, SLACK_POST_METHOD) and rng.random() < LOST_ANSWER_SHARE:
            return faults.Fault(route, faults.dropped(), stored=rng.random() < 0.5)
        return faults.Fault(route, faults.slow(ANSWER_SECONDS))

    async with opened.fake:
        opened.fake.world.faults.weather = weather
        yield opened


def _open_discord_stage(many: int, now: Callable[[], float]) -> SendingPlatform:
    users = [DiscordUser(300_000_000_000_000_000 + number, f"member{number}") for number in range(many)]
    fake = FakeDiscord(users=users, clock=DiscordClock(now))

    def told(who: Address) -> int:
        return sum(CROWD_CONTACT_NAME in message.said for message in fake.person(int(who.user)).dm.messages)

    return SendingPlatform(
        fake, [Address("discord", str(user.id)) for user in users], told, lambda: len(fake.called(CREATE_MESSAGE))
    )


def _open_slack_stage(many: int, now: Callable[[], float]) -> SendingPlatform:
    users = [SlackUser(f"U{number:07}", f"member{number}", tz=KILL_HOME.zone) for number in range(many)]
    fake = FakeSlack(team=KILL_TEAM_ID, users=users, clock=SlackClock(now))

    def told(who: Address) -> int:
        return sum(CROWD_CONTACT_NAME in one.said for one in fake.person(who.user).received)

    return SendingPlatform(
        fake,
        [Address("slack", user.id, KILL_TEAM_ID) for user in users],
        told,
        lambda: len(fake.called(SLACK_POST_METHOD)),
    )


async def seed_due_calls(folder: Path, on: SendingPlatform, now: datetime) -> None:
    """Everybody had a call an hour ago, of which they are asked now."""
    store = open_store(f"tinydb:{folder}")
    core = Service(store, {}, KILL_HOME)
    for who in on.people:
        for said in ("settings basket: never patience: no zone: Berlin", f"add {CROWD_CONTACT_NAME} channel: email"):
            await core.handle_command(Actor(who), said, now - timedelta(hours=3))
        await core.handle_command(
            Actor(who), f"plan {CROWD_CONTACT_NAME} when: in 1 hour", now - timedelta(hours=2, minutes=30)
        )
        book = await store.load(who)
        assert book is not None
        assert any(isinstance(entry, Plan) for entry in book.contacts[0].entries)
        known = on.fake.world.dm(int(who.user) if who.platform == "discord" else who.user)
        book = replace(book, conversation_id=str(getattr(known, "id", known)))
        await store.save(replace(book, wake_at=BookMoment(book, now - timedelta(hours=2), KILL_HOME).next_wake))
    await store.close()


# Each day `tests/story/test_process_kill.py` kills a process that sends on Slack.
@pytest.mark.parametrize("platform", ["discord", pytest.param("slack", marks=pytest.mark.exhaustive)])
async def test_kills_at_random_lose_no_reminder_and_double_none(platform: str, tmp_path: Path) -> None:
    rng = Random(printed_seed())  # noqa: S311
    clock = MovedClock(tmp_path / "clock")
    clock.to(datetime(2026, 11, 24, 12, tzinfo=UTC))
    async with open_sending_platform(
        platform, SEND_KILL_COUNT * REMINDERS_PER_LIFE[platform], lambda: clock.now().timestamp(), rng
    ) as on:
        await seed_due_calls(tmp_path / "store", on, clock.now())
        async with open_process_starter(
            tmp_path, on.fake.env | clock.env | {"STALEMATE_MAX_SLEEP": str(round(CLOCK_LOOK_SECONDS))}
        ) as start:
            for _ in range(SEND_KILL_COUNT):
                await kill_while_sending(start, on, rng)
                clock.to(clock.now() + timedelta(minutes=2))
            await live_to_the_end(start, on, clock)
        assert on.copies() == {1: len(on.people)}
    report_figure("kills while sending", kills=SEND_KILL_COUNT, reminders=len(on.people), lost=0, twice=0)


async def kill_while_sending(start: ProcessStarter, on: SendingPlatform, rng: Random) -> None:
    """A life that ends in the midst of sending, if there is still something to send."""
    before, bot = on.calls(), await start()
    await bot.wait_until_serving()
    if not on.copies()[0]:
        await asyncio.sleep(CLOCK_LOOK_SECONDS)
    else:
        await on.fake.until(lambda: on.calls() > before, within=20)
    await asyncio.sleep(rng.uniform(0.0, 0.3))
    await bot.kill()


async def live_to_the_end(start: ProcessStarter, on: SendingPlatform, clock: MovedClock) -> None:
    """A life that is let live, through all that waits for another try."""
    bot = await start()
    await bot.wait_until_serving()
    rounds = 0
    while on.copies()[0] and rounds < MAX_SEND_ROUNDS:
        await pass_five_minutes(on, clock)
        rounds += 1
    for _ in range(3):  # whatever might come a second time
        await pass_five_minutes(on, clock)
    await bot.stop()


async def pass_five_minutes(on: SendingPlatform, clock: MovedClock) -> None:
    """Five minutes, and all that is done then."""
    clock.to(clock.now() + timedelta(minutes=5))
    await asyncio.sleep(CLOCK_LOOK_SECONDS + CLOCK_MARGIN_SECONDS)
    await on.fake.settled(quiet=0.5, within=60)
