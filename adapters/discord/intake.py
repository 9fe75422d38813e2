"""What is Discord's own in taking members' events: who acts and where, and what becomes of closed direct messages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from adapters.common.deadline import ResponseTiming
from adapters.common.intake import Intake
from adapters.common.rate_limits import MonotonicClock, RateLimiter
from adapters.common.tasks import BackgroundTasks
from adapters.discord import inbound
from adapters.discord.direct_messages import DiscordDirectMessages
from adapters.discord.language import discord_locale_to_zone
from adapters.discord.responder import AnyInteraction, DiscordResponder, DiscordResponseTarget
from bot.app.service import Service
from bot.domain.errors import StoreError
from bot.domain.messages import Card, Response
from bot.domain.model import Actor, ClubKey
from bot.logs import report_fault
from bot.views.trouble import internal_error_card

SUGGESTION_BURST, SUGGESTIONS_PER_SECOND = 60, 10  # for each member: typed letters that are looked up

DiscordAction = Callable[[Actor], Awaitable[Response]]
"""Calls the service for the member who acts."""


class DiscordIntake(Intake):
    """Passes members' actions to the service and delivers the responses. Failures are reported, not raised."""

    def __init__(
        self,
        responder: DiscordResponder,
        direct_messages: DiscordDirectMessages,
        tasks: BackgroundTasks,
        wall: Callable[[], datetime],
        now: MonotonicClock,
        timing: ResponseTiming,
    ) -> None:
        super().__init__(tasks, wall, now, timing)
        self._responder = responder
        self._direct_messages = direct_messages
        self._suggestion_limiter = RateLimiter(SUGGESTION_BURST, SUGGESTIONS_PER_SECOND, now)

    def start_serving(self, core: Service) -> None:
        """Start passing events to the service `core`."""
        self._core = core

    async def _accept_interaction(self, interaction: AnyInteraction, action: DiscordAction) -> None:
        """Respond within a second, or acknowledge then and respond later. A repeated event is dropped.

        It runs as a task of its own: `stop` lets it end, and its failures are reported to the host.
        """
        target = DiscordResponseTarget(interaction)
        self._learn_direct_channel(interaction)
        if not self._is_repeat_or_flood(target.user_id, str(interaction.id), lambda card: self._respond(card, target)):
            await asyncio.wait((self._tasks.start(self._process_interaction(interaction, action, target)),))

    async def _process_interaction(
        self, interaction: AnyInteraction, action: DiscordAction, target: DiscordResponseTarget
    ) -> None:
        response = await self._respond_in_turn(
            target.user_id,
            lambda: action(discord_interaction_to_actor(interaction)),
            lambda task: self._respond_late(task, target),
        )
        if response is not None:
            await self._respond_and_retry_messages(response, target)

    async def _respond_late(self, task: asyncio.Task[Response], target: DiscordResponseTarget) -> None:
        await self._responder.announce_delay(target)
        await self._respond_and_retry_messages(await task, target)

    async def _respond_and_retry_messages(self, response: Response, target: DiscordResponseTarget) -> None:
        await self._respond(response, target)
        self._responder.retry_direct_messages(target.user_id)

    async def _respond(self, response: Response, target: DiscordResponseTarget) -> None:
        try:
            refusal = await self._responder.respond(response, target)
        except Exception as problem:  # the response could not be rendered
            refusal = await self._responder.respond(internal_error_card(report_fault(problem)), target)
        await self._record_closed_messages(target.user_id, refusal)

    async def _send_direct_message(self, card: Card, user: str, event_id: str) -> None:
        await self._record_closed_messages(user, await self._responder.send_direct_message(card, user, event_id))

    async def _record_closed_messages(self, user: str, reason: str) -> None:
        """Save that direct messages to this member are refused, so that the answer to their next command says so."""
        if reason:
            with suppress(StoreError):
                await self._core.mark_unreachable(inbound.build_discord_actor(user, "").address, reason, self._wall())

    def _learn_direct_channel(self, interaction: AnyInteraction) -> None:
        """Remember the channel of the member's direct messages if the interaction happened there."""
        context = interaction.context
        if context.dm_channel and not (context.guild or context.private_channel) and interaction.channel_id is not None:
            self._direct_messages.remember(str(interaction.user.id), interaction.channel_id)


def discord_interaction_to_actor(interaction: discord.Interaction[Any]) -> Actor:
    """Who acts, and in which club and channel. Their language also gives a guess at their time zone."""
    actor = inbound.build_discord_actor(interaction.user.id, interaction.locale, interaction.user.display_name)
    actor = replace(actor, likely_zone=discord_locale_to_zone(interaction.locale))
    if not _is_in_club_server(interaction):
        return actor
    permissions = interaction.permissions
    return replace(
        actor,
        club=ClubKey(inbound.DISCORD_PLATFORM, str(interaction.guild_id)),
        may_set_up_club=permissions.manage_guild or permissions.administrator,
        club_channel_id=str(interaction.channel_id or ""),
    )


def _is_in_club_server(interaction: discord.Interaction[Any]) -> bool:
    """Whether it happens in a server that the bot has joined; a user-installed app can be used in any other, too."""
    server = interaction.guild_id
    # Discord did not always send who installed the app; the connection, too, tells which servers the bot has joined.
    return server is not None and (
        interaction.is_guild_integration() or interaction.client.get_guild(server) is not None
    )
