from __future__ import annotations

import asyncio

import pytest

from tests.app.club_walk import walk_clubs
from tests.app.walk import BotWalk, walk_bot
from tests.fakes import Member


@pytest.fixture
def ada() -> Member:
    """A newcomer on a Tuesday morning in Berlin."""
    return Member()


@pytest.fixture(scope="session")
def walked() -> BotWalk:
    """Every card and form of a long walk."""

    async def everywhere() -> BotWalk:
        found = await walk_bot()
        await walk_clubs(found)
        return found

    return asyncio.run(everywhere())
