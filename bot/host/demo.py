"""Three sample contacts for a first look: one who answered before, one who introduces, one kept for later."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.app.service import Core
from bot.domain.messages import Card
from bot.domain.model import Actor, Address, ClubKey
from bot.domain.ports import To

GREETING = (
    "Three sample people are on your board. You move the clock; :help says how.\n"
    "Try: board · add Dana channel: email via: Sam · :skip 5 working days"
)

LIFE = (
    (timedelta(days=24), "add Lee channel: linkedin company: Initech role: engineer"),
    (timedelta(days=20), "reply Lee kind: answer"),
    (timedelta(days=12), "add Sam channel: in person note: old colleague"),
    (timedelta(days=12), "reply Sam kind: answer"),
    (timedelta(days=1), "add Priya channel: none company: Hooli"),
)


class Unheard:
    """A messenger for the time before the demo: what would have been said then is taken as said."""

    ready = True

    def recall(self, to: Address, conversation: str) -> None:
        """There is one for each, always."""

    async def turn(self, to: To) -> str:
        return ""

    async def send(self, to: To, card: Card, key: str) -> None:
        """Nobody is there to hear it."""

    async def belongs(self, who: Address, club: ClubKey) -> bool:
        return True

    async def sent(self, to: To, key: str, since: datetime) -> bool:
        return True


async def seed(core: Core, actor: Actor, now: datetime) -> None:
    """Gives the member a little history before `now` (UTC)."""
    for ago, said in LIFE:
        answer = await core.text(actor, said, now - ago)
        if said.startswith("reply") and isinstance(answer, Card):
            await core.press(actor, answer.buttons[-1].line, now - ago)  # [Nothing more]
    while await core.sweep(now):
        pass
