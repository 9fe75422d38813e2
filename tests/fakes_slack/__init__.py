"""A Slack on loopback with behaviour: what a bot may call, what people do, and what they then see."""

from __future__ import annotations

from tests.fakes_slack import faults
from tests.fakes_slack.events import Acknowledgement, MissingAcknowledgement
from tests.fakes_slack.mentions import active_mentions
from tests.fakes_slack.people import SlackPerson
from tests.fakes_slack.reading import block_buttons, input_elements, visible_block_text
from tests.fakes_slack.slack import FakeSlack
from tests.fakes_slack.state import SlackCall, SlackChannel, SlackScreenMessage, SlackUser, SlackView

__all__ = [
    "Acknowledgement",
    "FakeSlack",
    "MissingAcknowledgement",
    "SlackCall",
    "SlackChannel",
    "SlackPerson",
    "SlackScreenMessage",
    "SlackUser",
    "SlackView",
    "active_mentions",
    "block_buttons",
    "faults",
    "input_elements",
    "visible_block_text",
]
