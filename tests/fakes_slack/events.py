"""What Slack hands to the bot, how it is acknowledged, and what the acknowledgement does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes_slack.reading import input_elements
from tests.fakes_slack.responses import RESPONSE_KEYS
from tests.fakes_slack.state import Json
from tests.fakes_slack.world import SlackApiRefusal, SlackWorld

MAX_EVENT_RETRIES = 3


class MissingAcknowledgement(AssertionError):
    """The bot has not taken what was handed to it in time; the person sees that the app did not respond."""


@dataclass(frozen=True)
class Acknowledgement:
    """An acknowledgement: what it carried, and how many real seconds it took."""

    payload: Json = field(default_factory=dict)
    latency: float = 0.0
    status: int = 200

    @property
    def action(self) -> str:
        return str(self.payload.get("response_action", ""))

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong beside which field of a form."""
        return dict(self.payload.get("errors", {})) if self.action == "errors" else {}

    @property
    def text(self) -> str:
        return str(self.payload.get("text", ""))


@dataclass
class EventDelivery:
    """One thing handed to the bot. `kind`: slash_commands, interactive or events_api; `sent`: the HTTP requests."""

    kind: str
    payload: Json
    envelope: str
    attempt: int = 0
    acks: list[Acknowledgement] = field(default_factory=list)
    late: list[Acknowledgement] = field(default_factory=list)
    failures: list[Acknowledgement] = field(default_factory=list)
    sent: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    waited: bool = False

    @property
    def about(self) -> str:
        """What was handed over, as a word for complaints."""
        inner = self.payload.get("event", {}).get("type")
        return str(inner or self.payload.get("command") or self.payload.get("type"))

    @property
    def accepts(self) -> bool:
        return self.kind == "slash_commands" or self.payload.get("type") == "view_submission"

    def wrapped(self) -> Json:
        """The envelope of Socket Mode."""
        inner = {"envelope_id": self.envelope, "type": self.kind, "payload": self.payload}
        retried = {"retry_attempt": self.attempt, "retry_reason": "timeout" if self.attempt else ""}
        return inner | {"accepts_response_payload": self.accepts} | (retried if self.kind == "events_api" else {})


def take_acknowledgement(world: SlackWorld, delivery: EventDelivery, payload: Json | None) -> None:
    """Take the bot's answer; the first one has its effect, a second one is only kept, a late one is complained of."""
    ack = Acknowledgement(payload or {}, time.monotonic() - delivery.began)
    world.moves += 1
    if delivery.waited:
        delivery.late.append(ack)
        world.complain("late", f"acknowledgement of {delivery.about} after {ack.latency:.1f} s")
        return
    delivery.acks.append(ack)
    if len(delivery.acks) == 1:
        try:
            _apply_acknowledgement(world, delivery, payload or {})
        except SlackApiRefusal as refused:
            world.complain(f"acknowledgement of {delivery.about}", refused.answer["error"])
    delivery.over.set()


def _apply_acknowledgement(world: SlackWorld, delivery: EventDelivery, said: Json) -> None:
    if delivery.kind == "slash_commands":
        _apply_command_answer(world, delivery.payload, said)
    elif delivery.payload.get("type") == "view_submission":
        _apply_view_submission(world, delivery.payload, said)
    elif said:
        world.complain(f"acknowledgement of {delivery.about}", "has a body, which Slack ignores")


def _apply_command_answer(world: SlackWorld, payload: Json, said: Json) -> None:
    if not said:
        return
    about = "acknowledgement of a command"
    world.complain(about, *(f"no argument {name!r}" for name in sorted(said.keys() - RESPONSE_KEYS)))
    world.checked(about, said)
    only_for = "" if said.get("response_type") == "in_channel" else payload["user_id"]
    world.post(payload["channel_id"], said, only_for=only_for)


def _apply_view_submission(world: SlackWorld, payload: Json, said: Json) -> None:
    view = world.views[payload["view"]["id"]]
    stack = world.screens[view.user].stack
    action = said.get("response_action", "")
    view.errors = {}
    if action == "errors":
        _check_form_errors(world, view.blocks, said.get("errors", {}))
        view.errors = dict(said.get("errors", {}))
    elif action == "update":
        world.checked_view("response_action update", said.get("view"), "modal")
        world.change_view(view, said["view"])
    elif said:
        world.complain("acknowledgement of a form", f"response_action {action!r}")
    elif view in stack:
        stack.remove(view)


def _check_form_errors(world: SlackWorld, blocks: list[Json], errors: dict[str, str]) -> None:
    about = "errors of a form"
    if not errors:
        world.complain(about, "there are none")
    known: Callable[[str], bool] = input_elements(blocks).__contains__
    world.complain(about, *(f"{name!r} is no input of the form" for name in errors if not known(name)))
    world.complain(about, *(f"an empty one beside {name!r}" for name, wrong in errors.items() if not wrong.strip()))
