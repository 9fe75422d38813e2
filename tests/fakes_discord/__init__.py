"""A Discord on loopback with behaviour: what a bot may send, what people do, and what they then see."""

from __future__ import annotations

from tests.fakes_discord import faults
from tests.fakes_discord.gateway import Moment
from tests.fakes_discord.options import NotPossible
from tests.fakes_discord.people import Person, copy
from tests.fakes_discord.privacy import can_ping
from tests.fakes_discord.reading import inputs
from tests.fakes_discord.seen import Seen
from tests.fakes_discord.server import FakeDiscord
from tests.fakes_discord.state import ADA, APP, BOT, GENERAL, GUILD, LEE, Call, Message, Modal, User
from tests.fakes_slack.state import Clock

__all__ = [
    "ADA",
    "APP",
    "BOT",
    "GENERAL",
    "GUILD",
    "LEE",
    "Call",
    "Clock",
    "FakeDiscord",
    "Message",
    "Modal",
    "Moment",
    "NotPossible",
    "Person",
    "Seen",
    "User",
    "can_ping",
    "copy",
    "faults",
    "inputs",
]
