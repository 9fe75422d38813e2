"""Text for the console, shown literally: without control characters and marks that change the writing direction."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Form, Line, Mention, Response, Span

MENTION_SIGNS = {"person": "@", "channel": "#"}
_CONSOLE_CONTROL_CHARS = dict.fromkeys((*range(32), *range(127, 160)))
_CONSOLE_DIRECTION_MARKS = dict.fromkeys((*range(8234, 8239), *range(8294, 8298)))
_CONSOLE_SURROGATES = dict.fromkeys(range(55296, 57344), "�")
_CONSOLE_LINE_BREAKS = {ord("\n"): "\n", ord("\t"): " ", 0x2028: "\n", 0x2029: "\n"}
_CONSOLE_LITERAL_TABLE: dict[int, str | None] = {
    **_CONSOLE_CONTROL_CHARS,
    **_CONSOLE_DIRECTION_MARKS,
    **_CONSOLE_SURROGATES,
    **_CONSOLE_LINE_BREAKS,
}


def strip_console_controls(text: str) -> str:
    return text.translate(_CONSOLE_LITERAL_TABLE)


def collapse_console_whitespace(text: str) -> str:
    return " ".join(strip_console_controls(text).split())


def with_readable_mentions(response: Response) -> Response:
    """The response with people as @name and channels as #name."""
    if isinstance(response, Form):
        return replace(response, intro=tuple(map(_line_with_readable_mentions, response.intro)))
    return response.with_lines(_line_with_readable_mentions)


def _line_with_readable_mentions(line: Line) -> Line:
    return tuple(_span_with_readable_mention(span) for span in line)


def _span_with_readable_mention(span: Span) -> Span:
    return (
        MENTION_SIGNS[span.kind] + span.words.removeprefix(MENTION_SIGNS[span.kind])
        if isinstance(span, Mention)
        else span
    )
