"""What happens on Discord, handed on: commands, presses, forms, direct messages. Wiring only."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import discord
import structlog
from discord import app_commands

from adapters.common.deadline import respond_within_deadline
from adapters.common.text import truncate_with_ellipsis
from adapters.discord import forms, inbound
from adapters.discord.buttons import DiscordButton, parse_discord_button_press
from adapters.discord.client import DiscordClient
from adapters.discord.intake import DiscordIntake, discord_interaction_to_actor
from adapters.discord.responder import AnyInteraction, DiscordResponseTarget
from adapters.discord.tree import DiscordCommandTree, build_discord_command_tree
from bot.commands.parser import expand_first_option
from bot.domain.messages import Card, Choice, Form, Response
from bot.faults import report_fault
from bot.text.sanitize import MAX_NOTE_CHARS
from bot.views.forms import open_form_card
from bot.views.trouble import internal_error_card, outdated_command_card, text_only_card, too_many_commands_card

LOG_COMMAND = "log"  # the command behind [Log as outreach]
SUGGEST_TIMEOUT_SECONDS = (
    2.0  # seconds for choices while somebody types; Discord waits three, and then asks for the next letter
)
WRITTEN_MESSAGE_TYPES = (
    discord.MessageType.default,
    discord.MessageType.reply,
)  # the others tell of a pin, a call, a poll

log = structlog.get_logger(__name__)


class DiscordListeners(DiscordIntake):
    """What a person does on Discord, and what Discord tells by itself."""

    def register(self, client: DiscordClient) -> DiscordCommandTree:
        """Take the events of this client; its commands, to be made known to Discord."""
        client.listeners = self
        client.add_dynamic_items(DiscordButton)
        client.event(self.on_interaction)
        client.event(self.on_message)
        client.event(self.on_ready)
        return build_discord_command_tree(client, self)

    async def on_command(self, interaction: AnyInteraction, command_name: str, values: dict[str, str]) -> None:
        """A slash command with the options that were given."""
        event, said = str(interaction.id), expand_first_option(command_name, values)
        await self._accept_interaction(
            interaction, lambda who: self._core.handle_form(who, command_name, said, self._wall(), event)
        )

    async def on_button(self, interaction: AnyInteraction, command_line: str) -> None:
        """A button, on a message of any age."""
        event = str(interaction.id)
        await self._accept_interaction(
            interaction, lambda who: self._core.handle_button(who, command_line, self._wall(), event)
        )

    async def on_message_menu(self, interaction: AnyInteraction, message: discord.Message) -> None:
        """[Log as outreach] on a message: its text becomes the note."""
        await self.on_command(
            interaction,
            LOG_COMMAND,
            {"note": truncate_with_ellipsis(inbound.parse_discord_text(message.content), MAX_NOTE_CHARS)},
        )

    async def suggest_choices(
        self, interaction: AnyInteraction, command_name: str, arg_name: str, typed: str
    ) -> Sequence[Choice]:
        """While somebody types: of their own book alone, and nothing rather than late."""
        if not self._suggestion_limiter.try_take(str(interaction.user.id)):
            return []
        try:
            async with asyncio.timeout(SUGGEST_TIMEOUT_SECONDS):
                return await self._core.suggest_choices(
                    discord_interaction_to_actor(interaction), command_name, arg_name, typed, self._wall()
                )
        except TimeoutError:
            return []

    async def on_command_error(self, interaction: AnyInteraction, error: app_commands.AppCommandError) -> None:
        """A command that Discord shows as it was before, or a fault of ours."""
        if isinstance(error, app_commands.CommandInvokeError):
            await self._respond(internal_error_card(report_fault(error.original)), DiscordResponseTarget(interaction))
        else:
            await self._respond(outdated_command_card(), DiscordResponseTarget(interaction))

    async def on_interaction(self, interaction: AnyInteraction) -> None:
        """A form that was filled in. The library knows none of ours: so they work after a restart, too.

        And a press: the library drops one of a button that the card, replaced meanwhile, has no more. Taken once.
        """
        data: Mapping[str, Any] = interaction.data or {}
        if interaction.type is discord.InteractionType.component and (line := parse_discord_button_press(data)):
            await self.on_button(interaction, line)
        if interaction.type is discord.InteractionType.modal_submit:
            command, values = forms.parse_discord_form(data)
            event = str(interaction.id)
            await self._accept_interaction(
                interaction, lambda who: self._core.handle_form(who, command, values, self._wall(), event)
            )

    async def on_message(self, message: discord.Message) -> None:
        """A direct message in plain words: it shows, and changes nothing before a button is pressed."""
        mine = isinstance(message.channel, discord.DMChannel) and message.guild is None
        written = message.type in WRITTEN_MESSAGE_TYPES and not message.author.bot and message.webhook_id is None
        if mine and written and not self._seen_events.is_repeat(str(message.id)):
            self._tasks.start(self._handle_direct_message(message))

    async def _handle_direct_message(self, message: discord.Message) -> None:
        user, event = str(message.author.id), str(message.id)
        if not self._responder.may_message(user):
            return  # what cannot be answered is not done, and at their next command they hear why
        self._direct_messages.remember(user, message.channel.id)
        if self._is_flooding(user):
            if self._flood_notice_limiter.try_take(user):
                await self._send_direct_message(too_many_commands_card(), user, event)
            return
        doing = self._member_lock.run_in_turn(user, lambda: self._response_to_message(message))
        reply = await respond_within_deadline(
            self._tasks, doing, lambda task: self._send_late_response(task, user, event)
        )
        if reply is not None:
            await self._send_direct_message(_card_for_direct_message(reply), user, event)

    async def on_ready(self) -> None:
        """As often as Discord likes: nothing begins here."""
        log.info("discord is listening to us")

    async def _response_to_message(self, message: discord.Message) -> Response:
        text = inbound.parse_discord_text(message.content)
        if not text.strip():
            return text_only_card()
        who = inbound.build_discord_actor(message.author.id, "", message.author.display_name)
        return await self._core.handle_direct_message(who, text, self._wall(), str(message.id))

    async def _send_late_response(self, task: asyncio.Task[Response], user: str, event: str) -> None:
        await self._send_direct_message(_card_for_direct_message(await task), user, event)


def _card_for_direct_message(response: Response) -> Card:
    """A message cannot open a modal; a button on it can."""
    return open_form_card(response) if isinstance(response, Form) else response
