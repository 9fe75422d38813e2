"""Discord as a platform that is written to unasked: the bot's direct messages, and the channels of clubs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import discord

from adapters.common.conversations import MOST
from adapters.common.rate_limits import LONGEST_QUEUE, Clock, Pacer, Sleep
from adapters.common.recent import Recent
from adapters.discord.api import ChannelGone, Gate, MessageGone, NotOurs, told
from adapters.discord.club_channel import NOT_OURS, channel_of, shut
from adapters.discord.direct_messages import Channels
from adapters.discord.element_ids import mark, mark_of, nonce
from bot.delivery.sender import CLOCK_SLACK
from bot.domain.errors import NotTaken, RoomShut, TryLater, Uncertain, Undeliverable
from bot.domain.messages import Card
from bot.domain.model import Address, ClubKey, Room
from bot.domain.ports import To

OVERALL = 45.0  # a second; Discord docs, Rate Limits: 50 a second for a bot, and answers to people count too
EACH = 1.0  # a second in one channel; Discord answers five in five seconds (its own headers; not documented)
OPENING = 1 / 2  # new conversations a second: those are what Discord takes for spam (40003, 20026)
READING = 5.0  # pages of history a second
NOT_THERE = frozenset(("10007", "10013"))  # Discord docs, JSON: unknown member, unknown user
SEEN = 60.0  # seconds for which who was in a server counts as being there
A_PAGE = 100  # messages; Discord docs, Get Channel Messages
# Discord docs, Create Message, enforce_nonce: "checked for uniqueness in the past few minutes". Two are few.
NONCE_LASTS = timedelta(minutes=2)


class Drawn(Protocol):
    """A message as it is sent."""

    @property
    def content(self) -> str: ...
    @property
    def embeds(self) -> Sequence[discord.Embed]: ...
    @property
    def view(self) -> Any: ...


Draw = Callable[[Card, int], Drawn]
"""A card, and the id that its first button is marked with."""


class DiscordMessenger:
    """Sends at a pace Discord allows. A second send is stopped by its nonce; later it is looked for."""

    def __init__(
        self,
        client: discord.Client,
        gate: Gate,
        channels: Channels,
        draw: Draw,
        wall: Callable[[], datetime],
        now: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._gate = gate
        self._channels = channels
        self._draw = draw
        self._wall = wall
        self._started = False
        self._now = now
        self._seen_in: Recent[tuple[str, str], float] = Recent(MOST)
        self._posting = Pacer(OVERALL, EACH, now, sleep)
        self._opening = Pacer(OPENING, OPENING, now, sleep)
        self._reading = Pacer(READING, READING, now, sleep)

    @property
    def ready(self) -> bool:
        """Whether we are introduced to Discord, and it takes our token."""
        return self._started and self._gate.standing.open

    def open(self) -> None:
        """From now on messages can be sent."""
        self._started = True

    def recall(self, to: Address, conversation: str) -> None:
        self._channels.recall(to.user, conversation)

    async def turn(self, to: To) -> str:
        self._gate.check()
        channel = await self._channel(to)
        await self._posting.turn(str(channel))
        self._gate.check()  # a rest that was asked for meanwhile
        return str(channel)

    async def send(self, to: To, card: Card, key: str) -> None:
        drawn = self._draw(card, mark(key))
        try:
            await self._post(to, drawn, key)
        except (NotTaken, NotOurs) as problem:
            raise self._meant(to, problem) from None

    async def belongs(self, who: Address, club: ClubKey) -> bool:
        """Asked again after a minute: whoever was put out must not be in for long."""
        known = self._seen_in.get((who.user, club.team))
        if known is not None and self._now() - known < SEEN:
            return True
        try:
            await told(self._client.http.get_member(int(club.team), int(who.user)))
        except (TryLater, Uncertain, Undeliverable, ValueError) as problem:
            return str(problem) not in NOT_THERE
        self._seen_in.put((who.user, club.team), self._now())
        return True

    async def sent(self, to: To, key: str, since: datetime) -> bool | None:
        self._reading.check(LONGEST_QUEUE)
        try:
            return await self._find(to, mark(key), since)
        except (Undeliverable, ChannelGone):
            if isinstance(to, Address):
                self._channels.forget(to.user)
            return None
        except (TryLater, Uncertain) as problem:
            # Nothing of this key is older than `since`. A clock that was set back does not say how long ago that is.
            if timedelta() <= self._wall() - since < NONCE_LASTS + CLOCK_SLACK:
                return None  # nobody knows, but Discord itself stops the second of them
            if isinstance(to, Room) and shut(problem):
                return None
            raise

    def _meant(self, to: To, refusal: NotTaken | NotOurs) -> Exception:
        """What a refusal says of a channel, or of direct messages that may be somewhere else by now."""
        if isinstance(to, Room):
            return shut(refusal) or refusal
        # Gone since, or another bot's from before a restart: the next turn opens another.
        recalled = isinstance(refusal, NotOurs) and self._channels.is_recalled(to.user)
        anew = isinstance(refusal, ChannelGone) or recalled
        return TryLater(str(refusal)) if anew and self._channels.lost(to.user) else refusal

    async def _post(self, to: To, drawn: Drawn, key: str) -> None:
        channel = await self._channel(to)
        readers, kind = (to.channel, None) if isinstance(to, Room) else (to.user, discord.ChannelType.private)
        where = self._client.get_partial_messageable(channel, type=kind)
        try:
            await told(
                where.send(
                    content=drawn.content or None,
                    embeds=list(drawn.embeds),
                    view=drawn.view,
                    nonce=nonce(key, readers),
                    allowed_mentions=discord.AllowedMentions.none(),
                )
            )
        except MessageGone:
            # Discord docs, enforce_nonce: it had been sent before, and they deleted it. That is delivered.
            return

    async def _channel(self, to: To) -> int:
        if isinstance(to, Room):
            return self._ours(to)  # nothing is opened: it is there, or it is not
        if not self._channels.knows(to.user):
            self._channels.check(to.user)
            self._opening.check(LONGEST_QUEUE)
            await self._opening.turn("")
        return await self._channels.of(to.user)

    def _ours(self, room: Room) -> int:
        """The channel's id. Raises `RoomShut` for one of another server, whoever named it."""
        number = channel_of(room)
        guild = getattr(self._client.get_channel(number), "guild", None)
        if guild is not None and str(guild.id) != room.club.team:
            raise RoomShut(NOT_OURS)
        return number

    async def _find(self, to: To, marked: int, since: datetime) -> bool | None:
        """Among the newest messages, and back to `since`: by our clock, so that it alone would not do."""
        channel = await self._channel(to)
        oldest, before = discord.utils.time_snowflake(since) - 1, None
        while True:
            self._gate.check()
            await self._reading.turn("")
            page = _page(await told(self._client.http.logs_from(channel, A_PAGE, before=before)))
            if any(self._is_ours(one) and mark_of(_components(one)) == marked for one in page):
                return True
            if not page and before is None and isinstance(to, Room):
                return None  # Discord docs, Get Channel Messages: so it answers where we may not read the history
            if len(page) < A_PAGE or (before := _oldest(page, before)) <= oldest:
                return False

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        author, user = message.get("author"), self._client.user
        return isinstance(author, Mapping) and user is not None and author.get("id") == str(user.id)


def _page(answer: object) -> list[Mapping[str, Any]]:
    if not isinstance(answer, list) or not all(isinstance(one, Mapping) for one in answer):
        raise Uncertain("no_messages")
    return answer


def _components(message: Mapping[str, Any]) -> list[Any]:
    found = message.get("components")
    return found if isinstance(found, list) else []


def _oldest(page: Sequence[Mapping[str, Any]], before: int | None) -> int:
    """The id before which the next page ends. Pages come newest first."""
    oldest = min(int(one["id"]) for one in page)
    if before is not None and oldest >= before:
        raise TryLater("no_progress")
    return oldest
