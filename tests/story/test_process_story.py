"""The story with the bot in a real process: its clock is moved from outside, and kill -9 comes between.

Told on Slack each day, and on Discord by `make faults`.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.sync import SYNCED_COMMANDS_KEY
from tests.faults.figures import report_figure, trial_count
from tests.story.discord_process import DiscordProcessMember
from tests.story.driver import ConsoleMessage
from tests.story.on_discord import OnDiscord
from tests.story.on_slack import OnSlack
from tests.story.process import CLOCK_LOOK_SECONDS, CLOCK_MARGIN_SECONDS, make_folder, requires_faketime
from tests.story.script import StoryCast, StoryPlayer, play_story, play_until_brake
from tests.story.slack_process import SlackProcessMember

IGNORED_TIME = datetime(1, 1, 1, tzinfo=UTC)
PROCESS_CAST = StoryCast(country="DE")
# Set, it has the whole story told in every way and waits on each quiet day; else it is told until the brake.
IS_THOROUGH_RUN = "STALEMATE_TEST_KILL_AFTER" in os.environ
PLAY_CHOSEN_STORY: Callable[[StoryPlayer], Awaitable[object]] = play_story if IS_THOROUGH_RUN else play_until_brake
KILL_AFTER_STEPS = trial_count("KILL_AFTER", 12)  # 1 kills after every step, for minutes
ProcessWays = dict[str, dict[str, Any]]
SLACK_WAYS: ProcessWays = {"socket": {"monotonic": True}, "http": {"http": True}}
# In each way the whole of what is said must be the same. What another Discord may differ in is in `DiscordWorld.plain`;
# with its own clock nothing that the bot does may hang on what time it is there.
DISCORD_WAYS: ProcessWays = {"steady": {"monotonic": True}, "plain": {"plain": True, "apart": None}}
if IS_THOROUGH_RUN:
    SLACK_WAYS |= {"wall": {}, "http-steady": {"http": True, "monotonic": True}}
    DISCORD_WAYS |= {"wall": {}, "ahead": {"apart": timedelta(minutes=4)}, "behind": {"apart": -timedelta(minutes=4)}}

pytestmark = requires_faketime()


def without_answer_times(said: Sequence[ConsoleMessage]) -> list[ConsoleMessage]:
    """What was said, and when it came unasked; an answer comes a few seconds later on a clock that runs."""
    return [one if one.kind == "dm" else replace(one, at=IGNORED_TIME) for one in said]


@pytest.mark.parametrize(
    ("calm_member", "process_member", "ways"),
    [
        (OnSlack, SlackProcessMember, SLACK_WAYS),
        pytest.param(OnDiscord, DiscordProcessMember, DISCORD_WAYS, marks=pytest.mark.exhaustive),
    ],
    ids=["slack", "discord"],
)
async def test_the_story_in_real_processes(
    tmp_path: Path, calm_member: Any, process_member: Any, ways: ProcessWays
) -> None:
    """Many seconds: all ways at once, but each waits until a process has looked at its clock, day after day."""
    home = (PROCESS_CAST.zone, PROCESS_CAST.start, PROCESS_CAST.country)
    calm = StoryPlayer(await calm_member.open(tmp_path / "calm", *home), PROCESS_CAST)
    await PLAY_CHOSEN_STORY(calm)
    await calm.console.close()

    async def play_in_process(folder: Path, **how: Any) -> list[ConsoleMessage]:
        """`how`: see `at` of the member."""
        bot = await process_member.at(make_folder(folder), *home, **how)
        bot.moments = [one.at.astimezone(UTC) for one in calm.messages if one.kind == "dm"]
        bot.quiet = CLOCK_LOOK_SECONDS + CLOCK_MARGIN_SECONDS if IS_THOROUGH_RUN else CLOCK_MARGIN_SECONDS
        story = StoryPlayer(bot, PROCESS_CAST, KILL_AFTER_STEPS)
        try:
            await PLAY_CHOSEN_STORY(story)
        finally:
            await bot.close()
        assert '"level": "error"' not in bot.process.log_text
        if isinstance(bot, DiscordProcessMember):
            starts = 1 + story.steps // KILL_AFTER_STEPS
            # A steady clock that jumps ends whatever is waited for: a session that was not greeted yet is begun anew.
            await assert_commands_known_once(bot, starts, at_most=2 * starts if how.get("monotonic") else starts)
        return without_answer_times(story.messages)

    for said in await asyncio.gather(*(play_in_process(tmp_path / name, **how) for name, how in ways.items())):
        assert said == without_answer_times(calm.messages)
    report_figure("stories", stories=len(ways))


async def assert_commands_known_once(bot: DiscordProcessMember, starts: int, at_most: int) -> None:
    """The commands went out at the first start, and each start began one session, or `at_most` so many in all."""
    assert bot.syncs == 1
    [digest] = json.loads(await bot.memo(SYNCED_COMMANDS_KEY))["scopes"].values()
    assert len(digest) == 64
    assert starts <= len(bot.discord.identifies) <= at_most
