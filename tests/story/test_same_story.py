"""One story on the console, on Slack and on Discord: the same words, whatever crashes on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.figures import report_figure
from tests.story.driver import ConsoleDriver, ConsoleMessage, InProcessConsole
from tests.story.on_discord import OnDiscord
from tests.story.on_simcord import OnSimcord
from tests.story.on_slack import OnSlack
from tests.story.script import StoryCast, StoryPlayer, play_story

SAME_STORY_CAST = StoryCast(country="DE")
SAME_STORY_HOME = (SAME_STORY_CAST.zone, SAME_STORY_CAST.start, SAME_STORY_CAST.country)
ASSUMED_ZONE_TEXT = "\nI go by the time of Europe/Berlin, this bot's default."


async def play_on(console: ConsoleDriver, crash_after: int = 0) -> list[ConsoleMessage]:
    story = StoryPlayer(console, SAME_STORY_CAST, crash_after)
    try:
        await play_story(story)
    finally:
        await console.close()
    return story.messages


def with_known_zone(said: Sequence[ConsoleMessage]) -> list[ConsoleMessage]:
    """Slack tells the zone, so nothing is said of an assumed one; its forms are compared by what they ask."""
    return [_message_with_known_zone(one) for one in said]


def _message_with_known_zone(said: ConsoleMessage) -> ConsoleMessage:
    if said.kind == "form":
        return replace(said, text="", values=())
    # Beside that word [Change my zone] takes the place of [Board].
    buttons = tuple(label for label in said.buttons if label not in ("Board", "Plan a call", "Change my zone"))
    return replace(said, text=said.text.removesuffix(ASSUMED_ZONE_TEXT), buttons=buttons)


async def calm_story() -> list[ConsoleMessage]:
    return await play_on(await InProcessConsole.open("memory:", *SAME_STORY_HOME))


async def test_the_console_tells_the_same_story_whatever_crashes(tmp_path: Path) -> None:
    console = await InProcessConsole.open(f"tinydb:{tmp_path / 'console'}", *SAME_STORY_HOME)
    assert await play_on(console, crash_after=1) == await calm_story()


async def test_discord_tells_the_same_story_whatever_crashes(tmp_path: Path) -> None:
    """To the last word, and to every button. Four seconds: forty restarts of the bot."""
    discord = await OnDiscord.open(tmp_path / "discord", *SAME_STORY_HOME)
    assert await play_on(discord, crash_after=1) == await calm_story()


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_slack_tells_the_same_story_whatever_crashes(tmp_path: Path, http: bool) -> None:
    """Four seconds: forty restarts of the bot."""
    slack = await OnSlack.open(tmp_path / "slack", *SAME_STORY_HOME, http=http)
    assert with_known_zone(await play_on(slack, crash_after=1)) == with_known_zone(await calm_story())


@pytest.mark.exhaustive
async def test_somebody_elses_discord_hears_the_same_story_whatever_crashes(tmp_path: Path) -> None:
    assert await play_on(await OnSimcord.open(tmp_path / "simcord", *SAME_STORY_HOME), crash_after=1) == (
        await calm_story()
    )
    report_figure("stories", stories=1)
