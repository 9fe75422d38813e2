"""Buttons that never expire: each carries its command line, from which the library rebuilds it when it is pressed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol, Self, cast

import discord

from adapters.common.text import shorten_to_single_line
from adapters.discord.element_ids import DISCORD_ID_PREFIX
from bot.domain.messages import Button

MAX_DISCORD_BUTTON_LABEL_CHARS = 80  # characters of a button (Discord docs, "Button Structure")


class DiscordButtonListener(Protocol):
    """Receives button presses."""

    async def on_button(self, interaction: discord.Interaction[Any], command_line: str) -> None: ...


class HasDiscordListeners(Protocol):
    """A client that passes button presses on."""

    listeners: DiscordButtonListener


def parse_discord_button_press(data: Mapping[str, Any]) -> str:
    """The command line of the pressed button; "" when it is not a button of ours."""
    name = data.get("custom_id")
    return name.removeprefix(DISCORD_ID_PREFIX) if isinstance(name, str) and name.startswith(DISCORD_ID_PREFIX) else ""


class DiscordButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(f"{DISCORD_ID_PREFIX}(?P<line>.+)", re.DOTALL)
):
    """A button of ours, on a message of any age. Its client must satisfy `HasDiscordListeners`."""

    def __init__(self, item: discord.ui.Button[Any], command_line: str) -> None:
        super().__init__(item)
        self.command_line = command_line

    @classmethod
    def from_button(cls, source: Button, reminder_mark: int = 0) -> Self:
        """The button to send. `reminder_mark`: an id by which its message can be found again; 0 for none."""
        # All are grey: no choice is better than another.
        button: discord.ui.Button[Any] = discord.ui.Button(
            style=discord.ButtonStyle.secondary,
            label=shorten_to_single_line(source.label, MAX_DISCORD_BUTTON_LABEL_CHARS),
            custom_id=DISCORD_ID_PREFIX + source.line,
            id=reminder_mark or None,
        )
        return cls(button, source.line)

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(cast("discord.ui.Button[Any]", item), match["line"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        client = cast(HasDiscordListeners, interaction.client)
        await client.listeners.on_button(interaction, self.command_line)
