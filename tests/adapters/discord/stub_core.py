"""A core that says what the test wants, and remembers who asked for what."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.messages import Button, Card, Form, Input, Response
from bot.domain.model import Actor, Address
from tests.adapters.discord.workspace import DiscordWorkspace

PRIVATE_TEXT = "It concerns Dana"
PRIVATE_CARD = Card(((PRIVATE_TEXT,),), buttons=(Button("More", "help"),))
PRIVATE_ASIDE_CARD = Card(((PRIVATE_TEXT,),), beside_pressed_card=True)
PRIVATE_FORM = Form("Join the club", "help", (Input("topic", PRIVATE_TEXT),), reopen="help")


class DiscordStubCore:
    """`says`: what comes next for every press, command and form. `gate`: nothing is said before it opens."""

    def __init__(self) -> None:
        self.next_response: Response = PRIVATE_CARD
        self.to_forms: Response = PRIVATE_CARD
        self.received_inputs: list[tuple[Actor, str, dict[str, str]]] = []
        self.unreachable_users: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    @property
    def actor(self) -> Actor:
        return self.received_inputs[-1][0]

    async def handle_button(self, actor: Actor, line: str, now: datetime, event_id: str = "") -> Response:
        return await self._say(actor, line, {}, self.next_response)

    async def handle_form(
        self, actor: Actor, command: str, values: Mapping[str, str], now: datetime, event_id: str = ""
    ) -> Response:
        return await self._say(actor, command, dict(values), self.to_forms)

    async def handle_direct_message(self, actor: Actor, text: str, now: datetime, event_id: str = "") -> Response:
        return await self._say(actor, text, {}, self.next_response)

    async def mark_unreachable(self, owner: Address, reason: str, now: datetime) -> None:
        self.unreachable_users.append(owner.user)

    async def _say(self, actor: Actor, what: str, values: dict[str, str], reply: Response) -> Response:
        self.received_inputs.append((actor, what, values))
        await self.gate.wait()
        return reply


def serve_discord_stub(club: DiscordWorkspace) -> Any:
    """From now on this answers instead of the bot."""
    stub: Any = DiscordStubCore()
    club.bot.listeners.start_serving(stub)
    return stub
