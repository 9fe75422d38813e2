"""Three sample contacts for a first look: one who answered, one who introduces, one saved for later."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.app.service import Service
from bot.domain.messages import Card
from bot.domain.model import Actor, Address, ClubKey
from bot.domain.ports import Destination

DEMO_GREETING = (
    "Three sample people are on your board. You move the clock; :help says how.\n"
    "Try: board · add Dana channel: email via: Sam · :skip 5 working days"
)

DEMO_HISTORY = (
    (timedelta(days=24), "add Lee channel: linkedin company: Initech role: engineer"),
    (timedelta(days=20), "reply Lee kind: answer"),
    (timedelta(days=12), "add Sam channel: in person note: old colleague"),
    (timedelta(days=12), "reply Sam kind: answer"),
    (timedelta(days=1), "add Priya channel: none company: Hooli"),
)


class SilentMessenger:
    """A messenger for the days before the demo starts: it sends nothing, and each message counts as sent."""

    ready = True

    def restore_conversation(self, to: Address, conversation: str) -> None:
        """Do nothing: there are no conversation ids."""

    async def wait_for_turn(self, to: Destination) -> str:
        return ""

    async def send(self, to: Destination, card: Card, key: str) -> None:
        """Do nothing: the message counts as sent."""

    async def is_in_workspace(self, who: Address, club: ClubKey) -> bool:
        return True

    async def was_sent(self, to: Destination, key: str, since: datetime) -> bool:
        return True


async def seed_demo_contacts(service: Service, actor: Actor, now: datetime) -> None:
    """Give the member a short history before `now` (UTC)."""
    for ago, command in DEMO_HISTORY:
        response = await service.handle_command(actor, command, now - ago)
        if command.startswith("reply") and isinstance(response, Card):
            await service.handle_button(actor, response.buttons[-1].line, now - ago)  # [Nothing more]
    while await service.sweep(now):
        pass
