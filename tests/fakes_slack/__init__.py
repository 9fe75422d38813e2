"""A Slack on loopback with behaviour: what a bot may call, what people do, and what they then see."""

from __future__ import annotations

from tests.fakes_slack import faults
from tests.fakes_slack.events import Ack, NotAcknowledged
from tests.fakes_slack.mentions import active_mentions
from tests.fakes_slack.people import Person
from tests.fakes_slack.reading import buttons, inputs, visible_text
from tests.fakes_slack.slack import FakeSlack
from tests.fakes_slack.state import Call, Channel, Message, User, View

__all__ = [
    "Ack",
    "Call",
    "Channel",
    "FakeSlack",
    "Message",
    "NotAcknowledged",
    "Person",
    "User",
    "View",
    "active_mentions",
    "buttons",
    "faults",
    "inputs",
    "visible_text",
]
