"""Renders cards as blocks. Nearly all are rich text; `text` says why.

A card looks calm: its lines in one block, its list with bold labels, text to copy in a box of its own, then buttons.
No button is colored: none is more right than another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from math import ceil

from adapters.common.text import to_single_line, truncate_with_ellipsis
from adapters.slack.element_ids import SLACK_ID_PREFIX
from adapters.slack.text import (
    MAX_TEXT_OBJECT_CHARS,
    SlackObject,
    bold_text_element,
    dated_mrkdwn_object,
    plain_text_object,
    rich_text_elements,
)
from bot.domain.messages import Button, Card, Field, Line, to_plain_text

MAX_BUTTON_TEXT_CHARS = 75  # the text of a button (docs.slack.dev, "Button element")
# An actions block takes 25 (docs.slack.dev, "Actions block"), but shows them as a heap.
MAX_BUTTONS_IN_ROW = 5
# All blocks of a message together take about 13,000 ("msg_blocks_too_long").
MAX_LIST_CHARS = 9000
MIN_LIST_ROW_CHARS = 80  # characters of a row, however long the list is
LABEL_GAP = "  "  # between a label and what it labels


def render_card_blocks(card: Card) -> list[SlackObject]:
    """The blocks of a card, at least one."""
    lines = [paragraph_block(card.lines)] if card.lines else []
    quote = [rich_text_block("rich_text_preformatted", rich_text_elements((card.quote,)))] if card.quote else []
    return [*lines, *bullet_list_blocks(card.fields), *quote, *actions_blocks(card.buttons, count())] or [
        paragraph_block(())
    ]


def paragraph_block(lines: Sequence[Line]) -> SlackObject:
    """Lines in one block; with a moment in them as `mrkdwn` where that is safe, else as rich text."""
    spans = tuple(span for line in lines for span in ("\n", *line))[1:]
    dated = dated_mrkdwn_object(spans)
    return (
        {"type": "section", "text": dated} if dated else rich_text_block("rich_text_section", rich_text_elements(spans))
    )


def rich_text_block(kind: str, elements: list[SlackObject]) -> SlackObject:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": elements}]}


def bullet_list_blocks(fields: Sequence[Field]) -> Iterator[SlackObject]:
    """A bullet list, whose rows wrap on a phone with their beginnings in sight.

    In a list that is too long every row is shortened, so that none is left out.
    """
    max_row_chars = (
        MAX_TEXT_OBJECT_CHARS
        if sum(map(_list_row_length, fields)) <= MAX_LIST_CHARS
        else min(MAX_TEXT_OBJECT_CHARS, max(MIN_LIST_ROW_CHARS, MAX_LIST_CHARS // len(fields)))
    )
    for part in _split_list_rows(fields, max_row_chars):
        items = [{"type": "rich_text_section", "elements": _list_row_elements(row, max_row_chars)} for row in part]
        yield {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": items}]}


def _split_list_rows(rows: Sequence[Field], max_row_chars: int) -> Iterator[list[Field]]:
    """The rows in parts that each fit into one block, counting at most `max_row_chars` for a row."""
    part: list[Field] = []
    used = 0
    for row in rows:
        size = min(_list_row_length(row), max_row_chars)
        if part and used + size > MAX_TEXT_OBJECT_CHARS:
            yield part
            part, used = [], 0
        part.append(row)
        used += size
    if part:
        yield part


def _list_row_length(row: Field) -> int:
    return len(row.label) + len(LABEL_GAP) + len(to_plain_text(row.value))


def _list_row_elements(row: Field, max_chars: int) -> list[SlackObject]:
    label = truncate_with_ellipsis(to_single_line(row.label), max_chars // 2)
    if not label:
        return rich_text_elements(row.value, max_chars)
    return [bold_text_element(label), *rich_text_elements((LABEL_GAP, *row.value), max_chars - len(label))]


def actions_blocks(buttons: Sequence[Button], positions: Iterator[int]) -> Iterator[SlackObject]:
    """Rows of buttons, of about equal length. `positions` makes the action ids unique within a message or view."""
    if not buttons:
        return
    rows = ceil(len(buttons) / MAX_BUTTONS_IN_ROW)
    length = ceil(len(buttons) / rows)
    for start in range(0, len(buttons), length):
        row = [button_element(button, next(positions)) for button in buttons[start : start + length]]
        yield {"type": "actions", "elements": row}


def button_element(button: Button, position: int) -> SlackObject:
    return {
        "type": "button",
        "action_id": f"{SLACK_ID_PREFIX}{position}",
        "text": plain_text_object(button.label, MAX_BUTTON_TEXT_CHARS),
        "value": button.line,
    }
