"""The story on Slack with the bot in a real process: its clock is moved from outside, and kill -9 comes between."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.figures import report_figure, trial_count
from tests.story.driver import ConsoleMessage
from tests.story.on_slack import OnSlack
from tests.story.process import CLOCK_LOOK_SECONDS, CLOCK_MARGIN_SECONDS, make_folder, requires_faketime
from tests.story.script import StoryCast, StoryPlayer, play_story, play_until_brake
from tests.story.slack_process import SlackProcessMember

IGNORED_TIME = datetime(1, 1, 1, tzinfo=UTC)
SLACK_PROCESS_CAST = StoryCast(country="DE")
# Set, it has the whole story told in every way and waits on each quiet day; else it is told until the brake.
IS_THOROUGH_RUN = "STALEMATE_TEST_KILL_AFTER" in os.environ
PLAY_CHOSEN_STORY: Callable[[StoryPlayer], Awaitable[object]] = play_story if IS_THOROUGH_RUN else play_until_brake
SLACK_KILL_AFTER_STEPS = trial_count("KILL_AFTER", 12)  # 1 kills after every step, for minutes

pytestmark = requires_faketime()


def without_answer_times(said: Sequence[ConsoleMessage]) -> list[ConsoleMessage]:
    """What was said, and when it came unasked; an answer comes a few seconds later on a clock that runs."""
    return [one if one.kind == "dm" else replace(one, at=IGNORED_TIME) for one in said]


async def test_the_story_in_real_processes(tmp_path: Path) -> None:
    """Many seconds: all ways at once, but each waits until a process has looked at its clock, day after day."""
    calm = StoryPlayer(
        await OnSlack.open(
            tmp_path / "calm", SLACK_PROCESS_CAST.zone, SLACK_PROCESS_CAST.start, SLACK_PROCESS_CAST.country
        ),
        SLACK_PROCESS_CAST,
    )
    await PLAY_CHOSEN_STORY(calm)
    await calm.console.close()
    ways = {"socket": {"monotonic": True}, "http": {"http": True}}
    if IS_THOROUGH_RUN:
        ways |= {"wall": {}, "http-steady": {"http": True, "monotonic": True}}
    heard = await asyncio.gather(
        *(play_in_slack_process(tmp_path / name, calm.messages, **how) for name, how in ways.items())
    )
    for said in heard:
        assert said == without_answer_times(calm.messages)
    report_figure("stories", stories=len(heard))


async def play_in_slack_process(folder: Path, calm: Sequence[ConsoleMessage], **how: bool) -> list[ConsoleMessage]:
    """`how`: by HTTP, or a steady clock that jumps with the other."""
    bot = await SlackProcessMember.at(
        make_folder(folder), SLACK_PROCESS_CAST.zone, SLACK_PROCESS_CAST.start, SLACK_PROCESS_CAST.country, **how
    )
    bot.moments = [one.at.astimezone(UTC) for one in calm if one.kind == "dm"]
    bot.quiet = CLOCK_LOOK_SECONDS + CLOCK_MARGIN_SECONDS if IS_THOROUGH_RUN else CLOCK_MARGIN_SECONDS
    story = StoryPlayer(bot, SLACK_PROCESS_CAST, SLACK_KILL_AFTER_STEPS)
    try:
        await PLAY_CHOSEN_STORY(story)
    finally:
        await bot.close()
    assert '"level": "error"' not in bot.process.log_text
    return without_answer_times(story.messages)
