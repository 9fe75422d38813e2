"""Discord as a platform that is written to unasked: the bot's direct messages, and the channels of clubs."""

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
from bot.delivery.sender import PLATFORM_CLOCK_SLACK
from bot.domain.errors import ChannelRefused, DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.domain.messages import Card
from bot.domain.model import Address, ClubChannel, ClubKey
from bot.domain.ports import Destination

DISCORD_POSTS_PER_SECOND = (
    45.0  # a second; Discord docs, Rate Limits: 50 a second for a bot, and answers to people count too
)
DISCORD_POSTS_PER_SECOND_IN_CHANNEL = (
    1.0  # a second in one channel; Discord answers five in five seconds (its own headers; not documented)
)
DISCORD_OPENINGS_PER_SECOND = 1 / 2  # new conversations a second: those are what Discord takes for spam (40003, 20026)
DISCORD_HISTORY_READS_PER_SECOND = 5.0  # pages of history a second
NOT_A_MEMBER_CODES = frozenset(("10007", "10013"))  # Discord docs, JSON: unknown member, unknown user
MEMBERSHIP_CACHE_SECONDS = 60.0  # seconds for which who was in a server counts as being there
DISCORD_HISTORY_PAGE_MESSAGES = 100  # messages; Discord docs, Get Channel Messages
# Discord docs, Create Message, enforce_nonce: "checked for uniqueness in the past few minutes". Two are few.
NONCE_LIFETIME = timedelta(minutes=2)


class SendableDiscordMessage(Protocol):
    """A message as it is sent."""

    @property
    def content(self) -> str: ...
    @property
    def embeds(self) -> Sequence[discord.Embed]: ...
    @property
    def view(self) -> Any: ...


RenderDiscordMessage = Callable[[Card, int], SendableDiscordMessage]
"""A card, and the id that its first button is marked with."""


class DiscordMessenger:
    """Sends at a pace Discord allows. A second send is stopped by its nonce; later it is looked for."""

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
        """Whether we are introduced to Discord, and it takes our token."""
        return self._is_enabled and self._gate.token_state.is_accepted

    def enable(self) -> None:
        """From now on messages can be sent."""
        self._is_enabled = True

    def restore_conversation(self, to: Address, conversation: str) -> None:
        self._direct_messages.restore_saved(to.user, conversation)

    async def wait_for_turn(self, to: Destination) -> str:
        self._gate.raise_if_closed()
        channel = await self._get_or_open_channel(to)
        await self._post_pacer.wait_for_turn(str(channel))
        self._gate.raise_if_closed()  # a rest that was asked for meanwhile
        return str(channel)

    async def send(self, to: Destination, card: Card, key: str) -> None:
        drawn = self._render_message(card, discord_reminder_mark(key))
        try:
            await self._post_message(to, drawn, key)
        except (MessageRejected, DiscordChannelInaccessible) as problem:
            raise self._translate_refusal(to, problem) from None

    async def is_in_workspace(self, who: Address, club: ClubKey) -> bool:
        """Asked again after a minute: whoever was put out must not be in for long."""
        known = self._members_seen_at.get((who.user, club.team))
        if known is not None and self._now() - known < MEMBERSHIP_CACHE_SECONDS:
            return True
        try:
            await translate_discord_errors(self._client.http.get_member(int(club.team), int(who.user)))
        except (TryLater, DeliveryUncertain, Undeliverable, ValueError) as problem:
            return str(problem) not in NOT_A_MEMBER_CODES
        self._members_seen_at.put((who.user, club.team), self._now())
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
            # Nothing of this key is older than `since`. A clock that was set back does not say how long ago that is.
            if timedelta() <= self._wall() - since < NONCE_LIFETIME + PLATFORM_CLOCK_SLACK:
                return None  # nobody knows, but Discord itself stops the second of them
            if isinstance(to, ClubChannel) and to_discord_channel_refusal(problem):
                return None
            raise

    def _translate_refusal(self, to: Destination, refusal: MessageRejected | DiscordChannelInaccessible) -> Exception:
        """What a refusal says of a channel, or of direct messages that may be somewhere else by now."""
        if isinstance(to, ClubChannel):
            return to_discord_channel_refusal(refusal) or refusal
        # Gone since, or another bot's from before a restart: the next turn opens another.
        recalled = isinstance(refusal, DiscordChannelInaccessible) and self._direct_messages.is_restored(to.user)
        anew = isinstance(refusal, DiscordChannelGone) or recalled
        return TryLater(str(refusal)) if anew and self._direct_messages.mark_gone(to.user) else refusal

    async def _post_message(self, to: Destination, message: SendableDiscordMessage, key: str) -> None:
        channel = await self._get_or_open_channel(to)
        readers, kind = (to.channel_id, None) if isinstance(to, ClubChannel) else (to.user, discord.ChannelType.private)
        where = self._client.get_partial_messageable(channel, type=kind)
        try:
            await translate_discord_errors(
                where.send(
                    content=message.content or None,
                    embeds=list(message.embeds),
                    view=message.view,
                    nonce=discord_message_nonce(key, readers),
                    allowed_mentions=discord.AllowedMentions.none(),
                )
            )
        except DiscordMessageGone:
            # Discord docs, enforce_nonce: it had been sent before, and they deleted it. That is delivered.
            return

    async def _get_or_open_channel(self, to: Destination) -> int:
        if isinstance(to, ClubChannel):
            return self._check_club_channel_id(to)  # nothing is opened: it is there, or it is not
        if not self._direct_messages.is_known(to.user):
            self._direct_messages.raise_if_unopenable(to.user)
            self._open_pacer.raise_if_crowded(MAX_QUEUE_SECONDS)
            await self._open_pacer.wait_for_turn("")
        return await self._direct_messages.get_or_open(to.user)

    def _check_club_channel_id(self, room: ClubChannel) -> int:
        """The channel's id. Raises `RoomShut` for one of another server, whoever named it."""
        number = parse_discord_club_channel(room)
        guild = getattr(self._client.get_channel(number), "guild", None)
        if guild is not None and str(guild.id) != room.club.team:
            raise ChannelRefused(DISCORD_CHANNEL_NOT_OURS)
        return number

    async def _find_in_history(self, to: Destination, reminder_mark: int, since: datetime) -> bool | None:
        """Among the newest messages, and back to `since`: by our clock, so that it alone would not do."""
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
                self._is_own_message(one)
                and find_discord_reminder_mark(_discord_message_components(one)) == reminder_mark
                for one in page
            ):
                return True
            if not page and before is None and isinstance(to, ClubChannel):
                return None  # Discord docs, Get Channel Messages: so it answers where we may not read the history
            if (
                len(page) < DISCORD_HISTORY_PAGE_MESSAGES
                or (before := _oldest_discord_message_id(page, before)) <= oldest
            ):
                return False

    def _is_own_message(self, message: Mapping[str, Any]) -> bool:
        author, user = message.get("author"), self._client.user
        return isinstance(author, Mapping) and user is not None and author.get("id") == str(user.id)


def _parse_discord_history_page(answer: object) -> list[Mapping[str, Any]]:
    if not isinstance(answer, list) or not all(isinstance(one, Mapping) for one in answer):
        raise DeliveryUncertain("no_messages")
    return answer


def _discord_message_components(message: Mapping[str, Any]) -> list[Any]:
    found = message.get("components")
    return found if isinstance(found, list) else []


def _oldest_discord_message_id(page: Sequence[Mapping[str, Any]], before: int | None) -> int:
    """The id before which the next page ends. Pages come newest first."""
    oldest = min(int(one["id"]) for one in page)
    if before is not None and oldest >= before:
        raise TryLater("no_progress")
    return oldest
