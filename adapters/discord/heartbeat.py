"""Heartbeats of our own, between those that Discord asks for: so a line that has gone dead is noticed sooner."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord
from discord.gateway import DiscordWebSocket

from bot.faults import report


@asynccontextmanager
async def beating(socket: DiscordWebSocket, every: float) -> AsyncIterator[None]:
    """A beat every so many seconds, each of which Discord answers. (It takes 120 messages a minute.)"""
    task = asyncio.create_task(_beat(socket, every))
    try:
        yield
    finally:
        task.cancel()


async def _beat(socket: DiscordWebSocket, every: float) -> None:
    try:
        while True:
            await asyncio.sleep(every)
            await socket.send_heartbeat({"op": socket.HEARTBEAT, "d": socket.sequence})
    except (OSError, aiohttp.ClientError, discord.ConnectionClosed):
        pass  # whoever listens to the socket hears that it has ended
    except Exception as problem:
        report(problem)
