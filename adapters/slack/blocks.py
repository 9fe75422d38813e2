"""Cards → blocks. Why nearly all is rich text is written in `text`.

A card looks calm: its lines in one block, its list with bold labels, words to copy in a box of their own, then buttons.
No button is coloured: none is more right than another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from math import ceil

from adapters.common.text import cut, one_line
from adapters.slack.element_ids import OURS
from adapters.slack.text import TEXT, Object, bold, dated, plain, rich
from bot.domain.messages import Button, Card, Field, Line, words

LABEL = 75  # the text of a button (docs.slack.dev, "Button element")
IN_ROW = 5  # buttons side by side; an actions block takes 25 (docs.slack.dev, "Actions block") and shows a heap
LISTED = 9000  # characters of a list: all blocks of a message together take about 13,000 ("msg_blocks_too_long")
LEAST = 80  # characters of a row, however long the list is
GAP = "  "  # between a label and what it labels


def card(said: Card) -> list[Object]:
    """The card, at least one block."""
    lines = [paragraph(said.lines)] if said.lines else []
    quote = [rich_text("rich_text_preformatted", rich((said.quote,)))] if said.quote else []
    return [*lines, *bullets(said.fields), *quote, *actions(said.buttons, count())] or [paragraph(())]


def paragraph(lines: Sequence[Line]) -> Object:
    """Lines that belong together."""
    spans = tuple(span for said in lines for span in ("\n", *said))[1:]
    told = dated(spans)
    return {"type": "section", "text": told} if told else rich_text("rich_text_section", rich(spans))


def rich_text(kind: str, elements: list[Object]) -> Object:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": elements}]}


def bullets(fields: Sequence[Field]) -> Iterator[Object]:
    """A list: on a phone its rows wrap, and their beginnings stay in sight.

    Of a list that is too long each row is cut, so that none is lost for the sake of another.
    """
    most = TEXT if sum(map(_length, fields)) <= LISTED else min(TEXT, max(LEAST, LISTED // len(fields)))
    for part in _parts(fields, most):
        items = [{"type": "rich_text_section", "elements": _row(one, most)} for one in part]
        yield {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": items}]}


def _parts(rows: Sequence[Field], most: int) -> Iterator[list[Field]]:
    """The rows in parts that fit into one block each; `most`: characters of a row."""
    part: list[Field] = []
    used = 0
    for one in rows:
        size = min(_length(one), most)
        if part and used + size > TEXT:
            yield part
            part, used = [], 0
        part.append(one)
        used += size
    if part:
        yield part


def _length(row: Field) -> int:
    return len(row.label) + len(GAP) + len(words(row.value))


def _row(row: Field, most: int) -> list[Object]:
    label = cut(one_line(row.label), most // 2)
    if not label:
        return rich(row.value, most)
    return [bold(label), *rich((GAP, *row.value), most - len(label))]


def actions(buttons: Sequence[Button], places: Iterator[int]) -> Iterator[Object]:
    """Rows of buttons of about equal length. `places`: the positions that tell the buttons of one surface apart."""
    if not buttons:
        return
    rows = ceil(len(buttons) / IN_ROW)
    length = ceil(len(buttons) / rows)
    for start in range(0, len(buttons), length):
        row = [button(one, next(places)) for one in buttons[start : start + length]]
        yield {"type": "actions", "elements": row}


def button(said: Button, place: int) -> Object:
    return {
        "type": "button",
        "action_id": f"{OURS}{place}",
        "text": plain(said.label, LABEL),
        "value": said.line,
    }
