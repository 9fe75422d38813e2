"""The real client of the library, on a clock and with pauses of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.common.token import Standing
from adapters.discord.api import Gate
from adapters.discord.client import Client, Live, new_client
from adapters.discord.gateway import Timing
from adapters.discord.session_limit import Identifies
from bot.domain.errors import StoreUnavailable
from tests.adapters.discord.servers import Api

TOKEN = "CANARY.TOKEN.secret"  # noqa: S105
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


class Memory:
    """Memos that outlive what uses them; `broken` like a disk."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.broken = False

    async def memo(self, key: str) -> str:
        self.check()
        return self.kept.get(key, "")

    async def keep_memo(self, key: str, value: str) -> None:
        self.check()
        self.kept[key] = value

    def check(self) -> None:
        if self.broken:
            raise StoreUnavailable("CANARY")


class Time:
    """Moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []
        self.look: Callable[[], object] = lambda: None
        self.seen: list[object] = []  # what `look` gave at each sleep

    def now(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds - 1000)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seen.append(self.look())
        self.seconds += seconds
        await asyncio.sleep(0.002)


class Bot:
    """One bot at a server of the test's."""

    def __init__(self, api: Api, shards: int = 1, **timing: Any) -> None:
        self.time = Time()
        self.memos = Memory()
        self.standing = Standing("discord")
        self.gate = Gate(self.standing, self.time.now)
        self.timing = Timing(now=self.time.now, sleep=self.time.sleep, jitter=lambda: 1.0, **timing)
        self.identifies = Identifies(self.memos, self.time.wall, self.time.sleep)
        self.client: Client = new_client(shards, api.url, self.identifies, self.gate, self.timing)
        self.live = Live(self.client, TOKEN, self.standing, self.timing)


@asynccontextmanager
async def bot(api: Api, shards: int = 1, **timing: Any) -> AsyncIterator[Bot]:
    made = Bot(api, shards, **timing)
    try:
        yield made
    finally:
        await made.live.close()
