"""What happens on Discord, handed on: commands, presses, forms, direct messages. Wiring only."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import discord
import structlog
from discord import app_commands

from adapters.common.deadline import soon
from adapters.common.text import cut
from adapters.discord import forms, inbound
from adapters.discord.buttons import Press, pressed
from adapters.discord.client import Client
from adapters.discord.intake import Taking, actor
from adapters.discord.responder import Interaction, Whence
from adapters.discord.tree import Tree, tree
from bot.commands.parser import spread
from bot.domain.messages import Card, Choice, Form, Reply
from bot.faults import report
from bot.text.sanitize import NOTE
from bot.views.forms import offered
from bot.views.trouble import apology, older_command, one_at_a_time, only_words

LOG = "log"  # the command behind [Log as outreach]
QUICK = 2.0  # seconds for choices while somebody types; Discord waits three, and then asks for the next letter
WRITTEN = (discord.MessageType.default, discord.MessageType.reply)  # the others tell of a pin, a call, a poll

log = structlog.get_logger(__name__)


class Reception(Taking):
    """What a person does on Discord, and what Discord tells by itself."""

    def listen(self, client: Client) -> Tree:
        """Take the events of this client; its commands, to be made known to Discord."""
        client.reception = self
        client.add_dynamic_items(Press)
        client.event(self.on_interaction)
        client.event(self.on_message)
        client.event(self.on_ready)
        return tree(client, self)

    async def command(self, interaction: Interaction, name: str, values: dict[str, str]) -> None:
        """A slash command with the options that were given."""
        event, said = str(interaction.id), spread(name, values)
        await self._take(interaction, lambda who: self._core.fill(who, name, said, self._wall(), event))

    async def press(self, interaction: Interaction, line: str) -> None:
        """A button, on a message of any age."""
        event = str(interaction.id)
        await self._take(interaction, lambda who: self._core.press(who, line, self._wall(), event))

    async def menu(self, interaction: Interaction, message: discord.Message) -> None:
        """[Log as outreach] on a message: its text becomes the note."""
        await self.command(interaction, LOG, {"note": cut(inbound.typed(message.content), NOTE)})

    async def suggest(self, interaction: Interaction, name: str, arg: str, typed: str) -> Sequence[Choice]:
        """While somebody types: of their own book alone, and nothing rather than late."""
        if not self._typing.take(str(interaction.user.id)):
            return []
        try:
            async with asyncio.timeout(QUICK):
                return await self._core.suggest(actor(interaction), name, arg, typed, self._wall())
        except TimeoutError:
            return []

    async def stumbled(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """A command that Discord shows as it was before, or a fault of ours."""
        if isinstance(error, app_commands.CommandInvokeError):
            await self._give(apology(report(error.original)), Whence(interaction))
        else:
            await self._give(older_command(), Whence(interaction))

    async def on_interaction(self, interaction: Interaction) -> None:
        """A form that was filled in. The library knows none of ours: so they work after a restart, too.

        And a press: the library drops one of a button that the card, replaced meanwhile, has no more. Taken once.
        """
        data: Mapping[str, Any] = interaction.data or {}
        if interaction.type is discord.InteractionType.component and (line := pressed(data)):
            await self.press(interaction, line)
        if interaction.type is discord.InteractionType.modal_submit:
            command, values = forms.submitted(data)
            event = str(interaction.id)
            await self._take(interaction, lambda who: self._core.fill(who, command, values, self._wall(), event))

    async def on_message(self, message: discord.Message) -> None:
        """A direct message in plain words: it shows, and changes nothing before a button is pressed."""
        mine = isinstance(message.channel, discord.DMChannel) and message.guild is None
        written = message.type in WRITTEN and not message.author.bot and message.webhook_id is None
        if mine and written and not self._once.again(str(message.id)):
            self._work.begin(self._hear(message))

    async def _hear(self, message: discord.Message) -> None:
        user, event = str(message.author.id), str(message.id)
        if not self._answers.can_tell(user):
            return  # what cannot be answered is not done, and at their next command they hear why
        self._channels.learn(user, message.channel.id)
        if self._floods(user):
            if self._told.take(user):
                await self._tell(one_at_a_time(), user, event)
            return
        doing = self._turns.take(user, lambda: self._heard(message))
        reply = await soon(self._work, doing, lambda task: self._told_late(task, user, event))
        if reply is not None:
            await self._tell(_as_card(reply), user, event)

    async def on_ready(self) -> None:
        """As often as Discord likes: nothing begins here."""
        log.info("discord is listening to us")

    async def _heard(self, message: discord.Message) -> Reply:
        text = inbound.typed(message.content)
        if not text.strip():
            return only_words()
        who = inbound.actor(message.author.id, "", message.author.display_name)
        return await self._core.hear(who, text, self._wall(), str(message.id))

    async def _told_late(self, task: asyncio.Task[Reply], user: str, event: str) -> None:
        await self._tell(_as_card(await task), user, event)


def _as_card(reply: Reply) -> Card:
    """A message cannot open a modal; a button on it can."""
    return offered(reply) if isinstance(reply, Form) else reply
