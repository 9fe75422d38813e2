"""How an answer of the core reaches the member: as the answer to what they did, in place of a message, or directly."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import discord
import structlog

from adapters.common.command_budget import Budget
from adapters.common.rate_limits import Clock, Holds, Sleep
from adapters.discord import forms, render
from adapters.discord.api import MessageGone, Unread, told
from adapters.discord.direct_messages import Channels
from adapters.discord.element_ids import mark_of, nonce
from bot.domain.errors import TryLater, Uncertain, Undeliverable
from bot.domain.messages import Card, Form, Reply
from bot.views.forms import offered

Interaction = discord.Interaction[Any]
PROMISED = "promised"  # in the extras of an interaction
NOBODY = discord.AllowedMentions.none()
PAUSES = (0.5, 3.0)  # seconds before a direct message is tried again
CLOSED = 3600.0  # seconds in which nobody is tried again who cannot be written to
LIFTS = 3, 1 / 1200.0  # times that a door is tried again before that: at once, and a second
OPENING = 10, 0.5  # new conversations for answers: at once, and a second
PATIENCE = 30.0  # seconds that somebody who waits for an answer may wait because Discord says so
ANSWERED = "40060"  # "interaction has already been acknowledged": an earlier try of ours stands there

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Whence:
    """What is answered: an interaction, of which Discord waits three seconds for the first word."""

    interaction: Interaction

    @property
    def user(self) -> str:
        return str(self.interaction.user.id)

    @property
    def replaces(self) -> bool:
        """Whether the answer takes the place of a message that the member alone can see."""
        message, shared = self.interaction.message, self.interaction.context.private_channel  # by other people
        alone = self.interaction.guild_id is None and not shared
        return message is not None and (message.flags.ephemeral or alone)

    @property
    def mark(self) -> int:
        """That of a reminder, which its message keeps when it is replaced: it is looked for before a second send."""
        message = self.interaction.message
        return mark_of([row.to_dict() for row in message.components]) if message else 0

    @property
    def promised(self) -> bool:
        """Whether Discord has a first answer of ours, or may have one."""
        return self.interaction.response.is_done() or bool(self.interaction.extras.get(PROMISED))

    @property
    def opens_modals(self) -> bool:
        """Whether a modal can be the answer: the first one, and not to another modal."""
        return not self.promised and self.interaction.type is not discord.InteractionType.modal_submit


class Answers:
    """The answer to the interaction, which only that member sees; where Discord takes none any more, directly.

    Nothing here raises. When all of it fails the host is told, without the words.
    """

    def __init__(self, client: discord.Client, channels: Channels, now: Clock, sleep: Sleep = asyncio.sleep) -> None:
        self._client = client
        self._channels = channels
        self._sleep = sleep
        self._closed = Holds(now)
        self._lifts = Budget(*LIFTS, now)
        self._opening = Budget(*OPENING, now)

    def can_tell(self, user: str) -> bool:
        """Whether a direct message may be tried: not soon again after Discord refused one."""
        return not self._closed.lasts(user)

    def reopen(self, user: str) -> None:
        """They are here by another way, where they were told how to open their door: a few times it is tried again."""
        if self._closed.lasts(user) and self._lifts.take(user):
            self._closed.lift(user)

    async def give(self, reply: Reply, whence: Whence) -> str:
        """Why Discord refuses to let this person be written to, when that was tried; else an empty text."""
        if isinstance(reply, Form):
            if whence.opens_modals and await self._tried(whence.interaction.response.send_modal(forms.modal(reply))):
                return ""
            # No modal opens on a modal, or after a while; there the way to it is a button.
            reply = offered(reply)
        shown = self._beside if reply.aside and whence.replaces else self._shown
        if await shown(reply, whence):
            return ""
        return await self.tell(reply, whence.user, f"answer {whence.interaction.id}")

    async def wait(self, whence: Whence) -> None:
        """What takes longer is announced: in place of a message nothing changes yet, elsewhere Discord shows it."""
        response, replaces = whence.interaction.response, whence.replaces
        if not response.is_done():
            taken = await self._tried(response.defer(ephemeral=True, thinking=not replaces))
            whence.interaction.extras[PROMISED] = taken is not False

    async def tell(self, card: Card, user: str, key: str) -> str:
        """As a direct message; see `give`. `key`: what it is an answer to, so that a repeat makes no second message."""
        if not self.can_tell(user) or not (self._channels.knows(user) or self._opening.take()):
            log.info("answer not sent")  # refusals are counted by Discord, and many new conversations look like spam
            return ""
        drawn, tries = render.message(card), 0
        while True:
            try:
                await self._send(drawn, user, nonce(key, user))
                return ""
            except (TryLater, Uncertain, Undeliverable) as problem:
                rest, tries = _rest(problem, tries), tries + 1
                if rest is None:
                    return self._lost(problem, user)
                await self._sleep(rest)

    def _lost(self, problem: Exception, user: str) -> str:
        log.warning("answer lost", problem=type(problem).__name__, why=str(problem))
        if not isinstance(problem, Undeliverable):
            return ""
        self._closed.hold(user, CLOSED)
        return str(problem)

    async def _send(self, drawn: render.Drawn, user: str, once: str) -> None:
        channel = await self._channels.of(user)
        where = self._client.get_partial_messageable(channel, type=discord.ChannelType.private)
        view: Any = drawn.view  # the library takes None, too
        with suppress(Unread, MessageGone):  # it was sent
            await told(where.send(drawn.content, embeds=drawn.embeds, view=view, nonce=once, allowed_mentions=NOBODY))

    async def _beside(self, card: Card, whence: Whence) -> bool:
        """For that member alone, beside the card that they pressed, which stays."""
        drawn, interaction = render.message(replace(card, notice="")), whence.interaction
        send = interaction.followup.send if whence.promised else interaction.response.send_message
        view = drawn.view or discord.utils.MISSING
        more: dict[str, Any] = {"embeds": drawn.embeds, "view": view, "allowed_mentions": NOBODY}
        return await self._tried(send(drawn.content, ephemeral=True, **more)) is not False

    async def _shown(self, card: Card, whence: Whence) -> bool:
        # An answer of which there is no notification need not hide from one.
        drawn = render.message(replace(card, notice=""), whence.mark if whence.replaces else 0)
        interaction = whence.interaction
        if whence.promised:
            if await self._edited(drawn, interaction):
                return True
            if interaction.response.is_done():
                return False
        taken = await self._tried(self._first(drawn, whence))
        return await self._edited(drawn, interaction) if taken is None else taken

    def _first(self, drawn: render.Drawn, whence: Whence) -> Awaitable[object]:
        response = whence.interaction.response
        if whence.replaces:
            return response.edit_message(
                content=drawn.content, embeds=drawn.embeds, view=drawn.view, allowed_mentions=NOBODY
            )
        view = drawn.view or discord.utils.MISSING
        return response.send_message(
            drawn.content, embeds=drawn.embeds, view=view, ephemeral=True, allowed_mentions=NOBODY
        )

    async def _edited(self, drawn: render.Drawn, interaction: Interaction) -> bool:
        """Discord takes this for a quarter of an hour."""
        edit = interaction.edit_original_response(
            content=drawn.content, embeds=drawn.embeds, view=drawn.view, allowed_mentions=NOBODY
        )
        return await self._tried(edit) is True

    async def _tried(self, asked: Awaitable[object]) -> bool | None:
        """Whether Discord took it; None when nobody knows."""
        try:
            await told(asked)
        except Unread:
            return True  # taken; what Discord says to it is of no use to us
        except Uncertain as lost:
            log.info("perhaps not shown in its place", why=str(lost))
            return None
        except (TryLater, Undeliverable) as problem:
            if str(problem) == ANSWERED:
                return True
            log.info("not shown in its place", problem=type(problem).__name__, why=str(problem))
            return False
        return True


def _rest(problem: Exception, tries: int) -> float | None:
    """Seconds until a direct message is tried once more: its nonce keeps it from being said twice. None: it is lost."""
    if isinstance(problem, Undeliverable) or tries >= len(PAUSES):
        return None
    asked = problem.after.total_seconds() if isinstance(problem, TryLater) and problem.after else 0.0
    return max(asked, PAUSES[tries]) if asked <= PATIENCE else None
