"""Platforms served until the process is told to end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from typing import Protocol

import structlog

from bot.core import Core
from bot.ports import Messenger

log = structlog.get_logger(__name__)


class Platform(Protocol):
    """A chat platform that members talk to the bot on."""

    @property
    def messenger(self) -> Messenger: ...

    async def start(self, core: Core) -> None:
        """Reach the platform, however long that takes, and serve from then on."""

    async def stop(self) -> None:
        """Take nothing new, let what is in hand end, close. Twice is harmless."""


class Ticker(Protocol):
    def start(self) -> None: ...

    async def stop(self) -> None: ...


async def serve(platforms: Sequence[Platform], core: Core, ticker: Ticker) -> None:
    """Until SIGTERM or SIGINT. Raises `Refused` when a platform cannot be served, with all closed again."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, ended.set)
    try:
        if await _started(platforms, core, ended):
            ticker.start()
            log.info("serving")
            await ended.wait()
    finally:
        await ticker.stop()
        await asyncio.gather(*(platform.stop() for platform in platforms))
        log.info("ended")


async def _started(platforms: Sequence[Platform], core: Core, ended: asyncio.Event) -> bool:
    """Whether all are served; False when the end came first."""
    end = asyncio.ensure_future(ended.wait())
    starting = asyncio.gather(*(platform.start(core) for platform in platforms))
    await asyncio.wait((end, starting), return_when=asyncio.FIRST_COMPLETED)
    end.cancel()
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return False
    starting.result()
    return True
