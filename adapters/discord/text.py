r"""Renders text for Discord: shown literally, and within a limit.

Discord parses markdown in everything that a bot writes, and only a backslash in front of a markdown character shows
it as it is. Backslashes are set only where a client would parse something, since some notifications show them. A URL
stays plain text: links, and the cards that invitations turn into, are for people to send. Instants use Discord's
timestamp marks, so each reader sees them in their own zone; people and channels use its mention marks, so each is
shown by its name in the server.

Lengths are in characters (code points).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from adapters.common.text import ELLIPSIS, truncate_at_grapheme, without_control_chars
from bot.domain.messages import Instant, Line, Mention, Span

# "Thursday, 3 December 2026 15:00 (in 2 days)" (Discord docs, "Timestamp Styles").
TIMESTAMP_IN_SENTENCE = "<t:{at}:F> (<t:{at}:R>)"
TIMESTAMP_IN_ROW = "<t:{at}:F>"  # in a list, where several are below one another

DISCORD_MENTION_FORMATS = {"person": "<@{id}>", "channel": "<#{id}>"}  # Discord docs, Reference, "Message Formatting"

_MARK_PLACEHOLDER = "\ufdd0"  # a noncharacter that replaces Discord's marks until the text is cut and escaped
_DISCORD_ID_PATTERN = re.compile(r"[0-9]{1,20}", re.ASCII)
_CODE_FENCE = "```"

# What a client would parse; a backslash goes in front of the last character of each match. The tests contain a parser
# that shows how clients parse it.
_DISCORD_MARKDOWN_PATTERN = re.compile(
    r"""
      [\\*_`\[]                             # escapes, bold and slanted, code, a named link
    | (?<=~)~ | (?<=\|)\|                   # struck out, hidden
    | <(?=\S)(?!3(?=\s|$)(?![\d ()-]+>))   # mentions, emoji, moments, commands, mail; a heart stays a heart
    | @(?=everyone|here)
    | :(?=[\w+-]+:)                         # :smile:
    | (?<=:)/                               # addresses
    | (?<=discord|cordapp)\.(?=\w)          # an invitation needs no http://
    | (?<=dis)\.(?=gd)
    | ^[^\S\n]*(?:                          # at the start of a line:
          >                                 # a quote
        | \#(?=\#{0,2}(?:[\s\ufeff]|\Z))    # a heading, also of the line below: who knows what comes behind the end
        | -(?=[\s\#\ufeff])                 # a list, small print
        | \+(?=[\s\ufeff])
        | \d+\.(?=[\s\ufeff])
      )
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)


def render_discord_line(line: Line, limit: int, timestamp_format: str = TIMESTAMP_IN_SENTENCE) -> str:
    """The line in at most `limit` characters; "" when there is nothing to show.

    The mark of an instant, a person or a channel is kept whole or left out.
    """
    marked_spans = [(_discord_mark_of_span(span, timestamp_format), span) for span in line]
    source = "".join(
        _MARK_PLACEHOLDER if mark else _literal_discord_text(span if isinstance(span, str) else span.words)
        for mark, span in marked_spans
    )
    marks = [mark for mark, _span in marked_spans if mark]
    return _render_fitting_discord_text(
        source.strip(), lambda part: _fill_in_discord_marks(_escape_discord_markdown(part), marks), limit
    )


def render_discord_code_block(text: str, limit: int) -> str:
    """Text to copy, in a code block that nothing in it can close; "" when there is none."""
    source = _literal_discord_text(text).strip()
    text_limit = limit - len(f"{_CODE_FENCE}\n\n{_CODE_FENCE}")
    return (
        f"{_CODE_FENCE}\n{_render_fitting_discord_text(source, _break_discord_code_fences, text_limit)}\n{_CODE_FENCE}"
        if source
        else ""
    )


def _literal_discord_text(text: str) -> str:
    return without_control_chars(text).replace(_MARK_PLACEHOLDER, "")


def _discord_mark_of_span(span: Span, timestamp_format: str) -> str:
    """The span as a mark of Discord's; "" for plain text, and for a mention whose id is not one of Discord's."""
    if isinstance(span, Instant):
        return timestamp_format.format(at=int(span.at.timestamp()))
    if isinstance(span, Mention) and _DISCORD_ID_PATTERN.fullmatch(span.id):
        return DISCORD_MENTION_FORMATS[span.kind].format(id=span.id)
    return ""


def _escape_discord_markdown(text: str) -> str:
    return _DISCORD_MARKDOWN_PATTERN.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", text)


def _fill_in_discord_marks(text: str, marks: list[str]) -> str:
    next_marks = iter(marks)
    return re.sub(_MARK_PLACEHOLDER, lambda _match: next(next_marks), text)


def _break_discord_code_fences(text: str) -> str:
    """A client parses nothing in a code block but its end; a zero-width space splits three backticks."""
    return re.sub("``(?=`)", "``\u200b", text)


def _render_fitting_discord_text(source: str, render: Callable[[str], str], limit: int) -> str:
    """The rendered source; when that is longer than `limit`, as much of its beginning as fits, and "…"."""
    if len(whole := render(source)) <= limit:
        return whole
    # The source is cut, not the rendered text, so that no half of an escape or of a mark is left.
    text_limit = limit - len(ELLIPSIS)
    # Rendering never shortens a text, so no more than `text_limit` characters of the source can fit.
    candidates = range(min(len(source), text_limit + 1))
    end = bisect_right(candidates, text_limit, key=lambda at: len(render(source[:at]))) - 1
    return render(truncate_at_grapheme(source, max(end, 0))) + ELLIPSIS
