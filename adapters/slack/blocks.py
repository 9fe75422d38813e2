"""Renders cards as blocks. Nearly all are rich text; `text` says why.

A card looks calm: its head and lines in one block, a section for each person with a button, a list with bold labels,
text to copy in a box of its own, then what can be chosen or pressed. Up to four buttons stand in a row; of more, the
first three do, and the others are in a menu.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count, groupby
from math import ceil

from adapters.common.text import shorten_to_single_line, to_single_line, truncate_with_ellipsis
from adapters.slack.element_ids import SLACK_ID_PREFIX
from adapters.slack.text import (
    MAX_TEXT_OBJECT_CHARS,
    SlackObject,
    bold_text_element,
    dated_mrkdwn_object,
    plain_text_object,
    rich_text_elements,
)
from bot.domain.messages import Button, ButtonStyle, Card, Choose, Field, Line, Row, Section, to_plain_text
from bot.domain.messages.cards import MAX_CHOOSE_OPTIONS
from bot.text.i18n import _
from bot.views.phrases import left_out_phrase

MAX_MESSAGE_BLOCKS = 50  # docs.slack.dev, "Blocks"
MAX_BUTTON_TEXT_CHARS = 75  # the text of a button or option (docs.slack.dev, "Button element", "Option object")
MAX_PLACEHOLDER_CHARS = 150  # docs.slack.dev, "Select menu element"
MAX_HEAD_CHARS = 150  # of a card or a section
MAX_ROW_CHARS = 250  # with 50 rows about as much as a message holds
MAX_UNFOLDED_BUTTONS = 4
MAX_OVERFLOW_OPTIONS = 5  # docs.slack.dev, "Overflow menu element"
# An actions block takes 25 (docs.slack.dev, "Actions block"), but shows them as a heap.
MAX_BUTTONS_IN_ROW = 5
# All blocks of a message together take about 13,000 ("msg_blocks_too_long").
MAX_LIST_CHARS = 9000
MIN_LIST_ROW_CHARS = 80  # characters of a row, however long the list is
LABEL_GAP = "  "  # between a label and what it labels

SlackPiece = tuple[SlackObject, int]
"""A block, and the number of rows that it shows."""


def render_card_blocks(card: Card, max_blocks: int = MAX_MESSAGE_BLOCKS) -> list[SlackObject]:
    """The blocks of a card, at least one. Rows of sections that do not fit are counted."""
    positions = count()
    spans = tuple(span for line in card.lines for span in ("\n", *line))[1:]
    start = _headed_paragraph_blocks(card.head, spans)
    pieces = [piece for section in card.sections for piece in section_pieces(section, positions, _bold_block)]
    quote = [rich_text_block("rich_text_preformatted", rich_text_elements((card.quote,)))] if card.quote else []
    choose = [*_choose_blocks(card.choose, positions)] if card.choose else []
    end = [*bullet_list_blocks(card.fields), *quote, *choose, *_folded_actions_blocks(card.buttons, positions)]
    rows = fit_pieces(pieces, max_blocks - len(start) - len(end), left_out_phrase)
    return [*start, *rows, *end] or [paragraph_block(())]


def _headed_paragraph_blocks(head: str, spans: Line) -> list[SlackObject]:
    """The bold head and the lines below it, in one block where a moment allows it."""
    if not head:
        return [_spans_block(spans)] if spans else []
    if dated_mrkdwn_object(spans):
        return [_bold_block(head), _spans_block(spans)]
    below = rich_text_elements(("\n", *spans), MAX_TEXT_OBJECT_CHARS - MAX_HEAD_CHARS) if spans else []
    return [rich_text_block("rich_text_section", [_bold_head_element(head), *below])]


def paragraph_block(lines: Sequence[Line]) -> SlackObject:
    """Lines in one block; with a moment in them as `mrkdwn` where that is safe, else as rich text."""
    return _spans_block(tuple(span for line in lines for span in ("\n", *line))[1:])


def _spans_block(spans: Line) -> SlackObject:
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


def _folded_actions_blocks(buttons: Sequence[Button], positions: Iterator[int]) -> Iterator[SlackObject]:
    """Up to four buttons in a row; of more, the first three, and a menu of the others."""
    if len(buttons) <= MAX_UNFOLDED_BUTTONS:
        yield from actions_blocks(buttons, positions)
        return
    in_sight, folded = buttons[: MAX_UNFOLDED_BUTTONS - 1], _distinct_options(buttons[MAX_UNFOLDED_BUTTONS - 1 :])
    row = [button_element(button, next(positions)) for button in in_sight]
    if len(folded) <= MAX_OVERFLOW_OPTIONS:
        menu = {"type": "overflow", "action_id": _action_id(next(positions)), "options": folded}
    else:
        menu = _choose_element(_("More…"), folded, next(positions))
    yield {"type": "actions", "elements": [*row, menu]}


def _choose_blocks(choose: Choose, positions: Iterator[int]) -> Iterator[SlackObject]:
    """A select, and how many options are left out of it."""
    if options := _distinct_options(choose.options):
        yield {"type": "actions", "elements": [_choose_element(choose.question, options, next(positions))]}
    if choose.left_out:
        yield paragraph_block([(left_out_phrase(choose.left_out),)])


def _choose_element(question: str, options: list[SlackObject], position: int) -> SlackObject:
    return {
        "type": "static_select",
        "action_id": _action_id(position),
        "placeholder": plain_text_object(question, MAX_PLACEHOLDER_CHARS),
        "options": options,
    }


def _distinct_options(acts: Sequence[Button]) -> list[SlackObject]:
    """The options of a select or menu: the first of each command line, as Slack refuses two with the same value."""
    by_line: dict[str, SlackObject] = {}
    for act in acts:
        option = {"text": plain_text_object(act.label, MAX_BUTTON_TEXT_CHARS), "value": act.line}
        by_line.setdefault(act.line, option)
    return list(by_line.values())[:MAX_CHOOSE_OPTIONS]


def section_pieces(
    section: Section, positions: Iterator[int], heading_block: Callable[[str], SlackObject]
) -> Iterator[SlackPiece]:
    """The heading, a block for each row with a button, and lists of the rows without one."""
    if section.heading:
        yield heading_block(section.heading), 0
    for has_button, rows in groupby(section.rows, lambda row: row.button is not None):
        if has_button:
            yield from ((_row_with_button_block(row, positions), 1) for row in rows)
        else:
            yield from _list_pieces(list(rows))


def _bold_block(text: str) -> SlackObject:
    return rich_text_block("rich_text_section", [_bold_head_element(text)])


def _bold_head_element(text: str) -> SlackObject:
    return bold_text_element(shorten_to_single_line(text, MAX_HEAD_CHARS))


def _row_with_button_block(row: Row, positions: Iterator[int]) -> SlackObject:
    """A section with the row's button beside it; rich text can have none."""
    accessory = {"accessory": button_element(row.button, next(positions))} if row.button else {}
    text = dated_mrkdwn_object(row.text_line) or plain_text_object(to_plain_text(row.text_line), MAX_ROW_CHARS)
    return {"type": "section", "text": text, **accessory}


def _list_pieces(rows: Sequence[Row]) -> Iterator[SlackPiece]:
    for block in bullet_list_blocks([Field(row.name, row.line) for row in rows]):
        yield block, len(block["elements"][0]["elements"])


def fit_pieces(pieces: list[SlackPiece], max_blocks: int, left_out_text: Callable[[int], str]) -> Iterator[SlackObject]:
    """The pieces, or as many as fit together with a line about how many rows are left out."""
    fitting = pieces
    if len(pieces) > max_blocks:
        fitting = pieces[: max_blocks - 1]
        while fitting and not fitting[-1][1]:  # a heading with nothing under it
            fitting.pop()
    yield from (block for block, _rows in fitting)
    if left := sum(rows for _block, rows in pieces[len(fitting) :]):
        yield paragraph_block([(left_out_text(left),)])


def button_element(button: Button, position: int) -> SlackObject:
    return {
        "type": "button",
        "action_id": _action_id(position),
        "text": plain_text_object(button.label, MAX_BUTTON_TEXT_CHARS),
        "value": button.line,
        **({} if button.style is ButtonStyle.NORMAL else {"style": str(button.style)}),
    }


def _action_id(position: int) -> str:
    return f"{SLACK_ID_PREFIX}{position}"
