"""Cards and pages → messages, modals that show a card, and the home, as plain dicts. Pure; modals that ask: `forms`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, groupby

from adapters.slack import blocks
from adapters.slack.element_ids import CARD, mark
from adapters.slack.text import Object, dated, notification, plain
from bot.domain.messages import Card, Field, Line, Page, Row, Section, words
from bot.text.i18n import _, ngettext

NAME = "stalemate"

IN_VIEW = 100  # blocks of a modal or home (docs.slack.dev, "Views")
HEADING = 150  # the text of a header (docs.slack.dev, "Header block")

Piece = tuple[Object, int]
"""A block of the home, and how many rows it shows."""


def message(card: Card, key: str = "") -> Object:
    """`text` and `blocks` of a message; `key` marks a reminder, so that it can be found again."""
    first, *more = blocks.card(card)
    marked = {**first, "block_id": mark(key)} if key else first
    return {"text": notification(card.notice or card.text()), "blocks": [marked, *more]}


def card_view(card: Card, metadata: str) -> Object:
    """A modal that shows a card; its buttons work as they do on a message."""
    return {
        "type": "modal",
        "callback_id": CARD,
        "private_metadata": metadata,
        "title": plain(NAME),
        "close": plain(_("Close")),
        "blocks": blocks.card(card),
    }


def home(page: Page) -> Object:
    """The home of the app. Rows for which there is no room are left to the board, and counted."""
    places = count()
    start = [blocks.paragraph(page.lines)] if page.lines else []
    pieces = [piece for one in page.sections for piece in _section(one, places)]
    end = list(blocks.actions(page.buttons, places))
    if pieces and end:
        end.insert(0, {"type": "divider"})
    shown = [*start, *_fitting(pieces, IN_VIEW - len(start) - len(end)), *end]
    return {"type": "home", "blocks": shown or [blocks.paragraph(())]}


def _section(section: Section, places: Iterator[int]) -> Iterator[Piece]:
    if section.heading:
        yield {"type": "header", "text": plain(section.heading, HEADING)}, 0
    for pressed, rows in groupby(section.rows, lambda row: row.button is not None):
        if pressed:
            yield from ((_pressable(row, places), 1) for row in rows)
        else:
            yield from _list([row.said for row in rows])


def _pressable(row: Row, places: Iterator[int]) -> Object:
    """A row with its button beside it, which rich text cannot have."""
    beside = {"accessory": blocks.button(row.button, next(places))} if row.button else {}
    return {"type": "section", "text": dated(row.said) or plain(words(row.said)), **beside}


def _list(rows: Sequence[Line]) -> Iterator[Piece]:
    for block in blocks.bullets([Field("", said) for said in rows]):
        yield block, len(block["elements"][0]["elements"])


def _fitting(pieces: list[Piece], room: int) -> list[Object]:
    """The pieces, or as many of them as fit with a line that says how many rows are on the board alone."""
    if len(pieces) <= room:
        return [block for block, _rows in pieces]
    kept = pieces[: room - 1]
    while kept and not kept[-1][1]:  # a heading with nothing under it
        kept.pop()
    left = sum(rows for _block, rows in pieces[len(kept) :])
    more = ngettext("And {count} more on your board.", "And {count} more on your board.", left).format(count=left)
    return [*(block for block, _rows in kept), blocks.paragraph([(more,)])]
