"""What is the same for all that a person does on Discord: each event once, nobody in a flood, and an answer in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from adapters.common.budget import Budget
from adapters.common.pacing import Clock
from adapters.common.soon import soon
from adapters.common.work import Once, Work
from adapters.discord import inbound
from adapters.discord.answers import Answers, Interaction, Whence
from adapters.discord.channels import Channels
from adapters.discord.language import likely_zone
from bot.cards import Reply
from bot.core import Core
from bot.model import Actor
from bot.views.notices import one_at_a_time

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
        self._typing = Budget(TYPED_AT_ONCE, TYPED_A_SECOND, now)

    def serve(self, core: Core) -> None:
        """From now on."""
        self._core = core

    async def _take(self, interaction: Interaction, ask: Ask) -> None:
        """Answered within a second, or announced then and answered later."""
        whence = Whence(interaction)
        if self._once.again(str(interaction.id)):
            return
        if self._floods(whence.user):
            if self._told.take(whence.user):
                await self._answers.give(one_at_a_time(), whence)
            return
        reply = await soon(self._work, _doing(ask, actor(interaction)), lambda task: self._late(task, whence))
        if reply is not None:
            await self._answers.give(reply, whence)

    async def _late(self, task: asyncio.Task[Reply], whence: Whence) -> None:
        await self._answers.wait(whence)
        await self._answers.give(await task, whence)

    def _floods(self, user: str) -> bool:
        return not self._budget.take(user)


async def _doing(ask: Ask, who: Actor) -> Reply:
    return await ask(who)


def actor(interaction: discord.Interaction[Any]) -> Actor:
    """Who acts. Discord tells a language, and by that a guess at where they live."""
    who = inbound.actor(interaction.user.id, interaction.locale)
    return replace(who, likely=likely_zone(interaction.locale))
