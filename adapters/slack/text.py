"""Texts for Slack: shown literally, and shortened to Slack's limits.

`mrkdwn` has no way to quote a `*`, `_`, `~`, a backtick or `:smile:`, so a name could format a message; rich text has
no markup at all. Its `text` elements are shown as they are (mentions, links and emoji are elements of other types),
bold is a property beside the text, and a `date` element shows a moment in each reader's zone. Where rich text is not
allowed (buttons, labels, a line with a button beside it), `plain_text` with `emoji: false` is as literal; mentions are
written out as words there.

Only sentences with a moment are `mrkdwn`, for its `<!date^…>`, and only if nothing in them could be read as markup.

Lengths are in characters (code points).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from adapters.common.text import (
    ELLIPSIS,
    shorten_to_single_line,
    truncate_at_grapheme,
    truncate_with_ellipsis,
    without_control_chars,
)
from bot.domain.messages import Instant, Line, Mention, Span, to_plain_text

SlackObject = dict[str, Any]

# A text object (docs.slack.dev, "Text object"). No limit is published for rich text; the same is used there.
MAX_TEXT_OBJECT_CHARS = 3000
# The `text` of a message: chat.update refuses more than 4,000 (docs.slack.dev, "chat.update").
MAX_NOTIFICATION_CHARS = 3000
# "Thursday, December 3rd, 3:00 PM" (docs.slack.dev, "Date element")
DATE_ELEMENT_FORMAT = "{day_divider_pretty}, {time}"
MRKDWN_DATE_FORMAT = "{date_long_pretty}, {time}"  # "tomorrow, 3:00 PM" (docs.slack.dev, "Formatting message text")
MAX_DATED_TEXT_CHARS = 500  # a sentence with moments; escaped and marked up it still fits into a text object
MAX_FALLBACK_CHARS = 100  # the words of a moment or a mention, for clients that cannot render it
SLACK_ID_PATTERN = re.compile(r"[A-Z0-9]+", re.ASCII)  # the id of a person or a channel

_MRKDWN_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})  # docs.slack.dev, "Formatting message text"
_DATE_FALLBACK_CHARS = str.maketrans(dict.fromkeys("<>|^&", " "))
# Markup that escaping does not disarm: formatting characters, emoji, a quote at the start of a line, a web address.
_MRKDWN_FORMATTING_PATTERN = re.compile(r"[*_~`]|:[\w+'-]+:|^\s*>|://", re.MULTILINE)
_CUT_ENTITY_PATTERN = re.compile(rf"&\w{{0,3}}{ELLIPSIS}$")


def plain_text_object(text: str, limit: int = MAX_TEXT_OBJECT_CHARS) -> SlackObject:
    return {"type": "plain_text", "text": shorten_to_single_line(text, limit), "emoji": False}


def escape_notification_text(text: str) -> str:
    """The text of notifications and screen readers. Slack parses it as markup, so it is escaped."""
    escaped = without_control_chars(text).translate(_MRKDWN_ENTITIES)
    return _CUT_ENTITY_PATTERN.sub(ELLIPSIS, truncate_with_ellipsis(escaped, MAX_NOTIFICATION_CHARS)) or ELLIPSIS


def rich_text_elements(line: Line, limit: int = MAX_TEXT_OBJECT_CHARS) -> list[SlackObject]:
    """The line as rich text elements, at least one."""
    return [_span_to_rich_text(span) for span in _shorten_spans(_merge_literal_spans(line), limit)] or [
        {"type": "text", "text": ELLIPSIS}
    ]


def dated_mrkdwn_object(line: Line) -> SlackObject | None:
    """A sentence as `mrkdwn`, moments in the reader's zone. None if it has no moment, is too long or holds markup."""
    spans = list(_merge_literal_spans(line))
    literals = [span for span in spans if isinstance(span, str)]
    if not any(isinstance(span, Instant) for span in spans) or any(map(_MRKDWN_FORMATTING_PATTERN.search, literals)):
        return None
    text = "".join(map(_span_to_mrkdwn, spans))
    if len(to_plain_text(tuple(spans))) > MAX_DATED_TEXT_CHARS or len(text) > MAX_TEXT_OBJECT_CHARS:
        return None
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _span_to_mrkdwn(span: Span) -> str:
    if isinstance(span, Instant):
        fallback = span.words.translate(_DATE_FALLBACK_CHARS)
        return f"<!date^{int(span.at.timestamp())}^{MRKDWN_DATE_FORMAT}|{fallback}>"
    if isinstance(span, Mention):
        return f"<{'@' if span.kind == 'person' else '#'}{span.id}>"
    return span.translate(_MRKDWN_ENTITIES)


def bold_text_element(text: str) -> SlackObject:
    return {"type": "text", "text": text, "style": {"bold": True}}


def _span_to_rich_text(span: Span) -> SlackObject:
    if isinstance(span, Instant):
        at = int(span.at.timestamp())
        return {"type": "date", "timestamp": at, "format": DATE_ELEMENT_FORMAT, "fallback": span.words}
    if isinstance(span, Mention):
        kind = "user" if span.kind == "person" else "channel"
        return {"type": kind, f"{kind}_id": span.id}
    return {"type": "text", "text": span}


def _merge_literal_spans(line: Line) -> Iterator[Span]:
    """The spans without empty ones; neighboring literal texts are joined."""
    for text, spans in groupby(map(_limit_span_words, line), lambda span: isinstance(span, str)):
        if not text:
            yield from spans
        elif literal := without_control_chars(to_plain_text(tuple(spans))):
            yield literal


def _limit_span_words(span: Span) -> Span:
    """A moment or a mention with shortened words. A mention whose id is not Slack's becomes its words."""
    if isinstance(span, str):
        return span
    if isinstance(span, Mention) and not SLACK_ID_PATTERN.fullmatch(span.id):
        return shorten_to_single_line(span.words, MAX_FALLBACK_CHARS)
    return replace(span, words=shorten_to_single_line(span.words, MAX_FALLBACK_CHARS))


def _shorten_spans(spans: Iterator[Span], limit: int) -> Line:
    """Spans of at most `limit` characters in all. A moment or a mention stays whole or is left out."""
    line = tuple(spans)
    if len(to_plain_text(line)) <= limit:
        return line
    shortened: list[Span] = []
    remaining_chars = limit - len(ELLIPSIS)
    for span in line:
        if len(to_plain_text((span,))) > remaining_chars:
            end = truncate_at_grapheme(span, remaining_chars) if isinstance(span, str) else ""
            return (*shortened, end + ELLIPSIS)
        shortened.append(span)
        remaining_chars -= len(to_plain_text((span,)))
    return tuple(shortened)
