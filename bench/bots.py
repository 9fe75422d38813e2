"""What is measured: our bot, and bare Bolt that answers a static text."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_server import AsyncSlackAppServer
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.platform import SlackPlatform, SlackSetup
from bench.members import BENCH_SIGNING_SECRET
from bot.app.service import Service
from bot.domain.model import HostDefaults
from bot.domain.ports import Store

BENCH_BOT_TOKEN = "xoxb-of-nobody"  # noqa: S105
QUIET_LOGGER = logging.getLogger("bench.bolt")
QUIET_LOGGER.setLevel(logging.CRITICAL)


def bench_utc_now() -> datetime:
    return datetime.now(UTC)


class UnservedSlackPlatform(SlackPlatform):
    """Our bot without a door: its Bolt app is called directly."""

    app: AsyncApp

    async def _open_http_server(self, app: AsyncApp) -> None:
        self.app = app


PlatformT = TypeVar("PlatformT", bound=SlackPlatform)


@asynccontextmanager
async def run_slack_peer() -> AsyncIterator[str]:
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
async def run_our_bot(store: Store, url: str, kind: type[PlatformT], app_token: str = "") -> AsyncIterator[PlatformT]:
    bot = kind(
        SlackSetup(
            bot_token=BENCH_BOT_TOKEN,
            api_url=f"{url}/api",
            app_token=app_token,
            signing_secret=BENCH_SIGNING_SECRET,
            port=0,
        ),
        bench_utc_now,
    )
    core = Service(store, {"slack": bot.messenger}, HostDefaults("Europe/Berlin"))
    await bot.start(core)
    core.changes.listeners.clear()  # nobody looks at the home of the app
    try:
        yield bot
    finally:
        await bot.stop()


def build_bare_bolt(url: str, *, before: bool, check: bool = True) -> AsyncApp:
    """Bolt that answers a text. `before`: `process_before_response`; `check`: its own check of signatures."""
    app = AsyncApp(
        client=AsyncWebClient(BENCH_BOT_TOKEN, base_url=f"{url}/api/"),
        signing_secret=BENCH_SIGNING_SECRET,
        process_before_response=before,
        request_verification_enabled=check,
        logger=QUIET_LOGGER,
    )

    @app.command("/outreach")
    async def answer(ack: AsyncAck) -> None:
        await ack("Noted.")

    return app


@asynccontextmanager
async def serve_bolt_by_http(app: AsyncApp) -> AsyncIterator[int]:
    """The port of a Bolt app that is served as Bolt does it."""
    runner = web.AppRunner(AsyncSlackAppServer(0, "/slack/events", app).web_app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def connect_bolt_by_socket(app: AsyncApp, app_token: str) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(app, app_token, logger=QUIET_LOGGER)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def send_commands(url: str, commands: list[tuple[str, str]], **how: object) -> dict[str, Any]:
    """Let Slack's side send the commands; the seconds of each."""
    limit = aiohttp.ClientTimeout(total=120)
    async with (
        aiohttp.ClientSession(timeout=limit) as session,
        session.post(f"{url}/ask", json={"commands": commands, **how}) as answer,
    ):
        answer.raise_for_status()
        return dict(await answer.json())
