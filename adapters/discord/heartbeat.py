"""Heartbeats between those that Discord asks for, so that a dead connection is noticed sooner."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord
from discord.gateway import DiscordWebSocket

from bot.faults import report_fault


@asynccontextmanager
async def gateway_heartbeats(socket: DiscordWebSocket, interval_seconds: float) -> AsyncIterator[None]:
    """Send heartbeats while the context is open; Discord answers each. (It accepts 120 messages a minute.)"""
    task = asyncio.create_task(_send_gateway_heartbeats(socket, interval_seconds))
    try:
        yield
    finally:
        task.cancel()


async def _send_gateway_heartbeats(socket: DiscordWebSocket, interval_seconds: float) -> None:
    try:
        while True:
            await asyncio.sleep(interval_seconds)
            await socket.send_heartbeat({"op": socket.HEARTBEAT, "d": socket.sequence})
    except (OSError, aiohttp.ClientError, discord.ConnectionClosed):
        pass  # the task that reads the socket notices that it is closed
    except Exception as problem:
        report_fault(problem)
