"""The direct messages of the bot: which channel is whose."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import discord

from adapters.common.pacing import Clock, Holds
from adapters.common.recent import Recent
from adapters.discord.web import told
from bot.errors import TryLater, Uncertain

MOST = 10_000  # conversations remembered
OPENING = "opening"


class Channels:
    """The channel of each member's direct messages, opened when it is first needed."""

    def __init__(self, client: discord.Client, now: Clock, most: int = MOST) -> None:
        self._client = client
        self._holds = Holds(now)
        self._one_by_one = asyncio.Lock()
        self._known: Recent[str, int] = Recent(most)
        self._recalled: Recent[str, int] = Recent(most)
        self._lost: Recent[str, int] = Recent(most)

    def knows(self, user: str) -> bool:
        return user in self._known

    def learn(self, user: str, channel: int) -> None:
        """What a direct message of theirs told by the way."""
        self._known.put(user, channel)
        self._recalled.drop(user)

    def recall(self, user: str, channel: str) -> None:
        """What was known before a restart; what was learnt since is better."""
        if user not in self._known and channel.isdecimal() and int(channel) != self._lost.get(user):
            self.learn(user, int(channel))
            self._recalled.put(user, int(channel))

    def lost(self, user: str) -> bool:
        """Their conversation is gone. Whether another may be there: not when the same one was gone before."""
        channel, before = self._known.get(user), self._lost.get(user)
        if channel is not None:
            self._lost.put(user, channel)
        return self.forget(user) and channel != before

    def is_recalled(self, user: str) -> bool:
        """Whether it is known from before a restart alone: another bot may have had our name then."""
        return user in self._recalled

    def forget(self, user: str) -> bool:
        """Whether it was known: such a channel may be gone by now, and can be opened anew."""
        return self._known.drop(user)

    def check(self, user: str) -> None:
        """Raises `TryLater` while Discord wants no new conversation opened and theirs is not known."""
        if user not in self._known:
            self._holds.check(OPENING)

    async def of(self, user: str) -> int:
        """Raises as `told` does, but never `Uncertain`: nothing was sent, and opening twice is harmless."""
        if user in self._known:
            return self._known[user]
        async with self._one_by_one:  # so that a refusal is heard before the next is asked for
            self.check(user)
            if user not in self._known:
                self.learn(user, await self._open(user))
        return self._known[user]

    async def _open(self, user: str) -> int:
        # Not `create_dm`: that gives what the library remembers, also a channel that is gone.
        try:
            opened = await told(self._client.http.start_private_message(user))
            return _channel_id(opened)
        except Uncertain as lost:
            raise TryLater(str(lost)) from lost
        except TryLater as later:
            if later.after is not None:
                self._holds.hold(OPENING, later.after.total_seconds())
            raise


def _channel_id(opened: object) -> int:
    found = opened.get("id") if isinstance(opened, Mapping) else None
    if not isinstance(found, str) or not found.isdecimal():
        raise Uncertain("no_channel")
    return int(found)
