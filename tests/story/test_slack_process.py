"""The story on Slack with the bot in a real process: its clock is moved from outside, and kill -9 comes between."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.story.driver import Said
from tests.story.on_slack import OnSlack
from tests.story.process import LOOK, MARGIN, fresh, moved_clock
from tests.story.slack_process import InProcess
from tests.story.telling import Cast, Telling, the_story, until_the_brake

NEVER_MIND = datetime(1, 1, 1, tzinfo=UTC)
WHO = Cast(country="DE")
# Set, it has the whole story told in every way and waits on each quiet day; else it is told until the brake.
THOROUGH = "STALEMATE_TEST_KILL_AFTER" in os.environ
TELL: Callable[[Telling], Awaitable[object]] = the_story if THOROUGH else until_the_brake
KILL_AFTER = int(os.environ.get("STALEMATE_TEST_KILL_AFTER", "12"))  # steps; 1 kills after every one, for minutes

pytestmark = moved_clock()


def same(said: Sequence[Said]) -> list[Said]:
    """What was said, and when it came unasked; an answer comes a few seconds later on a clock that runs."""
    return [one if one.kind == "dm" else replace(one, at=NEVER_MIND) for one in said]


async def test_the_story_in_real_processes(tmp_path: Path) -> None:
    # All at once, because each mostly waits.
    calm = Telling(await OnSlack.open(tmp_path / "calm", WHO.zone, WHO.start, WHO.country), WHO)
    await TELL(calm)
    await calm.console.close()
    ways = {"socket": {"monotonic": True}, "http": {"http": True}}
    if THOROUGH:
        ways |= {"wall": {}, "http-steady": {"http": True, "monotonic": True}}
    heard = await asyncio.gather(*(told_in_a_process(tmp_path / name, calm.said, **how) for name, how in ways.items()))
    for said in heard:
        assert said == same(calm.said)


async def told_in_a_process(folder: Path, calm: Sequence[Said], **how: bool) -> list[Said]:
    """`how`: by HTTP, or a steady clock that jumps with the other."""
    bot = await InProcess.at(fresh(folder), WHO.zone, WHO.start, WHO.country, **how)
    bot.moments = [one.at.astimezone(UTC) for one in calm if one.kind == "dm"]
    bot.quiet = LOOK + MARGIN if THOROUGH else MARGIN
    story = Telling(bot, WHO, KILL_AFTER)
    try:
        await TELL(story)
    finally:
        await bot.close()
    assert '"level": "error"' not in bot.process.told
    return same(story.said)
