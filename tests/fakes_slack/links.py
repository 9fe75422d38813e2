"""Socket Mode: connections that greet, carry envelopes, and break in all the ways in which they do."""

from __future__ import annotations

import asyncio
import json
import random

from aiohttp import WSMsgType, web

from tests.fakes_common.lines import CLOSED_LINE_TYPES, FakeLine
from tests.fakes_slack.events import MAX_EVENT_RETRIES, EventDelivery, take_acknowledgement
from tests.fakes_slack.state import Json
from tests.fakes_slack.world import SLACK_APP_ID, SlackWorld

MAX_SOCKET_LINKS = 10


class SocketLink(FakeLine):
    """One WebSocket of the bot. `received` are its raw messages, `pings` how often it asked."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse) -> None:
        super().__init__(request, ws)
        self.pings = 0
        self.received: list[Json] = []
        self.carried: list[EventDelivery] = []

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Say good-bye as Slack does: `warning` leaves the link open for a while, other reasons close it."""
        await self.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-fake"}})
        if reason != "warning":
            await self.close()


class SocketLinks:
    """All connections. `refuse` is how many of the next ones are turned away at the door."""

    def __init__(self, world: SlackWorld) -> None:
        self.world = world
        self.all: list[SocketLink] = []
        self.tickets: set[str] = set()
        self.refuse = 0
        self.refused = 0
        self.envelopes: dict[str, EventDelivery] = {}

    @property
    def open(self) -> list[SocketLink]:
        return [link for link in self.all if link.open]

    def ticket(self) -> str:
        """The address of one new connection."""
        ticket = self.world.counter.id("ticket")
        self.tickets.add(ticket)
        return f"{self.world.ws_url}/link/{ticket}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if self.refuse or ticket not in self.tickets:
            self.refuse, self.refused = max(0, self.refuse - 1), self.refused + 1
            return web.Response(status=403)
        self.tickets.remove(ticket)
        ws = web.WebSocketResponse(autoping=False, autoclose=False)
        await ws.prepare(request)
        link = SocketLink(request, ws)
        if len(self.open) >= MAX_SOCKET_LINKS:
            await link.disconnect("too_many_websockets")
            return ws
        self.all.append(link)
        self.world.moves += 1
        await link.send(
            {"type": "hello", "num_connections": len(self.open), "connection_info": {"app_id": SLACK_APP_ID}}
        )
        await self._redeliver()
        await self._listen(link)
        return ws

    async def _listen(self, link: SocketLink) -> None:
        while link.request.transport is not None and not link.ws.closed:
            message = await link.ws.receive()
            if message.type in CLOSED_LINE_TYPES:
                # A silent line answers no close: it stays until the other side lets go of it.
                await asyncio.sleep(0.01 if link.silent else 0)
                if not link.silent:
                    break
            elif not link.silent:
                await self._take(link, message.type, message.data)
        link.gone = True
        self.world.moves += 1

    async def _take(self, link: SocketLink, kind: WSMsgType, data: object) -> None:
        if kind == WSMsgType.PING and isinstance(data, bytes | bytearray):
            link.pings += 1
            await link.ws.pong(bytes(data))
        elif kind == WSMsgType.CLOSE:
            await link.close()
        elif kind == WSMsgType.TEXT and isinstance(data, str):
            self._acknowledged(link, json.loads(data))

    def _acknowledged(self, link: SocketLink, message: Json) -> None:
        link.received.append(message)
        delivery = self.envelopes.get(message.get("envelope_id", ""))
        if delivery is None:
            self.world.complain("socket", "an acknowledgement of an unknown envelope")
            return
        take_acknowledgement(self.world, delivery, message.get("payload"))

    async def carry(self, delivery: EventDelivery) -> None:
        """Send the envelope on one of the open connections, at random as Slack does."""
        self.envelopes[delivery.envelope] = delivery
        if self.open:
            link = random.choice(self.open)  # noqa: S311 - nothing secret
            link.carried.append(delivery)
            await link.send(delivery.wrapped())

    async def _redeliver(self) -> None:
        """Hand out again what no living connection will acknowledge any more."""
        on_their_way = [one for link in self.open for one in link.carried if not one.waited]
        for delivery in list({id(envelope): envelope for envelope in self.envelopes.values()}.values()):
            if delivery.kind == "events_api" and not delivery.acks and delivery not in on_their_way:
                await self.retry(delivery)

    async def retry(self, delivery: EventDelivery) -> None:
        """Hand out an event once more, as a retry in an envelope of its own."""
        if delivery.attempt < MAX_EVENT_RETRIES:
            delivery.attempt += 1
            delivery.waited = False
            delivery.envelope = self.world.counter.id("envelope")
            await self.carry(delivery)

    def close(self) -> None:
        for link in self.all:
            link.drop()
