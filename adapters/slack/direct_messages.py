"""The direct messages of the app: which channel is whose, and what is posted there at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.common.conversations import MOST, Conversations
from adapters.slack.api import POST, QUIET, Web
from bot.domain.errors import TryLater, Uncertain


class Channels(Conversations[str]):
    """The channel of each member's direct messages, opened when it is first needed."""

    def __init__(self, web: Web, most: int = MOST) -> None:
        super().__init__(most)
        self._web = web

    def recall(self, user: str, channel: str) -> None:
        """The channel that a book remembers, or nothing."""
        if channel:
            self.recollect(user, channel)

    async def opened(self, user: str) -> str:
        """Raises as `Web.call` does, but never `Uncertain`."""
        try:
            return _channel_id(await self._web.call("conversations.open", users=user))
        except Uncertain as lost:
            raise TryLater(str(lost)) from lost

    async def post(self, user: str, message: Mapping[str, Any]) -> None:
        """Post to the member now. Raises as `Web.call` does."""
        await self._web.call(POST, channel=await self.of(user), **message, **QUIET)


def _channel_id(opened: Mapping[str, Any]) -> str:
    channel = opened.get("channel")
    found = channel.get("id") if isinstance(channel, Mapping) else None
    if not isinstance(found, str) or not found:
        raise Uncertain("no_channel")
    return found
