"""Texts for Slack: literal, and never longer than their place.

`mrkdwn` has no way to quote a `*`, `_`, `~`, a backtick or `:smile:`, so a name could format a message; rich text has
no language at all. Its `text` elements are shown as they are (a mention, a link, an emoji would be elements of other
types), bold is a property beside the text, and a `date` element shows a moment in each reader's zone. Where rich text
cannot stand (buttons, labels, a line with a button beside it), `plain_text` with `emoji: false` is as literal.

Only sentences that tell a moment are `mrkdwn`, for its `<!date^…>`, and only when nothing in them could format.

Lengths are in characters (code points).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from adapters.common.text import ELLIPSIS, clipped, cut, literal, short
from bot.cards import Instant, Line, words

Object = dict[str, Any]

TEXT = 3000  # a text object (docs.slack.dev, "Text object"); none is published for rich text, we keep to this one
NOTIFICATION = 3000  # `text` of a message: chat.update refuses more than 4,000 (docs.slack.dev, "chat.update")
MOMENT = "{day_divider_pretty}, {time}"  # "Thursday, December 3rd, 3:00 PM" (docs.slack.dev, "Date element")
SENTENCE_MOMENT = "{date_long_pretty}, {time}"  # "tomorrow, 3:00 PM" (docs.slack.dev, "Formatting message text")
DATED = 500  # characters of a sentence with its moments; escaped and marked up it still fits into `TEXT`
WORDS = 100  # a moment in words, for clients that cannot draw it

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})  # docs.slack.dev, "Formatting message text"
_NO_MARKS = str.maketrans(dict.fromkeys("<>|^&", " "))
# What mrkdwn would read even when it is escaped: marks, emoji, the quote at the start of a line, an address.
_FORMATS = re.compile(r"[*_~`]|:[\w+'-]+:|^\s*>|://", re.MULTILINE)
_HALF_ENTITY = re.compile(rf"&\w{{0,3}}{ELLIPSIS}$")


def plain(text: str, limit: int = TEXT) -> Object:
    return {"type": "plain_text", "text": short(text, limit), "emoji": False}


def notification(text: str) -> str:
    """What notifications show and screen readers read: the only text of ours that Slack parses, so it is escaped."""
    escaped = literal(text).translate(_ENTITIES)
    return _HALF_ENTITY.sub(ELLIPSIS, cut(escaped, NOTIFICATION)) or ELLIPSIS


def rich(said: Line, limit: int = TEXT) -> list[Object]:
    """The line as elements of rich text, never none."""
    return [_element(span) for span in _shortened(_merged(said), limit)] or [{"type": "text", "text": ELLIPSIS}]


def dated(said: Line) -> Object | None:
    """A sentence as `mrkdwn`, with each moment in its reader's zone; None when it tells none, or could format."""
    spans = list(_merged(said))
    literals = [span for span in spans if isinstance(span, str)]
    if len(literals) == len(spans) or any(map(_FORMATS.search, literals)) or len(words(said)) > DATED:
        return None
    return {"type": "mrkdwn", "text": "".join(map(_marked, spans)), "verbatim": True}


def _marked(span: str | Instant) -> str:
    if isinstance(span, Instant):
        fallback = span.words.translate(_NO_MARKS)
        return f"<!date^{int(span.at.timestamp())}^{SENTENCE_MOMENT}|{fallback}>"
    return span.translate(_ENTITIES)


def bold(text: str) -> Object:
    return {"type": "text", "text": text, "style": {"bold": True}}


def _element(span: str | Instant) -> Object:
    if isinstance(span, Instant):
        at = int(span.at.timestamp())
        return {"type": "date", "timestamp": at, "format": MOMENT, "fallback": span.words}
    return {"type": "text", "text": span}


def _merged(said: Line) -> Iterator[str | Instant]:
    """Literal spans, neighbouring words as one, nothing empty."""
    for timed, spans in groupby(said, lambda span: isinstance(span, Instant)):
        if timed:
            yield from (Instant(one.at, short(one.words, WORDS)) for one in spans if isinstance(one, Instant))
        elif text := literal(words(tuple(spans))):
            yield text


def _shortened(spans: Iterator[str | Instant], limit: int) -> Line:
    """Spans of at most `limit` characters; a moment is kept whole or left out."""
    said = tuple(spans)
    if len(words(said)) <= limit:
        return said
    kept: list[str | Instant] = []
    room = limit - len(ELLIPSIS)
    for span in said:
        if len(words((span,))) > room:
            end = clipped(span, room) if isinstance(span, str) else ""
            return (*kept, end + ELLIPSIS)
        kept.append(span)
        room -= len(words((span,)))
    return tuple(kept)
