from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.slack.workspace import SlackWorkspace


@pytest.fixture
async def club() -> AsyncIterator[SlackWorkspace]:
    opened = await SlackWorkspace.open()
    yield opened
    await opened.close()
    opened.harmless()


@pytest.fixture(params=[False, True], ids=["socket", "http"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[SlackWorkspace]:
    """By Socket Mode, and by HTTP."""
    opened = await SlackWorkspace.open(http=request.param)
    yield opened
    await opened.close()
    opened.harmless()


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[SlackWorkspace]:
    """With its books on disk."""
    opened = await SlackWorkspace.open(folder=tmp_path / "store")
    yield opened
    await opened.close()
    opened.harmless()
