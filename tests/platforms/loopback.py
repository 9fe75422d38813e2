"""A server on the loopback, and answers that nobody should give, for the tests of how a platform's API is called."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


def raw_answer(status: int = 200, body: str | bytes = "", kind: str = "application/json", **headers: str) -> Any:
    raw = body.encode() if isinstance(body, str) else body
    return lambda _: web.Response(status=status, body=raw, headers={"Content-Type": kind, **headers})


async def abort_request(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def half_response(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"id": tr')
    assert request.transport is not None
    request.transport.close()
    return response


async def late_response(request: web.Request) -> web.Response:
    await asyncio.sleep(1)
    return web.json_response({"ok": True})


@asynccontextmanager
async def serve_app(app: web.Application, port: int = 0) -> AsyncIterator[int]:
    """The port of it."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def wait_until(true: Callable[[], object], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 what is waited for is somebody else's state
            await asyncio.sleep(0.005)
