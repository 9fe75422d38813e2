"""What is the same for all that a person does on Discord: each event once, nobody in a flood, and an answer in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from adapters.common.command_budget import RateLimiter
from adapters.common.deadline import respond_within_deadline
from adapters.common.per_member_lock import PerMemberLock
from adapters.common.rate_limits import MonotonicClock
from adapters.common.tasks import BackgroundTasks, SeenEvents
from adapters.discord import inbound
from adapters.discord.direct_messages import DiscordDirectMessages
from adapters.discord.language import discord_locale_to_zone
from adapters.discord.responder import AnyInteraction, DiscordResponder, DiscordResponseTarget
from bot.app.service import Service
from bot.domain.errors import StoreError
from bot.domain.messages import Card, Response
from bot.domain.model import Actor, ClubKey
from bot.faults import report_fault
from bot.views.trouble import internal_error_card, too_many_commands_card

DISCORD_ACTION_BURST, DISCORD_ACTIONS_PER_SECOND = (
    200,
    20,
)  # of one person: no hand is so fast, and a script must not keep the others waiting
SUGGESTION_BURST, SUGGESTIONS_PER_SECOND = 60, 10  # letters of one person for which choices are looked up
DISCORD_FLOOD_NOTICE_SECONDS = 60.0

DiscordAction = Callable[[Actor], Awaitable[Response]]
"""What is asked of the core for the person who acts."""


class DiscordIntake:
    """Hands on what a person did, and gives the answer its way. Nothing here raises."""

    def __init__(
        self,
        responder: DiscordResponder,
        direct_messages: DiscordDirectMessages,
        tasks: BackgroundTasks,
        wall: Callable[[], datetime],
        now: MonotonicClock,
    ) -> None:
        self._responder = responder
        self._direct_messages = direct_messages
        self._tasks = tasks
        self._wall = wall
        self._seen_events = SeenEvents()
        self._action_limiter = RateLimiter(DISCORD_ACTION_BURST, DISCORD_ACTIONS_PER_SECOND, now)
        self._flood_notice_limiter = RateLimiter(1, 1 / DISCORD_FLOOD_NOTICE_SECONDS, now)
        self._member_lock = PerMemberLock()
        self._suggestion_limiter = RateLimiter(SUGGESTION_BURST, SUGGESTIONS_PER_SECOND, now)

    def start_serving(self, core: Service) -> None:
        """From now on."""
        self._core = core

    async def _accept_interaction(self, interaction: AnyInteraction, action: DiscordAction) -> None:
        """Answered within a second, or announced then and answered later.

        It goes on by itself: whoever stops us lets it end, and what fails in it is told to the host.
        """
        if not self._seen_events.is_repeat(str(interaction.id)):
            await asyncio.wait((self._tasks.start(self._process_interaction(interaction, action)),))

    async def _process_interaction(self, interaction: AnyInteraction, action: DiscordAction) -> None:
        whence = DiscordResponseTarget(interaction)
        self._learn_direct_channel(interaction)
        if self._is_flooding(whence.user_id):
            if self._flood_notice_limiter.try_take(whence.user_id):
                await self._respond(too_many_commands_card(), whence)
            return
        doing = self._member_lock.run_in_turn(whence.user_id, lambda: action(discord_interaction_to_actor(interaction)))
        reply = await respond_within_deadline(self._tasks, doing, lambda task: self._respond_late(task, whence))
        if reply is not None:
            await self._respond_and_retry_messages(reply, whence)

    async def _respond_late(self, task: asyncio.Task[Response], target: DiscordResponseTarget) -> None:
        await self._responder.announce_delay(target)
        await self._respond_and_retry_messages(await task, target)

    async def _respond_and_retry_messages(self, response: Response, target: DiscordResponseTarget) -> None:
        await self._respond(response, target)
        self._responder.retry_direct_messages(target.user_id)

    async def _respond(self, response: Response, target: DiscordResponseTarget) -> None:
        try:
            refused = await self._responder.respond(response, target)
        except Exception as problem:  # it could not be drawn
            refused = await self._responder.respond(internal_error_card(report_fault(problem)), target)
        await self._record_closed_messages(target.user_id, refused)

    async def _send_direct_message(self, card: Card, user: str, event_id: str) -> None:
        await self._record_closed_messages(user, await self._responder.send_direct_message(card, user, event_id))

    async def _record_closed_messages(self, user: str, reason: str) -> None:
        """Their direct messages are closed: kept, so that their next command tells of it."""
        if reason:
            with suppress(StoreError):
                await self._core.mark_unreachable(inbound.build_discord_actor(user, "").address, reason, self._wall())

    def _learn_direct_channel(self, interaction: AnyInteraction) -> None:
        """Which channel their direct messages are, where it happens in them."""
        where = interaction.context
        if where.dm_channel and not (where.guild or where.private_channel) and interaction.channel_id is not None:
            self._direct_messages.remember(str(interaction.user.id), interaction.channel_id)

    def _is_flooding(self, user: str) -> bool:
        return not self._action_limiter.try_take(user)


def discord_interaction_to_actor(interaction: discord.Interaction[Any]) -> Actor:
    """Who acts, and where. Discord tells a language, and by that a guess at where they live."""
    who = inbound.build_discord_actor(interaction.user.id, interaction.locale, interaction.user.display_name)
    who = replace(who, likely_zone=discord_locale_to_zone(interaction.locale))
    if not _is_in_club_server(interaction):
        return who
    may, room = interaction.permissions, str(interaction.channel_id or "")
    club = ClubKey(inbound.DISCORD_PLATFORM, str(interaction.guild_id))
    return replace(who, club=club, may_set_up_club=may.manage_guild or may.administrator, club_channel_id=room)


def _is_in_club_server(interaction: discord.Interaction[Any]) -> bool:
    """Whether it happens in a server that we were added to: who has us for themselves brings us into any other."""
    server = interaction.guild_id
    # Discord did not always tell who had us added; the servers that we are in are known from the connection, too.
    return server is not None and (
        interaction.is_guild_integration() or interaction.client.get_guild(server) is not None
    )
