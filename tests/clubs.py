"""A club at work: members who say and press things, one channel, and a clock that is moved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.messages import Card
from bot.domain.model import Actor, Address, Club, ClubChannel, ClubKey, HostDefaults
from storage.memory import MemoryStore
from tests.fakes import FailingStore, FakeMessenger, Member, sequential_ids
from tests.samples import BERLIN_HOME, local_instant

GATHERING_NAMES = ("Ann", "Ben", "Cleo", "Dov", "Eve", "Fay", "Gus", "Hal")
GATHERING_KEY = ClubKey("slack", "T1")
GATHERING_CHANNEL_ID = "C0CLUB"
CLUB_SETUP_LINE = f"/club setup channel: <#{GATHERING_CHANNEL_ID}> day: tuesday hour: 18:00 zone: Europe/Berlin"


@dataclass
class Gathering:
    """A club on one store and one platform. Ann leads the workspace."""

    store: MemoryStore = field(default_factory=FailingStore)
    messenger: FakeMessenger = field(default_factory=FakeMessenger)
    now: datetime = field(default_factory=lambda: local_instant("2026-11-23 10:00"))  # a Monday
    key: ClubKey = GATHERING_KEY
    home: HostDefaults = BERLIN_HOME
    people: dict[str, Member] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.new_id = sequential_ids()

    def __getitem__(self, name: str) -> Member:
        """A member, at the present moment, speaking in the club's channel."""
        if name not in self.people:
            team = self.key.team if self.key.platform == "slack" else ""
            actor = Actor(
                Address(self.key.platform, f"U{name.upper()}", team),
                display_name=name,
                club=self.key,
                may_set_up_club=name == "Ann",
                club_channel_id=GATHERING_CHANNEL_ID,
            )
            self.people[name] = Member(self.store, self.messenger, self.now, self.home, actor, new_id=self.new_id)
        self.people[name].now = self.now
        return self.people[name]

    def private(self, name: str) -> Member:
        """The same in direct messages, where Discord does not tell a club."""
        member = self[name]
        club = self.key if self.key.platform == "slack" else None
        return replace(member, actor=replace(member.actor, club=club, may_set_up_club=False, club_channel_id=""))

    async def set_up_with(self, *names: str) -> None:
        """Set up, introduced, and these have joined."""
        await self["Ann"].say(CLUB_SETUP_LINE)
        await self["Ann"].press("Post the introduction")
        await self.sweep()
        for name in names:
            await self[name].press_line("join")

    def at(self, moment: str) -> None:
        self.now = local_instant(moment)

    async def sweep(self) -> None:
        for _ in range(60):
            if not await self["Ann"].core.sweep(self.now):
                return
        raise AssertionError("the sweep never comes to an end")

    async def live(self, until: str) -> None:
        """Let time pass, waking when the store asks for it."""
        end = local_instant(until)
        while (wake := await self["Ann"].core.next_wake()) and wake <= end:
            self.now = max(self.now, wake)
            await self.sweep()
        self.now = end
        await self.sweep()

    @property
    def posts(self) -> list[Card]:
        """What stands in the channel."""
        return [card for to, card, _key in self.messenger.delivered if isinstance(to, ClubChannel)]

    def private_cards(self, name: str) -> list[Card]:
        """What came to a member unasked."""
        return [card for to, card, _key in self.messenger.delivered if to == self[name].actor.address]

    async def club(self) -> Club:
        club = await self.store.load(self.key)
        assert club is not None
        return club

    async def press_last(self, name: str, label: str) -> str:
        """Press a button of the last word that came to a member, in their direct messages."""
        member = self.private(name)
        member.last = self.private_cards(name)[-1]
        said = await member.press(label)
        self[name].last = member.last
        return said

    async def press_post(self, name: str, label: str, post: Card | None = None) -> str:
        """Press a button of a post in the channel."""
        member = self[name]
        member.last = post or self.posts[-1]
        return await member.press(label)
