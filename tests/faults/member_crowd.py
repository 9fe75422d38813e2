"""A hall full of members on a platform's fake, all with one reminder due at the same moment; time leaps while we wait.

The same for Slack and Discord, so that what is promised of sending is tried on both in the same words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any, Protocol

from adapters.common.rate_limits import USED_SHARE_OF_LIMIT
from adapters.discord import messenger as discord
from adapters.slack import messenger as slack
from bot.app.service import Service
from bot.domain.model import Actor, Address, Book
from bot.rules.moment import BookMoment
from tests.adapters.discord.workspace import DiscordWorkspace as DiscordClub
from tests.adapters.slack.workspace import SlackWorkspace as SlackClub
from tests.fakes_discord import faults as discord_faults
from tests.fakes_slack import faults as slack_faults
from tests.platforms.stage import Stage

CROWD_CONTACT_NAME = "Dana"
CROWD_STARTED_AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
CROWD_DUE_AT = datetime(2026, 12, 8, 8, tzinfo=UTC)  # nine in the morning in Berlin
SLACK_POST_METHOD = "chat.postMessage"
POSTS_PER_SECOND = {
    "slack": USED_SHARE_OF_LIMIT * slack.SLACK_POSTS_PER_SECOND,
    "discord": USED_SHARE_OF_LIMIT * discord.DISCORD_POSTS_PER_SECOND,
}  # messages a second
# Discord's 429 for one conversation, one shared by all bots, one for all of ours, and Cloudflare's.
RATE_LIMIT_VARIANTS: tuple[dict[str, Any], ...] = (
    *({},) * 12,
    *({"scope": "shared"},) * 6,
    {"everywhere": True},
    {"via": False},
)
REQUEST_FLIGHT_SECONDS = 0.05  # real seconds that a request may be on its way while another is refused


class RequestFaultSource(Protocol):
    """What becomes of a request to a route: a fault, or None."""

    def __call__(self, route: str) -> Any: ...


@dataclass
class MemberCrowd:
    """Members by number, in a club on a platform."""

    club: Stage
    people: list[Address] = field(default_factory=list)

    @property
    def platform(self) -> str:
        return self.club.platform

    @property
    def core(self) -> Service:
        return self.club.core

    def now(self) -> datetime:
        return self.club.clock.now()

    async def fill(self, many: int, *, opened: bool) -> None:
        """So many members, each with a contact of whom there is one thing to say at `CROWD_DUE_AT`; nothing else comes.

        `opened`: the bot has a conversation with each of them already.
        """
        for number in range(many):
            address = self.club.address(self.club.invite(number).user.id)
            self.people.append(address)
            for said in ("settings basket: never patience: no", f"add {CROWD_CONTACT_NAME} channel: email"):
                await self.core.handle_command(Actor(address), said, CROWD_STARTED_AT)
            if opened:
                place = await self.club.bot.messenger.wait_for_turn(address)
                await self.club.store.save(replace(await self.book(address), conversation_id=place))
        self.club.clock.move(CROWD_DUE_AT)

    def run(self) -> None:
        """From here on time passes by itself, as fast as it does."""
        clock, began, real = self.club.clock, self.now(), monotonic()
        clock._wall, clock._stopped_at = lambda: began + timedelta(seconds=monotonic() - real), None

    async def wait(self, **much: float) -> None:
        """Time passes, and whatever falls due on the way is done at its moment. Turns take their time."""
        clock, target = self.club.clock, self.now() + timedelta(**much)
        while (wake := await self.core.next_wake()) is not None and wake <= target:
            clock.move(wake)
            if not await self.core.sweep(clock.now(), clock.now):
                clock.move(clock.now() + timedelta(seconds=1))
        clock.move(target)

    def set_fault_source(self, made: RequestFaultSource | None) -> None:
        faults = self.club.fake.world.faults
        faults.weather, faults.grace = made, REQUEST_FLIGHT_SECONDS

    def fail(self, failure: Any, *, stored: bool = False, times: int | None = 1) -> Any:
        """Let the next messages fail."""
        return self.club.fail("message", failure, stored=stored, times=times)

    def count_copies(self) -> Counter[Address]:
        """How many messages about `CROWD_CONTACT_NAME` each member has from us, whatever they say by now."""
        return Counter({who: self._messages_to(who) for who in self.people})

    def _messages_to(self, who: Address) -> int:
        messages = self.club.inbox(self.club.person(who))
        return sum(CROWD_CONTACT_NAME in "".join([*message.versions, message.said]) for message in messages)

    def early_requests(self) -> list[str]:
        """Requests that came before the time to which a 429 had put them off."""
        return [one for one in self.club.fake.world.complaints if one.startswith("early")]

    def calls(self) -> list[Any]:
        """All requests, answered or not."""
        return list(self.club.fake.calls)

    def posts(self) -> list[Any]:
        """The requests for a message, answered or not."""
        return list(self.club.requests("message"))

    async def sent_at(self) -> dict[Address, float]:
        """When each member was sent a message, in seconds since 1970."""
        whose = {(await self.book(who)).conversation_id: who for who in self.people}
        return {whose[self._place(post)]: float(post.at) for post in self.posts()}

    def _place(self, post: Any) -> str:
        return str(post.arguments["channel"] if self.platform == "slack" else post.path.split("/")[2])

    async def book(self, who: Address) -> Book:
        book: Book | None = await self.club.store.load(who)
        assert book is not None
        return book

    async def lost_reminders(self) -> list[Address]:
        """Whose reminder is neither in the book nor on the platform any more."""
        copies, gone = self.count_copies(), []
        for who in self.people:
            book = await self.book(who)
            kept = book.envelopes or book.unreachable_reason or BookMoment(book, self.now(), self.club_home()).due
            if not copies[who] and not kept:
                gone.append(who)
        return gone

    def club_home(self) -> Any:
        return self.core.defaults


@asynccontextmanager
async def open_member_crowd(
    platform: str, many: int, *, opened: bool = True, folder: Path | None = None
) -> AsyncIterator[MemberCrowd]:
    """A hall with so many members, at the moment at which all their reminders are due. `folder`: of its store."""
    club = (
        DiscordClub.open(folder=folder)
        if platform == "discord"
        else SlackClub.open(http=True, leaping=True, folder=folder)
    )
    place = MemberCrowd(await club)
    try:
        await place.fill(many, opened=opened)
        yield place
        assert_crowd_harmless(place)
    finally:
        await place.club.close()


def assert_crowd_harmless(place: MemberCrowd) -> None:
    """Nothing was refused for its form, nothing pings, and no channel has heard of it."""
    noted = place.club.fake.world.complaints
    noted[:] = [one for one in noted if not one.startswith("early")]  # those are the test's own to judge
    place.club.harmless()


def platform_rate_limit(platform: str, seconds: float, **how: Any) -> Any:
    """A 429 of the platform's, in one of its dresses."""
    return discord_faults.limited(seconds, **how) if platform == "discord" else slack_faults.limited(seconds)


def slow_fault_source(platform: str, seconds: float) -> RequestFaultSource:
    """Every answer takes so long."""
    module: Any = discord_faults if platform == "discord" else slack_faults
    return lambda route: module.Fault(route, module.slow(seconds))


def rate_limit_storm(platform: str, chance: float, rng: Random, rests: tuple[float, ...]) -> RequestFaultSource:
    """Of all requests this share is refused with 429, each for one of these seconds."""
    module: Any = discord_faults if platform == "discord" else slack_faults
    dresses = RATE_LIMIT_VARIANTS if platform == "discord" else ({},)

    def weather(route: str) -> Any:
        if rng.random() >= chance:
            return None
        return module.Fault(route, platform_rate_limit(platform, rng.choice(rests), **rng.choice(dresses)))

    return weather
