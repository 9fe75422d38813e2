"""A small server on the loopback that answers as Discord does, or as nobody should: its API and its gateway."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.platforms.loopback import abort_request, half_response, late_response, raw_answer, serve_app

VIA_HEADER = {"Via": "1.1 google"}
GATEWAY_BOT_USER = {"id": "900", "username": "stalemate", "discriminator": "0000", "avatar": None, "bot": True}
API_APPLICATION = {
    "id": "901",
    "name": "stalemate",
    "icon": None,
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "0" * 64,
    "flags": 0,
    "owner": {"id": "902", "username": "host", "discriminator": "0000", "avatar": None},
}


def discord_json_response(data: Any, status: int = 200, **headers: str) -> web.Response:
    """With exactly this type of content: the library takes no other for JSON."""
    kind = {"Content-Type": "application/json"}
    return web.Response(body=json.dumps(data).encode(), status=status, headers={**VIA_HEADER, **kind, **headers})


def discord_error_response(status: int, code: int = 0, **headers: str) -> web.Response:
    return discord_json_response({"message": "CANARY", "code": code}, status, **headers)


def discord_rate_limit_answer(after: str | None = "2", **headers: str) -> Any:
    timed = {} if after is None else {"Retry-After": after}
    body = '{"message": "CANARY", "retry_after": 2.0, "global": false}'
    return raw_answer(429, body, **{**VIA_HEADER, **timed, **headers})


# Answers after which nobody knows what was done.
UNCERTAIN_DISCORD_ANSWERS = [
    *[raw_answer(status, "<html>CANARY", "text/html") for status in (500, 502, 503, 504, 524)],
    lambda _: discord_error_response(503, 50007),
    raw_answer(200, ""),
    raw_answer(200, "<html>", "text/html"),
    raw_answer(200, "{"),
    raw_answer(200, "[1, 2]"),
    raw_answer(200, "null"),
    raw_answer(200, "{}"),
    raw_answer(200, b'{"id": "\xff"}'),
    raw_answer(204),
    abort_request,
    half_response,
    late_response,
]


def created_discord_message(given: dict[str, Any], channel: str, number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "channel_id": channel,
        "author": GATEWAY_BOT_USER,
        "content": given.get("content") or "",
        "timestamp": "2026-11-26T09:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": given.get("embeds", []),
        "components": given.get("components", []),
        "nonce": given.get("nonce"),
        "pinned": False,
        "type": 0,
    }


class LoopbackDiscordApi:
    """`answers["POST /channels/5/messages"]` are given one after the other, the last for ever; else what Discord would.

    An answer is a dict, a response-making function of the request, or the pair of `storing` and one of those.
    """

    def __init__(self) -> None:
        self.answers: dict[str, deque[Any]] = {}
        self.calls: list[tuple[str, Any]] = []
        self.tokens: set[str] = set()
        self.stored: dict[str, list[dict[str, Any]]] = {}
        self.by_nonce: dict[str, dict[str, Any]] = {}
        self.numbers = iter(range(1_000_000_000_000_000_000, 2_000_000_000_000_000_000))
        self.url = ""
        self.gateway = ""
        self.remaining = 1000

    def answer(self, call: str, *answers: Any) -> None:
        self.answers[call] = deque(answers)

    def requests_for(self, call: str) -> list[Any]:
        return [given for called, given in self.calls if called == call]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        call = f"{request.method} /{request.match_info['path']}"
        given = await request.json() if request.can_read_body else dict(request.query)
        self.calls.append((call, given))
        self.tokens.add(request.headers.get("Authorization", ""))
        waiting = self.answers.get(call)
        answer = None if not waiting else waiting.popleft() if len(waiting) > 1 else waiting[0]
        if isinstance(answer, StoredThenAnswered):
            self.usual(call, given)
            answer = answer.then
        if answer is None:
            answer = self.usual(call, given)
        if isinstance(answer, dict | list):
            return discord_json_response(answer)
        said = answer(request)
        return await said if asyncio.iscoroutine(said) else said  # type: ignore[no-any-return]

    def usual(self, call: str, given: Any) -> Any:
        match call.split("/")[0].strip(), call.split("/")[1:]:
            case "GET", ["users", "@me"]:
                return GATEWAY_BOT_USER
            case "GET", ["oauth2", "applications", "@me"]:
                return API_APPLICATION
            case "GET", ["gateway", "bot"]:
                limit = {"total": 1000, "remaining": self.remaining, "reset_after": 7_000, "max_concurrency": 1}
                return {"url": self.gateway, "shards": 1, "session_start_limit": limit}
            case "POST", ["users", "@me", "channels"]:
                return {"id": str(int(given["recipient_id"]) + 1000), "type": 1, "recipients": []}
            case "POST", ["channels", channel, "messages"]:
                return self.store(channel, given)
            case "GET", ["channels", channel, "messages"]:
                before = int(given.get("before", 2**63))
                older = [one for one in self.stored.get(channel, []) if int(one["id"]) < before]
                return older[-int(given["limit"]) :][::-1]
        return lambda _: discord_error_response(404)

    def store(self, channel: str, given: dict[str, Any]) -> dict[str, Any]:
        """Discord docs, Create Message: with `enforce_nonce` the message of the same nonce is given instead."""
        nonce = given.get("nonce")
        if given.get("enforce_nonce") and nonce in self.by_nonce:
            return self.by_nonce[nonce]
        made = created_discord_message(given, channel, next(self.numbers))
        self.stored.setdefault(channel, []).append(made)
        if nonce:
            self.by_nonce[nonce] = made
        return made


@dataclass
class StoredThenAnswered:
    """Done as Discord does it, and then answered so."""

    then: Any


@dataclass
class LoopbackGateway:
    """The other end: `silent` answers no heartbeat, `mute` says nothing at all, `deaf` hears
    no greeting, `greets` not: leaves."""

    dialled: list[str] = field(default_factory=list)
    identified: list[dict[str, Any]] = field(default_factory=list)
    resumed: list[dict[str, Any]] = field(default_factory=list)
    beats: int = 0
    open: dict[web.WebSocketResponse, str] = field(default_factory=dict)
    codes: list[int | None] = field(default_factory=list)
    resume_url: str = ""
    refuses_resume: bool = False
    greets: bool = True
    silent: bool = False
    mute: bool = False
    deaf: bool = False
    interval: int = 40_000
    sequence: int = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        where = request.match_info["where"]
        self.dialled.append(where)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if not self.greets:
            await socket.close(code=4000)
            return socket
        self.open[socket] = where
        if not self.mute:
            await socket.send_json({"op": 10, "d": {"heartbeat_interval": self.interval}})
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self.take(socket, frame.json())
        finally:
            self.codes.append(socket.close_code)
            self.open.pop(socket, None)
        return socket

    async def take(self, socket: web.WebSocketResponse, said: dict[str, Any]) -> None:
        if said["op"] == 1:
            self.beats += 1
            if not self.silent:
                await socket.send_json({"op": 11})
        elif said["op"] == 2:
            self.identified.append(said["d"])
            if not self.deaf:
                await self.ready(socket, said["d"])
        elif said["op"] == 6:
            self.resumed.append(said["d"])
            if self.refuses_resume:
                await socket.send_json({"op": 9, "d": False})
            else:
                await self.event(socket, "RESUMED", {})

    async def ready(self, socket: web.WebSocketResponse, given: dict[str, Any]) -> None:
        data: dict[str, Any] = {
            "v": 10,
            "user": GATEWAY_BOT_USER,
            "guilds": [],
            "session_id": f"session{len(self.identified)}",
            "resume_gateway_url": self.resume_url,
            "application": {"id": "901", "flags": 0},
        }
        if "shard" in given:
            data["shard"] = given["shard"]
        await self.event(socket, "READY", data)

    async def event(self, socket: web.WebSocketResponse, name: str, data: Any) -> None:
        self.sequence += 1
        await socket.send_json({"op": 0, "t": name, "s": self.sequence, "d": data})

    async def say(self, frame: dict[str, Any]) -> None:
        for socket in list(self.open):
            await socket.send_json(frame)

    async def drop(self, code: int) -> None:
        for socket in list(self.open):
            await socket.close(code=code)


@asynccontextmanager
async def open_discord_server() -> AsyncIterator[tuple[LoopbackDiscordApi, LoopbackGateway]]:
    api, gateway = LoopbackDiscordApi(), LoopbackGateway()
    app = web.Application()
    app.router.add_route("*", "/api/v10/{path:.*}", api.handle)
    app.router.add_get("/gateway/{where}/", gateway.handle)
    app.router.add_get("/gateway/{where}", gateway.handle)
    async with serve_app(app) as port:
        api.url = f"http://127.0.0.1:{port}/api/v10"
        api.gateway = f"ws://127.0.0.1:{port}/gateway/first"
        gateway.resume_url = f"ws://127.0.0.1:{port}/gateway/again"
        yield api, gateway
