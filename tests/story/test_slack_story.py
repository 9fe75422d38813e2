"""The story on Slack: Socket Mode and HTTP mode, crashed and started again between its steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.story.on_slack import OnSlack
from tests.story.telling import Cast, Telling, the_story

AUTUMN_IN_BERLIN = Cast(country="DE")


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
@pytest.mark.parametrize("crash_after", [0, 5])
async def test_the_story_on_slack(tmp_path: Path, http: bool, crash_after: int) -> None:
    who = AUTUMN_IN_BERLIN
    console = await OnSlack.open(tmp_path / "store", who.zone, who.start, who.country, http=http)
    try:
        await the_story(Telling(console, who, crash_after=crash_after))
    finally:
        await console.close()
