"""Delivery on Slack: reminders as direct messages of the app, and posts in the channels of clubs."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from adapters.common.rate_limits import MAX_QUEUE_SECONDS, AsyncSleep, MonotonicClock, RequestPacer
from adapters.slack import club_channel
from adapters.slack.api import POST_METHOD, ConversationGone, SlackApi
from adapters.slack.direct_messages import SlackDirectMessages
from adapters.slack.element_ids import reminder_block_id
from adapters.slack.profiles import SlackProfiles
from bot.domain.errors import AccountClosed, DeliveryUncertain, TryLater, Undeliverable
from bot.domain.messages import Card
from bot.domain.model import Address, ClubChannel, ClubKey
from bot.domain.ports import Destination

PROFILE_RECHECK_SECONDS = 2.0  # seconds to wait when a profile is looked up again
# docs.slack.dev/apis/web-api/rate-limits: one message a second in a channel, "several hundred" a minute in a
# workspace; opening and reading conversations is of tier 3, 50 a minute.
SLACK_POSTS_PER_SECOND, SLACK_POSTS_PER_SECOND_IN_CHANNEL, TIER_3_CALLS_PER_SECOND = 5.0, 1.0, 50 / 60
MESSAGE_TS_PATTERN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?", re.ASCII)
HISTORY_PAGE_MESSAGES = 200  # messages; Slack's own recommendation

RenderMessage = Callable[[Card, str], Mapping[str, Any]]
"""Renders a card as the `text` and `blocks` of a message; the id of the first block carries the delivery's key."""


class SlackMessenger:
    """Sends within Slack's rate limits, and finds sent direct messages by the key in their first block."""

    def __init__(
        self,
        slack_api: SlackApi,
        direct_messages: SlackDirectMessages,
        render_message: RenderMessage,
        profiles: SlackProfiles,
        now: MonotonicClock,
        sleep: AsyncSleep = asyncio.sleep,
    ) -> None:
        self._slack_api = slack_api
        self._direct_messages = direct_messages
        self._render_message = render_message
        self._profiles = profiles
        self._post_pacer = RequestPacer(SLACK_POSTS_PER_SECOND, SLACK_POSTS_PER_SECOND_IN_CHANNEL, now, sleep)
        self._open_pacer = RequestPacer(TIER_3_CALLS_PER_SECOND, TIER_3_CALLS_PER_SECOND, now, sleep)
        self._history_pacer = RequestPacer(TIER_3_CALLS_PER_SECOND, TIER_3_CALLS_PER_SECOND, now, sleep)

    @property
    def ready(self) -> bool:
        """Whether Slack accepts our token."""
        return self._slack_api.token.is_accepted

    def restore_conversation(self, to: Address, conversation: str) -> None:
        self._direct_messages.restore_saved(to.user, conversation)

    async def wait_for_turn(self, to: Destination) -> str:
        if isinstance(to, ClubChannel):
            self._slack_api.raise_if_held(POST_METHOD, to.channel_id)
            return await self._wait_for_channel_turn(to.channel_id)
        self._slack_api.raise_if_held(POST_METHOD, self._direct_messages.find_known(to.user) or "")
        if await self._has_left_workspace(to.user):
            # Slack itself answers ok for a user who left. (slackapi/python-slack-sdk #1156)
            raise AccountClosed("deactivated")
        return await self._wait_for_channel_turn(await self._get_or_open_channel(to.user))

    async def send(self, to: Destination, card: Card, key: str) -> None:
        if isinstance(to, ClubChannel):
            await club_channel.post_in_slack_channel(
                self._slack_api, to.channel_id, self._render_message(club_channel.without_person_mentions(card), key)
            )
            return
        message = self._render_message(card, key)
        try:
            await self._post_direct_message(to.user, message)
        except ConversationGone as gone:
            if not self._direct_messages.mark_gone(to.user):
                raise
            raise TryLater(str(gone)) from gone  # the next try opens another

    async def is_in_workspace(self, who: Address, club: ClubKey) -> bool:
        profile = await self._profiles.find_unhurried(who.user)
        return profile is None or not profile.deleted

    async def was_sent(self, to: Destination, key: str, since: datetime) -> bool | None:
        if isinstance(to, ClubChannel):
            # That takes channels:history, the right to read everything that the members of a club write to one another.
            return None
        self._history_pacer.raise_if_crowded(MAX_QUEUE_SECONDS)
        try:
            return await self._find_in_history(await self._get_or_open_channel(to.user), reminder_block_id(key), since)
        except Undeliverable:
            self._direct_messages.forget(to.user)
            return None

    async def _wait_for_channel_turn(self, channel: str) -> str:
        await self._post_pacer.wait_for_turn(channel)
        self._slack_api.raise_if_held(POST_METHOD, channel)  # Slack may have limited it meanwhile
        return channel

    async def _has_left_workspace(self, user: str) -> bool:
        profile = await self._profiles.find_unhurried(user)
        if profile is None or not profile.deleted:
            return False
        self._profiles.forget(user)  # the cached profile may be a day old
        profile = await self._profiles.find_profile(user, PROFILE_RECHECK_SECONDS)
        return profile is not None and profile.deleted

    async def _post_direct_message(self, user: str, message: Mapping[str, Any]) -> None:
        await self._get_or_open_channel(user)
        await self._direct_messages.post_direct_message(user, message)

    async def _get_or_open_channel(self, user: str) -> str:
        if not self._direct_messages.is_known(user):
            self._slack_api.raise_if_held("conversations.open")
            self._open_pacer.raise_if_crowded(MAX_QUEUE_SECONDS)
            await self._open_pacer.wait_for_turn("")
        return await self._direct_messages.get_or_open(user)

    async def _find_in_history(self, channel: str, block_id: str, since: datetime) -> bool:
        """Search the newest page, then back to `since`; that is by our clock, and so never the only limit."""
        seen: set[str] = set()
        cursor: str | None = ""
        while cursor is not None:
            self._slack_api.raise_if_held("conversations.history")
            await self._history_pacer.wait_for_turn("")
            page = await self._slack_api.call(
                "conversations.history", channel=channel, cursor=cursor or None, limit=HISTORY_PAGE_MESSAGES
            )
            if any(block.get("block_id") == block_id for block in _history_blocks(page)):
                return True
            seen.add(cursor)
            cursor = _next_history_cursor(page) if _oldest_message_time(page) > since.timestamp() else None
            if cursor in seen:
                raise DeliveryUncertain("no_progress")
        return False


def _history_blocks(page: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    messages = page.get("messages")
    if not isinstance(messages, list):
        raise DeliveryUncertain("no_messages")
    # Files, and messages of people, have blocks that are not ours, or none.
    lists = [message.get("blocks") for message in messages if isinstance(message, Mapping)]
    return [block for blocks in lists if isinstance(blocks, list) for block in blocks if isinstance(block, Mapping)]


def _oldest_message_time(page: Mapping[str, Any]) -> float:
    """When the oldest message of a page was sent, in seconds since 1970 (UTC); infinity for an empty page."""
    times = [message.get("ts") for message in page.get("messages", []) if isinstance(message, Mapping)]
    return min(
        (float(ts) for ts in times if isinstance(ts, str) and MESSAGE_TS_PATTERN.fullmatch(ts)), default=math.inf
    )


def _next_history_cursor(page: Mapping[str, Any]) -> str | None:
    """The cursor of the next page; None after the last."""
    metadata = page.get("response_metadata")
    cursor = metadata.get("next_cursor") if isinstance(metadata, Mapping) else None
    if isinstance(cursor, str) and cursor:
        return cursor
    if page.get("has_more") is True:
        raise DeliveryUncertain("no_cursor")  # older messages exist but cannot be read: whether it was sent is unknown
    return None
