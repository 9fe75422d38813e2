"""The channels of the bot's direct messages, one for each member."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from adapters.common.conversations import MAX_CONVERSATIONS, Conversations
from adapters.common.rate_limits import MonotonicClock, RateLimitHolds
from adapters.discord.api import translate_discord_errors
from bot.domain.errors import DeliveryUncertain, TryLater

OPEN_CHANNEL_SCOPE = "opening"


class DiscordDirectMessages(Conversations[int]):
    """The channel id of each member's direct messages, opened when it is first needed."""

    def __init__(self, client: discord.Client, now: MonotonicClock, max_conversations: int = MAX_CONVERSATIONS) -> None:
        super().__init__(max_conversations)
        self._client = client
        self._holds = RateLimitHolds(now)

    def restore_saved(self, user: str, channel: str) -> None:
        """Remember the channel id saved in a book; anything that is not an id is ignored."""
        if channel.isdecimal():
            self.restore(user, int(channel))

    def raise_if_unopenable(self, user: str) -> None:
        """Raise `TryLater` if the member's channel is not known while Discord allows no new one to be opened."""
        if not self.is_known(user):
            self._holds.raise_if_held(OPEN_CHANNEL_SCOPE)

    async def open_conversation(self, user: str) -> int:
        """Open a channel. Raises as `translate_discord_errors` does, but never `DeliveryUncertain`."""
        # Not `create_dm`: it returns the channel that the library remembers, even if it does not exist any more.
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
    channel_id = answer.get("id") if isinstance(answer, Mapping) else None
    if not isinstance(channel_id, str) or not channel_id.isdecimal():
        raise DeliveryUncertain("no_channel")
    return int(channel_id)
