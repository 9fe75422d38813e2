"""Cleans typed text of harmful characters, and truncates it between graphemes.

Lengths are in characters (code points).
"""

from __future__ import annotations

from unicodedata import category

ELLIPSIS = "…"

_GRAPHEME_JOINERS = "\u200c\u200d"
_REGIONAL_INDICATORS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_CONTROL_CHARS = dict.fromkeys((*range(32), *range(127, 160)))
_DIRECTION_MARKS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_LONE_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_LINE_BREAKS = {ord("\n"): "\n", ord("\t"): " ", 0x2028: "\n", 0x2029: "\n"}
_CONTROL_REPLACEMENTS: dict[int, str | None] = {
    **_CONTROL_CHARS,
    **_DIRECTION_MARKS,
    **_LONE_SURROGATES,
    **_LINE_BREAKS,
}


def without_control_chars(text: str) -> str:
    """Drop control characters and direction marks; a lone surrogate becomes U+FFFD, a tab a space. Line breaks stay."""
    return text.translate(_CONTROL_REPLACEMENTS)


def to_single_line(text: str) -> str:
    return " ".join(without_control_chars(text).split())


def shorten_to_single_line(text: str, limit: int) -> str:
    """One line of at most `limit` characters. An empty one becomes "…", because platforms refuse empty texts."""
    return truncate_with_ellipsis(to_single_line(text), limit) or ELLIPSIS


def truncate_with_ellipsis(text: str, limit: int) -> str:
    """At most `limit` characters of the text. A shortened text ends in "…" after a whole grapheme."""
    return text if len(text) <= limit else truncate_at_grapheme(text, limit - 1) + ELLIPSIS


def truncate_at_grapheme(text: str, limit: int) -> str:
    """The beginning of a text that is longer than `limit`: whole graphemes, no trailing white space."""
    end = limit
    while end > 0 and _continues_grapheme(text, end):
        end -= 1
    return text[:end].rstrip()


def _continues_grapheme(text: str, index: int) -> bool:
    """Whether the character at `index` continues the grapheme before it: marks, joined emoji, flags, Hangul letters."""
    before, char = text[index - 1], text[index]
    if category(char)[0] == "M" or char in _GRAPHEME_JOINERS or before == "\u200d" or "\u1160" <= char <= "\u11ff":
        return True
    if "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f":  # skin tones, tags of flags
        return True
    half_flags = index - len(text[:index].rstrip(_REGIONAL_INDICATORS))
    return char in _REGIONAL_INDICATORS and half_flags % 2 == 1
