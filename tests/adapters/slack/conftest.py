from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.slack.workspace import Club


@pytest.fixture
async def club() -> AsyncIterator[Club]:
    opened = await Club.open()
    yield opened
    await opened.close()
    opened.harmless()


@pytest.fixture(params=[False, True], ids=["socket", "http"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Club]:
    """By Socket Mode, and by HTTP."""
    opened = await Club.open(http=request.param)
    yield opened
    await opened.close()
    opened.harmless()


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Club]:
    """With its books on disk."""
    opened = await Club.open(folder=tmp_path / "store")
    yield opened
    await opened.close()
    opened.harmless()
