"""A service that says what the test wants, and remembers who asked for what."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from bot.domain.messages import Button, Card, Form, Input, Page, Response
from bot.domain.model import Actor, Address
from tests.platforms.stage import Stage

PRIVATE_TEXT = "It concerns Dana"
PRIVATE_CARD = Card(((PRIVATE_TEXT,),), buttons=(Button("More", "help"),))
PRIVATE_ASIDE_CARD = Card(((PRIVATE_TEXT,),), beside_pressed_card=True)
PRIVATE_FORM = Form("Join the club", "help", (Input("topic", PRIVATE_TEXT),), reopen="help")


class StubService:
    """`answers` are given one each, and then `next_response`, to forms `to_forms`.

    `received_inputs`: each actor, the line or command, and the values. `gate`: nothing is said before it opens.
    """

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.next_response: Response = PRIVATE_CARD
        self.to_forms: Response = PRIVATE_CARD
        self.received_inputs: list[tuple[Actor, str, dict[str, str]]] = []
        self.unreachable_users: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    @property
    def actor(self) -> Actor:
        return self.received_inputs[-1][0]

    @property
    def command(self) -> str:
        return self.received_inputs[-1][1]

    @property
    def values(self) -> dict[str, str]:
        return self.received_inputs[-1][2]

    async def handle_command(self, actor: Actor, text: str, now: datetime, event_id: str = "") -> Response:
        return await self._say(actor, text, {}, self.next_response)

    async def handle_direct_message(self, actor: Actor, text: str, now: datetime, event_id: str = "") -> Response:
        return await self._say(actor, text, {}, self.next_response)

    async def handle_button(self, actor: Actor, line: str, now: datetime, event_id: str = "") -> Response:
        return await self._say(actor, line, {}, self.next_response)

    async def handle_form(
        self, actor: Actor, command: str, values: Mapping[str, str], now: datetime, event_id: str = ""
    ) -> Response:
        return await self._say(actor, command, dict(values), self.to_forms)

    async def update_account(self, actor: Actor, now: datetime, *, has_left: bool) -> None:
        self.received_inputs.append((actor, "left" if has_left else "changed", {}))

    async def welcome_new_member(self, actor: Actor, now: datetime) -> None:
        self.received_inputs.append((actor, "home", {}))

    async def home_page(self, actor: Actor, now: datetime) -> Page:
        return Page((("Home.",),))

    async def mark_unreachable(self, owner: Address, reason: str, now: datetime) -> None:
        self.unreachable_users.append(owner.user)

    async def _say(self, actor: Actor, what: str, values: dict[str, str], usual: Response) -> Response:
        self.received_inputs.append((actor, what, values))
        await self.gate.wait()
        return self.answers.pop(0) if self.answers else usual


def serve_stub(stage: Stage, *answers: Response) -> StubService:
    """From now on this answers instead of the bot."""
    stub = StubService(*answers)
    stage.serve(stub)
    return stub
