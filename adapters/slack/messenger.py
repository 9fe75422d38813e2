"""Slack as a platform that reminders are sent on, as direct messages of the app, and that clubs have channels on."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from adapters.common.rate_limits import LONGEST_QUEUE, Clock, Pacer, Sleep
from adapters.slack import club_channel
from adapters.slack.api import POST, ConversationGone, ScopeMissing, Web
from adapters.slack.direct_messages import Channels
from adapters.slack.element_ids import mark
from adapters.slack.profiles import Profiles
from bot.domain.errors import AccountClosed, TryLater, Uncertain, Undeliverable
from bot.domain.messages import Card
from bot.domain.model import Address, ClubKey, Room
from bot.domain.ports import To

LONG_ENOUGH = 2.0  # seconds for a second look at a profile
# docs.slack.dev/apis/web-api/rate-limits, a second: one message in a channel, "several hundred" a minute in a
# workspace; opening and reading are of tier 3, 50 a minute.
OVERALL, EACH, TIER_3 = 5.0, 1.0, 50 / 60
TIME = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?", re.ASCII)
A_PAGE = 200  # messages; Slack's own advice

Draw = Callable[[Card, str], Mapping[str, Any]]
"""A card and its delivery's key as the `text` and `blocks` of a message; the first block is marked with the key."""


class SlackMessenger:
    """Sends at the pace Slack allows, and finds direct messages again by the key in their first block."""

    def __init__(
        self,
        web: Web,
        channels: Channels,
        draw: Draw,
        profiles: Profiles,
        now: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._web = web
        self._channels = channels
        self._draw = draw
        self._profiles = profiles
        self._posting = Pacer(OVERALL, EACH, now, sleep)
        self._opening = Pacer(TIER_3, TIER_3, now, sleep)
        self._reading = Pacer(TIER_3, TIER_3, now, sleep)

    @property
    def ready(self) -> bool:
        """Whether Slack takes our token."""
        return self._web.standing.open

    def recall(self, to: Address, conversation: str) -> None:
        self._channels.recall(to.user, conversation)

    async def turn(self, to: To) -> str:
        if isinstance(to, Room):
            self._web.check(POST, to.channel)
            return await self._turn_in(to.channel)
        self._web.check(POST, self._channels.known(to.user) or "")
        if await self._left(to.user):
            # Slack itself answers ok for somebody who left. (slackapi/python-slack-sdk #1156)
            raise AccountClosed("deactivated")
        return await self._turn_in(await self._channel(to.user))

    async def send(self, to: To, card: Card, key: str) -> None:
        if isinstance(to, Room):
            await club_channel.post(self._web, to.channel, self._draw(club_channel.unnamed(card), key))
            return
        message = self._draw(card, key)
        try:
            await self._post(to.user, message)
        except ConversationGone as gone:
            if not self._channels.lost(to.user):
                raise
            raise TryLater(str(gone)) from gone  # the next turn opens another

    async def belongs(self, who: Address, club: ClubKey) -> bool:
        profile = await self._profiles.look(who.user)
        return profile is None or not profile.deleted

    async def sent(self, to: To, key: str, since: datetime) -> bool | None:
        if isinstance(to, Room):
            # To look there takes channels:history, the right to read all that the members of a club say to one another.
            return None
        self._reading.check(LONGEST_QUEUE)
        try:
            return await self._find(await self._channel(to.user), mark(key), since)
        except ScopeMissing:
            return None
        except Undeliverable:
            self._channels.forget(to.user)
            return None

    async def _turn_in(self, channel: str) -> str:
        await self._posting.turn(channel)
        self._web.check(POST, channel)  # a rest that was asked for meanwhile
        return channel

    async def _left(self, user: str) -> bool:
        profile = await self._profiles.look(user)
        if profile is None or not profile.deleted:
            return False
        self._profiles.forget(user)  # that may be of yesterday
        profile = await self._profiles.of(user, LONG_ENOUGH)
        return profile is not None and profile.deleted

    async def _post(self, user: str, message: Mapping[str, Any]) -> None:
        await self._channel(user)
        await self._channels.post(user, message)

    async def _channel(self, user: str) -> str:
        if not self._channels.knows(user):
            self._web.check("conversations.open")
            self._opening.check(LONGEST_QUEUE)
            await self._opening.turn("")
        return await self._channels.of(user)

    async def _find(self, channel: str, block_id: str, since: datetime) -> bool:
        """Among the newest messages, and back to `since`: by our clock, so that it alone would not do."""
        seen: set[str] = set()
        cursor: str | None = ""
        while cursor is not None:
            self._web.check("conversations.history")
            await self._reading.turn("")
            page = await self._web.call("conversations.history", channel=channel, cursor=cursor or None, limit=A_PAGE)
            if any(block.get("block_id") == block_id for block in _blocks(page)):
                return True
            seen.add(cursor)
            cursor = _next(page) if _oldest(page) > since.timestamp() else None
            if cursor in seen:
                raise Uncertain("no_progress")
        return False


def _blocks(page: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    messages = page.get("messages")
    if not isinstance(messages, list):
        raise Uncertain("no_messages")
    # Files and messages of people have no blocks of ours, or none at all.
    lists = [one.get("blocks") for one in messages if isinstance(one, Mapping)]
    return [block for one in lists if isinstance(one, list) for block in one if isinstance(block, Mapping)]


def _oldest(page: Mapping[str, Any]) -> float:
    """When the first message of a page was sent, in seconds since 1970; pages come newest first."""
    times = [one.get("ts") for one in page.get("messages", []) if isinstance(one, Mapping)]
    return min((float(ts) for ts in times if isinstance(ts, str) and TIME.fullmatch(ts)), default=math.inf)


def _next(page: Mapping[str, Any]) -> str | None:
    """The cursor of the next page; None after the last."""
    more = page.get("response_metadata")
    cursor = more.get("next_cursor") if isinstance(more, Mapping) else None
    if isinstance(cursor, str) and cursor:
        return cursor
    if page.get("has_more") is True:
        raise Uncertain("no_cursor")  # there is more, and no way to it: not found is not known
    return None
