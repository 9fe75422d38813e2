"""The sample cards and forms as Discord gets them."""

from __future__ import annotations

from typing import Any

from adapters.discord.element_ids import mark
from adapters.discord.forms import modal
from adapters.discord.render import message
from bot.domain.messages import Card, Field
from bot.domain.model import Address
from tests import cards
from tests.club_cards import cards_of
from tests.fakes_discord import ADA, GENERAL, GUILD

LONG = Card(
    (("Here is all that I know of Dana.",),),
    fields=(
        Field("note", ("Met at the spring fair; likes birds and long walks. " * 60,)),
        *(Field(f"{day} Nov", (f"e-mail: sent a word about the opening number {day}, and asked how they are",))
          for day in range(1, 21)),
    ),
    buttons=cards.buttons("They wrote", "I reached out"),
)  # fmt: skip
CARDS = {
    "added": message(cards.ADDED),
    "shown": message(cards.SHOWN),
    "words": message(cards.WORDS),
    "check": message(cards.CHECK, mark("e1")),
    "may": message(cards.MAY, mark("e2")),
    "board": message(cards.BOARD),
    "groups": message(cards.GROUPS),
    "menu": message(cards.MENU),
    "brake": message(cards.BRAKE),
    "hostile": message(cards.HOSTILE),
    "long": message(LONG),
    **{name: message(card) for name, card in cards_of(Address("discord", str(ADA)), str(GUILD), str(GENERAL)).items()},
}
FORMS = {
    "plan": modal(cards.ASKING),
    "add": modal(cards.ADDING),
    "pause": modal(cards.PAUSING),
}
DRAWN: dict[str, dict[str, Any]] = {
    **{name: one.payload() for name, one in CARDS.items()},
    **{name: one.to_dict() for name, one in FORMS.items()},
}
