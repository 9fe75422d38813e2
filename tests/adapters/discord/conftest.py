from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.discord.workspace import Club


@pytest.fixture
async def club() -> AsyncIterator[Club]:
    opened = await Club.open()
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
