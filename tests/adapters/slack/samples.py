"""The sample cards, forms and homes as Slack gets them."""

from __future__ import annotations

from adapters.slack.forms import render_slack_form
from adapters.slack.render import render_card_modal, render_slack_home, render_slack_message
from bot.domain.model import Address
from tests import cards
from tests.club_cards import sample_club_cards

SLACK_CLUB_CARDS = sample_club_cards(Address("slack", "U0ADA", "T0CLUB"), "T0CLUB", "C0CLUB")
SLACK_SAMPLE_PAYLOADS = {
    "added": render_slack_message(cards.ADDED_CARD),
    "shown": render_slack_message(cards.SHOWN_CARD),
    "words": render_slack_message(cards.TEMPLATE_CARD),
    "check": render_slack_message(cards.CALL_CHECK_CARD, "e1"),
    "may": render_slack_message(cards.PERMISSION_CARD, "e2"),
    "board": render_slack_message(cards.BOARD_CARD),
    "groups": render_slack_message(cards.GROUPS_CARD),
    "menu": render_slack_message(cards.MENU_CARD),
    "rows": render_slack_message(cards.ROWS_CARD),
    "choose": render_slack_message(cards.CHOOSE_CARD),
    "final": render_slack_message(cards.FINAL_CARD),
    "post": render_card_modal(cards.POST_CARD, "{}"),
    "brake": render_card_modal(cards.BRAKE_CARD, '{"command":"log"}'),
    "hostile": render_slack_message(cards.HOSTILE_CARD),
    "plan": render_slack_form(cards.PLAN_FORM, '{"command":"plan"}'),
    "add": render_slack_form(cards.ADD_FORM, '{"command":"add"}'),
    "pause": render_slack_form(cards.PAUSE_FORM, '{"command":"pause"}'),
    "home": render_slack_home(cards.HOME_PAGE),
    "newcomer": render_slack_home(cards.NEW_MEMBER_HOME_PAGE),
    **{name: render_slack_message(card) for name, card in SLACK_CLUB_CARDS.items()},
}
