"""How an answer of the core reaches the member: as the answer to what they did, in place of a message, or directly."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import discord
import structlog

from adapters.discord import forms, render
from adapters.discord.channels import Channels
from adapters.discord.marks import mark_of, nonce
from adapters.discord.web import told
from bot.cards import Card, Form, Reply
from bot.errors import TryLater, Uncertain, Undeliverable
from bot.views.forms import offered

Interaction = discord.Interaction[Any]
NOBODY = discord.AllowedMentions.none()
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
    def opens_modals(self) -> bool:
        """Whether a modal can be the answer: the first one, and not to another modal."""
        fresh = not self.interaction.response.is_done()
        return fresh and self.interaction.type is not discord.InteractionType.modal_submit


class Answers:
    """The answer to the interaction, which only that member sees; where Discord takes none any more, directly.

    Nothing here raises. When all of it fails the host is told, without the words.
    """

    def __init__(self, client: discord.Client, channels: Channels) -> None:
        self._client = client
        self._channels = channels

    async def give(self, reply: Reply, whence: Whence) -> None:
        if isinstance(reply, Form):
            if whence.opens_modals and await self._tried(whence.interaction.response.send_modal(forms.modal(reply))):
                return
            # No modal opens on a modal, or after a while; there the way to it is a button.
            reply = offered(reply)
        if not await self._shown(reply, whence):
            await self.tell(reply, whence.user, f"answer {whence.interaction.id}")

    async def wait(self, whence: Whence) -> None:
        """What takes longer is announced: in place of a message nothing changes yet, elsewhere Discord shows it."""
        response, replaces = whence.interaction.response, whence.replaces
        if not response.is_done():
            await self._tried(response.defer(ephemeral=True, thinking=not replaces))

    async def tell(self, card: Card, user: str, key: str) -> None:
        """As a direct message. `key`: what it is an answer to, so that a repeat makes no second message."""
        drawn = render.message(card)
        try:
            channel = await self._channels.of(user)
            where = self._client.get_partial_messageable(channel, type=discord.ChannelType.private)
            view, once = drawn.view or discord.ui.View(), nonce(key, user)
            await told(where.send(drawn.content, embeds=drawn.embeds, view=view, nonce=once, allowed_mentions=NOBODY))
        except (TryLater, Uncertain, Undeliverable) as problem:
            log.warning("answer lost", problem=type(problem).__name__, why=str(problem))

    async def _shown(self, card: Card, whence: Whence) -> bool:
        drawn = render.message(card, whence.mark if whence.replaces else 0)
        interaction = whence.interaction
        if interaction.response.is_done():
            return await self._edited(drawn, interaction)
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
        except Uncertain as lost:
            log.info("perhaps not shown in its place", why=str(lost))
            return None
        except (TryLater, Undeliverable) as problem:
            if str(problem) == ANSWERED:
                return True
            log.info("not shown in its place", problem=type(problem).__name__, why=str(problem))
            return False
        return True
