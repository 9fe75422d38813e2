"""Buttons that work for ever: each carries its line, and the library makes it anew from that when it is pressed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol, Self, cast

import discord

from adapters.common.text import short
from adapters.discord.element_ids import OURS
from bot.domain.messages import Button

LABEL = 80  # characters of a button (Discord docs, "Button Structure")


class Reception(Protocol):
    """Who is told of a press."""

    async def press(self, interaction: discord.Interaction[Any], line: str) -> None: ...


class Receiving(Protocol):
    """A client that has a reception."""

    reception: Reception


def pressed(data: Mapping[str, Any]) -> str:
    """The line of the button of ours that was pressed; "" when it is none of ours."""
    name = data.get("custom_id")
    return name.removeprefix(OURS) if isinstance(name, str) and name.startswith(OURS) else ""


class Press(discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(f"{OURS}(?P<line>.+)", re.DOTALL)):
    """A button of ours, on any message of any age; it needs a client that is `Receiving`."""

    def __init__(self, item: discord.ui.Button[Any], line: str) -> None:
        super().__init__(item)
        self.line = line

    @classmethod
    def of(cls, said: Button, mark: int = 0) -> Self:
        """The button as it is sent. `mark`: an id by which its message can be found again; 0 for none."""
        # All are grey: none is more right than another.
        button: discord.ui.Button[Any] = discord.ui.Button(
            style=discord.ButtonStyle.secondary,
            label=short(said.label, LABEL),
            custom_id=OURS + said.line,
            id=mark or None,
        )
        return cls(button, said.line)

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(cast("discord.ui.Button[Any]", item), match["line"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        client = cast(Receiving, interaction.client)
        await client.reception.press(interaction, self.line)
