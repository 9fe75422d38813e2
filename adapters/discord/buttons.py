"""Buttons and selects that never expire: each button, and each option of a select, carries its command line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol, Self, cast

import discord

from adapters.common.text import shorten_to_single_line
from adapters.discord.element_ids import DISCORD_ID_PREFIX
from bot.domain.messages import Button, ButtonStyle

MAX_DISCORD_BUTTON_LABEL_CHARS = 80  # characters of a button (Discord docs, "Button Structure")
DISCORD_SELECT_ID = f"{DISCORD_ID_PREFIX}select"  # begins the custom_id of a select; its place in the message follows

DISCORD_BUTTON_STYLES = {
    ButtonStyle.NORMAL: discord.ButtonStyle.secondary,
    ButtonStyle.PRIMARY: discord.ButtonStyle.primary,
    ButtonStyle.DANGER: discord.ButtonStyle.danger,
}


class DiscordButtonListener(Protocol):
    """Receives button presses."""

    async def on_button(self, interaction: discord.Interaction[Any], command_line: str) -> None: ...


class HasDiscordListeners(Protocol):
    """A client that passes button presses on."""

    listeners: DiscordButtonListener


def parse_discord_press(data: Mapping[str, Any]) -> str:
    """The command line of the pressed button or of the chosen option; "" when it is none of ours."""
    name, values = data.get("custom_id"), data.get("values")
    if not (isinstance(name, str) and name.startswith(DISCORD_ID_PREFIX)):
        return ""
    if name.startswith(DISCORD_SELECT_ID):
        return str(values[0]) if isinstance(values, list) and values else ""
    return name.removeprefix(DISCORD_ID_PREFIX)


class DiscordButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(f"{DISCORD_ID_PREFIX}.+", re.DOTALL)
):
    """A button or select of ours, on a message of any age. Its client must satisfy `HasDiscordListeners`."""

    @classmethod
    def from_button(cls, source: Button, reminder_mark: int = 0) -> Self:
        """The button to send. `reminder_mark`: an id by which its message can be found again; 0 for none."""
        button: discord.ui.Button[Any] = discord.ui.Button(
            style=DISCORD_BUTTON_STYLES[source.style],
            label=shorten_to_single_line(source.label, MAX_DISCORD_BUTTON_LABEL_CHARS),
            custom_id=DISCORD_ID_PREFIX + source.line,
            id=reminder_mark or None,
        )
        return cls(button)

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: discord.ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        return cls(cast("discord.ui.Button[Any]", item))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        client = cast(HasDiscordListeners, interaction.client)
        await client.listeners.on_button(interaction, parse_discord_press(cast("Mapping[str, Any]", interaction.data)))
