"""What people type, made safe at the edge: nothing invisible, nothing that turns the text around it.

Both functions are idempotent and give NFC. Lengths are in characters (code points) of cleaned text.
"""

from __future__ import annotations

import re
from unicodedata import category, normalize

MAX_NAME_CHARS = 80
MAX_SHORT_CHARS = 120  # company, role and the like
MAX_EMAIL_CHARS = 254  # RFC 5321, as corrected by erratum 1690
MAX_PHONE_CHARS = 40
MAX_SHARED_CHARS = 500  # what is said to a whole club
MAX_NOTE_CHARS = 3000  # a block of text on Slack

MAX_COMBINING_MARKS = 6  # on one letter: Hebrew with points and accents needs four, Burmese and Tibetan five

_JOINER_CHARS = "\u200c\u200d"  # Persian, Indic scripts and emoji need them, between two visible characters
_VISIBLE_FORMAT_CHARS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
_ALLOWED_FORMAT_CHARS = _VISIBLE_FORMAT_CHARS | frozenset(_JOINER_CHARS)
_BLANK_GLYPHS = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"), " ")  # letters and a symbol that show nothing

_VARIATION_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f"
_STRAY_JOINER = re.compile(
    rf"(?:^|(?<=\s))[{_JOINER_CHARS}{_VARIATION_SELECTORS}]+|[{_JOINER_CHARS}]+(?=\s|$)|(?<=[{_JOINER_CHARS}])[{_JOINER_CHARS}]+"
)


def sanitize_line(text: str) -> str:
    """One line, ends trimmed, white space folded; "" when nothing visible is left.

    Gone: controls, directional overrides and isolates, zero-width characters, tags, lone surrogates, piles of
    combining marks. Kept: joiners and variation selectors where emoji and scripts use them.
    """
    spaced = " ".join(text.translate(_BLANK_GLYPHS).split())
    shown = "".join(char for char in spaced if _is_allowed_char(char))
    # A joiner can stand astray only when the pile around it is gone, and what stood between two spaces brings them
    # together: folded once more.
    line = _STRAY_JOINER.sub("", _limit_combining_marks(normalize("NFC", " ".join(shown.split()))))
    return " ".join(line.split()) if any(category(char)[0] in "LNSP" for char in line) else ""


def sanitize_paragraphs(text: str) -> str:
    """Like `clean`, line by line; at most one empty line between two paragraphs."""
    lines = "\n".join(map(sanitize_line, text.splitlines()))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def is_too_long(text: str, limit: int) -> bool:
    """Whether cleaned text does not fit into `limit` characters."""
    return len(text) > limit


def _is_allowed_char(char: str) -> bool:
    return category(char) not in ("Cc", "Cf", "Cs") or char in _ALLOWED_FORMAT_CHARS


def _limit_combining_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        if category(char)[0] == "M":
            marks += 1
        elif char not in _JOINER_CHARS:  # a joiner does not begin a new letter
            marks = 0
        if marks <= MAX_COMBINING_MARKS or char in _JOINER_CHARS:
            kept.append(char)
    return "".join(kept)
