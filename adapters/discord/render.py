"""Cards → messages of Discord. Pure; modals: `forms`.

A card is an ordinary message, so that a notification says what the card says: its lines, its list, words to copy,
then buttons. An embed holds what a notification may not say, and what is too long for a message. It has no title and
no colour.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from math import ceil
from typing import Any

import discord

from adapters.common.text import ELLIPSIS, literal, one_line
from adapters.discord.buttons import Press
from adapters.discord.text import ROW, code, written
from bot.domain.messages import Button, Card, Field, Line

CONTENT = 2000  # characters of a message (Discord docs, "Create Message")
DESCRIPTION = 4096  # of an embed (Discord docs, "Embed Limits")
IN_ROW = 5  # buttons side by side (Discord docs, "Action Row")
BUTTONS = 25  # on a message: five rows of them (discord.py, `ui.View`)
LEAST = 40  # characters of a row, however long the list is
GAP = ": "  # between a label and what it labels

Piece = Callable[[int], str]
"""A part of a card, drawn in at most so many characters; "" when there is nothing to see."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message to be sent, or to stand in the place of another: `embeds` and `view` are to be given then, too."""

    content: str
    embeds: list[discord.Embed]
    view: discord.ui.View | None

    def payload(self) -> dict[str, Any]:
        """As it goes to Discord."""
        return {
            "content": self.content,
            "embeds": [one.to_dict() for one in self.embeds],
            "components": self.view.to_components() if self.view else [],
        }


def message(card: Card, mark: int = 0) -> Drawn:
    """`mark` is that of a reminder, so that it can be found again (see `marks`); a card without buttons has none."""
    content, description = _texts(card)
    embeds = [discord.Embed(description=description)] if description else []
    return Drawn(content or ELLIPSIS, embeds, _view(card.buttons, mark))


def _texts(card: Card) -> tuple[str, str]:
    """The content, and the description of an embed when it needs one."""
    first: list[Piece] = [partial(_paragraph, card.lines)]
    rest: list[Piece] = [*(partial(_row, one) for one in card.fields), partial(code, card.quote)]
    whole = _fitted([*first, *rest], DESCRIPTION)
    if card.notice:
        return written((card.notice,), CONTENT), whole
    if len(whole) <= CONTENT:
        return whole, ""
    if not card.lines:
        first, rest = rest[:1], rest[1:]
    return _fitted(first, CONTENT), _fitted(rest, DESCRIPTION)


def _paragraph(lines: Sequence[Line], limit: int) -> str:
    return written(tuple(span for said in lines for span in ("\n", *said))[1:], limit)


def _row(row: Field, limit: int) -> str:
    """A point of a list; further lines of it are set in, or the list would end there."""
    label = written((one_line(row.label),), limit // 2)
    start = f"- **{label}**{GAP}" if label else "- "
    return start + (written(_set_in(row.value), limit - len(start), ROW) or ELLIPSIS)


def _set_in(said: Line) -> Line:
    return tuple(re.sub(r"\s*\n\s*", "\n  ", literal(span)) if isinstance(span, str) else span for span in said)


def _fitted(pieces: Sequence[Piece], room: int) -> str:
    """The pieces, one below the other. Of too many characters the longest pieces lose, so that none is lost."""
    seen = [(piece, text) for piece in pieces if (text := piece(room))]
    free = room - len(seen) + 1
    fits = bisect_right(range(free + 1), free, key=lambda each: sum(min(len(text), each) for _piece, text in seen)) - 1
    most = max(fits, LEAST)
    return _first([text if len(text) <= most else piece(most) for piece, text in seen], room)


def _first(texts: Sequence[str], room: int) -> str:
    """The texts, or as many as fit and "…"."""
    whole = "\n".join(texts)
    if len(whole) <= room:
        return whole
    ends = accumulate(len(text) + 1 for text in texts)
    return "\n".join([*(text for text, end in zip(texts, ends, strict=True) if end < room), ELLIPSIS])


def _view(buttons: Sequence[Button], mark: int) -> discord.ui.View | None:
    """The buttons in rows of about equal length."""
    shown = _distinct(buttons)[:BUTTONS]
    if not shown:
        return None
    length = ceil(len(shown) / ceil(len(shown) / IN_ROW))
    view = discord.ui.View(timeout=None)
    for place, one in enumerate(shown):
        press = Press.of(one, 0 if place else mark)
        press.row = place // length
        view.add_item(press)
    return view


def _distinct(buttons: Sequence[Button]) -> list[Button]:
    """Of two buttons that do the same the first: Discord refuses a message in which two have one id."""
    first: dict[str, Button] = {}
    for one in buttons:
        first.setdefault(one.line, one)
    return list(first.values())
