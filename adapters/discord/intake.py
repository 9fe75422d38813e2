"""What is the same for all that a person does on Discord: each event once, nobody in a flood, and an answer in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from adapters.common.command_budget import Budget
from adapters.common.deadline import soon
from adapters.common.per_member_lock import Turns
from adapters.common.rate_limits import Clock
from adapters.common.tasks import Once, Work
from adapters.discord import inbound
from adapters.discord.direct_messages import Channels
from adapters.discord.language import likely_zone
from adapters.discord.responder import Answers, Interaction, Whence
from bot.app.service import Core
from bot.domain.errors import StoreError
from bot.domain.messages import Card, Reply
from bot.domain.model import Actor, ClubKey
from bot.faults import report
from bot.views.trouble import apology, one_at_a_time

AT_ONCE, A_SECOND = 200, 20  # of one person: no hand is so fast, and a script must not keep the others waiting
TYPED_AT_ONCE, TYPED_A_SECOND = 60, 10  # letters of one person for which choices are looked up
MINUTE = 60.0

Ask = Callable[[Actor], Awaitable[Reply]]
"""What is asked of the core for the person who acts."""


class Taking:
    """Hands on what a person did, and gives the answer its way. Nothing here raises."""

    def __init__(
        self, answers: Answers, channels: Channels, work: Work, wall: Callable[[], datetime], now: Clock
    ) -> None:
        self._answers = answers
        self._channels = channels
        self._work = work
        self._wall = wall
        self._once = Once()
        self._budget = Budget(AT_ONCE, A_SECOND, now)
        self._told = Budget(1, 1 / MINUTE, now)
        self._turns = Turns()
        self._typing = Budget(TYPED_AT_ONCE, TYPED_A_SECOND, now)

    def serve(self, core: Core) -> None:
        """From now on."""
        self._core = core

    async def _take(self, interaction: Interaction, ask: Ask) -> None:
        """Answered within a second, or announced then and answered later.

        It goes on by itself: whoever stops us lets it end, and what fails in it is told to the host.
        """
        if not self._once.again(str(interaction.id)):
            await asyncio.wait((self._work.begin(self._taken(interaction, ask)),))

    async def _taken(self, interaction: Interaction, ask: Ask) -> None:
        whence = Whence(interaction)
        self._learn(interaction)
        if self._floods(whence.user):
            if self._told.take(whence.user):
                await self._give(one_at_a_time(), whence)
            return
        doing = self._turns.take(whence.user, lambda: ask(actor(interaction)))
        reply = await soon(self._work, doing, lambda task: self._late(task, whence))
        if reply is not None:
            await self._answered(reply, whence)

    async def _late(self, task: asyncio.Task[Reply], whence: Whence) -> None:
        await self._answers.wait(whence)
        await self._answered(await task, whence)

    async def _answered(self, reply: Reply, whence: Whence) -> None:
        await self._give(reply, whence)
        self._answers.reopen(whence.user)

    async def _give(self, reply: Reply, whence: Whence) -> None:
        try:
            refused = await self._answers.give(reply, whence)
        except Exception as problem:  # it could not be drawn
            refused = await self._answers.give(apology(report(problem)), whence)
        await self._shut_out(whence.user, refused)

    async def _tell(self, card: Card, user: str, event: str) -> None:
        await self._shut_out(user, await self._answers.tell(card, user, event))

    async def _shut_out(self, user: str, refused: str) -> None:
        """Their direct messages are closed: kept, so that their next command tells of it."""
        if refused:
            with suppress(StoreError):
                await self._core.shut_out(inbound.actor(user, "").address, refused, self._wall())

    def _learn(self, interaction: Interaction) -> None:
        """Which channel their direct messages are, where it happens in them."""
        where = interaction.context
        if where.dm_channel and not (where.guild or where.private_channel) and interaction.channel_id is not None:
            self._channels.learn(str(interaction.user.id), interaction.channel_id)

    def _floods(self, user: str) -> bool:
        return not self._budget.take(user)


def actor(interaction: discord.Interaction[Any]) -> Actor:
    """Who acts, and where. Discord tells a language, and by that a guess at where they live."""
    who = inbound.actor(interaction.user.id, interaction.locale, interaction.user.display_name)
    who = replace(who, likely=likely_zone(interaction.locale))
    if not _is_in_a_club(interaction):
        return who
    may, room = interaction.permissions, str(interaction.channel_id or "")
    club = ClubKey(inbound.PLATFORM, str(interaction.guild_id))
    return replace(who, club=club, leads=may.manage_guild or may.administrator, room=room)


def _is_in_a_club(interaction: discord.Interaction[Any]) -> bool:
    """Whether it happens in a server that we were added to: who has us for themselves brings us into any other."""
    server = interaction.guild_id
    # Discord did not always tell who had us added; the servers that we are in are known from the connection, too.
    return server is not None and (
        interaction.is_guild_integration() or interaction.client.get_guild(server) is not None
    )
