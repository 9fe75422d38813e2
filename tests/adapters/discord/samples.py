"""The sample cards and forms as Discord gets them."""

from __future__ import annotations

from typing import Any

from adapters.discord.element_ids import discord_reminder_mark
from adapters.discord.forms import render_discord_form
from adapters.discord.render import render_discord_message
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
    "added": render_discord_message(cards.ADDED),
    "shown": render_discord_message(cards.SHOWN),
    "words": render_discord_message(cards.WORDS),
    "check": render_discord_message(cards.CHECK, discord_reminder_mark("e1")),
    "may": render_discord_message(cards.MAY, discord_reminder_mark("e2")),
    "board": render_discord_message(cards.BOARD),
    "groups": render_discord_message(cards.GROUPS),
    "menu": render_discord_message(cards.MENU),
    "brake": render_discord_message(cards.BRAKE),
    "hostile": render_discord_message(cards.HOSTILE),
    "long": render_discord_message(LONG),
    **{
        name: render_discord_message(card)
        for name, card in cards_of(Address("discord", str(ADA)), str(GUILD), str(GENERAL)).items()
    },
}
FORMS = {
    "plan": render_discord_form(cards.ASKING),
    "add": render_discord_form(cards.ADDING),
    "pause": render_discord_form(cards.PAUSING),
}
DRAWN: dict[str, dict[str, Any]] = {
    **{name: one.to_payload() for name, one in CARDS.items()},
    **{name: one.to_dict() for name, one in FORMS.items()},
}
