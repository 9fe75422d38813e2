from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.common.deadline import ResponseTiming
from tests.adapters.discord.workspace import DiscordWorkspace
from tests.adapters.slack.workspace import SlackWorkspace
from tests.platforms.stage import Stage


@asynccontextmanager
async def open_stage(name: str, response_timing: ResponseTiming, folder: Path | None = None) -> AsyncIterator[Stage]:
    """Slack is reached by HTTP, where pauses cost nothing, or through a socket."""
    opened: Stage
    if name == "discord":
        opened = await DiscordWorkspace.open(folder=folder, response_timing=response_timing)
    else:
        http = name == "slack"
        opened = await SlackWorkspace.open(http=http, leaping=http, folder=folder, response_timing=response_timing)
    yield opened
    await opened.close()
    opened.harmless()


@pytest.fixture(params=["slack", "discord"])
async def stage(request: pytest.FixtureRequest, response_timing: ResponseTiming) -> AsyncIterator[Stage]:
    async with open_stage(request.param, response_timing) as opened:
        yield opened


@pytest.fixture(params=["slack", "slack over a socket", "discord"])
async def any_stage(request: pytest.FixtureRequest, response_timing: ResponseTiming) -> AsyncIterator[Stage]:
    """Every way by which what members do reaches us."""
    async with open_stage(request.param, response_timing) as opened:
        yield opened


@pytest.fixture(params=["slack", "slack over a socket", "discord"])
async def kept_stage(
    request: pytest.FixtureRequest, response_timing: ResponseTiming, tmp_path: Path
) -> AsyncIterator[Stage]:
    """With its books on disk."""
    async with open_stage(request.param, response_timing, tmp_path / "store") as opened:
        yield opened


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py repeats some requests by itself; its pauses cost nothing here."""

    class HastyAsyncio:
        def __getattr__(self, name: str) -> Any:
            return getattr(asyncio, name)

        async def sleep(self, _seconds: float) -> None:
            await asyncio.sleep(0)

    monkeypatch.setattr("discord.http.asyncio", HastyAsyncio())
