"""The line is cut again and again, or goes dead without a word, with something under way: all is done, and done once.

`STALEMATE_TEST_CUTS` is how often each kind of cut comes to each club, `STALEMATE_TEST_CLUBS` how many clubs there are
on Slack at once, `STALEMATE_TEST_HASTE` how much faster than in life a socket is looked after there.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.slack.socket_timing import SocketTiming
from tests.adapters.discord.workspace import DiscordWorkspace as OnDiscord
from tests.adapters.slack.workspace import SlackWorkspace as OnSlack
from tests.adapters.slack.workspace import last_message
from tests.faults.figures import expect_in_full_run, printed_seed, report_figure, trial_count

CUT_COUNT, CUT_CLUBS, TIMING_DIVISOR = trial_count("CUTS", 3), trial_count("CLUBS", 2), trial_count("HASTE", 20)
RECONNECT_LIMIT_SECONDS = 30.0  # seconds from a cut until the bot is there again
MAX_SESSIONS = 50  # Discord takes a bot's token away when it begins a thousand in a day
REPEATED_EVENTS = ("INTERACTION_CREATE", "MESSAGE_CREATE")

MemberActivity = Callable[[], Coroutine[Any, Any, object]]


class ConnectionOrdeal(ABC):
    """Ada puts Dana off for a while, over and over: each time that is one more entry, so a doubled one is seen.

    `entries`: how many there must be. `slowest`: the most seconds that the bot was away.
    """

    alone: tuple[str, ...]  # what may come when the line is already cut, since the platform hands it out again

    def __init__(self, club: Any, chance: random.Random) -> None:
        self.club = club
        self.chance = chance
        self.entries = 0
        self.slowest = 0.0

    @abstractmethod
    def ways(self) -> dict[str, MemberActivity]: ...

    @abstractmethod
    def now(self) -> float: ...

    @abstractmethod
    async def back(self) -> None: ...

    @abstractmethod
    async def seen(self, doing: asyncio.Task[object], way: str) -> None: ...

    async def suffer(self, cut: Callable[[], None]) -> None:
        """One cut, before or after something came, until everything is well again."""
        under_way = self.chance.random() < 0.6
        way = self.chance.choice(sorted(self.ways() if under_way else self.alone))
        if way == "press":
            await self.ways()["command"]()
            await self.club.idle()
        doing = await self._in_hand(way) if under_way else None
        began = self.now()
        cut()
        doing = doing or asyncio.create_task(self.ways()[way]())  # type: ignore[arg-type]
        if self.chance.random() < 0.5:
            self.club.store.gate.set()  # else it is in hand until the bot is back
        await self.back()
        self.slowest = max(self.slowest, self.now() - began)
        self.club.store.gate.set()
        await self.seen(doing, way)
        await self.club.idle()
        self.entries += 0 if way == "press" else 1
        assert await self.club.kinds() == ["snoozed"] * self.entries, f"{way}, under way: {under_way}"

    async def _in_hand(self, way: str) -> asyncio.Task[object]:
        """It has reached the bot, which is at it."""
        looks = self.club.store.looks
        self.club.store.gate.clear()
        doing = asyncio.create_task(self.ways()[way]())  # type: ignore[arg-type]
        while self.club.store.looks == looks:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.002)
        return doing

    def until(self) -> str:
        return f"in {self.chance.randrange(20, 200)} days"


class SlackOrdeal(ConnectionOrdeal):
    """Slack hands events out again that were not acknowledged, and nothing else."""

    club: OnSlack
    alone = ("message",)

    def ways(self) -> dict[str, MemberActivity]:
        ada = self.club.ada
        line = f"snooze Dana until: {self.until()}"
        return {
            "message": lambda: ada.write(f"/outreach {line}"),
            "command": lambda: ada.command("/outreach", line),
            "press": lambda: ada.press(last_message(ada), "Undo"),
        }

    def now(self) -> float:
        return time.monotonic()

    async def back(self) -> None:
        sockets = self.club.slack.sockets
        had = len(sockets.all)
        await self.club.slack.until(
            lambda: len(sockets.all) > had and self.club.bot.healthy, 2 * RECONNECT_LIMIT_SECONDS
        )

    async def seen(self, doing: asyncio.Task[object], way: str) -> None:
        if way != "message":
            doing.cancel()  # its acknowledgement went with the line: the member was told that nobody answered
        await asyncio.gather(doing, return_exceptions=way != "message")

    def drop(self) -> None:
        for link in self.club.slack.links:
            link.drop()

    def silence(self) -> None:
        for link in self.club.slack.links:
            link.silence()


class DiscordOrdeal(ConnectionOrdeal):
    """Discord hands out all that came in the meantime, and now and then what was there already."""

    club: OnDiscord
    alone = ("message", "command", "press")

    def ways(self) -> dict[str, MemberActivity]:
        ada, until = self.club.ada, self.until()
        return {
            "message": lambda: ada.says(f"/outreach snooze Dana until: {until}"),
            "command": lambda: self.club.slash("snooze", contact="Dana", until=until),
            "press": lambda: ada.press(ada.ephemerals[-1], "Undo"),
        }

    def now(self) -> float:
        return self.club.seconds()

    async def back(self) -> None:
        discord, resumed = self.club.discord, len(self.club.discord.resumes)
        await discord.until(
            lambda: len(discord.resumes) > resumed and discord.gateway.open, 2 * RECONNECT_LIMIT_SECONDS
        )
        await discord.until(lambda: self.club.bot.healthy, 2 * RECONNECT_LIMIT_SECONDS)

    async def seen(self, doing: asyncio.Task[object], way: str) -> None:
        assert await doing, "the member was answered"

    async def suffer(self, cut: Callable[[], None]) -> None:
        self._again()
        await super().suffer(cut)
        self.club.clock.move(self.club.clock.now() + timedelta(seconds=self.chance.choice((1, 30, 300))))

    def _again(self) -> None:
        """What came last comes once more with the next resume."""
        for session in self.club.discord.gateway.sessions.values():
            session.events += [event for event in session.events[-20:] if event["t"] in REPEATED_EVENTS][-1:]


def hurried_timing() -> SocketTiming:
    """As in life, or so many times sooner."""
    life = SocketTiming()
    hastened = ("ping_seconds", "retry_seconds", "max_retry_seconds", "settled_seconds")
    sooner = {name: getattr(life, name) / TIMING_DIVISOR for name in hastened}
    return replace(life, **sooner)


@asynccontextmanager
async def open_slack_ordeal(begin: int) -> AsyncIterator[SlackOrdeal]:
    club = await OnSlack.open(timing=hurried_timing())
    club.slack.patience = 2 * RECONNECT_LIMIT_SECONDS  # an event is handed out again for an hour
    try:
        await club.says("add Dana channel: none")
        yield SlackOrdeal(club, random.Random(begin))  # noqa: S311
    finally:
        await club.close()
    club.harmless()


async def suffered_on_slack(begin: int) -> float:
    async with open_slack_ordeal(begin) as ordeal:
        cuts = [ordeal.drop, ordeal.silence] * CUT_COUNT
        ordeal.chance.shuffle(cuts)
        for cut in cuts:
            await ordeal.suffer(cut)
        return ordeal.slowest


async def test_on_slack_whatever_line_is_lost_nothing_else_is() -> None:
    first = printed_seed()
    slowest = max(await asyncio.gather(*(suffered_on_slack(first + number) for number in range(CUT_CLUBS))))
    expect_in_full_run(slowest < RECONNECT_LIMIT_SECONDS)
    tried = CUT_CLUBS * CUT_COUNT
    report_figure(
        "lost connections",
        **{"cut on Slack": tried, "gone dead there": tried, "lost": 0, "done twice": 0},
        **{"seconds at most on Slack": math.ceil(slowest)},
    )


async def test_on_discord_whatever_line_is_lost_nothing_else_is() -> None:
    """Beats come 200 times as often as in life, so the silence is not waited for; pauses are in the club's time."""
    club = await OnDiscord.open(silent=0.3, beat=0.2)
    ordeal, tried = DiscordOrdeal(club, random.Random(printed_seed())), CUT_CLUBS * CUT_COUNT  # noqa: S311
    cuts = [club.discord.drop, club.discord.silence] * tried
    ordeal.chance.shuffle(cuts)
    try:
        await club.slash("add", contact="Dana", channel="none")
        for cut in cuts:
            await ordeal.suffer(cut)
    finally:
        await club.close()
    club.harmless()
    sessions = len(club.discord.identifies)
    expect_in_full_run(ordeal.slowest < RECONNECT_LIMIT_SECONDS)
    assert sessions < MAX_SESSIONS
    report_figure(
        "lost connections",
        **{"cut on Discord": tried, "gone dead on Discord": tried, "lost": 0, "done twice": 0},
        **{"sessions begun": sessions, "seconds at most on Discord": math.ceil(ordeal.slowest)},
    )
