"""Renders cards as messages or modals, and pages as the home, in plain dicts. Pure. Forms: see `forms`."""

from __future__ import annotations

from itertools import count

from adapters.slack import blocks
from adapters.slack.element_ids import CARD_CALLBACK_ID, reminder_block_id
from adapters.slack.text import SlackObject, escape_notification_text, plain_text_object
from bot.domain.messages import Card, Page
from bot.text.i18n import _, ngettext

MODAL_TITLE = "stalemate"

MAX_HEADER_CHARS = 150  # the text of a header (docs.slack.dev, "Header block")
MAX_VIEW_BLOCKS = 100  # blocks of a modal or home (docs.slack.dev, "Views")


def render_slack_message(card: Card, key: str = "") -> SlackObject:
    """The `text` and `blocks` of a message. A `key` is put into the first block's id, to find the message again."""
    first, *others = blocks.render_card_blocks(card)
    first_with_key = {**first, "block_id": reminder_block_id(key)} if key else first
    return {"text": escape_notification_text(card.notification or card.text()), "blocks": [first_with_key, *others]}


def render_card_modal(card: Card, metadata: str) -> SlackObject:
    """A modal that shows a card. `metadata` comes back with each press of its buttons."""
    return {
        "type": "modal",
        "callback_id": CARD_CALLBACK_ID,
        "private_metadata": metadata,
        "title": plain_text_object(MODAL_TITLE),
        "close": plain_text_object(_("Close")),
        "blocks": blocks.render_card_blocks(card, MAX_VIEW_BLOCKS),
    }


def render_slack_home(page: Page) -> SlackObject:
    """The home of the app. Rows that do not fit are counted in a line that points to the board."""
    positions = count()
    start = [blocks.paragraph_block(page.lines)] if page.lines else []
    pieces = [piece for section in page.sections for piece in blocks.section_pieces(section, positions, _header_block)]
    end = list(blocks.actions_blocks(page.buttons, positions))
    if pieces and end:
        end.insert(0, {"type": "divider"})
    rows = blocks.fit_pieces(pieces, MAX_VIEW_BLOCKS - len(start) - len(end), _left_on_board_text)
    return {"type": "home", "blocks": [*start, *rows, *end] or [blocks.paragraph_block(())]}


def _header_block(text: str) -> SlackObject:
    return {"type": "header", "text": plain_text_object(text, MAX_HEADER_CHARS)}


def _left_on_board_text(left: int) -> str:
    return ngettext("And {count} more on your board.", "And {count} more on your board.", left).format(count=left)
