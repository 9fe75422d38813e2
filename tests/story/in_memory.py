"""The month without a platform: the core alone, on any store."""

from __future__ import annotations

from typing import Any

from bot.domain.errors import ChannelRefused
from bot.domain.messages import Form
from tests.clubs import GATHERING_CHANNEL_ID, Gathering
from tests.samples import local_instant
from tests.story.club_month import MONTH_START


class MonthInMemory:
    """A crash is a restart of the store: every lease is gone, and nothing that was not saved is there."""

    def __init__(self) -> None:
        self.club = Gathering(now=local_instant(MONTH_START))

    async def say(self, name: str, line: str) -> None:
        await self.club[name].say(line)
        await self.club.sweep()

    async def press(self, name: str, label: str) -> None:
        await self.club[name].press(label)
        await self.club.sweep()

    async def press_post(self, name: str, label: str) -> None:
        post = next(one for one in reversed(self.club.posts) if any(label == face.label for face in one.buttons))
        await self.club.press_post(name, label, post)
        await self.club.sweep()

    async def press_word(self, name: str, label: str) -> None:
        await self.club.press_last(name, label)
        await self.club.sweep()

    async def fill(self, name: str, **values: str) -> None:
        member = self.club[name]
        assert isinstance(member.last, Form)
        await member.fill(**values)
        await self.club.sweep()

    def answer(self, name: str) -> str:
        return self.club[name].last.text()

    def posts(self) -> list[str]:
        return [card.text() for card in self.club.posts]

    def private_texts(self, name: str) -> list[str]:
        return [card.text() for card in self.club.private_cards(name)]

    async def until(self, moment: str) -> None:
        await self.club.live(moment)

    async def shut(self) -> None:
        self.club.messenger.shut = ChannelRefused("archived")

    async def reopen(self) -> None:
        self.club.messenger.shut = None

    def room(self) -> str:
        return f"<#{GATHERING_CHANNEL_ID}>"

    def member(self, name: str) -> str:
        return f"<@{self.club[name].actor.address.user}>"

    async def crash(self) -> None:
        store: Any = self.club.store
        await store.close()
        store.open()

    async def close(self) -> None:
        """Nothing is open."""
