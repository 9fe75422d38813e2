"""Clean typed text: remove invisible characters, and controls that change the direction of surrounding text.

Both functions are idempotent and return NFC. Lengths are in code points of the cleaned text.
"""

from __future__ import annotations

import re
from unicodedata import category, normalize

MAX_NAME_CHARS = 80
MAX_SHORT_CHARS = 120  # company, role and the like
MAX_EMAIL_CHARS = 254  # RFC 5321, as corrected by erratum 1690
MAX_PHONE_CHARS = 40
MAX_SHARED_CHARS = 500  # a win, tip, question or offer in a club
MAX_NOTE_CHARS = 3000  # the limit of a text block on Slack

MAX_COMBINING_MARKS = 6  # on one letter: Hebrew with points and accents needs four, Burmese and Tibetan five

_JOINER_CHARS = "\u200c\u200d"  # Persian, Indic scripts and emoji need them, between two visible characters
_VISIBLE_FORMAT_CHARS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
_ALLOWED_FORMAT_CHARS = _VISIBLE_FORMAT_CHARS | frozenset(_JOINER_CHARS)
_BLANK_GLYPHS = dict.fromkeys(
    map(ord, "\u115f\u1160\u2800\u3164\uffa0"), " "
)  # letters and a symbol without a visible glyph

_VARIATION_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f"
_STRAY_JOINER = re.compile(
    rf"(?:^|(?<=\s))[{_JOINER_CHARS}{_VARIATION_SELECTORS}]+|[{_JOINER_CHARS}]+(?=\s|$)|(?<=[{_JOINER_CHARS}])[{_JOINER_CHARS}]+"
)


def sanitize_line(text: str) -> str:
    """Return the text as one trimmed line with single spaces, or "" if nothing visible is left.

    Removed: controls, directional overrides and isolates, zero-width characters, tags, lone surrogates, and combining
    marks beyond six on one letter. Joiners and variation selectors stay where emoji and scripts use them.
    """
    spaced = " ".join(text.translate(_BLANK_GLYPHS).split())
    if spaced.isascii() and spaced.isprintable():
        return spaced  # most texts: nothing in them can be removed
    shown = "".join(char for char in spaced if _is_allowed_char(char))
    # Stray joiners can be seen only after surplus marks are removed, and removing a joiner between two spaces brings
    # the spaces together: so white space is folded once more.
    line = _STRAY_JOINER.sub("", _limit_combining_marks(normalize("NFC", " ".join(shown.split()))))
    return " ".join(line.split()) if any(category(char)[0] in "LNSP" for char in line) else ""


def sanitize_paragraphs(text: str) -> str:
    """Clean each line like `sanitize_line`, with at most one empty line between paragraphs."""
    lines = "\n".join(map(sanitize_line, text.splitlines()))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def is_too_long(text: str, limit: int) -> bool:
    """Whether cleaned text has more than `limit` characters."""
    return len(text) > limit


def _is_allowed_char(char: str) -> bool:
    return category(char) not in ("Cc", "Cf", "Cs") or char in _ALLOWED_FORMAT_CHARS


def _limit_combining_marks(text: str) -> str:
    output: list[str] = []
    mark_count = 0
    for char in text:
        if category(char)[0] == "M":
            mark_count += 1
        elif char not in _JOINER_CHARS:  # a joiner does not begin a new letter
            mark_count = 0
        if mark_count <= MAX_COMBINING_MARKS or char in _JOINER_CHARS:
            output.append(char)
    return "".join(output)
