"""The story on Discord with the bot in a real process: its clock is moved from outside, and kill -9 comes between.

Each day `tests/story/test_slack_process.py` plays the same on Slack.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.sync import SYNCED_COMMANDS_KEY
from tests.faults.figures import report_figure
from tests.story.discord_process import DiscordProcessMember
from tests.story.driver import ConsoleMessage
from tests.story.on_discord import OnDiscord
from tests.story.process import CLOCK_LOOK_SECONDS, CLOCK_MARGIN_SECONDS, make_folder, requires_faketime
from tests.story.script import StoryCast, StoryPlayer
from tests.story.test_slack_process import (
    IS_THOROUGH_RUN,
    PLAY_CHOSEN_STORY,
    SLACK_KILL_AFTER_STEPS,
    without_answer_times,
)

DISCORD_PROCESS_CAST = StoryCast(country="DE")
# In each way the whole of what is said must be the same. What another Discord may differ in is in `DiscordWorld.plain`;
# with its own clock nothing that the bot does may hang on what time it is there.
DISCORD_PROCESS_WAYS: dict[str, dict[str, Any]] = {
    "steady": {"monotonic": True},
    "plain": {"plain": True, "apart": None},
}
if IS_THOROUGH_RUN:
    DISCORD_PROCESS_WAYS |= {
        "wall": {},
        "ahead": {"apart": timedelta(minutes=4)},
        "behind": {"apart": -timedelta(minutes=4)},
    }

pytestmark = [requires_faketime(), pytest.mark.exhaustive]


async def test_the_story_in_real_processes(tmp_path: Path) -> None:
    calm = StoryPlayer(
        await OnDiscord.open(
            tmp_path / "calm", DISCORD_PROCESS_CAST.zone, DISCORD_PROCESS_CAST.start, DISCORD_PROCESS_CAST.country
        ),
        DISCORD_PROCESS_CAST,
    )
    await PLAY_CHOSEN_STORY(calm)
    await calm.console.close()
    # All at once, because each mostly waits.
    heard = await asyncio.gather(
        *(play_in_discord_process(tmp_path / name, calm.messages, **how) for name, how in DISCORD_PROCESS_WAYS.items())
    )
    for said in heard:
        assert said == without_answer_times(calm.messages)
    report_figure("stories", stories=len(heard))


async def play_in_discord_process(folder: Path, calm: Sequence[ConsoleMessage], **how: Any) -> list[ConsoleMessage]:
    """`how`: see `DiscordProcessMember.at`."""
    bot = await DiscordProcessMember.at(
        make_folder(folder), DISCORD_PROCESS_CAST.zone, DISCORD_PROCESS_CAST.start, DISCORD_PROCESS_CAST.country, **how
    )
    bot.moments = [one.at.astimezone(UTC) for one in calm if one.kind == "dm"]
    bot.quiet = CLOCK_LOOK_SECONDS + CLOCK_MARGIN_SECONDS if IS_THOROUGH_RUN else CLOCK_MARGIN_SECONDS
    story = StoryPlayer(bot, DISCORD_PROCESS_CAST, SLACK_KILL_AFTER_STEPS)
    try:
        await PLAY_CHOSEN_STORY(story)
    finally:
        await bot.close()
    assert '"level": "error"' not in bot.process.log_text
    starts = 1 + story.steps // SLACK_KILL_AFTER_STEPS
    # A steady clock that jumps ends whatever is waited for: a session that was not greeted yet is begun anew.
    await assert_commands_known_once(bot, starts, at_most=2 * starts if how.get("monotonic") else starts)
    return without_answer_times(story.messages)


async def assert_commands_known_once(bot: DiscordProcessMember, starts: int, at_most: int) -> None:
    """The commands went out at the first start, and each start began one session, or `at_most` so many in all."""
    assert bot.syncs == 1
    [digest] = json.loads(await bot.memo(SYNCED_COMMANDS_KEY))["scopes"].values()
    assert len(digest) == 64
    assert starts <= len(bot.discord.identifies) <= at_most
