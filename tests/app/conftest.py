from __future__ import annotations

import asyncio

import pytest

from bot.domain.model import HostDefaults
from tests.app.club_walk import walk_clubs
from tests.app.walk import BotWalk, walk_bot
from tests.fakes import FailingStore, Member


@pytest.fixture
def ada() -> Member:
    """A newcomer on a Tuesday morning in Berlin."""
    return Member()


@pytest.fixture
def store(ada: Member) -> FailingStore:
    """Ada's."""
    assert isinstance(ada.store, FailingStore)
    return ada.store


@pytest.fixture
async def due(ada: Member) -> Member:
    """A permission to follow up with Dana is due now; nothing else comes this week."""
    ada.home = HostDefaults("Europe/Berlin", "DE")
    await ada.say("settings patience: no basket: never")
    await ada.say("add Dana channel: email")
    ada.at("2026-12-08 09:00")
    return ada


@pytest.fixture(scope="session")
def walked() -> BotWalk:
    """Every card and form of a long walk."""

    async def everywhere() -> BotWalk:
        found = await walk_bot()
        await walk_clubs(found)
        return found

    return asyncio.run(everywhere())
