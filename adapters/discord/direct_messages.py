"""The direct messages of the bot: which channel is whose."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from adapters.common.conversations import MOST, Conversations
from adapters.common.rate_limits import Clock, Holds
from adapters.discord.api import told
from bot.domain.errors import TryLater, Uncertain

OPENING = "opening"


class Channels(Conversations[int]):
    """The channel of each member's direct messages, opened when it is first needed."""

    def __init__(self, client: discord.Client, now: Clock, most: int = MOST) -> None:
        super().__init__(most)
        self._client = client
        self._holds = Holds(now)

    def recall(self, user: str, channel: str) -> None:
        """The channel that a book remembers, or nothing."""
        if channel.isdecimal():
            self.recollect(user, int(channel))

    def check(self, user: str) -> None:
        """Raises `TryLater` while Discord wants no new conversation opened and theirs is not known."""
        if not self.knows(user):
            self._holds.check(OPENING)

    async def opened(self, user: str) -> int:
        """Raises as `told` does, but never `Uncertain`."""
        # Not `create_dm`: that gives what the library remembers, also a channel that is gone.
        try:
            return _channel_id(await told(self._client.http.start_private_message(user)))
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
