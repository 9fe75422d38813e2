"""The direct messages of the app: finds or opens a member's channel, and posts there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.common.conversations import MAX_CONVERSATIONS, Conversations
from adapters.slack.api import NO_LINK_PREVIEWS, POST_METHOD, SlackApi
from bot.domain.errors import DeliveryUncertain, TryLater


class SlackDirectMessages(Conversations[str]):
    """Direct message channels by user id, opened on first use."""

    def __init__(self, slack_api: SlackApi, max_conversations: int = MAX_CONVERSATIONS) -> None:
        super().__init__(max_conversations)
        self._slack_api = slack_api

    def restore_saved(self, user: str, channel: str) -> None:
        """Restore the channel saved in a book; an empty one is ignored."""
        if channel:
            self.restore(user, channel)

    async def open_conversation(self, user: str) -> str:
        """Raises as `SlackApi.call` does, but `TryLater` instead of `DeliveryUncertain`, because nothing was sent."""
        try:
            return _parse_opened_channel(await self._slack_api.call("conversations.open", users=user))
        except DeliveryUncertain as lost:
            raise TryLater(str(lost)) from lost

    async def post_direct_message(self, user: str, message: Mapping[str, Any]) -> None:
        """Post to the member now. Raises as `SlackApi.call` does."""
        await self._slack_api.call(POST_METHOD, channel=await self.get_or_open(user), **message, **NO_LINK_PREVIEWS)


def _parse_opened_channel(payload: Mapping[str, Any]) -> str:
    channel = payload.get("channel")
    channel_id = channel.get("id") if isinstance(channel, Mapping) else None
    if not isinstance(channel_id, str) or not channel_id:
        raise DeliveryUncertain("no_channel")
    return channel_id
