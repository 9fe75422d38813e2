"""A core that keeps who said what, and answers with what it was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.messages import Card, Page, Response
from bot.domain.model import Actor
from tests.adapters.slack.workspace import SlackWorkspace

DONE_CARD = Card((("It is done.",),))


@dataclass
class SlackStubCore:
    """`heard`: each actor, and the line, the values or the command that came with them."""

    answers: list[Response] = field(default_factory=list)
    received_inputs: list[tuple[Actor, Any]] = field(default_factory=list)

    @property
    def last_actor(self) -> Actor:
        return self.received_inputs[-1][0]

    @property
    def last_input(self) -> Any:
        return self.received_inputs[-1][1]

    async def handle_command(self, actor: Actor, text: str, _now: datetime, _event_id: str) -> Response:
        return self._take(actor, text)

    async def handle_direct_message(self, actor: Actor, text: str, _now: datetime, _event_id: str) -> Response:
        return self._take(actor, text)

    async def handle_button(self, actor: Actor, line: str, _now: datetime, _event_id: str) -> Response:
        return self._take(actor, line)

    async def handle_form(
        self, actor: Actor, command: str, values: Mapping[str, str], _now: datetime, _event_id: str
    ) -> Response:
        return self._take(actor, {"command": command, **values})

    async def update_account(self, actor: Actor, _now: datetime, *, has_left: bool) -> None:
        self.received_inputs.append((actor, "left" if has_left else "changed"))

    async def welcome_new_member(self, actor: Actor, _now: datetime) -> None:
        self.received_inputs.append((actor, "home"))

    async def home_page(self, _actor: Actor, _now: datetime) -> Page:
        return Page((("Home.",),))

    def _take(self, actor: Actor, said: Any) -> Response:
        self.received_inputs.append((actor, said))
        return self.answers.pop(0) if self.answers else DONE_CARD


def serve_slack_stub(club: SlackWorkspace, *answers: Response) -> SlackStubCore:
    """From now on the club's adapter talks to a stub, which gives these answers and then says that it is done."""
    stub = SlackStubCore(list(answers))
    club.bot._listeners._core = stub  # type: ignore[assignment]
    return stub
