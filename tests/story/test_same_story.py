"""One story on the console, on Slack and on Discord: the same words, whatever crashes on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.story.driver import Console, Here, Said
from tests.story.on_discord import OnDiscord
from tests.story.on_simcord import OnSimcord
from tests.story.on_slack import OnSlack
from tests.story.telling import Cast, Telling, the_story

WHO = Cast(country="DE")
HOME = (WHO.zone, WHO.start, WHO.country)
ASSUMED = "\nI go by the time of Europe/Berlin, this bot's default."


async def told(console: Console, crash_after: int = 0) -> list[Said]:
    story = Telling(console, WHO, crash_after)
    try:
        await the_story(story)
    finally:
        await console.close()
    return story.said


def zone_known(said: Sequence[Said]) -> list[Said]:
    """Slack tells the zone, so nothing is said of an assumed one; its forms are compared by what they ask."""
    return [_zone_known(one) for one in said]


def _zone_known(said: Said) -> Said:
    if said.kind == "form":
        return replace(said, text="", values=())
    # Beside that word [Change my zone] takes the place of [Board].
    buttons = tuple(label for label in said.buttons if label not in ("Board", "Plan a call", "Change my zone"))
    return replace(said, text=said.text.removesuffix(ASSUMED), buttons=buttons)


async def test_console_slack_and_discord_tell_the_same_story_whatever_crashes(tmp_path: Path) -> None:
    calm = await told(await Here.open("memory:", *HOME))
    console = await told(await Here.open(f"tinydb:{tmp_path / 'console'}", *HOME), crash_after=1)
    discord = await told(await OnDiscord.open(tmp_path / "discord", *HOME), crash_after=1)
    by_socket = await told(await OnSlack.open(tmp_path / "socket", *HOME), crash_after=1)
    by_http = await told(await OnSlack.open(tmp_path / "http", *HOME, http=True), crash_after=1)
    assert console == calm
    assert discord == calm, "to the last word, and to every button"
    assert zone_known(by_socket) == zone_known(calm)
    assert zone_known(by_http) == zone_known(calm)


async def test_somebody_elses_discord_hears_the_same_story_whatever_crashes(tmp_path: Path) -> None:
    calm = await told(await Here.open("memory:", *HOME))
    assert await told(await OnSimcord.open(tmp_path / "simcord", *HOME), crash_after=1) == calm
