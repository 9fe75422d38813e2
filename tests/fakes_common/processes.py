"""A tiny bot as a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


@asynccontextmanager
async def run_bot_process(module: str, settings: dict[str, str]) -> AsyncIterator[Process]:
    """The module as a process with these settings, killed at the end."""
    root = Path(__file__).parents[2]
    env = {**os.environ, **settings}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, cwd=root, env=env)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
