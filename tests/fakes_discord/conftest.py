from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes_discord import DiscordPerson, FakeDiscord
from tests.fakes_discord.tiny import TinyDiscordBot, run_tiny_discord_bot


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as discord:
        yield discord


@pytest.fixture
async def bot(fake: FakeDiscord) -> AsyncIterator[TinyDiscordBot]:
    async with run_tiny_discord_bot(fake) as started:
        yield started


@pytest.fixture
def ada(fake: FakeDiscord) -> DiscordPerson:
    return fake.person()
