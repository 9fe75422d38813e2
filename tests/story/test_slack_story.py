"""The story on Slack, by socket and by HTTP: word for word the console's, crashed and started again at every step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.story.driver import Here, Said
from tests.story.on_slack import OnSlack
from tests.story.telling import Cast, Telling, the_story

BERLIN = Cast(country="DE")
ASSUMED = "\nTimes are those of Europe/Berlin, as your host set it. “settings” changes it."


def the_same(said: Said) -> Said:
    """Slack tells the zone, so nothing is said of an assumed one. Forms are compared by what they ask."""
    if said.kind == "form":
        return replace(said, text="", values=())
    # Beside that word [Change my zone] takes the place of [Board].
    buttons = tuple(label for label in said.buttons if label not in ("Board", "Change my zone"))
    return replace(said, text=said.text.removesuffix(ASSUMED), buttons=buttons)


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_slack_tells_the_story_of_the_console_whatever_crashes(tmp_path: Path, http: bool) -> None:
    calm = Telling(await Here.open("memory:", BERLIN.zone, BERLIN.start, BERLIN.country), BERLIN)
    await the_story(calm)
    console = await OnSlack.open(tmp_path / "store", BERLIN.zone, BERLIN.start, BERLIN.country, http=http)
    try:
        shaken = Telling(console, BERLIN, crash_after=1)
        await the_story(shaken)
    finally:
        await console.close()
    assert [*map(the_same, shaken.said)] == [*map(the_same, calm.said)]
