"""Cards and pages → messages, modals that show a card, and the home, as plain dicts. Pure; modals that ask: `forms`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, groupby

from adapters.slack import blocks
from adapters.slack.element_ids import CARD_CALLBACK_ID, reminder_block_id
from adapters.slack.text import SlackObject, dated_mrkdwn_object, escape_notification_text, plain_text_object
from bot.domain.messages import Card, Field, Line, Page, Row, Section, to_plain_text
from bot.text.i18n import _, ngettext

MODAL_TITLE = "stalemate"

MAX_VIEW_BLOCKS = 100  # blocks of a modal or home (docs.slack.dev, "Views")
MAX_HEADER_CHARS = 150  # the text of a header (docs.slack.dev, "Header block")

HomePiece = tuple[SlackObject, int]
"""A block of the home, and how many rows it shows."""


def render_slack_message(card: Card, key: str = "") -> SlackObject:
    """`text` and `blocks` of a message; `key` marks a reminder, so that it can be found again."""
    first, *more = blocks.render_card_blocks(card)
    marked = {**first, "block_id": reminder_block_id(key)} if key else first
    return {"text": escape_notification_text(card.notification or card.text()), "blocks": [marked, *more]}


def render_card_modal(card: Card, metadata: str) -> SlackObject:
    """A modal that shows a card; its buttons work as they do on a message."""
    return {
        "type": "modal",
        "callback_id": CARD_CALLBACK_ID,
        "private_metadata": metadata,
        "title": plain_text_object(MODAL_TITLE),
        "close": plain_text_object(_("Close")),
        "blocks": blocks.render_card_blocks(card),
    }


def render_slack_home(page: Page) -> SlackObject:
    """The home of the app. Rows for which there is no room are left to the board, and counted."""
    places = count()
    start = [blocks.paragraph_block(page.lines)] if page.lines else []
    pieces = [piece for section in page.sections for piece in _home_section_pieces(section, places)]
    end = list(blocks.actions_blocks(page.buttons, places))
    if pieces and end:
        end.insert(0, {"type": "divider"})
    shown = [*start, *_fit_home_pieces(pieces, MAX_VIEW_BLOCKS - len(start) - len(end)), *end]
    return {"type": "home", "blocks": shown or [blocks.paragraph_block(())]}


def _home_section_pieces(section: Section, places: Iterator[int]) -> Iterator[HomePiece]:
    if section.heading:
        yield {"type": "header", "text": plain_text_object(section.heading, MAX_HEADER_CHARS)}, 0
    for pressed, rows in groupby(section.rows, lambda row: row.button is not None):
        if pressed:
            yield from ((_row_with_button_block(row, places), 1) for row in rows)
        else:
            yield from _home_list_pieces([row.line for row in rows])


def _row_with_button_block(row: Row, places: Iterator[int]) -> SlackObject:
    """A row with its button beside it, which rich text cannot have."""
    beside = {"accessory": blocks.button_element(row.button, next(places))} if row.button else {}
    return {
        "type": "section",
        "text": dated_mrkdwn_object(row.line) or plain_text_object(to_plain_text(row.line)),
        **beside,
    }


def _home_list_pieces(rows: Sequence[Line]) -> Iterator[HomePiece]:
    for block in blocks.bullet_list_blocks([Field("", said) for said in rows]):
        yield block, len(block["elements"][0]["elements"])


def _fit_home_pieces(pieces: list[HomePiece], max_blocks: int) -> list[SlackObject]:
    """The pieces, or as many of them as fit with a line that says how many rows are on the board alone."""
    if len(pieces) <= max_blocks:
        return [block for block, _rows in pieces]
    kept = pieces[: max_blocks - 1]
    while kept and not kept[-1][1]:  # a heading with nothing under it
        kept.pop()
    left = sum(rows for _block, rows in pieces[len(kept) :])
    more = ngettext("And {count} more on your board.", "And {count} more on your board.", left).format(count=left)
    return [*(block for block, _rows in kept), blocks.paragraph_block([(more,)])]
