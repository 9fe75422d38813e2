"""The sample cards and forms as Discord gets them."""

from __future__ import annotations

from typing import Any

from adapters.discord.element_ids import discord_reminder_mark
from adapters.discord.forms import render_discord_form
from adapters.discord.render import render_discord_message
from bot.domain.messages import Card, Field
from bot.domain.model import Address
from tests import cards
from tests.club_cards import sample_club_cards
from tests.fakes_discord import ADA_USER_ID, GENERAL_CHANNEL_ID, GUILD_ID

LONG_CARD = Card(
    (("Here is all that I know of Dana.",),),
    fields=(
        Field("note", ("Met at the spring fair; likes birds and long walks. " * 60,)),
        *(Field(f"{day} Nov", (f"e-mail: sent a word about the opening number {day}, and asked how they are",))
          for day in range(1, 21)),
    ),
    buttons=cards.labelled_buttons("They wrote", "I reached out"),
)  # fmt: skip
DISCORD_SAMPLE_MESSAGES = {
    "added": render_discord_message(cards.ADDED_CARD),
    "shown": render_discord_message(cards.SHOWN_CARD),
    "words": render_discord_message(cards.TEMPLATE_CARD),
    "check": render_discord_message(cards.CALL_CHECK_CARD, discord_reminder_mark("e1")),
    "may": render_discord_message(cards.PERMISSION_CARD, discord_reminder_mark("e2")),
    "board": render_discord_message(cards.BOARD_CARD),
    "groups": render_discord_message(cards.GROUPS_CARD),
    "menu": render_discord_message(cards.MENU_CARD),
    "rows": render_discord_message(cards.ROWS_CARD, discord_reminder_mark("e3")),
    "choose": render_discord_message(cards.CHOOSE_CARD),
    "final": render_discord_message(cards.FINAL_CARD),
    "post": render_discord_message(cards.POST_CARD),
    "brake": render_discord_message(cards.BRAKE_CARD),
    "hostile": render_discord_message(cards.HOSTILE_CARD),
    "long": render_discord_message(LONG_CARD),
    **{
        name: render_discord_message(card)
        for name, card in sample_club_cards(
            Address("discord", str(ADA_USER_ID)), str(GUILD_ID), str(GENERAL_CHANNEL_ID)
        ).items()
    },
}
DISCORD_SAMPLE_FORMS = {
    "plan": render_discord_form(cards.PLAN_FORM),
    "add": render_discord_form(cards.ADD_FORM),
    "pause": render_discord_form(cards.PAUSE_FORM),
}
DISCORD_SAMPLE_PAYLOADS: dict[str, dict[str, Any]] = {
    **{name: one.to_payload() for name, one in DISCORD_SAMPLE_MESSAGES.items()},
    **{name: one.to_dict() for name, one in DISCORD_SAMPLE_FORMS.items()},
}
