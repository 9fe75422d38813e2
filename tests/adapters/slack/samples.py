"""The sample cards, forms and homes as Slack gets them."""

from __future__ import annotations

from adapters.slack.forms import render_slack_form
from adapters.slack.render import render_card_modal, render_slack_home, render_slack_message
from bot.domain.model import Address
from tests import cards
from tests.club_cards import cards_of

CLUB = cards_of(Address("slack", "U0ADA", "T0CLUB"), "T0CLUB", "C0CLUB")
DRAWN = {
    "added": render_slack_message(cards.ADDED),
    "shown": render_slack_message(cards.SHOWN),
    "words": render_slack_message(cards.WORDS),
    "check": render_slack_message(cards.CHECK, "e1"),
    "may": render_slack_message(cards.MAY, "e2"),
    "board": render_slack_message(cards.BOARD),
    "groups": render_slack_message(cards.GROUPS),
    "menu": render_slack_message(cards.MENU),
    "brake": render_card_modal(cards.BRAKE, '{"command":"log"}'),
    "hostile": render_slack_message(cards.HOSTILE),
    "plan": render_slack_form(cards.ASKING, '{"command":"plan"}'),
    "add": render_slack_form(cards.ADDING, '{"command":"add"}'),
    "pause": render_slack_form(cards.PAUSING, '{"command":"pause"}'),
    "home": render_slack_home(cards.HOME),
    "newcomer": render_slack_home(cards.NEW_HOME),
    **{name: render_slack_message(card) for name, card in CLUB.items()},
}
