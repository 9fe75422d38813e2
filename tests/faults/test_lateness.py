"""How late reminders come: when many fall due in a minute, and after a time in which nobody sent them.

Time is real here, and the platform takes a tenth of a second for each answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from statistics import quantiles

import pytest

from adapters.ticker import Ticker
from bot.domain.model import POLICY, Actor, Address, Plan
from bot.rules.schedule import call_check_time, next_book_wake
from tests.faults.figures import figure, promised, size
from tests.faults.halls import DUE, NAME, PACE, Hall, far_away, hall

AWAY = 0.1  # seconds
SECONDS = size("LATE_SECONDS", 2)
# A minute: what is promised where the platform allows it. Slack takes some 300 messages a minute in a workspace.
A_MINUTE = {"discord": 1_000, "slack": 240}
LATE = 5.0  # seconds, for 99 in a hundred


@asynccontextmanager
async def ticking(place: Hall) -> AsyncIterator[None]:
    ticker = Ticker(place.core.for_platform(place.platform), place.club.clock.now)
    ticker.start()
    try:
        yield
    finally:
        await ticker.stop()


async def everybody_has_theirs(place: Hall, within: float) -> None:
    async with asyncio.timeout(within):
        while len(place.posts()) < len(place.people):  # noqa: ASYNC110 what is waited for is the bot's doing
            await asyncio.sleep(0.05)
    await place.club.bot.tasks.wait_until_idle()


async def planned(place: Hall, who: Address, seconds: float) -> None:
    """A call whose question falls due so many seconds after `DUE`; nothing else is due then."""
    begins = DUE - timedelta(hours=1)
    await place.core.handle_command(Actor(who), f"plan {NAME} when: today 9:00 minutes: 5", begins)
    book = await place.book(who)
    [dana] = book.contacts
    entries = [
        replace(entry, starts_at=entry.starts_at + (DUE + timedelta(seconds=seconds) - call_check_time(entry, POLICY)))
        if isinstance(entry, Plan)
        else entry
        for entry in dana.entries
    ]
    book = replace(book, contacts=(replace(dana, entries=tuple(entries)),))
    await place.club.store.save_book(replace(book, wake_at=next_book_wake(book, place.now(), place.core.defaults)))


@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_when_many_fall_due_each_minute_nearly_all_come_within_seconds(platform: str) -> None:
    many = A_MINUTE[platform] * SECONDS // 60
    async with hall(platform, many) as place:
        due = {who: 1 + number * SECONDS / many for number, who in enumerate(place.people)}
        for who, seconds in due.items():
            await planned(place, who, seconds)
        place.weather(far_away(platform, AWAY))
        place.run()
        async with ticking(place):
            await everybody_has_theirs(place, SECONDS + 30)
        sent = await place.sent_at()
        late = [sent[who] - DUE.timestamp() - seconds for who, seconds in due.items()]
        assert set(place.copies().values()) == {1}
        promised(quantiles(late, n=100)[98] < LATE)
    figure("lateness", **{f"within {SECONDS} s on {platform}": many, f"ms late on {platform}": _ms(late), "lost": 0})


@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_after_a_restart_all_that_is_due_comes_as_fast_as_the_platform_takes_it(platform: str) -> None:
    many = int(PACE[platform] * SECONDS)
    async with hall(platform, many) as place:
        await place.club.restart()
        place.weather(far_away(platform, AWAY))
        place.run()
        async with ticking(place):
            await everybody_has_theirs(place, SECONDS + 60)
        took = max(float(post.at) for post in place.posts()) - DUE.timestamp()
        assert set(place.copies().values()) == {1}
        promised(took < 2 * SECONDS + 5)
    figure("after a restart", **{f"due on {platform}": many, f"ms on {platform}": int(1000 * took), "lost": 0})


def _ms(late: list[float]) -> int:
    return int(1000 * quantiles(late, n=100)[98])
