from __future__ import annotations

import asyncio

import pytest

from tests.app.club_walk import walk_clubs
from tests.app.walk import Walk, walk
from tests.fakes import Member


@pytest.fixture
def ada() -> Member:
    """A newcomer on a Tuesday morning in Berlin."""
    return Member()


@pytest.fixture(scope="session")
def walked() -> Walk:
    """Every card and form of a long walk."""

    async def everywhere() -> Walk:
        found = await walk()
        await walk_clubs(found)
        return found

    return asyncio.run(everywhere())
