"""Killed while commands and reminders are in hand on Discord, and clocks that are set or go apart.

What is the same on Slack, `tests/story/test_slack_kill.py` tries each day. Each takes seconds: processes are started
twice, and look at their clocks once a second.
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
from tests.fakes_discord import DiscordPerson, DiscordUser, faults
from tests.fakes_discord.faults import CREATE_MESSAGE, READ_HISTORY
from tests.story.discord_process import DiscordProcessMember
from tests.story.process import CLOCK_LOOK_SECONDS, CLOCK_MARGIN_SECONDS, make_folder, requires_faketime

DISCORD_KILL_DAY = "2026-10-20"
DISCORD_CALL_QUESTION = "Did your call with Dana happen?"
KILL_CROWD_IDS = range(300_000_000_000_000_000, 300_000_000_000_000_040)

pytestmark = requires_faketime()


async def discord_member_with_call(folder: Path, **how: Any) -> DiscordProcessMember:
    """A call with Dana at 15:00; whether it happened is asked at 15:45."""
    opened = await DiscordProcessMember.at(folder, "Europe/Berlin", f"{DISCORD_KILL_DAY}T10:00", **how)
    await opened.type("add Dana channel: email")
    await opened.type("plan Dana when: today 15:00")
    return opened


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[DiscordProcessMember]:
    opened = await discord_member_with_call(tmp_path)
    yield opened
    await opened.close()


def discord_kill_instant(bot: DiscordProcessMember, hour: str) -> datetime:
    local = datetime.fromisoformat(f"{DISCORD_KILL_DAY}T{hour}")
    return bot.calendar.instant_at(local.date(), local.time())


def count_discord_questions(bot: DiscordProcessMember) -> int:
    """How often the member was asked."""
    return sum(DISCORD_CALL_QUESTION in one.said for one in bot.ada.inbox)


async def wait_for_discord_look() -> None:
    """A bot had its look at the clock, and all that it did is done."""
    await asyncio.sleep(CLOCK_LOOK_SECONDS + 2 * CLOCK_MARGIN_SECONDS)


def discord_endings() -> Iterator[dict[str, Any]]:
    """`stored`: Discord has it, and its answer is lost; `polite`: ended by SIGTERM, else by kill -9."""
    yield from ({"stored": stored, "polite": polite} for stored in (False, True) for polite in (False, True))
    # Discord's clock is not ours: what it has is found all the same.
    yield from ({"stored": True, "polite": False, "apart": apart} for apart in (timedelta(minutes=4), None))


@pytest.mark.exhaustive
async def test_an_end_in_the_midst_of_sending_neither_loses_nor_doubles_it(tmp_path: Path) -> None:
    await asyncio.gather(
        *(end_discord_while_sending(tmp_path / str(at), **how) for at, how in enumerate(discord_endings()))
    )


async def end_discord_while_sending(
    folder: Path, stored: bool, polite: bool, apart: timedelta | None = timedelta()
) -> None:
    bot = await discord_member_with_call(make_folder(folder), apart=apart)
    try:
        bot.discord.fail(CREATE_MESSAGE, with_=faults.hang(), stored=stored)
        bot.clock.to(discord_kill_instant(bot, "15:45"))
        await bot.discord.until(lambda: bot.discord.called(CREATE_MESSAGE), within=20)
        if polite:
            bot.process.term()
            assert await bot.process.ended() == 0
        await bot.crash()
        for minutes in (2, 5, 60):  # whatever waits for another try has it
            bot.clock.to(discord_kill_instant(bot, "15:45") + timedelta(minutes=minutes))
            await wait_for_discord_look()
        await bot.discord.until(lambda: count_discord_questions(bot), within=20)
        assert count_discord_questions(bot) == 1
        assert bot.discord.called(READ_HISTORY), "it looked first whether the earlier try arrived"
        assert len(bot.discord.called(CREATE_MESSAGE)) == (1 if stored else 2)
        assert len({call.body["nonce"] for call in bot.discord.called(CREATE_MESSAGE)}) == 1
        bot.harmless()
    finally:
        await bot.close()


async def test_within_two_minutes_the_nonce_stops_a_second_one_when_nothing_can_be_looked_up(
    bot: DiscordProcessMember,
) -> None:
    bot.discord.fail(READ_HISTORY, with_=faults.status(503), times=None)
    bot.discord.fail(CREATE_MESSAGE, with_=faults.dropped(), stored=True)
    bot.clock.to(discord_kill_instant(bot, "15:45"))
    await bot.discord.until(lambda: count_discord_questions(bot), within=20)
    await bot.crash()
    bot.clock.to(discord_kill_instant(bot, "15:46:20"))
    await bot.discord.until(lambda: len(bot.discord.called(CREATE_MESSAGE)) == 2, within=20)
    await wait_for_discord_look()
    assert count_discord_questions(bot) == 1
    first, second = [call.body["nonce"] for call in bot.discord.called(CREATE_MESSAGE)]
    assert first == second


async def test_every_command_that_was_acknowledged_before_a_kill_is_kept(bot: DiscordProcessMember) -> None:
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
    board = await people[min(KILL_CROWD_IDS.index(one) for one in heard)].slash("outreach", "board")
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


@pytest.mark.exhaustive
async def test_a_clock_that_is_set_forwards_and_back_costs_no_command_and_no_reminder(
    bot: DiscordProcessMember,
) -> None:
    before = bot.discord.gateway.links.copy()
    for hour in ("15:40", "11:00", "15:44:57"):
        bot.clock.to(discord_kill_instant(bot, hour))
        await wait_for_discord_look()
        [board] = await bot.type("board")
        assert "Dana" in board.text
        assert count_discord_questions(bot) == 0
    await bot.discord.until(lambda: count_discord_questions(bot), within=20)
    assert bot.discord.gateway.links == before, "a gateway does not go by the wall clock"
    assert '"level": "error"' not in bot.process.log_text


async def test_a_steady_clock_that_jumps_by_weeks_costs_the_connection_for_a_moment(tmp_path: Path) -> None:
    bot = await discord_member_with_call(tmp_path, monotonic=True)
    try:
        for weeks in (1, 3):
            bot.clock.to(discord_kill_instant(bot, "12:00") + timedelta(weeks=weeks))
            await wait_for_discord_look()
            await bot.discord.connected(within=20)
            [board] = await bot.type("board")
            assert "Dana" in board.text
        assert len(bot.discord.identifies) == 1, "it is the same session, resumed"
        assert '"level": "error"' not in bot.process.log_text
    finally:
        await bot.close()
