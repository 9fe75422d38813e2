"""Heartbeats of our own, between those that Discord asks for: so a line that has gone dead is noticed sooner."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from discord.gateway import DiscordWebSocket


@asynccontextmanager
async def beating(socket: DiscordWebSocket, every: float) -> AsyncIterator[None]:
    """One beat in so many seconds, which Discord answers each time. (It takes 120 messages a minute.)"""
    task = asyncio.create_task(_beat(socket, every))
    try:
        yield
    finally:
        task.cancel()


async def _beat(socket: DiscordWebSocket, every: float) -> None:
    with suppress(Exception):  # whoever listens to the socket hears that it has ended
        while True:
            await asyncio.sleep(every)
            await socket.send_heartbeat({"op": socket.HEARTBEAT, "d": socket.sequence})
