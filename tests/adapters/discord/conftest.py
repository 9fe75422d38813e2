from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.common.deadline import ResponseTiming
from tests.adapters.discord.workspace import DiscordWorkspace


@pytest.fixture
async def club(response_timing: ResponseTiming) -> AsyncIterator[DiscordWorkspace]:
    opened = await DiscordWorkspace.open(response_timing=response_timing)
    yield opened
    await opened.close()
    opened.harmless()


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[DiscordWorkspace]:
    """With its books on disk."""
    opened = await DiscordWorkspace.open(folder=tmp_path / "store")
    yield opened
    await opened.close()
    opened.harmless()
