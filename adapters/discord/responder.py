"""Delivers a response of the service to the member: as the interaction's response, or else as a direct message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import discord
import structlog

from adapters.common.rate_limits import AsyncSleep, MonotonicClock, RateLimiter, RateLimitHolds
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
DIRECT_MESSAGE_RETRY_SECONDS = (0.5, 3.0)  # before the first and the second retry of a direct message
CLOSED_DIRECT_MESSAGES_SECONDS = 3600.0  # without a try after Discord refused direct messages to a member
CLOSED_RETRY_LIMITS = 3, 1 / 1200.0  # retries allowed earlier, for each member: burst, and per second
ANSWER_OPENING_LIMITS = 10, 0.5  # new conversations for answers: burst, and per second
MAX_DISCORD_RESPONSE_DELAY_SECONDS = 30.0  # longest wait that Discord may ask for before an answer is given up
ALREADY_ACKNOWLEDGED_CODE = "40060"  # "interaction has already been acknowledged": by an earlier try of ours

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DiscordResponseTarget:
    """The interaction to respond to. Discord waits three seconds for the first response."""

    interaction: AnyInteraction

    @property
    def user_id(self) -> str:
        return str(self.interaction.user.id)

    @property
    def replaces_message(self) -> bool:
        """Whether the response replaces the message: it has one, and only the member can see it."""
        message, is_shared = self.interaction.message, self.interaction.context.private_channel  # with other people
        is_direct = self.interaction.guild_id is None and not is_shared
        return message is not None and (message.flags.ephemeral or is_direct)

    @property
    def reminder_mark(self) -> int:
        """The mark of the reminder in the message, 0 for none. A replacement keeps it, so that `was_sent` finds it."""
        message = self.interaction.message
        return find_discord_reminder_mark([row.to_dict() for row in message.components]) if message else 0

    @property
    def is_acknowledged(self) -> bool:
        """Whether Discord has a first response of ours, or may have one."""
        return self.interaction.response.is_done() or bool(self.interaction.extras.get(PROMISED_EXTRA_KEY))

    @property
    def can_open_modal(self) -> bool:
        """Whether a modal can be the response: only as the first one, and not to another modal."""
        return not self.is_acknowledged and self.interaction.type is not discord.InteractionType.modal_submit


class DiscordResponder:
    """Responds to interactions, visibly only to the member; falls back to a direct message when Discord takes none.

    Delivery failures are not raised but logged, without the text of the answer.
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
        """Whether a direct message may be tried: False for an hour after Discord refused one."""
        return not self._closed_users.is_held(user)

    def retry_direct_messages(self, user: str) -> None:
        """The member just used a command, so direct messages may work again: allow a limited number of retries."""
        if self._closed_users.is_held(user) and self._closed_retry_limiter.try_take(user):
            self._closed_users.release(user)

    async def respond(self, response: Response, target: DiscordResponseTarget) -> str:
        """Respond; return Discord's reason if a direct message was tried and refused, else an empty text."""
        if isinstance(response, Form):
            if target.can_open_modal and await self._try_call(
                target.interaction.response.send_modal(forms.render_discord_form(response))
            ):
                return ""
            # No modal opens on a modal, or later than three seconds; a button opens it there.
            response = open_form_card(response)
        deliver = (
            self._respond_beside_card
            if response.beside_pressed_card and target.replaces_message
            else self._respond_in_place
        )
        if await deliver(response, target):
            return ""
        return await self.send_direct_message(response, target.user_id, f"answer {target.interaction.id}")

    async def announce_delay(self, target: DiscordResponseTarget) -> None:
        """Acknowledge an interaction that takes longer. Discord shows it, unless a message will be replaced."""
        response, replaces = target.interaction.response, target.replaces_message
        if not response.is_done():
            accepted = await self._try_call(response.defer(ephemeral=True, thinking=not replaces))
            target.interaction.extras[PROMISED_EXTRA_KEY] = accepted is not False

    async def send_direct_message(self, card: Card, user: str, idempotency_key: str) -> str:
        """Send a direct message; returns as `respond` does. A repeat with the same key makes no second message."""
        if not self.may_message(user) or not (self._direct_messages.is_known(user) or self._opening_limiter.try_take()):
            log.info("answer not sent")  # Discord counts refusals, and many new conversations look like spam
            return ""
        message, tries = render.render_discord_message(card), 0
        while True:
            try:
                await self._send_once(message, user, discord_message_nonce(idempotency_key, user))
                return ""
            except (TryLater, DeliveryUncertain, Undeliverable) as problem:
                backoff, tries = _direct_message_retry_seconds(problem, tries), tries + 1
                if backoff is None:
                    return self._record_lost_answer(problem, user)
                await self._sleep(backoff)

    def _record_lost_answer(self, problem: Exception, user: str) -> str:
        log.warning("answer lost", problem=type(problem).__name__, why=str(problem))
        if not isinstance(problem, Undeliverable):
            return ""
        self._closed_users.hold(user, CLOSED_DIRECT_MESSAGES_SECONDS)
        return str(problem)

    async def _send_once(self, message: render.DiscordMessage, user: str, message_nonce: str) -> None:
        channel = await self._direct_messages.get_or_open(user)
        where = self._client.get_partial_messageable(channel, type=discord.ChannelType.private)
        view: Any = message.view  # the library accepts None, too
        with suppress(UnreadableDiscordAnswer, DiscordMessageGone):  # it was sent
            await translate_discord_errors(
                where.send(
                    message.content, embeds=message.embeds, view=view, nonce=message_nonce, allowed_mentions=NO_MENTIONS
                )
            )

    async def _respond_beside_card(self, card: Card, target: DiscordResponseTarget) -> bool:
        """Add an ephemeral message; the card whose button was pressed stays."""
        message, interaction = render.render_discord_message(replace(card, notification="")), target.interaction
        send = interaction.followup.send if target.is_acknowledged else interaction.response.send_message
        view = message.view or discord.utils.MISSING
        options: dict[str, Any] = {"embeds": message.embeds, "view": view, "allowed_mentions": NO_MENTIONS}
        return await self._try_call(send(message.content, ephemeral=True, **options)) is not False

    async def _respond_in_place(self, card: Card, target: DiscordResponseTarget) -> bool:
        # A response to an interaction causes no notification, so there is none to keep short.
        message = render.render_discord_message(
            replace(card, notification=""), target.reminder_mark if target.replaces_message else 0
        )
        interaction = target.interaction
        if target.is_acknowledged:
            if await self._edit_response(message, interaction):
                return True
            if interaction.response.is_done():
                return False
        accepted = await self._try_call(self._first_response(message, target))
        return await self._edit_response(message, interaction) if accepted is None else accepted

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
        """Discord allows this for 15 minutes after the interaction."""
        edit = interaction.edit_original_response(
            content=message.content, embeds=message.embeds, view=message.view, allowed_mentions=NO_MENTIONS
        )
        return await self._try_call(edit) is True

    async def _try_call(self, call: Awaitable[object]) -> bool | None:
        """Whether Discord accepted the call; None when that is unknown."""
        try:
            await translate_discord_errors(call)
        except UnreadableDiscordAnswer:
            return True  # accepted; the answer itself is not needed
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
    """Seconds until the next retry of a direct message, whose nonce prevents a duplicate. None: do not retry."""
    if isinstance(problem, Undeliverable) or tries >= len(DIRECT_MESSAGE_RETRY_SECONDS):
        return None
    requested = problem.retry_after.total_seconds() if isinstance(problem, TryLater) and problem.retry_after else 0.0
    return (
        max(requested, DIRECT_MESSAGE_RETRY_SECONDS[tries]) if requested <= MAX_DISCORD_RESPONSE_DELAY_SECONDS else None
    )
