"""Renders cards as messages or modals, and pages as the home, in plain dicts. Pure. Forms: see `forms`."""

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
"""A block of the home, and the number of rows that it shows."""


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
        "blocks": blocks.render_card_blocks(card),
    }


def render_slack_home(page: Page) -> SlackObject:
    """The home of the app. Rows that do not fit are counted in a line that points to the board."""
    positions = count()
    start = [blocks.paragraph_block(page.lines)] if page.lines else []
    pieces = [piece for section in page.sections for piece in _home_section_pieces(section, positions)]
    end = list(blocks.actions_blocks(page.buttons, positions))
    if pieces and end:
        end.insert(0, {"type": "divider"})
    shown = [*start, *_fit_home_pieces(pieces, MAX_VIEW_BLOCKS - len(start) - len(end)), *end]
    return {"type": "home", "blocks": shown or [blocks.paragraph_block(())]}


def _home_section_pieces(section: Section, positions: Iterator[int]) -> Iterator[HomePiece]:
    if section.heading:
        yield {"type": "header", "text": plain_text_object(section.heading, MAX_HEADER_CHARS)}, 0
    for has_button, rows in groupby(section.rows, lambda row: row.button is not None):
        if has_button:
            yield from ((_row_with_button_block(row, positions), 1) for row in rows)
        else:
            yield from _home_list_pieces([row.line for row in rows])


def _row_with_button_block(row: Row, positions: Iterator[int]) -> SlackObject:
    """A section with the row's button beside it; rich text can have none."""
    accessory = {"accessory": blocks.button_element(row.button, next(positions))} if row.button else {}
    return {
        "type": "section",
        "text": dated_mrkdwn_object(row.line) or plain_text_object(to_plain_text(row.line)),
        **accessory,
    }


def _home_list_pieces(rows: Sequence[Line]) -> Iterator[HomePiece]:
    for block in blocks.bullet_list_blocks([Field("", line) for line in rows]):
        yield block, len(block["elements"][0]["elements"])


def _fit_home_pieces(pieces: list[HomePiece], max_blocks: int) -> list[SlackObject]:
    """The pieces, or as many as fit together with a line that says how many rows are left out."""
    if len(pieces) <= max_blocks:
        return [block for block, _rows in pieces]
    fitting = pieces[: max_blocks - 1]
    while fitting and not fitting[-1][1]:  # a heading with nothing under it
        fitting.pop()
    left = sum(rows for _block, rows in pieces[len(fitting) :])
    more = ngettext("And {count} more on your board.", "And {count} more on your board.", left).format(count=left)
    return [*(block for block, _rows in fitting), blocks.paragraph_block([(more,)])]
