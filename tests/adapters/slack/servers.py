"""Small servers on the loopback that answer as Slack does, or as nobody should."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

from tests.platforms.loopback import serve_app

SlackAnswerScript = Callable[[web.Request], Awaitable[web.StreamResponse]]


def slack_ok_response(**data: Any) -> web.Response:
    return web.json_response({"ok": True, **data})


def slack_error_response(name: str, status: int = 200, **headers: str) -> web.Response:
    return web.json_response({"ok": False, "error": name}, status=status, headers=headers)


async def slack_call_arguments(request: web.Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        return {**given, **await request.json()}
    return {**given, **dict(await request.post())}


class LoopbackSlackApi:
    """A Web API: `answers[method]` are given one after the other, the last for ever. `calls`: what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, deque[Any]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.tokens: list[str] = []
        self.url = ""

    def answer(self, method: str, *answers: Any) -> None:
        """Each is a `Response`-making callable without arguments, a script with the request, or a dict."""
        self.answers[method] = deque(answers)

    def arguments_for(self, method: str) -> list[dict[str, Any]]:
        return [given for called, given in self.calls if called == method]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append((method, await slack_call_arguments(request)))
        self.tokens.append(request.headers.get("Authorization", ""))
        waiting = self.answers.get(method)
        if not waiting:
            return slack_error_response("unknown_method")
        answer = waiting.popleft() if len(waiting) > 1 else waiting[0]
        if isinstance(answer, dict):
            return slack_ok_response(**answer)
        said = answer(request)
        return await said if asyncio.iscoroutine(said) else said  # type: ignore[no-any-return]


@asynccontextmanager
async def open_slack_api() -> AsyncIterator[LoopbackSlackApi]:
    fake = LoopbackSlackApi()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", fake.handle)
    async with serve_app(app) as port:
        fake.url = f"http://127.0.0.1:{port}/api"
        yield fake


class LoopbackSockets:
    """The other end of Socket Mode: `open` are the live sockets, `acks` what came back by envelope."""

    def __init__(self, api: LoopbackSlackApi) -> None:
        self.open: list[web.WebSocketResponse] = []
        self.acks: dict[str, dict[str, Any]] = {}
        self.taken = 0
        self.silent = False
        self.greets = True
        self.reading = asyncio.Event()
        self.reading.set()
        self.url = ""
        api.answer("apps.connections.open", lambda _: slack_ok_response(url=self.url))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.taken += 1
        self.open.append(socket)
        try:
            if self.greets:
                await socket.send_json({"type": "hello", "num_connections": len(self.open)})
            while not socket.closed:
                await self.reading.wait()
                message = await socket.receive()
                if message.type is WSMsgType.PING and not self.silent:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    said = json.loads(message.data)
                    self.acks[said["envelope_id"]] = said
        finally:
            self.open.remove(socket)
        return socket


@asynccontextmanager
async def open_slack_sockets(api: LoopbackSlackApi) -> AsyncIterator[LoopbackSockets]:
    fake = LoopbackSockets(api)
    app = web.Application()
    app.router.add_get("/link", fake.handle)
    async with serve_app(app) as port:
        fake.url = f"ws://127.0.0.1:{port}/link"
        yield fake
