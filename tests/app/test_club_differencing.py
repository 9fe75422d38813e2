"""What the facilitator and the channel get to see does not depend on what one did who came or went meanwhile.

`STALEMATE_TEST_CLUB_CHANGES` is how many of the moments at which one comes or goes are tried. Each is two lives of a
club over nine weeks, about a second; those at the very step of a count come first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import product

import pytest

from bot.domain.messages import Card
from bot.domain.model import ClubChannel
from bot.domain.ports import Destination
from tests.clubs import CLUB_SETUP_LINE, Gathering
from tests.fakes import FakeMessenger
from tests.faults.figures import report_figure, trial_count

COUNTED_MEMBER_NAMES = ("Ben", "Cleo", "Dov", "Eve", "Fay")  # Ann leads, and is not counted
TARGET_NAME = "Gus"
LATER_MEETING_DAYS = ("2026-12-08", "2026-12-15", "2027-01-12", "2027-01-19", "2027-01-26")
RESTED_DAY = "2027-01-18"  # eight weeks after the first counts
ChangeMoment = str | tuple[str, str]  # a time, or what is sent just then: ("view" or "digest", "turn" or "send")
CHANGE_MOMENTS: tuple[ChangeMoment, ...] = (
    ("view", "turn"),
    ("view", "send"),
    ("digest", "turn"),
    ("digest", "send"),
    "2026-11-25 09:00",
    "2026-11-30 17:59",
    "2026-11-30 19:00",
    "2026-12-01 17:59",
    "2026-12-01 19:00",
)
# Who changes at which moment, and whether the club's day changes with every meeting thereafter.
BOUNDARY_CHANGES: tuple[tuple[str, ChangeMoment, bool], ...] = (
    ("join", ("view", "send"), True),
    ("leave", ("view", "turn"), False),
    ("join", ("digest", "turn"), False),
    ("leave", ("digest", "send"), True),
)
ALL_CHANGES = (
    *BOUNDARY_CHANGES,
    *(one for one in product(("join", "leave"), CHANGE_MOMENTS, (False, True)) if one not in BOUNDARY_CHANGES),
)


@dataclass
class InterruptingMessenger(FakeMessenger):
    """Does something, once, just before a word goes to the facilitator or a post to the channel."""

    at: tuple[str, str] = ("", "")
    then: Callable[[], Awaitable[object]] | None = None
    under_way: Card | None = None  # what was drawn before it

    async def wait_for_turn(self, to: Destination) -> str:
        await self._when(to, "turn")
        return await super().wait_for_turn(to)

    async def send(self, to: Destination, card: Card, key: str) -> None:
        if await self._when(to, "send"):
            self.under_way = card
        await super().send(to, card, key)

    async def _when(self, to: Destination, step: str) -> bool:
        then = self.then
        if then is None or self.at != ("digest" if isinstance(to, ClubChannel) else "view", step):
            return False
        self.then = None
        await then()
        return True


@dataclass
class ClubDifferencingRun:
    """One and the same life of a club, but for what the target does. `seen`: by the facilitator and in the channel."""

    busy: bool
    club: Gathering = field(default_factory=lambda: Gathering(messenger=InterruptingMessenger()))
    since: int | None = None  # how much had been sent when the target came or went
    pulses: list[tuple[str, str]] = field(default_factory=list)

    @property
    def watched(self) -> InterruptingMessenger:
        assert isinstance(self.club.messenger, InterruptingMessenger)
        return self.club.messenger

    async def works(self, name: str, steps: int, answers: int) -> None:
        day = f"{self.club.now:%j}"
        for number in range(steps):
            await self.club[name].say(f"add P{day}x{number} channel: email")
        for number in range(answers):
            await self.club[name].say(f"reply P{day}x{number} kind: answer")

    async def week(self) -> None:
        for number, name in enumerate(COUNTED_MEMBER_NAMES, 1):
            await self.works(name, number, number // 2)

    async def target_works(self) -> None:
        if self.busy:
            await self.works(TARGET_NAME, 40, 10)

    async def until(self, moment: str) -> None:
        await self.club.live(moment)
        if self.since is not None:
            self.pulses.append((moment, await self.club["Ann"].say("/club pulse")))

    async def changes(self, how: str) -> None:
        self.since = len(self.watched.delivered)
        await self.club[TARGET_NAME].say(f"/club {how}")
        await self.target_works()

    async def lead(self, how: str, moment: ChangeMoment, *, moves: bool) -> None:
        """The first meeting with all but a newcomer; then the target comes or goes; then eight weeks and more."""
        await self.club.set_up_with(*COUNTED_MEMBER_NAMES, *([TARGET_NAME] if how == "leave" else []))
        await self.week()
        await self.until("2026-11-24 20:00")
        await self.week()
        await self.target_works()
        if isinstance(moment, str):
            await self.until(moment)
            await self.changes(how)
        else:
            self.watched.at, self.watched.then = moment, lambda: self.changes(how)
        for at in ("2026-11-30 20:00", "2026-12-01 20:00"):
            if isinstance(moment, tuple) or moment < at:
                await self.until(at)
        for number, day in enumerate(LATER_MEETING_DAYS):
            await self.later(number, day, moves=moves)

    async def later(self, number: int, day: str, *, moves: bool) -> None:
        await self.week()
        if number == 1:
            await self.target_works()
        if moves:
            other = ("wednesday", "thursday", "friday", "saturday")[number % 4]
            await self.club["Ann"].say(CLUB_SETUP_LINE.replace("tuesday", other))
            await self.club["Ann"].press("Change it")
        await self.until(f"{day} 20:00")

    @property
    def seen(self) -> list[object]:
        """All of it since the target came or went, but for what was drawn already."""
        assert self.since is not None
        ann, got = self.club["Ann"].actor.address, self.watched.delivered[self.since :]
        public = [card for to, card, _key in got if to == ann or isinstance(to, ClubChannel)]
        return [*(one for one in public if one is not self.watched.under_way), *self.pulses]


@pytest.mark.parametrize(("how", "moment", "moves"), ALL_CHANGES[: trial_count("CLUB_CHANGES", 4)], ids=str)
async def test_what_one_did_who_comes_or_goes_is_not_to_be_seen(how: str, moment: ChangeMoment, moves: bool) -> None:
    lives = [ClubDifferencingRun(busy=False), ClubDifferencingRun(busy=True)]
    for life in lives:
        await life.lead(how, moment, moves=moves)
    idle, busy = lives
    assert idle.seen == busy.seen
    counted = [at for at, pulse in busy.pulses if "Steps: about" in pulse]
    assert counted, "after eight weeks at the latest"
    assert how == "join" or min(counted) > RESTED_DAY, "until then the counts rest"
    report_figure("club counts", changes=1)
