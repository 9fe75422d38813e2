"""Buttons, pressed in the library itself: on a message of any age, after any restart."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest

from adapters.discord.buttons import DiscordButton
from adapters.discord.render import render_discord_message
from bot.domain.messages import Button, Card, Choose


class PressRecordingClient(discord.Client):
    """A client whose reception notes what is pressed."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.none())
        self.listeners = self
        self.pressed: list[tuple[int, str]] = []
        self.add_dynamic_items(DiscordButton)

    async def on_button(self, interaction: discord.Interaction[Any], command_line: str) -> None:
        self.pressed.append((interaction.user.id, command_line))


def dispatch_button_press(
    hall: PressRecordingClient, components: list[dict[str, Any]], custom_id: str, *chosen: str
) -> None:
    """What the gateway does with a press in a direct message."""
    ada = {"id": "7", "username": "ada", "discriminator": "0", "global_name": "Ada", "avatar": None}
    channel = {"id": "5", "type": 1, "recipients": [ada], "last_message_id": None}
    hall._connection.parse_interaction_create(
        {
            "id": "1", "application_id": "2", "type": 3, "version": 1, "token": "t", "channel": channel,
            "channel_id": "5", "user": ada, "locale": "en-US", "entitlements": [],
            "authorizing_integration_owners": {}, "context": 1,
            "attachment_size_limit": 1,
            "data": {"component_type": 3 if chosen else 2, "custom_id": custom_id, "values": list(chosen)},
            "message": {
                "id": "3", "channel_id": "5", "type": 0, "content": "Dana", "author": ada, "embeds": [], "mentions": [],
                "attachments": [], "components": components, "edited_timestamp": None, "flags": 0, "pinned": False,
                "mention_everyone": False, "tts": False, "mention_roles": [], "timestamp": "2026-12-01T11:00:00+00:00",
            },
        }  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize("line", ["board", 'log note: "two\nlines: x"', "x" * 97])
async def test_a_press_reaches_the_reception_with_the_line_of_its_button(line):
    card = Card((("Dana",),), buttons=(Button("Yes", line), Button("No", "close")))
    hall = PressRecordingClient()
    dispatch_button_press(hall, render_discord_message(card, 70_000).to_payload()["components"], f"st:{line}")
    await asyncio.sleep(0.05)
    assert hall.pressed == [(7, line)]


async def test_a_choice_reaches_the_reception_with_the_line_of_its_option():
    many = Choose("Pick someone", (Button("Dana", "show contact: #1"), Button("Lee", "show contact: #2")))
    hall = PressRecordingClient()
    components = render_discord_message(Card((("Who?",),), choose=many), 70_000).to_payload()["components"]
    [[select]] = [row["components"] for row in components]
    assert select["id"] == 70_000
    dispatch_button_press(hall, components, select["custom_id"], "show contact: #2")
    await asyncio.sleep(0.05)
    assert hall.pressed == [(7, "show contact: #2")]


async def test_a_button_of_somebody_else_reaches_nobody():
    hall = PressRecordingClient()
    dispatch_button_press(
        hall, [{"type": 1, "components": [{"type": 2, "style": 2, "label": "x", "custom_id": "x"}]}], "x"
    )
    await asyncio.sleep(0.05)
    assert hall.pressed == []


def test_a_label_is_never_empty_and_never_too_long():
    assert [DiscordButton.from_button(Button(said, "x")).item.label for said in ("", "\n", "W" * 81)] == [
        "…",
        "…",
        "W" * 79 + "…",
    ]
