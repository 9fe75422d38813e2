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

from adapters.common.text import ELLIPSIS, to_single_line, without_control_chars
from adapters.discord.buttons import DiscordButton
from adapters.discord.text import TIMESTAMP_IN_ROW, render_discord_code_block, render_discord_line
from bot.domain.messages import Button, Card, Field, Line

MAX_DISCORD_MESSAGE_CHARS = 2000  # characters of a message (Discord docs, "Create Message")
MAX_EMBED_DESCRIPTION_CHARS = 4096  # of an embed (Discord docs, "Embed Limits")
MAX_DISCORD_BUTTONS_PER_ROW = 5  # buttons side by side (Discord docs, "Action Row")
MAX_DISCORD_MESSAGE_BUTTONS = 25  # on a message: five rows of them (discord.py, `ui.View`)
MIN_DISCORD_LIST_ROW_CHARS = 40  # characters of a row, however long the list is
DISCORD_LABEL_SEPARATOR = ": "  # between a label and what it labels

DiscordCardPart = Callable[[int], str]
"""A part of a card, drawn in at most so many characters; "" when there is nothing to see."""


@dataclass(frozen=True, slots=True)
class DiscordMessage:
    """A message to be sent, or to stand in the place of another: `embeds` and `view` are to be given then, too."""

    content: str
    embeds: list[discord.Embed]
    view: discord.ui.View | None

    def to_payload(self) -> dict[str, Any]:
        """As it goes to Discord."""
        return {
            "content": self.content,
            "embeds": [embed.to_dict() for embed in self.embeds],
            "components": self.view.to_components() if self.view else [],
        }


def render_discord_message(card: Card, reminder_mark: int = 0) -> DiscordMessage:
    """`mark` is that of a reminder, so that it can be found again (see `marks`); a card without buttons has none."""
    content, description = _discord_message_texts(card)
    embeds = [discord.Embed(description=description)] if description else []
    return DiscordMessage(content or ELLIPSIS, embeds, _discord_button_view(card.buttons, reminder_mark))


def _discord_message_texts(card: Card) -> tuple[str, str]:
    """The content, and the description of an embed when it needs one."""
    first: list[DiscordCardPart] = [partial(_discord_card_paragraph, card.lines)]
    rest: list[DiscordCardPart] = [
        *(partial(_discord_list_row, field) for field in card.fields),
        partial(render_discord_code_block, card.quote),
    ]
    whole = _fit_discord_card_parts([*first, *rest], MAX_EMBED_DESCRIPTION_CHARS)
    if card.notification:
        return render_discord_line((card.notification,), MAX_DISCORD_MESSAGE_CHARS), whole
    if len(whole) <= MAX_DISCORD_MESSAGE_CHARS:
        return whole, ""
    if not card.lines:
        first, rest = rest[:1], rest[1:]
    return _fit_discord_card_parts(first, MAX_DISCORD_MESSAGE_CHARS), _fit_discord_card_parts(
        rest, MAX_EMBED_DESCRIPTION_CHARS
    )


def _discord_card_paragraph(lines: Sequence[Line], limit: int) -> str:
    return render_discord_line(tuple(span for said in lines for span in ("\n", *said))[1:], limit)


def _discord_list_row(row: Field, limit: int) -> str:
    """A point of a list; further lines of it are set in, or the list would end there."""
    label = render_discord_line((to_single_line(row.label),), limit // 2)
    start = f"- **{label}**{DISCORD_LABEL_SEPARATOR}" if label else "- "
    return start + (
        render_discord_line(_indent_discord_row_value(row.value), limit - len(start), TIMESTAMP_IN_ROW) or ELLIPSIS
    )


def _indent_discord_row_value(said: Line) -> Line:
    return tuple(
        re.sub(r"\s*\n\s*", "\n  ", without_control_chars(span)) if isinstance(span, str) else span for span in said
    )


def _fit_discord_card_parts(pieces: Sequence[DiscordCardPart], room: int) -> str:
    """The pieces, one below the other. Of too many characters the longest pieces lose, so that none is lost."""
    seen = [(piece, text) for piece in pieces if (text := piece(room))]
    free = room - len(seen) + 1
    fits = bisect_right(range(free + 1), free, key=lambda each: sum(min(len(text), each) for _piece, text in seen)) - 1
    most = max(fits, MIN_DISCORD_LIST_ROW_CHARS)
    return _join_fitting_texts([text if len(text) <= most else piece(most) for piece, text in seen], room)


def _join_fitting_texts(texts: Sequence[str], room: int) -> str:
    """The texts, or as many as fit and "…"."""
    whole = "\n".join(texts)
    if len(whole) <= room:
        return whole
    ends = accumulate(len(text) + 1 for text in texts)
    return "\n".join([*(text for text, end in zip(texts, ends, strict=True) if end < room), ELLIPSIS])


def _discord_button_view(buttons: Sequence[Button], reminder_mark: int) -> discord.ui.View | None:
    """The buttons in rows of about equal length."""
    shown = _distinct_discord_buttons(buttons)[:MAX_DISCORD_MESSAGE_BUTTONS]
    if not shown:
        return None
    length = ceil(len(shown) / ceil(len(shown) / MAX_DISCORD_BUTTONS_PER_ROW))
    view = discord.ui.View(timeout=None)
    for place, one in enumerate(shown):
        press = DiscordButton.from_button(one, 0 if place else reminder_mark)
        press.row = place // length
        view.add_item(press)
    return view


def _distinct_discord_buttons(buttons: Sequence[Button]) -> list[Button]:
    """Of two buttons that do the same the first: Discord refuses a message in which two have one id."""
    first: dict[str, Button] = {}
    for button in buttons:
        first.setdefault(button.line, button)
    return list(first.values())
