"""Lines of text with moments and mentions in them.

A `str` in a line is literal text and may come from a person. Each renderer escapes it for its platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Literal


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment that some platforms can show in the reader's own zone."""

    #: UTC.
    at: datetime
    #: The moment in the member's chosen zone, for all other platforms.
    words: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A reference to a person or a channel of the platform. It never notifies anybody."""

    kind: Literal["person", "channel"]
    #: The platform's own id.
    id: str
    #: The text to show where the platform cannot show a reference.
    words: str


Span = str | Instant | Mention
Line = tuple[Span, ...]


def format_line(template: str, **values: Span | Line) -> Line:
    """A line in which each `{name}` of the template is replaced. Values are never parsed as templates."""
    spans: list[Span] = []
    for literal, name, _, _ in Formatter().parse(template):
        spans.append(literal)
        if name is not None:
            value = values[name]
            spans.extend(value if isinstance(value, tuple) else (value,))
    return tuple(span for span in spans if span != "")


def to_plain_text(line: Line) -> str:
    return "".join(span if isinstance(span, str) else span.words for span in line)
