"""How an answer of the core reaches the member: as the answer to what they did, in place of a message, or directly."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import discord
import structlog

from adapters.common.command_budget import RateLimiter
from adapters.common.rate_limits import AsyncSleep, MonotonicClock, RateLimitHolds
from adapters.discord import forms, render
from adapters.discord.api import DiscordMessageGone, UnreadableDiscordAnswer, translate_discord_errors
from adapters.discord.direct_messages import DiscordDirectMessages
from adapters.discord.element_ids import discord_message_nonce, find_discord_reminder_mark
from bot.domain.errors import DeliveryUncertain, TryLater, Undeliverable
from bot.domain.messages import Card, Form, Response
from bot.views.forms import open_form_card

AnyInteraction = discord.Interaction[Any]
PROMISED_EXTRA_KEY = "promised"  # in the extras of an interaction
NO_MENTIONS = discord.AllowedMentions.none()
DIRECT_MESSAGE_RETRY_SECONDS = (0.5, 3.0)  # seconds before a direct message is tried again
CLOSED_DIRECT_MESSAGES_SECONDS = 3600.0  # seconds in which nobody is tried again who cannot be written to
CLOSED_RETRY_LIMITS = 3, 1 / 1200.0  # times that a door is tried again before that: at once, and a second
ANSWER_OPENING_LIMITS = 10, 0.5  # new conversations for answers: at once, and a second
MAX_DISCORD_RESPONSE_DELAY_SECONDS = (
    30.0  # seconds that somebody who waits for an answer may wait because Discord says so
)
ALREADY_ACKNOWLEDGED_CODE = "40060"  # "interaction has already been acknowledged": an earlier try of ours stands there

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DiscordResponseTarget:
    """What is answered: an interaction, of which Discord waits three seconds for the first word."""

    interaction: AnyInteraction

    @property
    def user_id(self) -> str:
        return str(self.interaction.user.id)

    @property
    def replaces_message(self) -> bool:
        """Whether the answer takes the place of a message that the member alone can see."""
        message, shared = self.interaction.message, self.interaction.context.private_channel  # by other people
        alone = self.interaction.guild_id is None and not shared
        return message is not None and (message.flags.ephemeral or alone)

    @property
    def reminder_mark(self) -> int:
        """That of a reminder, which its message keeps when it is replaced: it is looked for before a second send."""
        message = self.interaction.message
        return find_discord_reminder_mark([row.to_dict() for row in message.components]) if message else 0

    @property
    def is_acknowledged(self) -> bool:
        """Whether Discord has a first answer of ours, or may have one."""
        return self.interaction.response.is_done() or bool(self.interaction.extras.get(PROMISED_EXTRA_KEY))

    @property
    def can_open_modal(self) -> bool:
        """Whether a modal can be the answer: the first one, and not to another modal."""
        return not self.is_acknowledged and self.interaction.type is not discord.InteractionType.modal_submit


class DiscordResponder:
    """The answer to the interaction, which only that member sees; where Discord takes none any more, directly.

    Nothing here raises. When all of it fails the host is told, without the words.
    """

    def __init__(
        self,
        client: discord.Client,
        direct_messages: DiscordDirectMessages,
        now: MonotonicClock,
        sleep: AsyncSleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._direct_messages = direct_messages
        self._sleep = sleep
        self._closed_users = RateLimitHolds(now)
        self._closed_retry_limiter = RateLimiter(*CLOSED_RETRY_LIMITS, now)
        self._opening_limiter = RateLimiter(*ANSWER_OPENING_LIMITS, now)

    def may_message(self, user: str) -> bool:
        """Whether a direct message may be tried: not soon again after Discord refused one."""
        return not self._closed_users.is_held(user)

    def retry_direct_messages(self, user: str) -> None:
        """They are here by another way, where they were told how to open their door: a few times it is tried again."""
        if self._closed_users.is_held(user) and self._closed_retry_limiter.try_take(user):
            self._closed_users.release(user)

    async def respond(self, response: Response, target: DiscordResponseTarget) -> str:
        """Why Discord refuses to let this person be written to, when that was tried; else an empty text."""
        if isinstance(response, Form):
            if target.can_open_modal and await self._try_call(
                target.interaction.response.send_modal(forms.render_discord_form(response))
            ):
                return ""
            # No modal opens on a modal, or after a while; there the way to it is a button.
            response = open_form_card(response)
        shown = (
            self._respond_beside_card
            if response.beside_pressed_card and target.replaces_message
            else self._respond_in_place
        )
        if await shown(response, target):
            return ""
        return await self.send_direct_message(response, target.user_id, f"answer {target.interaction.id}")

    async def announce_delay(self, target: DiscordResponseTarget) -> None:
        """What takes longer is announced: in place of a message nothing changes yet, elsewhere Discord shows it."""
        response, replaces = target.interaction.response, target.replaces_message
        if not response.is_done():
            taken = await self._try_call(response.defer(ephemeral=True, thinking=not replaces))
            target.interaction.extras[PROMISED_EXTRA_KEY] = taken is not False

    async def send_direct_message(self, card: Card, user: str, idempotency_key: str) -> str:
        """As a direct message; see `give`. `key`: what it is an answer to, so that a repeat makes no second message."""
        if not self.may_message(user) or not (self._direct_messages.is_known(user) or self._opening_limiter.try_take()):
            log.info("answer not sent")  # refusals are counted by Discord, and many new conversations look like spam
            return ""
        drawn, tries = render.render_discord_message(card), 0
        while True:
            try:
                await self._send_once(drawn, user, discord_message_nonce(idempotency_key, user))
                return ""
            except (TryLater, DeliveryUncertain, Undeliverable) as problem:
                rest, tries = _direct_message_retry_seconds(problem, tries), tries + 1
                if rest is None:
                    return self._record_lost_answer(problem, user)
                await self._sleep(rest)

    def _record_lost_answer(self, problem: Exception, user: str) -> str:
        log.warning("answer lost", problem=type(problem).__name__, why=str(problem))
        if not isinstance(problem, Undeliverable):
            return ""
        self._closed_users.hold(user, CLOSED_DIRECT_MESSAGES_SECONDS)
        return str(problem)

    async def _send_once(self, message: render.DiscordMessage, user: str, message_nonce: str) -> None:
        channel = await self._direct_messages.get_or_open(user)
        where = self._client.get_partial_messageable(channel, type=discord.ChannelType.private)
        view: Any = message.view  # the library takes None, too
        with suppress(UnreadableDiscordAnswer, DiscordMessageGone):  # it was sent
            await translate_discord_errors(
                where.send(
                    message.content, embeds=message.embeds, view=view, nonce=message_nonce, allowed_mentions=NO_MENTIONS
                )
            )

    async def _respond_beside_card(self, card: Card, target: DiscordResponseTarget) -> bool:
        """For that member alone, beside the card that they pressed, which stays."""
        drawn, interaction = render.render_discord_message(replace(card, notification="")), target.interaction
        send = interaction.followup.send if target.is_acknowledged else interaction.response.send_message
        view = drawn.view or discord.utils.MISSING
        more: dict[str, Any] = {"embeds": drawn.embeds, "view": view, "allowed_mentions": NO_MENTIONS}
        return await self._try_call(send(drawn.content, ephemeral=True, **more)) is not False

    async def _respond_in_place(self, card: Card, target: DiscordResponseTarget) -> bool:
        # An answer of which there is no notification need not hide from one.
        drawn = render.render_discord_message(
            replace(card, notification=""), target.reminder_mark if target.replaces_message else 0
        )
        interaction = target.interaction
        if target.is_acknowledged:
            if await self._edit_response(drawn, interaction):
                return True
            if interaction.response.is_done():
                return False
        taken = await self._try_call(self._first_response(drawn, target))
        return await self._edit_response(drawn, interaction) if taken is None else taken

    def _first_response(self, message: render.DiscordMessage, target: DiscordResponseTarget) -> Awaitable[object]:
        response = target.interaction.response
        if target.replaces_message:
            return response.edit_message(
                content=message.content, embeds=message.embeds, view=message.view, allowed_mentions=NO_MENTIONS
            )
        view = message.view or discord.utils.MISSING
        return response.send_message(
            message.content, embeds=message.embeds, view=view, ephemeral=True, allowed_mentions=NO_MENTIONS
        )

    async def _edit_response(self, message: render.DiscordMessage, interaction: AnyInteraction) -> bool:
        """Discord takes this for a quarter of an hour."""
        edit = interaction.edit_original_response(
            content=message.content, embeds=message.embeds, view=message.view, allowed_mentions=NO_MENTIONS
        )
        return await self._try_call(edit) is True

    async def _try_call(self, call: Awaitable[object]) -> bool | None:
        """Whether Discord took it; None when nobody knows."""
        try:
            await translate_discord_errors(call)
        except UnreadableDiscordAnswer:
            return True  # taken; what Discord says to it is of no use to us
        except DeliveryUncertain as lost:
            log.info("perhaps not shown in its place", why=str(lost))
            return None
        except (TryLater, Undeliverable) as problem:
            if str(problem) == ALREADY_ACKNOWLEDGED_CODE:
                return True
            log.info("not shown in its place", problem=type(problem).__name__, why=str(problem))
            return False
        return True


def _direct_message_retry_seconds(problem: Exception, tries: int) -> float | None:
    """Seconds until a direct message is tried once more: its nonce keeps it from being said twice. None: it is lost."""
    if isinstance(problem, Undeliverable) or tries >= len(DIRECT_MESSAGE_RETRY_SECONDS):
        return None
    asked = problem.retry_after.total_seconds() if isinstance(problem, TryLater) and problem.retry_after else 0.0
    return max(asked, DIRECT_MESSAGE_RETRY_SECONDS[tries]) if asked <= MAX_DISCORD_RESPONSE_DELAY_SECONDS else None
