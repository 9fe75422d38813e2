"""The story that this bot was made for, told once, word for word the same on every store and after every crash."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.story.driver import ConsoleDriver, InProcessConsole
from tests.story.script import WEEKLY_GREETING, StoryCast, StoryPlayer, play_story, play_until_brake

AUTUMN_IN_BERLIN = StoryCast(country="DE")
AUTUMN_IN_NEW_YORK = StoryCast(first=date(2026, 10, 27), zone="America/New_York")
NO_CHANGE_IN_INDIA = StoryCast(first=date(2026, 11, 10), zone="Asia/Kolkata")
STORY_CASTS = [AUTUMN_IN_BERLIN, AUTUMN_IN_NEW_YORK, NO_CHANGE_IN_INDIA]
StoryOpener = Callable[[StoryCast], Awaitable[ConsoleDriver]]


@pytest.fixture(params=["memory", "tinydb"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> StoryOpener:
    async def here(who: StoryCast) -> ConsoleDriver:
        store = "memory:" if request.param == "memory" else f"tinydb:{tmp_path / 'store'}"
        return await InProcessConsole.open(store, who.zone, who.start, who.country)

    return here


@pytest.mark.parametrize("who", STORY_CASTS, ids=lambda who: who.zone)
async def test_the_story(opening: StoryOpener, who: StoryCast) -> None:
    story = StoryPlayer(await opening(who), who)
    await play_story(story)
    await story.console.close()


@pytest.mark.parametrize("who", STORY_CASTS, ids=lambda who: who.zone)
async def test_a_crash_at_every_step_changes_no_word_of_the_story(
    opening: StoryOpener, who: StoryCast, tmp_path: Path
) -> None:
    calm = StoryPlayer(await InProcessConsole.open("memory:", who.zone, who.start, who.country), who)
    await play_story(calm)
    shaken = StoryPlayer(await opening(who), who, crash_after=1)
    await play_story(shaken)
    assert shaken.messages == calm.messages
    await shaken.console.close()


@pytest.mark.parametrize(
    ("who", "before", "after"),
    [(AUTUMN_IN_BERLIN, 2, 1), (AUTUMN_IN_NEW_YORK, -4, -5)],
    ids=["Berlin", "New York"],
)
async def test_the_clocks_of_the_story_do_change_on_day_five(who: StoryCast, before: int, after: int) -> None:
    story = StoryPlayer(await InProcessConsole.open("memory:", who.zone, who.start), who)
    await story.to(4, "23:59")
    saturday = await story.say("board")
    await story.to(5, "23:59")
    sunday = await story.say("board")
    assert saturday.at.utcoffset() == timedelta(hours=before)
    assert sunday.at.utcoffset() == timedelta(hours=after)


async def test_real_news_opens_one_more_silence_and_keeps_what_was_typed(opening: StoryOpener) -> None:
    story = StoryPlayer(await opening(AUTUMN_IN_BERLIN), AUTUMN_IN_BERLIN, crash_after=1)
    await play_until_brake(story)
    form = await story.press("There is real news")
    assert form.inputs == ("reason",)
    logged = await story.fill(reason="Their team has a new opening")
    assert "text message to Dana" in logged.text
    assert "e-mail 0/1, call 0/1" in logged.text
    card = await story.say("show Dana")
    assert "one more try: at 5?" in card.text
    once = await story.say("log Dana channel: phone")
    assert "There is real news" not in once.buttons
    await story.console.close()


async def test_whoever_would_rather_not_reaches_someone_else_without_a_single_follow_up(opening: StoryOpener) -> None:
    story = StoryPlayer(await opening(AUTUMN_IN_BERLIN), AUTUMN_IN_BERLIN, crash_after=1)
    await story.say("add Dana channel: email via: Sam")
    await story.to(7)
    left_out = await story.press("I'd rather not")
    assert left_out.text.startswith("That's fine: no e-mail to Dana, and nothing owed.")
    *_, may = [one for one in await story.to(10) if one.kind == "dm"]
    assert "It's okay to call Dana once now, and okay not to." in may.text
    await story.press("I'd rather not")
    *_, stalemate = [one for one in await story.to(20) if not one.text.startswith(WEEKLY_GREETING)]
    assert stalemate.text.startswith("It's quiet with Dana; that's no fault of yours.")
    await story.console.close()


async def test_after_the_stalemate_even_a_late_e_mail_brings_no_proposal_of_a_call(opening: StoryOpener) -> None:
    story = StoryPlayer(await opening(AUTUMN_IN_BERLIN), AUTUMN_IN_BERLIN)
    await story.say("add Dana channel: email via: Sam")
    for day in (7, 14):  # permission comes, and is left alone
        await story.to(day)
        await story.say("board")
    assert [one.text.splitlines()[0] for one in await story.to(21)][-1].startswith("It's quiet with Dana")
    await story.say("log Dana channel: email")
    for day in (27, 34, 41):
        assert [one.text.splitlines()[0] for one in await story.to(day)] == [WEEKLY_GREETING]
        await story.say("board")
    await story.console.close()
