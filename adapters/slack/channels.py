"""The direct messages of the app: which channel is whose, and what is posted there at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from adapters.common.recent import Recent
from adapters.slack.web import POST, Web
from bot.errors import TryLater, Uncertain

MOST = 10_000  # conversations remembered


class Channels:
    """The channel of each member's direct messages, opened when it is first needed."""

    def __init__(self, web: Web, most: int = MOST) -> None:
        self._web = web
        self._one_by_one = asyncio.Lock()
        self._known: Recent[str, str] = Recent(most)
        self._lost: Recent[str, str] = Recent(most)

    def knows(self, user: str) -> bool:
        return user in self._known

    def known(self, user: str) -> str:
        """The channel, empty when it was not opened yet."""
        return self._known.get(user) or ""

    def learn(self, user: str, channel: str) -> None:
        """What an event told by the way."""
        self._known.put(user, channel)

    def recall(self, user: str, channel: str) -> None:
        """What was known before a restart; what was learnt since is better."""
        if user not in self._known and channel and channel != self._lost.get(user):
            self.learn(user, channel)

    def lost(self, user: str) -> bool:
        """Their conversation is gone. Whether another may be there: not when the same one was gone before."""
        channel, before = self._known.get(user), self._lost.get(user)
        if channel is not None:
            self._lost.put(user, channel)
        return self.forget(user) and channel != before

    def forget(self, user: str) -> bool:
        """Whether it was known: such a channel may be gone by now, and can be opened anew."""
        return self._known.drop(user)

    async def of(self, user: str) -> str:
        """Raises as `Web.call` does, but never `Uncertain`: nothing was sent, and opening twice is harmless."""
        if user in self._known:
            return self._known[user]
        async with self._one_by_one:  # so that a refusal is heard before the next is asked for
            if user not in self._known:
                self.learn(user, await self._open(user))
        return self._known[user]

    async def _open(self, user: str) -> str:
        try:
            return _channel_id(await self._web.call("conversations.open", users=user))
        except Uncertain as lost:
            raise TryLater(str(lost)) from lost

    async def post(self, user: str, message: Mapping[str, Any]) -> None:
        """Post to the member now. Raises as `Web.call` does."""
        quiet = {"unfurl_links": False, "unfurl_media": False}
        await self._web.call(POST, channel=await self.of(user), **message, **quiet)


def _channel_id(opened: Mapping[str, Any]) -> str:
    channel = opened.get("channel")
    found = channel.get("id") if isinstance(channel, Mapping) else None
    if not isinstance(found, str) or not found:
        raise Uncertain("no_channel")
    return found
