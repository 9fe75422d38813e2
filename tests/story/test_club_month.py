"""A month of a club of eight, on every platform, whatever crashes on the way.

Each takes seconds: a month of eight members, every word of it over the wire, and begun anew at each step of a crash.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes_discord import faults as on_discord
from tests.fakes_slack import faults as on_slack
from tests.story.club_month import CLUB_OF_EIGHT, ClubMonth, MonthPlatform, play_month, play_opening
from tests.story.club_on_console import MonthOnConsole
from tests.story.club_on_discord import MonthOnDiscord
from tests.story.club_on_slack import MonthOnSlack
from tests.story.in_memory import MonthInMemory

MonthTexts = dict[str, list[str]]
"""What was posted, as "", and what came unasked to each member, by name."""

CALM_MONTHS: dict[str, MonthTexts] = {}  # months without a crash, by where they were: played once
CALM_AND_CRASHING = pytest.mark.parametrize("crashing", [False, True], ids=["calm", "crashing"])
ASK_ACME_LINE = "/club ask company: Acme about: how their design team works"


async def month_in_memory(_folder: Path) -> MonthPlatform:
    return MonthInMemory()


async def month_on_console(folder: Path) -> MonthPlatform:
    return await MonthOnConsole.open(f"tinydb:{folder}")


async def month_by_socket(folder: Path) -> MonthPlatform:
    return await MonthOnSlack.open(folder)


async def month_by_http(folder: Path) -> MonthPlatform:
    """In a channel that nobody else can see, too."""
    return await MonthOnSlack.open(folder, http=True, private=True)


async def month_on_discord(folder: Path) -> MonthPlatform:
    return await MonthOnDiscord.open(folder)


async def play_month_on(
    where: Callable[[Path], Awaitable[MonthPlatform]], folder: Path, crashing: bool = False
) -> MonthTexts:
    """A whole month; all that it told."""
    if not crashing and where.__name__ in CALM_MONTHS:
        return CALM_MONTHS[where.__name__]
    # Of its own: in a store of another month, Discord seems to have the commands already.
    folder = folder / ("crashing" if crashing else "calm")
    folder.mkdir(exist_ok=True)
    place = await where(folder / where.__name__)
    try:
        await play_month(ClubMonth(place, crashing))
        told = {"": place.posts(), **{name: place.private_texts(name) for name in CLUB_OF_EIGHT}}
    finally:
        await place.close()
    return told if crashing else CALM_MONTHS.setdefault(where.__name__, told)


@CALM_AND_CRASHING
async def test_a_month_of_the_core_alone(tmp_path: Path, crashing: bool) -> None:
    assert await play_month_on(month_in_memory, tmp_path, crashing) == await play_month_on(month_in_memory, tmp_path)


@CALM_AND_CRASHING
async def test_a_month_at_the_console(tmp_path: Path, crashing: bool) -> None:
    assert await play_month_on(month_on_console, tmp_path, crashing) == await play_month_on(month_on_console, tmp_path)


@pytest.mark.parametrize(
    ("where", "crashing"),
    [
        (month_by_socket, False),
        pytest.param(month_by_socket, True, marks=pytest.mark.exhaustive),
        (month_by_http, True),
    ],
    ids=["socket-calm", "socket-crashing", "http-crashing"],
)
async def test_a_month_on_slack(
    tmp_path: Path, where: Callable[[Path], Awaitable[MonthPlatform]], crashing: bool
) -> None:
    assert await play_month_on(where, tmp_path, crashing) == await play_month_on(month_by_socket, tmp_path)


@pytest.mark.parametrize(
    "crashing", [False, pytest.param(True, marks=pytest.mark.exhaustive)], ids=["calm", "crashing"]
)
async def test_a_month_on_discord(tmp_path: Path, crashing: bool) -> None:
    assert await play_month_on(month_on_discord, tmp_path, crashing) == await play_month_on(month_on_discord, tmp_path)


async def test_the_month_is_the_same_everywhere(tmp_path: Path) -> None:
    """To the last word of every post, and of all that came to anybody."""
    core = await play_month_on(month_in_memory, tmp_path)
    assert len(core[""]) == 10
    assert await play_month_on(month_by_socket, tmp_path) == core
    assert without_mention_marks(await play_month_on(month_on_console, tmp_path)) == core
    assert with_archived_wording(await play_month_on(month_on_discord, tmp_path)) == core


def without_mention_marks(told: MonthTexts) -> MonthTexts:
    """The console writes out what the others draw: a mention is "@Ben" there, and a channel "#club"."""
    names = "|".join(CLUB_OF_EIGHT)
    plain = [(rf"@({names})\b", r"\1"), ("#club", "the club's channel")]
    for pattern, other in plain:
        told = {who: [re.sub(pattern, other, one) for one in said] for who, said in told.items()}
    return told


def with_archived_wording(told: MonthTexts) -> MonthTexts:
    """A server's channel cannot be archived; the bot's right to post there was taken away."""
    other = "Nothing can be posted in the club's channel: it is archived."
    taken = "I may not post in the club's channel; please invite me there, or choose another channel."
    assert sum(taken in one for said in told.values() for one in said) == 1
    return {who: [one.replace(taken, other) for one in said] for who, said in told.items()}


@asynccontextmanager
async def month_after_opening(place: MonthPlatform) -> AsyncIterator[ClubMonth]:
    """Until the introduction stands, and six are in."""
    try:
        month = ClubMonth(place)
        await play_opening(month)
        yield month
    finally:
        await place.close()


@pytest.mark.parametrize(("pressed", "posts"), [("Leave it", 2), ("Post it again", 3)])
async def test_on_slack_the_one_who_asked_is_asked_whether_a_post_arrived(
    tmp_path: Path, pressed: str, posts: int
) -> None:
    """The bot may not read the channel, so that only somebody who looks can tell."""
    place = await MonthOnSlack.open(tmp_path / "store")
    async with month_after_opening(place) as month:
        await month.says("Ben", ASK_ACME_LINE, "without your name")
        place.slack.fail("chat.postMessage", with_=on_slack.dropped(), stored=True)
        await month.presses("Ben", "Post it", "on its way")
        month.expect_post(2, "someone at Acme")
        await place.until("2026-11-23 12:00")
        month.expect_private_text("Ben", "I can't tell whether a post of mine arrived")
        await month.presses_word("Ben", pressed, "")
        await place.until("2026-11-23 17:00")
        month.expect_post(posts, "someone at Acme")


@pytest.mark.parametrize("crashing", [False, True], ids=["calm", "crashing"])
async def test_on_discord_a_post_whose_answer_was_lost_is_found_again(tmp_path: Path, crashing: bool) -> None:
    place = await MonthOnDiscord.open(tmp_path / "store")
    async with month_after_opening(place) as month:
        before = {name: place.private_texts(name) for name in CLUB_OF_EIGHT}
        await month.says("Ben", ASK_ACME_LINE, "without your name")
        place.screens.discord.fail(on_discord.CREATE_MESSAGE, with_=on_discord.dropped(), stored=True)
        month.crashing = crashing
        await month.presses("Ben", "Post it", "on its way")
        await place.until("2026-11-23 17:00")
        month.expect_post(2, "someone at Acme")
        assert {name: place.private_texts(name) for name in CLUB_OF_EIGHT} == before, "nobody is asked"
