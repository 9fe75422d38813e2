"""Texts as people typed them, without what could harm, and cut so that nothing is left in halves.

Lengths are in characters (code points).
"""

from __future__ import annotations

from unicodedata import category

ELLIPSIS = "…"

_JOINERS = "\u200c\u200d"
_HALF_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)))
_DIRECTIONS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_BREAKS = {ord("\n"): "\n", ord("\t"): " ", 0x2028: "\n", 0x2029: "\n"}
_LITERAL: dict[int, str | None] = {**_CONTROLS, **_DIRECTIONS, **_SURROGATES, **_BREAKS}


def literal(text: str) -> str:
    """Without control characters, lone surrogates and the marks that turn the direction of writing."""
    return text.translate(_LITERAL)


def one_line(text: str) -> str:
    return " ".join(literal(text).split())


def short(text: str, limit: int) -> str:
    """On one line that fits; one that would be empty, which platforms refuse, is "…"."""
    return cut(one_line(text), limit) or ELLIPSIS


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` characters; a shortened one ends in "…", after a whole grapheme."""
    return text if len(text) <= limit else clipped(text, limit - 1) + ELLIPSIS


def clipped(text: str, limit: int) -> str:
    """The beginning of a text that is longer than `limit`: whole graphemes, and no white space at its end."""
    end = limit
    while end > 0 and _belongs(text, end):
        end -= 1
    return text[:end].rstrip()


def _belongs(text: str, at: int) -> bool:
    """Whether the character at `at` is part of the grapheme before it: marks, joined emoji, flags, Hangul letters."""
    before, char = text[at - 1], text[at]
    if category(char)[0] == "M" or char in _JOINERS or before == "\u200d" or "\u1160" <= char <= "\u11ff":
        return True
    if "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f":  # skin tones, tags of flags
        return True
    half_flags = at - len(text[:at].rstrip(_HALF_FLAGS))
    return char in _HALF_FLAGS and half_flags % 2 == 1
