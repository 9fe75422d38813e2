"""Sends reminders and club posts on Discord: to direct messages and to the channels of clubs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import discord

from adapters.common.conversations import MAX_CONVERSATIONS
from adapters.common.rate_limits import MAX_QUEUE_SECONDS, AsyncSleep, MonotonicClock, RequestPacer
from adapters.common.recent import RecentEntries
from adapters.discord.api import (
    DiscordChannelGone,
    DiscordChannelInaccessible,
    DiscordMessageGone,
    DiscordRequestGate,
    translate_discord_errors,
)
from adapters.discord.club_channel import (
    DISCORD_CHANNEL_NOT_OURS,
    parse_discord_club_channel,
    to_discord_channel_refusal,
)
from adapters.discord.direct_messages import DiscordDirectMessages
from adapters.discord.element_ids import discord_message_nonce, discord_reminder_mark, find_discord_reminder_mark
from bot.delivery.sender import PLATFORM_CLOCK_TOLERANCE
from bot.domain.errors import ChannelRefused, DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.domain.messages import Card
from bot.domain.model import Address, ClubChannel, ClubKey
from bot.domain.ports import Destination

DISCORD_POSTS_PER_SECOND = 45.0  # Discord docs, Rate Limits: 50 for a bot, and answers to members count too
DISCORD_POSTS_PER_SECOND_IN_CHANNEL = 1.0  # Discord allows five in five seconds (its own headers; not documented)
DISCORD_OPENINGS_PER_SECOND = 1 / 2  # new conversations: Discord takes many of them for spam (40003, 20026)
DISCORD_HISTORY_READS_PER_SECOND = 5.0  # pages
NOT_A_MEMBER_CODES = frozenset(("10007", "10013"))  # Discord docs, JSON: unknown member, unknown user
MEMBERSHIP_CACHE_SECONDS = 60.0  # for which a member seen in a server counts as being in it
DISCORD_HISTORY_PAGE_MESSAGES = 100  # Discord docs, Get Channel Messages
# Discord docs, Create Message, enforce_nonce: "checked for uniqueness in the past few minutes". Two is a safe bound.
NONCE_LIFETIME = timedelta(minutes=2)


class SendableDiscordMessage(Protocol):
    """A message that is ready to be sent."""

    @property
    def content(self) -> str: ...
    @property
    def embeds(self) -> Sequence[discord.Embed]: ...
    @property
    def view(self) -> Any: ...


RenderDiscordMessage = Callable[[Card, int], SendableDiscordMessage]
"""Renders a card; the number is the id of its first button (see `discord_reminder_mark`)."""


class DiscordMessenger:
    """The `Messenger` of Discord. For two minutes a nonce prevents duplicates; later the history is searched."""

    def __init__(
        self,
        client: discord.Client,
        gate: DiscordRequestGate,
        direct_messages: DiscordDirectMessages,
        render_message: RenderDiscordMessage,
        wall: Callable[[], datetime],
        now: MonotonicClock,
        sleep: AsyncSleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._gate = gate
        self._direct_messages = direct_messages
        self._render_message = render_message
        self._wall = wall
        self._is_enabled = False
        self._now = now
        self._members_seen_at: RecentEntries[tuple[str, str], float] = RecentEntries(MAX_CONVERSATIONS)
        self._post_pacer = RequestPacer(DISCORD_POSTS_PER_SECOND, DISCORD_POSTS_PER_SECOND_IN_CHANNEL, now, sleep)
        self._open_pacer = RequestPacer(DISCORD_OPENINGS_PER_SECOND, DISCORD_OPENINGS_PER_SECOND, now, sleep)
        self._history_pacer = RequestPacer(
            DISCORD_HISTORY_READS_PER_SECOND, DISCORD_HISTORY_READS_PER_SECOND, now, sleep
        )

    @property
    def ready(self) -> bool:
        """Whether the client is logged in, and Discord accepts the token."""
        return self._is_enabled and self._gate.token_state.is_accepted

    def enable(self) -> None:
        """Allow messages to be sent: the client is logged in."""
        self._is_enabled = True

    def restore_conversation(self, to: Address, conversation: str) -> None:
        self._direct_messages.restore_saved(to.user, conversation)

    async def wait_for_turn(self, to: Destination) -> str:
        self._gate.raise_if_closed()
        channel = await self._get_or_open_channel(to)
        await self._post_pacer.wait_for_turn(str(channel))
        self._gate.raise_if_closed()  # a 429 may have come meanwhile
        return str(channel)

    async def send(self, to: Destination, card: Card, key: str) -> None:
        message = self._render_message(card, discord_reminder_mark(key))
        try:
            await self._post_message(to, message, key)
        except (MessageRejected, DiscordChannelInaccessible) as problem:
            raise self._translate_refusal(to, problem) from None

    async def is_in_workspace(self, who: Address, club: ClubKey) -> bool:
        """A positive answer is cached for a minute only: a member who was removed must not stay in for long."""
        seen_at = self._members_seen_at.get((who.user, club.team))
        if seen_at is not None and self._now() - seen_at < MEMBERSHIP_CACHE_SECONDS:
            return True
        try:
            await translate_discord_errors(self._client.http.get_member(int(club.team), int(who.user)))
        except (TryLater, DeliveryUncertain, Undeliverable, ValueError) as problem:
            return str(problem) not in NOT_A_MEMBER_CODES
        self._members_seen_at[(who.user, club.team)] = self._now()
        return True

    async def was_sent(self, to: Destination, key: str, since: datetime) -> bool | None:
        self._history_pacer.raise_if_crowded(MAX_QUEUE_SECONDS)
        try:
            return await self._find_in_history(to, discord_reminder_mark(key), since)
        except (Undeliverable, DiscordChannelGone):
            if isinstance(to, Address):
                self._direct_messages.forget(to.user)
            return None
        except (TryLater, DeliveryUncertain) as problem:
            # No message of this key is older than `since`. After a clock was set back, its age is unknown.
            if timedelta() <= self._wall() - since < NONCE_LIFETIME + PLATFORM_CLOCK_TOLERANCE:
                return None  # unknown, but Discord itself rejects a duplicate for as long
            if isinstance(to, ClubChannel) and to_discord_channel_refusal(problem):
                return None
            raise

    def _translate_refusal(self, to: Destination, refusal: MessageRejected | DiscordChannelInaccessible) -> Exception:
        """`ChannelRefused` for a club's channel; `TryLater` for direct messages that are worth opening again."""
        if isinstance(to, ClubChannel):
            return to_discord_channel_refusal(refusal) or refusal
        # It does not exist any more, or was restored and is another bot's: the next `wait_for_turn` opens another.
        is_foreign = isinstance(refusal, DiscordChannelInaccessible) and self._direct_messages.is_restored(to.user)
        can_reopen = isinstance(refusal, DiscordChannelGone) or is_foreign
        return TryLater(str(refusal)) if can_reopen and self._direct_messages.mark_gone(to.user) else refusal

    async def _post_message(self, to: Destination, message: SendableDiscordMessage, key: str) -> None:
        channel = await self._get_or_open_channel(to)
        readers, kind = (to.channel_id, None) if isinstance(to, ClubChannel) else (to.user, discord.ChannelType.private)
        target = self._client.get_partial_messageable(channel, type=kind)
        try:
            await translate_discord_errors(
                target.send(
                    content=message.content or None,
                    embeds=list(message.embeds),
                    view=message.view,
                    nonce=discord_message_nonce(key, readers),
                    allowed_mentions=discord.AllowedMentions.none(),
                )
            )
        except DiscordMessageGone:
            # Discord docs, enforce_nonce: it was sent before, and the member deleted it. That counts as delivered.
            return

    async def _get_or_open_channel(self, to: Destination) -> int:
        if isinstance(to, ClubChannel):
            return self._check_club_channel_id(to)  # a club's channel is never opened: it exists, or it does not
        if not self._direct_messages.is_known(to.user):
            self._direct_messages.raise_if_unopenable(to.user)
            self._open_pacer.raise_if_crowded(MAX_QUEUE_SECONDS)
            await self._open_pacer.wait_for_turn("")
        return await self._direct_messages.get_or_open(to.user)

    def _check_club_channel_id(self, channel: ClubChannel) -> int:
        """The channel's id. Raises `ChannelRefused` for a channel of another server, even one that the setup names."""
        channel_id = parse_discord_club_channel(channel)
        guild = getattr(self._client.get_channel(channel_id), "guild", None)
        if guild is not None and str(guild.id) != channel.club.team:
            raise ChannelRefused(DISCORD_CHANNEL_NOT_OURS)
        return channel_id

    async def _find_in_history(self, to: Destination, reminder_mark: int, since: datetime) -> bool | None:
        """Search from the newest message back to `since` (UTC), and one page at least: our clock may differ."""
        channel = await self._get_or_open_channel(to)
        oldest, before = discord.utils.time_snowflake(since) - 1, None
        while True:
            self._gate.raise_if_closed()
            await self._history_pacer.wait_for_turn("")
            page = _parse_discord_history_page(
                await translate_discord_errors(
                    self._client.http.logs_from(channel, DISCORD_HISTORY_PAGE_MESSAGES, before=before)
                )
            )
            if any(
                self._is_own_message(message)
                and find_discord_reminder_mark(_discord_message_components(message)) == reminder_mark
                for message in page
            ):
                return True
            if not page and before is None and isinstance(to, ClubChannel):
                return None  # Discord docs, Get Channel Messages: an empty list where we may not read the history
            if (
                len(page) < DISCORD_HISTORY_PAGE_MESSAGES
                or (before := _oldest_discord_message_id(page, before)) <= oldest
            ):
                return False

    def _is_own_message(self, message: Mapping[str, Any]) -> bool:
        author, user = message.get("author"), self._client.user
        return isinstance(author, Mapping) and user is not None and author.get("id") == str(user.id)


def _parse_discord_history_page(answer: object) -> list[Mapping[str, Any]]:
    if not isinstance(answer, list) or not all(isinstance(message, Mapping) for message in answer):
        raise DeliveryUncertain("no_messages")
    return answer


def _discord_message_components(message: Mapping[str, Any]) -> list[Any]:
    components = message.get("components")
    return components if isinstance(components, list) else []


def _oldest_discord_message_id(page: Sequence[Mapping[str, Any]], before: int | None) -> int:
    """The `before` of the next page. Pages come newest first. Raises `TryLater` if Discord repeats a page."""
    oldest = min(int(message["id"]) for message in page)
    if before is not None and oldest >= before:
        raise TryLater("no_progress")
    return oldest
