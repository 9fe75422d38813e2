from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes_discord import FakeDiscord, Person
from tests.fakes_discord.tiny import TinyBot, running


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as discord:
        yield discord


@pytest.fixture
async def bot(fake: FakeDiscord) -> AsyncIterator[TinyBot]:
    async with running(fake) as started:
        yield started


@pytest.fixture
def ada(fake: FakeDiscord) -> Person:
    return fake.person()
