"""The story on Slack with the bot in a real process: its system clock is moved from outside, and kill -9 comes between."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.story.driver import Said
from tests.story.on_slack import OnSlack
from tests.story.process import LOOK, MARGIN, InProcess, faketime
from tests.story.telling import Cast, Telling, the_story, until_the_brake

Tell = Callable[[Telling], Awaitable[object]]
AUTUMN_IN_BERLIN = Cast(country="DE")
THOROUGH = "STALEMATE_TEST_KILL_AFTER" in os.environ  # every part in every mode, and each quiet day is waited for
KILL_AFTER = int(os.environ.get("STALEMATE_TEST_KILL_AFTER", "12"))  # steps; 1 kills after every one, for minutes

pytestmark = pytest.mark.skipif(not faketime(), reason="libfaketime is not installed: no clock to move from outside")


def same(said: Sequence[Said]) -> list[Said]:
    """What was said, and when it came unasked; an answer comes a few seconds later on a clock that runs."""
    return [one if one.kind == "dm" else replace(one, at=datetime.min) for one in said]


@pytest.mark.parametrize(
    ("tell", "http", "monotonic"),
    [
        pytest.param(the_story, False, False, id="socket"),
        pytest.param(the_story if THOROUGH else until_the_brake, True, False, id="http"),
        pytest.param(the_story if THOROUGH else until_the_brake, False, True, id="socket, the steady clock jumps too"),
    ],
)
async def test_the_story_in_a_real_process(tmp_path: Path, tell: Tell, http: bool, monotonic: bool) -> None:
    who = AUTUMN_IN_BERLIN
    calm = Telling(await OnSlack.open(tmp_path / "calm", who.zone, who.start, who.country), who)
    await tell(calm)
    await calm.console.close()
    bot = await InProcess.at(tmp_path, who.zone, who.start, who.country, http=http, monotonic=monotonic)
    bot.moments = [one.at.astimezone(UTC) for one in calm.said if one.kind == "dm"]
    bot.quiet = LOOK + MARGIN if THOROUGH else MARGIN
    story = Telling(bot, who, KILL_AFTER)
    try:
        await tell(story)
    finally:
        await bot.close()
    assert same(story.said) == same(calm.said)
    assert bot.process.told.count('"level": "error"') == 0
