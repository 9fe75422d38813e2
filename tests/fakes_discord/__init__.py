"""A Discord on loopback with behaviour: what a bot may send, what people do, and what they then see."""

from __future__ import annotations

from tests.fakes_common.world import FakePlatformClock
from tests.fakes_discord import faults
from tests.fakes_discord.gateway import SessionStart
from tests.fakes_discord.options import DiscordClientRefusal
from tests.fakes_discord.people import DiscordPerson, copy_discord_message
from tests.fakes_discord.privacy import may_ping_anybody
from tests.fakes_discord.reading import modal_inputs
from tests.fakes_discord.seen import DiscordResult
from tests.fakes_discord.server import FakeDiscord
from tests.fakes_discord.state import (
    ADA_USER_ID,
    APPLICATION_ID,
    BOT_USER_ID,
    GENERAL_CHANNEL_ID,
    GUILD_ID,
    LEE_USER_ID,
    DiscordModal,
    DiscordRequest,
    DiscordScreenMessage,
    DiscordUser,
)

__all__ = [
    "ADA_USER_ID",
    "APPLICATION_ID",
    "BOT_USER_ID",
    "GENERAL_CHANNEL_ID",
    "GUILD_ID",
    "LEE_USER_ID",
    "DiscordClientRefusal",
    "DiscordModal",
    "DiscordPerson",
    "DiscordRequest",
    "DiscordResult",
    "DiscordScreenMessage",
    "DiscordUser",
    "FakeDiscord",
    "FakePlatformClock",
    "SessionStart",
    "copy_discord_message",
    "faults",
    "may_ping_anybody",
    "modal_inputs",
]
