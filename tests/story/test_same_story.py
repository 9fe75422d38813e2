"""One story on the console, on Slack and on Discord: the same words, whatever crashes on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

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


async def test_console_slack_and_discord_tell_the_same_story_whatever_crashes(tmp_path: Path) -> None:
    calm = await play_on(await InProcessConsole.open("memory:", *SAME_STORY_HOME))
    console = await play_on(
        await InProcessConsole.open(f"tinydb:{tmp_path / 'console'}", *SAME_STORY_HOME), crash_after=1
    )
    discord = await play_on(await OnDiscord.open(tmp_path / "discord", *SAME_STORY_HOME), crash_after=1)
    by_socket = await play_on(await OnSlack.open(tmp_path / "socket", *SAME_STORY_HOME), crash_after=1)
    by_http = await play_on(await OnSlack.open(tmp_path / "http", *SAME_STORY_HOME, http=True), crash_after=1)
    assert console == calm
    assert discord == calm, "to the last word, and to every button"
    assert with_known_zone(by_socket) == with_known_zone(calm)
    assert with_known_zone(by_http) == with_known_zone(calm)


async def test_somebody_elses_discord_hears_the_same_story_whatever_crashes(tmp_path: Path) -> None:
    calm = await play_on(await InProcessConsole.open("memory:", *SAME_STORY_HOME))
    assert await play_on(await OnSimcord.open(tmp_path / "simcord", *SAME_STORY_HOME), crash_after=1) == calm
