"""A small server on the loopback that tells what Discord knows of one application, or what nobody should."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

PORTAL_APPLICATION_ID, PORTAL_ACCOUNT_ID = (
    "1234567890123456789",
    "987654321098765432",
)  # of an old application: two different ids
PORTAL_CLIENT_SECRET = "b-Hunter2_" * 4
PORTAL_BOT_TOKEN = (
    f"{base64.urlsafe_b64encode(PORTAL_ACCOUNT_ID.encode()).decode().rstrip('=')}.GaBcDe.{PORTAL_CLIENT_SECRET}"
)
# As a new application is, says the example in Discord's docs, Application.
NEW_APPLICATION: dict[str, Any] = {
    "id": PORTAL_APPLICATION_ID,
    "name": "stalemate",
    "bot_public": True,
    "bot_require_code_grant": False,
    "interactions_endpoint_url": None,
    "integration_types_config": {"0": {}, "1": {}},
}


class FakeDiscordPortal:
    """Answers with `status` and `body` after `pause` seconds. `asked`: the headers of what was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.pause = 0.0
        self.status = 200
        self.body = json.dumps(NEW_APPLICATION)
        self.content_type = "application/json"
        self.received_headers: list[dict[str, str]] = []

    def set_application(self, **other: Any) -> None:
        self.body = json.dumps({**NEW_APPLICATION, **other})

    async def handle(self, request: web.Request) -> web.Response:
        self.received_headers.append(dict(request.headers))
        await asyncio.sleep(self.pause)
        there = {"Location": f"{self.url}/elsewhere"}
        return web.Response(status=self.status, text=self.body, content_type=self.content_type, headers=there)


@asynccontextmanager
async def open_fake_portal() -> AsyncIterator[FakeDiscordPortal]:
    made = FakeDiscordPortal()
    app = web.Application()
    app.router.add_get("/api/v10/applications/@me", made.handle)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10"
    try:
        yield made
    finally:
        await runner.cleanup()
