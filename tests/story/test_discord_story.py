"""What of the story is Discord's own: its marks read back, its forms, and its commands that cannot be sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.calendar import Calendar
from tests.story import discord_words
from tests.story.driver import ConsoleMessage, InProcessConsole
from tests.story.on_discord import OnDiscord
from tests.story.script import StoryCast, StoryPlayer, play_until_brake

DISCORD_STORY_CAST = StoryCast(country="DE")
STORY_CALENDAR = Calendar("Europe/Berlin")


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[StoryPlayer]:
    console = await OnDiscord.open(
        tmp_path / "store", DISCORD_STORY_CAST.zone, DISCORD_STORY_CAST.start, DISCORD_STORY_CAST.country
    )
    yield StoryPlayer(console, DISCORD_STORY_CAST, crash_after=1)
    await console.close()


@pytest.fixture
async def spoken() -> StoryPlayer:
    """The same on the console."""
    return StoryPlayer(
        await InProcessConsole.open(
            "memory:", DISCORD_STORY_CAST.zone, DISCORD_STORY_CAST.start, DISCORD_STORY_CAST.country
        ),
        DISCORD_STORY_CAST,
    )


def story_messages(story: StoryPlayer) -> list[ConsoleMessage]:
    """All that was said. The answer to a form takes the place of the card it was opened on; the console adds it."""
    return [replace(one, replaces=False) for one in story.messages]


async def test_real_news_is_filled_in_after_a_crash_and_keeps_what_was_typed(
    story: StoryPlayer, spoken: StoryPlayer
) -> None:
    for telling in (story, spoken):
        await play_until_brake(telling)
        form = await telling.press("There is real news")
        assert form.inputs == ("reason",)
        logged = await telling.fill(reason="Their *team* has a `new` opening")
        assert "text message to Dana" in logged.text
        assert "one more try: at 5?" in (await telling.say("show Dana")).text
    assert story_messages(story) == story_messages(spoken)


async def test_a_command_without_what_it_needs_comes_as_the_form_of_the_console(
    story: StoryPlayer, spoken: StoryPlayer
) -> None:
    for telling in (story, spoken):
        await telling.say("add Dana channel: email")
        form = await telling.say("log Dana note: sent my history")
        assert form.kind == "form"
        await telling.fill(channel="email")
        await telling.say("show Dana")
    assert story_messages(story) == story_messages(spoken)


async def test_names_full_of_marks_are_read_as_they_were_typed(story: StoryPlayer, spoken: StoryPlayer) -> None:
    for telling in (story, spoken):
        await telling.say("add *Da_na* <@1> #1 company: `Acme` ||Inc|| via: [Sam](http://x.y) channel: email")
        await telling.say("log *Da_na* <@1> #1 channel: text note: - one <t:1:F> @everyone https://discord.gg/x")
        await telling.say("show *Da_na* <@1> #1")
        await telling.say("words *Da_na* <@1> #1 channel: email")
        await telling.say("board")
    assert story_messages(story) == story_messages(spoken)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (r"\*not\* slanted", "*not* slanted"),
        ("at <t:1792501200:F> (<t:1792501200:R>).", "at Tue 20 Oct, 15:00."),
        ("- **last**: <t:1792501200:F>\n- on\n  two lines", "last: Tue 20 Oct, 15:00\non\ntwo lines"),
        (r"- **a\*\*b**: c", "a**b: c"),
        ("Words:\n```\nHi *Dana*,\n\n- you?\n```", "Words:\nHi *Dana*,\n\n- you?"),
        (r"\<t\:1:F> (\<t\:1:R>)", "<t:1:F> (<t:1:R>)"),
    ],
)
def test_the_marks_of_a_message_are_read_back(text: str, read: str) -> None:
    assert discord_words.discord_message_words(text, [], STORY_CALENDAR) == read


@pytest.mark.parametrize("text", ["<t:1792501200:R>", "<t:1792501200:F> (<t:1792501201:R>) soon"])
def test_a_moment_that_is_told_in_another_way_is_noticed(text: str) -> None:
    assert "<t:" in discord_words.unescape_discord_line(text, STORY_CALENDAR)
