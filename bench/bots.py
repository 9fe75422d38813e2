"""What is measured: our bot, and bare Bolt that answers a static text."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_server import AsyncSlackAppServer
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.platform import SlackPlatform, SlackSetup
from bench.members import SECRET
from bot.app.service import Service
from bot.domain.model import HostDefaults
from bot.domain.ports import Store

TOKEN = "xoxb-of-nobody"  # noqa: S105
QUIET = logging.getLogger("bench.bolt")
QUIET.setLevel(logging.CRITICAL)


def wall() -> datetime:
    return datetime.now(UTC)


class InProcess(SlackPlatform):
    """Our bot without a door: its Bolt app is called directly."""

    app: AsyncApp

    async def _open_http_server(self, app: AsyncApp) -> None:
        self.app = app


@asynccontextmanager
async def peer() -> AsyncIterator[str]:
    """The address of Slack's side."""
    pipe = asyncio.subprocess.PIPE
    program = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.peer", stdout=pipe)
    assert program.stdout is not None  # noqa: S101
    try:
        yield (await program.stdout.readline()).decode().strip()
    finally:
        program.terminate()
        await program.wait()


@asynccontextmanager
async def ours(
    store: Store, url: str, kind: type[SlackPlatform] = SlackPlatform, app_token: str = ""
) -> AsyncIterator[Any]:
    bot = kind(
        SlackSetup(bot_token=TOKEN, api_url=f"{url}/api", app_token=app_token, signing_secret=SECRET, port=0), wall
    )
    core = Service(store, {"slack": bot.messenger}, HostDefaults("Europe/Berlin"))
    await bot.start(core)
    core.change_listeners.clear()  # nobody looks at the home of the app
    try:
        yield bot
    finally:
        await bot.stop()


def bare(url: str, *, before: bool, check: bool = True) -> AsyncApp:
    """Bolt that answers a text. `before`: `process_before_response`; `check`: its own check of signatures."""
    app = AsyncApp(
        client=AsyncWebClient(TOKEN, base_url=f"{url}/api/"),
        signing_secret=SECRET,
        process_before_response=before,
        request_verification_enabled=check,
        logger=QUIET,
    )

    @app.command("/outreach")
    async def answer(ack: AsyncAck) -> None:
        await ack("Noted.")

    return app


@asynccontextmanager
async def by_http(app: AsyncApp) -> AsyncIterator[int]:
    """The port of a Bolt app that is served as Bolt does it."""
    runner = web.AppRunner(AsyncSlackAppServer(0, "/slack/events", app).web_app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def by_socket(app: AsyncApp, app_token: str) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(app, app_token, logger=QUIET)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def ask(url: str, commands: list[tuple[str, str]], **how: object) -> dict[str, Any]:
    """Let Slack's side send the commands; the seconds of each."""
    limit = aiohttp.ClientTimeout(total=120)
    async with (
        aiohttp.ClientSession(timeout=limit) as session,
        session.post(f"{url}/ask", json={"commands": commands, **how}) as answer,
    ):
        answer.raise_for_status()
        return dict(await answer.json())
