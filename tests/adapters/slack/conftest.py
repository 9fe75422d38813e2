from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.common.deadline import ResponseTiming
from tests.adapters.slack.workspace import SlackWorkspace


@pytest.fixture
async def club(response_timing: ResponseTiming) -> AsyncIterator[SlackWorkspace]:
    opened = await SlackWorkspace.open(response_timing=response_timing)
    yield opened
    await opened.close()
    opened.harmless()


@pytest.fixture(params=[False, True], ids=["socket", "http"])
async def either(request: pytest.FixtureRequest, response_timing: ResponseTiming) -> AsyncIterator[SlackWorkspace]:
    """By Socket Mode, and by HTTP."""
    opened = await SlackWorkspace.open(http=request.param, response_timing=response_timing)
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
