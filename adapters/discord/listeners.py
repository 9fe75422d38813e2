"""Passes Discord's events to the service: commands, button presses, forms and direct messages. Wiring only."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import discord
import structlog
from discord import app_commands

from adapters.common.text import truncate_with_ellipsis
from adapters.discord import forms, inbound
from adapters.discord.buttons import DiscordButton, parse_discord_press
from adapters.discord.client import DiscordClient
from adapters.discord.intake import DiscordIntake, discord_interaction_to_actor
from adapters.discord.responder import AnyInteraction, DiscordResponseTarget
from adapters.discord.tree import DiscordCommandTree, build_discord_command_tree
from bot.commands.parser import expand_first_option
from bot.domain.messages import Card, Choice, Form, Response
from bot.logs import report_fault
from bot.text.sanitize import MAX_NOTE_CHARS
from bot.views.forms import open_form_card
from bot.views.trouble import internal_error_card, outdated_command_card, text_only_card

LOG_COMMAND = "log"  # the command behind [Log as outreach]
# The other types announce a pin, a call or a poll.
WRITTEN_MESSAGE_TYPES = (discord.MessageType.default, discord.MessageType.reply)

log = structlog.get_logger(__name__)


class DiscordListeners(DiscordIntake):
    """The callbacks for Discord's events."""

    def register(self, client: DiscordClient) -> DiscordCommandTree:
        """Subscribe to the events of this client, and return its commands, to be synced with Discord."""
        client.listeners = self
        client.add_dynamic_items(DiscordButton)
        client.event(self.on_interaction)
        client.event(self.on_message)
        client.event(self.on_ready)
        return build_discord_command_tree(client, self)

    async def on_command(self, interaction: AnyInteraction, command_name: str, values: dict[str, str]) -> None:
        """Handle a slash command. `values`: the options that were given."""
        event, arguments = str(interaction.id), expand_first_option(command_name, values)
        await self._accept_interaction(
            interaction, lambda who: self._core.handle_form(who, command_name, arguments, self._wall(), event)
        )

    async def on_button(self, interaction: AnyInteraction, command_line: str) -> None:
        """Handle a button press, on a message of any age."""
        event = str(interaction.id)
        await self._accept_interaction(
            interaction, lambda who: self._core.handle_button(who, command_line, self._wall(), event)
        )

    async def on_message_menu(self, interaction: AnyInteraction, message: discord.Message) -> None:
        """Handle [Log as outreach] on a message: its text becomes the note."""
        await self.on_command(
            interaction,
            LOG_COMMAND,
            {"note": truncate_with_ellipsis(inbound.parse_discord_text(message.content), MAX_NOTE_CHARS)},
        )

    async def suggest_choices(
        self, interaction: AnyInteraction, command_name: str, arg_name: str, typed: str
    ) -> Sequence[Choice]:
        """Suggestions while somebody types, from their own book only. Empty when that takes too long."""
        if not self._suggestion_limiter.try_take(str(interaction.user.id)):
            return []
        try:
            async with asyncio.timeout(self._timing.suggestions):
                return await self._core.suggest_choices(
                    discord_interaction_to_actor(interaction), command_name, arg_name, typed, self._wall()
                )
        except TimeoutError:
            return []

    async def on_command_error(self, interaction: AnyInteraction, error: app_commands.AppCommandError) -> None:
        """Answer a command that failed, or one that Discord shows in an outdated form."""
        if isinstance(error, app_commands.CommandInvokeError):
            await self._respond(internal_error_card(report_fault(error.original)), DiscordResponseTarget(interaction))
        else:
            await self._respond(outdated_command_card(), DiscordResponseTarget(interaction))

    async def on_interaction(self, interaction: AnyInteraction) -> None:
        """Handle a submitted form. The library keeps no record of our forms, so they also work after a restart.

        Button presses are handled here too: the library drops a press when the card was replaced and does not show
        the button any more. A press that arrives both ways is processed once.
        """
        data: Mapping[str, Any] = interaction.data or {}
        if interaction.type is discord.InteractionType.component and (line := parse_discord_press(data)):
            await self.on_button(interaction, line)
        if interaction.type is discord.InteractionType.modal_submit:
            command, values = forms.parse_discord_form(data)
            event = str(interaction.id)
            await self._accept_interaction(
                interaction, lambda who: self._core.handle_form(who, command, values, self._wall(), event)
            )

    async def on_message(self, message: discord.Message) -> None:
        """Handle a direct message in plain words: it changes nothing before a button is pressed."""
        is_direct = isinstance(message.channel, discord.DMChannel) and message.guild is None
        is_written = message.type in WRITTEN_MESSAGE_TYPES and not message.author.bot and message.webhook_id is None
        user = str(message.author.id)
        if not (is_direct and is_written and self._responder.may_message(user)):
            return  # what cannot be answered is not done; the answer to their next command says why
        self._direct_messages.remember(user, message.channel.id)
        if not self._is_repeat_or_flood(
            user, str(message.id), lambda card: self._send_direct_message(card, user, str(message.id))
        ):
            self._tasks.start(self._handle_direct_message(message, user))

    async def _handle_direct_message(self, message: discord.Message, user: str) -> None:
        response = await self._respond_in_turn(
            user,
            lambda: self._response_to_message(message),
            lambda task: self._send_late_response(task, user, str(message.id)),
        )
        if response is not None:
            await self._send_direct_message(_card_for_direct_message(response), user, str(message.id))

    async def on_ready(self) -> None:
        """Log only: this may fire many times per connection, so nothing is started here."""
        log.info("discord is listening to us")

    async def _response_to_message(self, message: discord.Message) -> Response:
        text = inbound.parse_discord_text(message.content)
        if not text.strip():
            return text_only_card()
        actor = inbound.build_discord_actor(message.author.id, "", message.author.display_name)
        return await self._core.handle_direct_message(actor, text, self._wall(), str(message.id))

    async def _send_late_response(self, task: asyncio.Task[Response], user: str, event: str) -> None:
        await self._send_direct_message(_card_for_direct_message(await task), user, event)


def _card_for_direct_message(response: Response) -> Card:
    """A form becomes a card with a button that opens it: a message cannot open a modal."""
    return open_form_card(response) if isinstance(response, Form) else response
