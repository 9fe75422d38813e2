r"""Texts for Discord: literal, and never longer than their place.

Discord reads markdown in whatever a bot writes, and a backslash in front of a mark is the only way to show the mark.
It is set where a client would read something and nowhere else, since some notifications show it. An address stays
words: links, and the cards that invitations turn into, are for people to send. Moments are Discord's own: each reader
sees them in their zone. So are people and channels, each shown by the name that its server has for it.

Lengths are in characters (code points).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from adapters.common.text import ELLIPSIS, truncate_at_grapheme, without_control_chars
from bot.domain.messages import Instant, Line, Mention, Span

TIMESTAMP_IN_SENTENCE = (
    "<t:{at}:F> (<t:{at}:R>)"  # "Thursday, 3 December 2026 15:00 (in 2 days)" (Discord docs, "Timestamp Styles")
)
TIMESTAMP_IN_ROW = "<t:{at}:F>"  # in a list, where several stand below one another

DISCORD_MENTION_FORMATS = {"person": "<@{id}>", "channel": "<#{id}>"}  # Discord docs, Reference, "Message Formatting"

_MARK_PLACEHOLDER = "\ufdd0"  # a noncharacter, in the place of what is Discord's own until all else is cut and escaped
_DISCORD_ID_PATTERN = re.compile(r"[0-9]{1,20}", re.ASCII)
_CODE_FENCE = "```"

# What a client would read; a backslash goes in front of the last character of each. How they read it is told in the
# tests' own reader of Discord's markdown.
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
    """The line in at most `limit` characters; "" when there is nothing to see.

    A moment, a person or a channel is kept whole or left out.
    """
    drawn = [(_discord_mark_of_span(span, timestamp_format), span) for span in line]
    source = "".join(
        _MARK_PLACEHOLDER if own else _literal_discord_text(span if isinstance(span, str) else span.words)
        for own, span in drawn
    )
    owns = [own for own, _span in drawn if own]
    return _render_fitting_discord_text(
        source.strip(), lambda part: _fill_in_discord_marks(_escape_discord_markdown(part), owns), limit
    )


def render_discord_code_block(text: str, limit: int) -> str:
    """Words to copy, in a block of their own that they cannot leave; "" when there are none."""
    source = _literal_discord_text(text).strip()
    room = limit - len(f"{_CODE_FENCE}\n\n{_CODE_FENCE}")
    return (
        f"{_CODE_FENCE}\n{_render_fitting_discord_text(source, _break_discord_code_fences, room)}\n{_CODE_FENCE}"
        if source
        else ""
    )


def _literal_discord_text(text: str) -> str:
    return without_control_chars(text).replace(_MARK_PLACEHOLDER, "")


def _discord_mark_of_span(span: Span, timestamp_format: str) -> str:
    """The span as Discord's own mark; "" for words, and for somebody whose id is none of Discord's."""
    if isinstance(span, Instant):
        return timestamp_format.format(at=int(span.at.timestamp()))
    if isinstance(span, Mention) and _DISCORD_ID_PATTERN.fullmatch(span.id):
        return DISCORD_MENTION_FORMATS[span.kind].format(id=span.id)
    return ""


def _escape_discord_markdown(text: str) -> str:
    return _DISCORD_MARKDOWN_PATTERN.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", text)


def _fill_in_discord_marks(text: str, marks: list[str]) -> str:
    told = iter(marks)
    return re.sub(_MARK_PLACEHOLDER, lambda _found: next(told), text)


def _break_discord_code_fences(text: str) -> str:
    """Nothing is read in a code block but its end, and a space without width keeps three backticks from being it."""
    return re.sub("``(?=`)", "``\u200b", text)


def _render_fitting_discord_text(source: str, render: Callable[[str], str], limit: int) -> str:
    """The source as drawn; when that is longer than `limit`, as much of its beginning as fits, and "…"."""
    if len(whole := render(source)) <= limit:
        return whole
    # The source is cut, not what was drawn: no half of an escape is left, and no half of a moment.
    room = limit - len(ELLIPSIS)
    # Nothing is drawn shorter than it is, so that no more than `room` characters can fit.
    most = range(min(len(source), room + 1))
    end = bisect_right(most, room, key=lambda at: len(render(source[:at]))) - 1
    return render(truncate_at_grapheme(source, max(end, 0))) + ELLIPSIS
