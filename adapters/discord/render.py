"""Renders cards as Discord messages. Pure; `forms` renders modals.

A card becomes an ordinary message, so that the notification shows its text: its head and lines, its rows, its list, the
text to copy, then selects and buttons (see `components`). An embed holds what the notification must not show, and what
is too long for a message. It has no title and no color.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Any

import discord

from adapters.common.text import ELLIPSIS, to_single_line, without_control_chars
from adapters.discord.components import discord_view
from adapters.discord.text import TIMESTAMP_IN_ROW, render_discord_code_block, render_discord_line
from bot.domain.messages import Card, Field, Line, Section
from bot.views.phrases import left_out_phrase

MAX_DISCORD_MESSAGE_CHARS = 2000  # Discord docs, "Create Message"
MAX_EMBED_DESCRIPTION_CHARS = 4096  # Discord docs, "Embed Limits"
MIN_DISCORD_LIST_ROW_CHARS = 40  # for each row, however long the list is
DISCORD_LABEL_SEPARATOR = ": "  # between a label and its value

DiscordCardPart = Callable[[int], str]
"""Renders a part of a card in at most so many characters; "" when there is nothing to show."""


@dataclass(frozen=True, slots=True)
class DiscordMessage:
    """A message to send, or to replace another with: a replacement needs `embeds` and `view`, too."""

    content: str
    embeds: list[discord.Embed]
    view: discord.ui.View | None

    def to_payload(self) -> dict[str, Any]:
        """The message as Discord's JSON."""
        return {
            "content": self.content,
            "embeds": [embed.to_dict() for embed in self.embeds],
            "components": self.view.to_components() if self.view else [],
        }


def render_discord_message(card: Card, reminder_mark: int = 0) -> DiscordMessage:
    """The message for a card.

    `reminder_mark`: the id of its first select or button, so that the message can be found again; 0 for none. A card
    without any carries no mark.
    """
    view, left_out = discord_view(card, reminder_mark)
    content, description = _discord_message_texts(card, left_out_phrase(left_out) if left_out else "")
    embeds = [discord.Embed(description=description)] if description else []
    return DiscordMessage(content or ELLIPSIS, embeds, view)


def _discord_message_texts(card: Card, left_out_text: str) -> tuple[str, str]:
    """The content, and the description of an embed if one is needed."""
    head: list[DiscordCardPart] = [partial(_discord_bold_line, card.head)] if card.head else []
    content_parts: list[DiscordCardPart] = [*head, partial(_discord_card_paragraph, card.lines)]
    embed_parts: list[DiscordCardPart] = [
        *(part for section in card.sections for part in _discord_section_parts(section)),
        *(partial(_discord_list_row, field) for field in card.fields),
        partial(render_discord_code_block, card.quote),
        partial(render_discord_line, (left_out_text,)),
    ]
    whole = _fit_discord_card_parts([*content_parts, *embed_parts], MAX_EMBED_DESCRIPTION_CHARS)
    if card.notification:
        return render_discord_line((card.notification,), MAX_DISCORD_MESSAGE_CHARS), whole
    if len(whole) <= MAX_DISCORD_MESSAGE_CHARS:
        return whole, ""
    if not (card.head or card.lines):
        content_parts, embed_parts = embed_parts[:1], embed_parts[1:]
    content = _fit_discord_card_parts(content_parts, MAX_DISCORD_MESSAGE_CHARS)
    return content, _fit_discord_card_parts(embed_parts, MAX_EMBED_DESCRIPTION_CHARS)


def _discord_bold_line(text: str, limit: int) -> str:
    line = render_discord_line((to_single_line(text),), limit - 4)
    return f"**{line}**" if line else ""


def _discord_section_parts(section: Section) -> Iterator[DiscordCardPart]:
    if section.heading:
        yield partial(_discord_bold_line, section.heading)
    for row in section.rows:
        yield partial(_discord_list_row, Field(row.name, row.line))


def _discord_card_paragraph(lines: Sequence[Line], limit: int) -> str:
    return render_discord_line(tuple(span for line in lines for span in ("\n", *line))[1:], limit)


def _discord_list_row(row: Field, limit: int) -> str:
    """A list item; its further lines are indented, or the list would end there."""
    label = render_discord_line((to_single_line(row.label),), limit // 2)
    if label and not row.value:
        return f"- **{label}**"
    start = f"- **{label}**{DISCORD_LABEL_SEPARATOR}" if label else "- "
    return start + (
        render_discord_line(_indent_discord_row_value(row.value), limit - len(start), TIMESTAMP_IN_ROW) or ELLIPSIS
    )


def _indent_discord_row_value(line: Line) -> Line:
    return tuple(
        re.sub(r"\s*\n\s*", "\n  ", without_control_chars(span)) if isinstance(span, str) else span for span in line
    )


def _fit_discord_card_parts(parts: Sequence[DiscordCardPart], limit: int) -> str:
    """The parts, one below the other. If they are too long, the longest are shortened, so that none is lost."""
    rendered = [(part, text) for part in parts if (text := part(limit))]
    total = limit - len(rendered) + 1
    lengths = [len(text) for _part, text in rendered]
    fair_share = bisect_right(range(total + 1), total, key=lambda share: sum(min(size, share) for size in lengths)) - 1
    part_limit = max(fair_share, MIN_DISCORD_LIST_ROW_CHARS)
    texts = [text if len(text) <= part_limit else part(part_limit) for part, text in rendered]
    return _join_fitting_texts(texts, limit)


def _join_fitting_texts(texts: Sequence[str], limit: int) -> str:
    """The texts, or as many of the first as fit, and "…"."""
    whole = "\n".join(texts)
    if len(whole) <= limit:
        return whole
    ends = accumulate(len(text) + 1 for text in texts)
    return "\n".join([*(text for text, end in zip(texts, ends, strict=True) if end < limit), ELLIPSIS])
