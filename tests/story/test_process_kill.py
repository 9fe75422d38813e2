"""Processes killed while commands and reminders are in hand, and clocks that are set, jump or go apart.

What is the same on both platforms is tried on Slack each day, and on Discord by `make faults`. Each takes seconds:
processes are started twice, and look at their clocks once a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.inbound import DISCORD_PLATFORM
from bot.domain.model import Address
from storage.open import open_store
from tests.fakes_common import failures
from tests.fakes_discord import DiscordPerson, DiscordUser
from tests.story.discord_process import DiscordProcessMember
from tests.story.process import make_folder, requires_faketime
from tests.story.slack_process import SlackProcessMember

CALL_QUESTION = "Did your call with Dana happen?"
KILL_CROWD_IDS = range(300_000_000_000_000_000, 300_000_000_000_000_040)
PROCESS_MEMBERS: dict[str, type[SlackProcessMember] | type[DiscordProcessMember]] = {
    "slack": SlackProcessMember,
    "discord": DiscordProcessMember,
}
ON_BOTH = pytest.mark.parametrize("platform", ["slack", pytest.param("discord", marks=pytest.mark.exhaustive)])
ON_DISCORD = pytest.mark.parametrize("platform", ["discord"])

pytestmark = requires_faketime()


async def member_with_call(platform: str, folder: Path, **how: Any) -> Any:
    """A member with a call with Dana at 15:00; whether it happened is asked at 15:45. `how`: see `at`."""
    opened = await PROCESS_MEMBERS[platform].at(folder, "Europe/Berlin", "2026-10-20T10:00", **how)
    await opened.type("add Dana channel: email")
    await opened.type("plan Dana when: today 15:00")
    return opened


@pytest.fixture
async def bot(tmp_path: Path, platform: str) -> AsyncIterator[Any]:
    opened = await member_with_call(platform, tmp_path)
    yield opened
    await opened.close()


def at_hour(bot: Any, hour: str) -> datetime:
    return bot.instant(f"2026-10-20T{hour}")  # type: ignore[no-any-return]


def count_questions(bot: Any) -> int:
    """How often the member was asked."""
    return sum(CALL_QUESTION in text for text in bot.received())


def endings(platform: str) -> Iterator[dict[str, Any]]:
    """`stored`: the platform has it, and its answer is lost; `polite`: ended by SIGTERM, else by kill -9."""
    yield from ({"stored": stored, "polite": polite} for stored in (False, True) for polite in (False, True))
    if platform == "discord":  # its clock is not ours: what it has is found all the same
        yield from ({"stored": True, "polite": False, "apart": apart} for apart in (timedelta(minutes=4), None))


@ON_BOTH
async def test_an_end_in_the_midst_of_sending_neither_loses_nor_doubles_it(tmp_path: Path, platform: str) -> None:
    await asyncio.gather(
        *(end_while_sending(platform, tmp_path / str(at), **how) for at, how in enumerate(endings(platform)))
    )


async def end_while_sending(platform: str, folder: Path, stored: bool, polite: bool, **how: Any) -> None:
    bot = await member_with_call(platform, make_folder(folder), **how)
    try:
        bot.fake.fail(bot.post_route, with_=failures.hang(), stored=stored)
        bot.clock.to(at_hour(bot, "15:45"))
        await bot.fake.until(lambda: bot.fake.called(bot.post_route), within=20)
        if polite:
            bot.process.term()
            assert await bot.process.ended() == 0
        await bot.crash()
        for minutes in (2, 5, 60):  # whatever waits for another try has it
            bot.clock.to(at_hour(bot, "15:45") + timedelta(minutes=minutes))
            await bot.look_at_clock()
        await bot.fake.until(lambda: count_questions(bot), within=20)
        assert count_questions(bot) == 1
        assert bot.fake.called(bot.history_route), "it looked first whether the earlier try arrived"
        tries = bot.fake.called(bot.post_route)
        assert len(tries) == (1 if stored else 2)
        if platform == "discord":
            assert len({call.body["nonce"] for call in tries}) == 1
            bot.harmless()
        else:
            assert bot.slack.complaints == []
    finally:
        await bot.close()


@ON_BOTH
async def test_a_clock_that_is_set_forwards_and_back_costs_no_command_and_no_reminder(bot: Any) -> None:
    before = bot.links_now()
    for hour in ("15:40", "11:00", "15:44:57"):
        bot.clock.to(at_hour(bot, hour))
        await bot.look_at_clock()
        [board] = await bot.type("board")
        assert "Dana" in board.text
        assert count_questions(bot) == 0
    await bot.fake.until(lambda: count_questions(bot), within=20)
    assert bot.links_now() == before, "a connection does not go by the wall clock"
    assert '"level": "error"' not in bot.process.log_text


@pytest.mark.parametrize("platform", ["slack"])
async def test_a_moment_that_a_command_brings_near_is_not_slept_over(bot: Any) -> None:
    await bot.process.stop()
    bot.sleep = 3600
    await bot.start()
    await bot.look_at_clock()
    bot.clock.to(at_hour(bot, "15:44:57"))  # it is asleep, and cannot know
    await bot.type("add Lee channel: none")
    await bot.fake.until(lambda: count_questions(bot), within=20)
    assert bot.clock.now() - at_hour(bot, "15:45") < timedelta(seconds=30)


@ON_DISCORD
async def test_within_two_minutes_the_nonce_stops_a_second_one_when_nothing_can_be_looked_up(bot: Any) -> None:
    bot.fake.fail(bot.history_route, with_=failures.status(503), times=None)
    bot.fake.fail(bot.post_route, with_=failures.dropped(), stored=True)
    bot.clock.to(at_hour(bot, "15:45"))
    await bot.fake.until(lambda: count_questions(bot), within=20)
    await bot.crash()
    bot.clock.to(at_hour(bot, "15:46:20"))
    await bot.fake.until(lambda: len(bot.fake.called(bot.post_route)) == 2, within=20)
    await bot.look_at_clock()
    assert count_questions(bot) == 1
    first, second = [call.body["nonce"] for call in bot.fake.called(bot.post_route)]
    assert first == second


@ON_DISCORD
async def test_every_command_that_was_acknowledged_before_a_kill_is_kept(bot: Any) -> None:
    people = [bot.discord.invite(DiscordUser(number, f"member{number}")) for number in KILL_CROWD_IDS]
    bot.discord.patience = 60.0
    ringing = [asyncio.create_task(add_lee_on_discord(one, 0.02 * place)) for place, one in enumerate(people)]
    await bot.discord.until(lambda: sum(one.done() for one in ringing) > 4, within=20)
    await bot.process.kill()
    answered_too, unanswered = await asyncio.wait(ringing, timeout=0.5)
    for one in unanswered:
        one.cancel()
    heard = {one.result() for one in answered_too} - {0}
    assert 0 < len(heard) < len(people), "it was killed in the midst of it"
    kept = await crowd_ids_with_book(bot.folder / "store")
    assert heard <= kept
    await bot.crash()
    person = people[min(KILL_CROWD_IDS.index(one) for one in heard)]
    while (board := await person.slash("outreach", "board")).failed:
        pass  # a busy machine may take more than the three seconds that Discord waits
    assert "Lee" in board.said
    assert len(bot.discord.identifies) == 2
    assert bot.syncs == 1


async def add_lee_on_discord(person: DiscordPerson, after: float) -> int:
    """Their id when they got their answer."""
    await asyncio.sleep(after)
    seen = await person.slash("outreach", "add", contact="Lee", channel="none")
    return 0 if seen.failed else person.user.id


async def crowd_ids_with_book(folder: Path) -> set[int]:
    store = open_store(f"tinydb:{folder}")
    found = {one for one in KILL_CROWD_IDS if await store.load(Address(DISCORD_PLATFORM, str(one))) is not None}
    await store.close()
    return found


async def test_a_steady_clock_that_jumps_by_weeks_costs_the_connection_for_a_moment(tmp_path: Path) -> None:
    bot = await member_with_call("discord", tmp_path, monotonic=True)
    try:
        for weeks in (1, 3):
            bot.clock.to(at_hour(bot, "12:00") + timedelta(weeks=weeks))
            await bot.look_at_clock()
            await bot.discord.connected(within=20)
            [board] = await bot.type("board")
            assert "Dana" in board.text
        assert len(bot.discord.identifies) == 1, "it is the same session, resumed"
        assert '"level": "error"' not in bot.process.log_text
    finally:
        await bot.close()
