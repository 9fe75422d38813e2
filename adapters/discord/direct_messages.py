"""The direct messages of the bot: which channel is whose."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from adapters.common.conversations import MAX_CONVERSATIONS, Conversations
from adapters.common.rate_limits import MonotonicClock, RateLimitHolds
from adapters.discord.api import translate_discord_errors
from bot.domain.errors import DeliveryUncertain, TryLater

OPEN_CHANNEL_SCOPE = "opening"


class DiscordDirectMessages(Conversations[int]):
    """The channel of each member's direct messages, opened when it is first needed."""

    def __init__(self, client: discord.Client, now: MonotonicClock, max_conversations: int = MAX_CONVERSATIONS) -> None:
        super().__init__(max_conversations)
        self._client = client
        self._holds = RateLimitHolds(now)

    def restore_saved(self, user: str, channel: str) -> None:
        """The channel that a book remembers, or nothing."""
        if channel.isdecimal():
            self.restore(user, int(channel))

    def raise_if_unopenable(self, user: str) -> None:
        """Raises `TryLater` while Discord wants no new conversation opened and theirs is not known."""
        if not self.is_known(user):
            self._holds.raise_if_held(OPEN_CHANNEL_SCOPE)

    async def open_conversation(self, user: str) -> int:
        """Raises as `told` does, but never `Uncertain`."""
        # Not `create_dm`: that gives what the library remembers, also a channel that is gone.
        try:
            return _parse_opened_discord_channel(
                await translate_discord_errors(self._client.http.start_private_message(user))
            )
        except DeliveryUncertain as lost:
            raise TryLater(str(lost)) from lost
        except TryLater as later:
            if later.retry_after is not None:
                self._holds.hold(OPEN_CHANNEL_SCOPE, later.retry_after.total_seconds())
            raise


def _parse_opened_discord_channel(answer: object) -> int:
    found = answer.get("id") if isinstance(answer, Mapping) else None
    if not isinstance(found, str) or not found.isdecimal():
        raise DeliveryUncertain("no_channel")
    return int(found)
