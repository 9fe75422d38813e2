"""A month of a club of eight, on every platform, whatever crashes on the way."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes_discord import faults as on_discord
from tests.fakes_slack import faults as on_slack
from tests.story.club_on_console import OnConsole
from tests.story.club_on_discord import ClubOnDiscord
from tests.story.club_on_slack import ClubOnSlack
from tests.story.in_memory import InMemory
from tests.story.month import NAMES, Month, Place, opening, the_month

Told = dict[str, list[str]]
"""What was posted, as "", and what came unasked to each member, by name."""

CALM: dict[str, Told] = {}  # months without a crash, by where they were: played once
TWICE = pytest.mark.parametrize("crashing", [False, True], ids=["calm", "crashing"])
ASKED = "/club ask company: Acme about: how their design team works"


async def in_memory(_folder: Path) -> Place:
    return InMemory()


async def at_the_console(folder: Path) -> Place:
    return await OnConsole.open(f"tinydb:{folder}")


async def by_socket(folder: Path) -> Place:
    return await ClubOnSlack.open(folder)


async def by_http(folder: Path) -> Place:
    """In a channel that nobody else can see, too."""
    return await ClubOnSlack.open(folder, http=True, private=True)


async def in_a_server(folder: Path) -> Place:
    return await ClubOnDiscord.open(folder)


async def played(where: Callable[[Path], Awaitable[Place]], folder: Path, crashing: bool = False) -> Told:
    """A whole month; all that it told."""
    if not crashing and where.__name__ in CALM:
        return CALM[where.__name__]
    place = await where(folder / where.__name__)
    try:
        await the_month(Month(place, crashing))
        told = {"": place.posts(), **{name: place.told(name) for name in NAMES}}
    finally:
        await place.close()
    return told if crashing else CALM.setdefault(where.__name__, told)


@TWICE
async def test_a_month_of_the_core_alone(tmp_path: Path, crashing: bool) -> None:
    assert await played(in_memory, tmp_path, crashing) == await played(in_memory, tmp_path)


@TWICE
async def test_a_month_at_the_console(tmp_path: Path, crashing: bool) -> None:
    assert await played(at_the_console, tmp_path, crashing) == await played(at_the_console, tmp_path)


@pytest.mark.parametrize(
    ("where", "crashing"),
    [(by_socket, False), (by_socket, True), (by_http, True)],
    ids=["socket-calm", "socket-crashing", "http-crashing"],
)
async def test_a_month_on_slack(tmp_path: Path, where: Callable[[Path], Awaitable[Place]], crashing: bool) -> None:
    assert await played(where, tmp_path, crashing) == await played(by_socket, tmp_path)


@TWICE
async def test_a_month_on_discord(tmp_path: Path, crashing: bool) -> None:
    assert await played(in_a_server, tmp_path, crashing) == await played(in_a_server, tmp_path)


async def test_the_month_is_the_same_everywhere(tmp_path: Path) -> None:
    """To the last word of every post, and of all that came to anybody."""
    core = await played(in_memory, tmp_path)
    assert len(core[""]) == 10
    assert await played(by_socket, tmp_path) == core
    assert unmarked(await played(at_the_console, tmp_path)) == core
    assert archived(await played(in_a_server, tmp_path)) == core


def unmarked(told: Told) -> Told:
    """The console writes out what the others draw: a mention is "@Ben" there, and a channel "#club"."""
    names = "|".join(NAMES)
    plain = [(rf"@({names})\b", r"\1"), ("#club", "the club's channel")]
    for pattern, other in plain:
        told = {who: [re.sub(pattern, other, one) for one in said] for who, said in told.items()}
    return told


def archived(told: Told) -> Told:
    """A server's channel cannot be archived; the bot's right to post there was taken away."""
    other = "Nothing can be posted in the club's channel: it is archived."
    taken = "I may not post in the club's channel; please invite me there, or choose another channel."
    assert sum(taken in one for said in told.values() for one in said) == 1
    return {who: [one.replace(taken, other) for one in said] for who, said in told.items()}


@asynccontextmanager
async def opened(place: Place) -> AsyncIterator[Month]:
    """Until the introduction stands, and six are in."""
    try:
        month = Month(place)
        await opening(month)
        yield month
    finally:
        await place.close()


@pytest.mark.parametrize(("pressed", "posts"), [("Leave it", 2), ("Post it again", 3)])
async def test_on_slack_the_one_who_asked_is_asked_whether_a_post_arrived(
    tmp_path: Path, pressed: str, posts: int
) -> None:
    """The bot may not read the channel, so that only somebody who looks can tell."""
    place = await ClubOnSlack.open(tmp_path / "store")
    async with opened(place) as month:
        await month.says("Ben", ASKED, "without your name")
        place.slack.fail("chat.postMessage", with_=on_slack.dropped(), stored=True)
        await month.presses("Ben", "Post it", "on its way")
        month.posted(2, "someone at Acme")
        await place.until("2026-11-23 12:00")
        month.told("Ben", "I can't tell whether a post of mine arrived")
        await month.presses_word("Ben", pressed, "")
        await place.until("2026-11-23 17:00")
        month.posted(posts, "someone at Acme")


@pytest.mark.parametrize("crashing", [False, True], ids=["calm", "crashing"])
async def test_on_discord_a_post_whose_answer_was_lost_is_found_again(tmp_path: Path, crashing: bool) -> None:
    place = await ClubOnDiscord.open(tmp_path / "store")
    async with opened(place) as month:
        before = {name: place.told(name) for name in NAMES}
        await month.says("Ben", ASKED, "without your name")
        place.screens.discord.fail(on_discord.SEND, with_=on_discord.dropped(), stored=True)
        month.crashing = crashing
        await month.presses("Ben", "Post it", "on its way")
        await place.until("2026-11-23 17:00")
        month.posted(2, "someone at Acme")
        assert {name: place.told(name) for name in NAMES} == before, "nobody is asked"
