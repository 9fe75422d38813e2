"""Texts for Slack: literal, and never longer than their place.

`mrkdwn` has no way to quote a `*`, `_`, `~`, a backtick or `:smile:`, so a name could format a message; rich text has
no language at all. Its `text` elements are shown as they are (a mention, a link, an emoji are elements of other
types), bold is a property beside the text, and a `date` element shows a moment in each reader's zone. Where rich text
cannot stand (buttons, labels, a line with a button beside it), `plain_text` with `emoji: false` is as literal; a
mention is said in words there.

Only sentences that tell a moment are `mrkdwn`, for its `<!date^…>`, and only when nothing in them could format.

Lengths are in characters (code points).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from adapters.common.text import ELLIPSIS, clipped, cut, literal, short
from bot.domain.messages import Instant, Line, Mention, Span, words

Object = dict[str, Any]

TEXT = 3000  # a text object (docs.slack.dev, "Text object"); none is published for rich text, we keep to this one
NOTIFICATION = 3000  # `text` of a message: chat.update refuses more than 4,000 (docs.slack.dev, "chat.update")
MOMENT = "{day_divider_pretty}, {time}"  # "Thursday, December 3rd, 3:00 PM" (docs.slack.dev, "Date element")
SENTENCE_MOMENT = "{date_long_pretty}, {time}"  # "tomorrow, 3:00 PM" (docs.slack.dev, "Formatting message text")
DATED = 500  # characters of a sentence with its moments; escaped and marked up it still fits into `TEXT`
WORDS = 100  # a moment or a mention in words, for clients that cannot draw it
ID = re.compile(r"[A-Z0-9]+", re.ASCII)  # what Slack calls a person or a channel

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
    if not any(isinstance(span, Instant) for span in spans) or any(map(_FORMATS.search, literals)):
        return None
    text = "".join(map(_marked, spans))
    if len(words(tuple(spans))) > DATED or len(text) > TEXT:
        return None
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _marked(span: Span) -> str:
    if isinstance(span, Instant):
        fallback = span.words.translate(_NO_MARKS)
        return f"<!date^{int(span.at.timestamp())}^{SENTENCE_MOMENT}|{fallback}>"
    if isinstance(span, Mention):
        return f"<{'@' if span.kind == 'person' else '#'}{span.id}>"
    return span.translate(_ENTITIES)


def bold(text: str) -> Object:
    return {"type": "text", "text": text, "style": {"bold": True}}


def _element(span: Span) -> Object:
    if isinstance(span, Instant):
        at = int(span.at.timestamp())
        return {"type": "date", "timestamp": at, "format": MOMENT, "fallback": span.words}
    if isinstance(span, Mention):
        kind = "user" if span.kind == "person" else "channel"
        return {"type": kind, f"{kind}_id": span.id}
    return {"type": "text", "text": span}


def _merged(said: Line) -> Iterator[Span]:
    """Literal spans, neighbouring words as one, nothing empty."""
    for text, spans in groupby(map(_safe, said), lambda span: isinstance(span, str)):
        if not text:
            yield from spans
        elif joined := literal(words(tuple(spans))):
            yield joined


def _safe(span: Span) -> Span:
    """A moment or a mention with words that fit; a mention of what is no id of Slack's is its words alone."""
    if isinstance(span, str):
        return span
    if isinstance(span, Mention) and not ID.fullmatch(span.id):
        return short(span.words, WORDS)
    return replace(span, words=short(span.words, WORDS))


def _shortened(spans: Iterator[Span], limit: int) -> Line:
    """Spans of at most `limit` characters; a moment or a mention is kept whole or left out."""
    said = tuple(spans)
    if len(words(said)) <= limit:
        return said
    kept: list[Span] = []
    room = limit - len(ELLIPSIS)
    for span in said:
        if len(words((span,))) > room:
            end = clipped(span, room) if isinstance(span, str) else ""
            return (*kept, end + ELLIPSIS)
        kept.append(span)
        room -= len(words((span,)))
    return tuple(kept)
