"""The sample cards, forms and homes as Slack gets them."""

from __future__ import annotations

from adapters.slack.forms import modal
from adapters.slack.render import card_view, home, message
from bot.domain.model import Address
from tests import cards
from tests.club_cards import cards_of

CLUB = cards_of(Address("slack", "U0ADA", "T0CLUB"), "T0CLUB", "C0CLUB")
DRAWN = {
    "added": message(cards.ADDED),
    "shown": message(cards.SHOWN),
    "words": message(cards.WORDS),
    "check": message(cards.CHECK, "e1"),
    "may": message(cards.MAY, "e2"),
    "board": message(cards.BOARD),
    "groups": message(cards.GROUPS),
    "menu": message(cards.MENU),
    "brake": card_view(cards.BRAKE, '{"command":"log"}'),
    "hostile": message(cards.HOSTILE),
    "plan": modal(cards.ASKING, '{"command":"plan"}'),
    "add": modal(cards.ADDING, '{"command":"add"}'),
    "pause": modal(cards.PAUSING, '{"command":"pause"}'),
    "home": home(cards.HOME),
    "newcomer": home(cards.NEW_HOME),
    **{name: message(card) for name, card in CLUB.items()},
}
