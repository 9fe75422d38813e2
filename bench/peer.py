"""Slack's side, in a process of its own so that it takes no time of the bot's: a small Web API, Socket Mode, and load.

python -m bench.peer      prints its address and serves until it is ended
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from bench import members

Json = dict[str, Any]


class SlackPeer:
    """Answers what the bots ask. `POST /ask` sends commands to one of them and answers with the seconds of each."""

    def __init__(self) -> None:
        self.url = ""
        self._sockets: dict[str, web.WebSocketResponse] = {}
        self._acknowledged: asyncio.Future[None] | None = None
        self._posts: list[float] = []
        self._refused = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link/{token}", self._link)
        app.router.add_post("/ask", self._ask)
        return app

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        given = await request.post()
        if method == "chat.postMessage":
            await asyncio.sleep(members.POST_ANSWER_SECONDS)
            return self._posted(str((await request.json())["channel"]))
        told: dict[str, Json] = {
            "auth.test": {
                "team_id": members.BENCH_TEAM_ID,
                "user_id": "U0BOT",
                "bot_id": "B0BOT",
                "url": self.url,
                "team": "club",
            },
            "users.info": {
                "user": {"id": given.get("user"), "tz": members.BENCH_ZONE, "locale": members.BENCH_LANGUAGE}
            },
            "conversations.open": {"channel": {"id": f"D{given.get('users')!s}"}},
            "refused": {"count": self._refused},
            "apps.connections.open": {"url": f"{self.url.replace('http', 'ws', 1)}/link/{token}"},
        }
        return web.json_response({"ok": True, **told.get(method, {})})

    def _posted(self, channel: str) -> web.Response:
        """Slack's limit for a workspace: what is over it is refused. Only the reminders are held to it."""
        if not channel.startswith(members.PACED_CHANNEL_PREFIX):
            return web.json_response({"ok": True, "ts": "1.1", "channel": channel})
        now = time.perf_counter()
        self._posts = [at for at in self._posts if now - at < members.POST_LIMIT_SECONDS]
        if len(self._posts) >= members.POST_LIMIT * members.POST_LIMIT_SECONDS:
            self._refused += 1
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"})
        self._posts.append(now)
        return web.json_response({"ok": True, "ts": "1.1", "channel": channel})

    async def _link(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets[request.match_info["token"]] = socket
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for _message in socket:
            if self._acknowledged is not None and not self._acknowledged.done():
                self._acknowledged.set_result(None)
        return socket

    async def _ask(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if "socket" in asked:
            return web.json_response(await self._by_socket(asked["socket"], asked["commands"]))
        requests = [_raw_command_request(one) for one in asked["commands"]]
        waiting, began = iter(requests), time.perf_counter()
        taken = await asyncio.gather(*(_send_by_http(asked["port"], waiting) for _ in range(asked["at_once"])))
        whole = time.perf_counter() - began
        return web.json_response({"each": [one for some in taken for one in some], "rate": len(requests) / whole})

    async def _by_socket(self, token: str, commands: list[list[str]]) -> Json:
        taken = []
        for number, (who, text) in enumerate(commands):
            payload = members.slash_command_payload(who, text)
            envelope = {"envelope_id": f"e{number}", "type": "slash_commands", "payload": payload}
            said = json.dumps({**envelope, "accepts_response_payload": True})
            self._acknowledged = asyncio.get_running_loop().create_future()
            began = time.perf_counter()
            await self._sockets[token].send_str(said)
            await self._acknowledged
            taken.append(time.perf_counter() - began)
        return {"each": taken}


def _raw_command_request(command: list[str]) -> bytes:
    """A whole request, made beforehand."""
    said = members.slash_command_body(*command)
    headers = {"Host": "localhost", "Content-Length": str(len(said)), **members.signed_headers(said)}
    lines = ["POST /slack/events HTTP/1.1", *(f"{key}: {value}" for key, value in headers.items()), "", said]
    return "\r\n".join(lines).encode()


async def _send_by_http(port: int, requests: Iterator[bytes]) -> list[float]:
    """One connection that is kept; a request after the other, as long as there are some."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    taken = []
    for request in requests:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        await reader.readexactly(length)
        taken.append(time.perf_counter() - began)
        if not head.startswith(b"HTTP/1.1 200") or not length:
            raise RuntimeError(f"not answered: {head!r}")
    writer.close()
    return taken


async def main() -> None:
    peer = SlackPeer()
    runner = web.AppRunner(peer.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    peer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    print(peer.url, flush=True)  # noqa: T201
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
