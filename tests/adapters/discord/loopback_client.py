"""The real client of the library, on a clock and with pauses of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.common.token import TokenState
from adapters.discord.api import DiscordRequestGate
from adapters.discord.client import DiscordClient, build_discord_client
from adapters.discord.connection import DiscordConnection
from adapters.discord.gateway_timing import GatewayTiming
from adapters.discord.session_limit import DiscordSessionLimit
from bot.domain.errors import StoreUnavailable
from tests.adapters.discord.servers import LoopbackDiscordApi

LOOPBACK_BOT_TOKEN = "CANARY.TOKEN.secret"  # noqa: S105
CLIENT_START = datetime(2026, 11, 26, 12, tzinfo=UTC)


class FakeKeyValues:
    """Memos that outlive what uses them; `broken` like a disk."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.broken = False

    async def load_value(self, key: str) -> str:
        self.raise_if_broken()
        return self.values.get(key, "")

    async def save_value(self, key: str, value: str) -> None:
        self.raise_if_broken()
        self.values[key] = value

    def raise_if_broken(self) -> None:
        if self.broken:
            raise StoreUnavailable("CANARY")


class DiscordFakeTime:
    """Moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []
        self.look: Callable[[], object] = lambda: None
        self.seen: list[object] = []  # what `look` gave at each sleep

    def now(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return CLIENT_START + timedelta(seconds=self.seconds - 1000)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seen.append(self.look())
        self.seconds += seconds
        await asyncio.sleep(0.002)


class LoopbackClient:
    """One bot at a server of the test's."""

    def __init__(self, api: LoopbackDiscordApi, shards: int = 1, **timing: Any) -> None:
        self.time = DiscordFakeTime()
        self.memos = FakeKeyValues()
        self.standing = TokenState("discord")
        self.gate = DiscordRequestGate(self.standing, self.time.now)
        self.timing = GatewayTiming(now=self.time.now, sleep=self.time.sleep, jitter=lambda: 1.0, **timing)
        self.identifies = DiscordSessionLimit(self.memos, self.time.wall, self.time.sleep)
        self.client: DiscordClient = build_discord_client(shards, api.url, self.identifies, self.gate, self.timing)
        self.live = DiscordConnection(self.client, LOOPBACK_BOT_TOKEN, self.standing, self.timing)


@asynccontextmanager
async def open_loopback_client(
    api: LoopbackDiscordApi, shards: int = 1, **timing: Any
) -> AsyncIterator[LoopbackClient]:
    made = LoopbackClient(api, shards, **timing)
    try:
        yield made
    finally:
        await made.live.close()
