from __future__ import annotations

import asyncio

import pytest

from tests.app.walk import Walk, walk
from tests.fakes import Member


@pytest.fixture
def ada() -> Member:
    """A newcomer on a Tuesday morning in Berlin."""
    return Member()


@pytest.fixture(scope="session")
def walked() -> Walk:
    """Every card and form of a long walk."""
    return asyncio.run(walk())
