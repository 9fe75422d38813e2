"""The gateway: connections that greet, carry events, and break in all the ways in which they do."""

from __future__ import annotations

import asyncio
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes_common.lines import CLOSED_LINE_TYPES, FakeLine
from tests.fakes_discord import payloads
from tests.fakes_discord.state import APPLICATION_ID, BOT_USER_ID, GUILD_ID, DiscordScreenMessage
from tests.fakes_discord.world import DiscordWorld

Json = dict[str, Any]
OP_DISPATCH, OP_HEARTBEAT, OP_IDENTIFY, OP_RESUME, OP_RECONNECT = 0, 1, 2, 6, 7
OP_INVALID_SESSION, OP_HELLO, OP_HEARTBEAT_ACK = 9, 10, 11
# Discord docs, Gateway, "List of Intents"; the privileged ones have to be switched on in the portal.
INTENT_GUILDS, INTENT_GUILD_MESSAGES, INTENT_DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12
PRIVILEGED_INTENTS = 1 << 1 | 1 << 8 | 1 << 15
SESSION_ENDING_CODES = (1000, 1001)


@dataclass
class SessionStart:
    """An IDENTIFY or RESUME: when, through which address (`gateway` or `resume`), and what it said."""

    at: float
    via: str
    data: Json


@dataclass
class GatewaySession:
    """What survives a connection: the events so far, for a RESUME. `link` is None while nobody listens."""

    id: str
    intents: int
    link: FakeGatewayConnection | None = None
    events: list[Json] = field(default_factory=list)

    async def dispatch(self, event: str, data: Json) -> None:
        said = {"op": OP_DISPATCH, "t": event, "s": len(self.events) + 1, "d": data}
        self.events.append(said)
        if self.link is not None:
            await self.link.send(said)


class FakeGatewayConnection(FakeLine):
    """One WebSocket of the bot, compressed where the bot asked for it."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse, via: str, *, plain: bool = False) -> None:
        super().__init__(request, ws)
        self.via = via
        self.ready = False
        compressed = request.query.get("compress") == "zlib-stream" and not plain
        self.zlib = zlib.compressobj() if compressed else None

    async def _write(self, text: str) -> None:
        if self.zlib is None:
            await super()._write(text)
        else:
            await self.ws.send_bytes(self.zlib.compress(text.encode()) + self.zlib.flush(zlib.Z_SYNC_FLUSH))


class FakeGateway:
    """All connections. `refuse`: how many of the next are turned away; `acks` off: no heartbeat is answered."""

    def __init__(self, world: DiscordWorld, token: str) -> None:
        self.world = world
        self.token = token
        self.interval = 41.25
        self.acks = True
        self.refuse = 0
        self.refused = 0
        self.resumable = True
        self.privileged = 0
        self.links: list[FakeGatewayConnection] = []
        self.sessions: dict[str, GatewaySession] = {}
        self.identifies: list[SessionStart] = []
        self.resumes: list[SessionStart] = []
        self.tasks: set[asyncio.Task[None]] = set()
        world.tell = self.tell

    @property
    def open(self) -> list[FakeGatewayConnection]:
        return [link for link in self.links if link.open and link.ready]

    # -- a connection

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.refuse:
            self.refuse, self.refused = self.refuse - 1, self.refused + 1
            return web.Response(status=503)
        ws = web.WebSocketResponse(autoping=True, autoclose=False)
        await ws.prepare(request)
        link = FakeGatewayConnection(request, ws, request.path.strip("/"), plain=self.world.plain)
        self.links.append(link)
        await link.send({"op": OP_HELLO, "d": {"heartbeat_interval": int(self.interval * 1000)}})
        await self._listen(link)
        return ws

    async def _listen(self, link: FakeGatewayConnection) -> None:
        while link.request.transport is not None and not link.ws.closed:
            message = await link.ws.receive()
            if message.type == WSMsgType.CLOSE and not link.silent:
                self._ended(link, message.data)
                await link.close(message.data or 1000)
            if message.type in CLOSED_LINE_TYPES:
                break
            if message.type == WSMsgType.TEXT and not link.silent:
                await self._take(link, json.loads(message.data))
        link.gone = True

    def _ended(self, link: FakeGatewayConnection, code: int | None) -> None:
        """A client that closes with 1000 or 1001 gives its session up."""
        for session in list(self.sessions.values()):
            if session.link is link and code in SESSION_ENDING_CODES and not link.gone:
                del self.sessions[session.id]

    async def _take(self, link: FakeGatewayConnection, said: Json) -> None:
        op, data = said["op"], said["d"]
        if op == OP_HEARTBEAT:
            if self.acks:
                await link.send({"op": OP_HEARTBEAT_ACK})
        elif op in (OP_IDENTIFY, OP_RESUME) and data["token"] != self.token:
            await link.close(4004)
        elif op == OP_IDENTIFY:
            await self._identify(link, data)
        elif op == OP_RESUME:
            await self._resume(link, data)

    async def _identify(self, link: FakeGatewayConnection, data: Json) -> None:
        self.identifies.append(SessionStart(self.world.clock(), link.via, data))
        self.world.starts_left -= 1
        if data["intents"] & PRIVILEGED_INTENTS & ~self.privileged:
            await link.close(4014)
            return
        session = GatewaySession(f"session-{len(self.identifies)}", data["intents"], link)
        self.sessions[session.id] = session
        await session.dispatch("READY", self._ready(session))
        if session.intents & INTENT_GUILDS and not self.world.plain:
            await session.dispatch("GUILD_CREATE", payloads.guild_payload(self.world))
        link.ready = True

    def _ready(self, session: GatewaySession) -> Json:
        user = self.world.users[BOT_USER_ID].payload()
        shown: Json = {"v": 10, "user": user, "session_type": "normal", "shard": [0, 1], "guilds": []}
        shown |= {"session_id": session.id, "resume_gateway_url": f"{self.world.ws_url}/resume/"}
        if self.world.plain:
            return shown
        shown |= {"guilds": [{"id": str(GUILD_ID), "unavailable": True}], "private_channels": [], "relationships": []}
        return shown | {"application": {"id": str(APPLICATION_ID), "flags": 0}}

    async def _resume(self, link: FakeGatewayConnection, data: Json) -> None:
        self.resumes.append(SessionStart(self.world.clock(), link.via, data))
        session = self.sessions.get(data["session_id"] or "")
        if session is None or not self.resumable or (data["seq"] or 0) > len(session.events):
            await link.send({"op": OP_INVALID_SESSION, "d": False})
            return
        at = data["seq"] or 0
        while at < len(session.events):  # an event that comes meanwhile waits for its turn
            await link.send(session.events[at])
            at += 1
        session.link = link
        await session.dispatch("RESUMED", {})
        link.ready = True

    # -- events

    async def dispatch(self, event: str, data: Json, intent: int = 0) -> None:
        """Hand an event to each session that listens to its kind, or will resume."""
        for session in list(self.sessions.values()):
            if not intent or session.intents & intent:
                await session.dispatch(event, data)

    def tell(self, event: str, message: DiscordScreenMessage) -> None:
        """Pass on that a message came, changed or went."""
        kind = self.world.channels[message.channel].kind
        if kind == "private":
            return
        data = payloads.message_payload(self.world, message, told=True)
        if event == "MESSAGE_DELETE":
            data = {"id": data["id"], "channel_id": data["channel_id"]}
        task = asyncio.ensure_future(
            self.dispatch(event, data, INTENT_GUILD_MESSAGES if kind == "guild" else INTENT_DIRECT_MESSAGES)
        )
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def repeat(self, event: str) -> None:
        """Hand out each session's last event of this kind that is not the bot's own doing once more."""
        for session in list(self.sessions.values()):
            for last in [one["d"] for one in session.events if one["t"] == event and not _is_by_bot(one["d"])][-1:]:
                await session.dispatch(event, last)


def _is_by_bot(data: Json) -> bool:
    return bool(data.get("author", {}).get("id") == str(BOT_USER_ID))
