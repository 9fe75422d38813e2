"""A core that says what the test wants, and remembers who asked for what."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.messages import Button, Card, Form, Input, Response
from bot.domain.model import Actor, Address
from tests.adapters.discord.workspace import Club

PRIVATE = "It concerns Dana"
CARD = Card(((PRIVATE,),), buttons=(Button("More", "help"),))
ASIDE = Card(((PRIVATE,),), beside_pressed_card=True)
FORM = Form("Join the club", "help", (Input("topic", PRIVATE),), reopen="help")


class Stub:
    """`says`: what comes next for every press, command and form. `gate`: nothing is said before it opens."""

    def __init__(self) -> None:
        self.says: Response = CARD
        self.to_forms: Response = CARD
        self.asked: list[tuple[Actor, str, dict[str, str]]] = []
        self.shut: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    @property
    def actor(self) -> Actor:
        return self.asked[-1][0]

    async def handle_button(self, actor: Actor, line: str, now: datetime, event_id: str = "") -> Response:
        return await self._say(actor, line, {}, self.says)

    async def handle_form(
        self, actor: Actor, command: str, values: Mapping[str, str], now: datetime, event_id: str = ""
    ) -> Response:
        return await self._say(actor, command, dict(values), self.to_forms)

    async def handle_direct_message(self, actor: Actor, text: str, now: datetime, event_id: str = "") -> Response:
        return await self._say(actor, text, {}, self.says)

    async def mark_unreachable(self, owner: Address, reason: str, now: datetime) -> None:
        self.shut.append(owner.user)

    async def _say(self, actor: Actor, what: str, values: dict[str, str], reply: Response) -> Response:
        self.asked.append((actor, what, values))
        await self.gate.wait()
        return reply


def stubbed(club: Club) -> Any:
    """From now on this answers instead of the bot."""
    stub: Any = Stub()
    club.bot.listeners.start_serving(stub)
    return stub
