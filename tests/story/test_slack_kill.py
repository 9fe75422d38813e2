"""Killed while a reminder is on its way, and clocks that are set: each reminder comes once, and at its moment.

Each takes seconds: processes are started twice, and look at their clocks once a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes_slack import faults
from tests.story.process import CLOCK_LOOK_SECONDS, CLOCK_MARGIN_SECONDS, make_folder, requires_faketime
from tests.story.slack_process import SlackProcessMember

SLACK_KILL_DAY = "2026-10-20"
SLACK_CALL_QUESTION = "Did your call with Dana happen?"

pytestmark = requires_faketime()


async def slack_member_with_call(folder: Path) -> SlackProcessMember:
    """A call with Dana at 15:00; whether it happened is asked at 15:45."""
    opened = await SlackProcessMember.at(folder, "Europe/Berlin", f"{SLACK_KILL_DAY}T10:00")
    await opened.type("add Dana channel: email")
    await opened.type("plan Dana when: today 15:00")
    return opened


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[SlackProcessMember]:
    opened = await slack_member_with_call(tmp_path)
    yield opened
    await opened.close()


def slack_kill_instant(bot: SlackProcessMember, hour: str) -> datetime:
    local = datetime.fromisoformat(f"{SLACK_KILL_DAY}T{hour}")
    return bot.calendar.instant_at(local.date(), local.time())


def count_slack_questions(bot: SlackProcessMember) -> int:
    """How often the member was asked."""
    return sum(SLACK_CALL_QUESTION in one.text for one in bot.ada.received)


async def wait_for_slack_look() -> None:
    """A bot had its look at the clock, and all that it did is done."""
    await asyncio.sleep(CLOCK_LOOK_SECONDS + 2 * CLOCK_MARGIN_SECONDS)


async def test_an_end_in_the_midst_of_sending_neither_loses_nor_doubles_it(tmp_path: Path) -> None:
    ends = [(stored, polite) for stored in (False, True) for polite in (False, True)]
    await asyncio.gather(
        *(end_slack_while_sending(tmp_path / f"{stored}-{polite}", stored, polite) for stored, polite in ends)
    )


async def end_slack_while_sending(folder: Path, stored: bool, polite: bool) -> None:
    """`stored`: Slack has it, and its answer is lost; `polite`: ended by SIGTERM, else by kill -9."""
    bot = await slack_member_with_call(make_folder(folder))
    try:
        bot.slack.fail("chat.postMessage", with_=faults.hang(), stored=stored)
        bot.clock.to(slack_kill_instant(bot, "15:45"))
        await bot.slack.until(lambda: bot.slack.called("chat.postMessage"), within=5)
        if polite:
            bot.process.term()
            assert await bot.process.ended() == 0
        await bot.crash()
        for minutes in (2, 5, 60):  # whatever waits for another try has it
            bot.clock.to(slack_kill_instant(bot, "15:45") + timedelta(minutes=minutes))
            await wait_for_slack_look()
        assert count_slack_questions(bot) == 1
        assert bot.slack.called("conversations.history"), "it looked first whether the earlier try arrived"
        assert len(bot.slack.called("chat.postMessage")) == (1 if stored else 2)
        assert bot.slack.complaints == []
    finally:
        await bot.close()


async def test_a_clock_that_is_set_forwards_and_back_costs_no_command_and_no_reminder(bot: SlackProcessMember) -> None:
    before = bot.slack.links
    for hour in ("15:40", "11:00", "15:44:57"):
        bot.clock.to(slack_kill_instant(bot, hour))
        await wait_for_slack_look()
        [board] = await bot.type("board")
        assert "Dana" in board.text
        assert count_slack_questions(bot) == 0
    await bot.slack.until(lambda: count_slack_questions(bot), within=10)
    assert bot.slack.links == before, "a socket does not go by the wall clock"
    assert '"level": "error"' not in bot.process.log_text


async def test_a_moment_that_a_command_brings_near_is_not_slept_over(bot: SlackProcessMember) -> None:
    await bot.process.stop()
    bot.sleep = 3600
    await bot.start()
    await wait_for_slack_look()
    bot.clock.to(slack_kill_instant(bot, "15:44:57"))  # it is asleep, and cannot know
    await bot.type("add Lee channel: none")
    await bot.slack.until(lambda: count_slack_questions(bot), within=10)
    assert bot.clock.now() - slack_kill_instant(bot, "15:45") < timedelta(seconds=5)
