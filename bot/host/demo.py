"""Three sample contacts for a first look: one who answered before, one who introduces, one kept for later."""

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
    """A messenger for the time before the demo: what would have been said then is taken as said."""

    ready = True

    def restore_conversation(self, to: Address, conversation: str) -> None:
        """There is one for each, always."""

    async def wait_for_turn(self, to: Destination) -> str:
        return ""

    async def send(self, to: Destination, card: Card, key: str) -> None:
        """Nobody is there to hear it."""

    async def is_in_workspace(self, who: Address, club: ClubKey) -> bool:
        return True

    async def was_sent(self, to: Destination, key: str, since: datetime) -> bool:
        return True


async def seed_demo_contacts(service: Service, actor: Actor, now: datetime) -> None:
    """Gives the member a little history before `now` (UTC)."""
    for ago, said in DEMO_HISTORY:
        answer = await service.handle_command(actor, said, now - ago)
        if said.startswith("reply") and isinstance(answer, Card):
            await service.handle_button(actor, answer.buttons[-1].line, now - ago)  # [Nothing more]
    while await service.sweep(now):
        pass
