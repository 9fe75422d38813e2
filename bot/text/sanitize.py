"""What people type, made safe at the edge: nothing invisible, nothing that turns the text around it.

Both functions are idempotent and give NFC. Lengths are in characters (code points) of cleaned text.
"""

from __future__ import annotations

import re
from unicodedata import category, normalize

NAME = 80
SHORT = 120  # company, role and the like
EMAIL = 254  # RFC 5321, as corrected by erratum 1690
PHONE = 40
TOLD = 500  # what is said to a whole club
NOTE = 3000  # a block of text on Slack

MAX_MARKS = 6  # on one letter: Hebrew with points and accents needs four, Burmese and Tibetan five

_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji need them, between two visible characters
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_KEPT = _VISIBLE_FORMATS | frozenset(_JOINERS)
_BLANKS = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"), " ")  # letters and a symbol that show nothing

_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f"
_ASTRAY = re.compile(rf"(?:^|(?<=\s))[{_JOINERS}{_SELECTORS}]+|[{_JOINERS}]+(?=\s|$)|(?<=[{_JOINERS}])[{_JOINERS}]+")


def clean(text: str) -> str:
    """One line, ends trimmed, white space folded; "" when nothing visible is left.

    Gone: controls, directional overrides and isolates, zero-width characters, tags, lone surrogates, piles of
    combining marks. Kept: joiners and variation selectors where emoji and scripts use them.
    """
    spaced = " ".join(text.translate(_BLANKS).split())
    shown = "".join(char for char in spaced if _is_kept(char))
    # A joiner can stand astray only when the pile around it is gone, and what stood between two spaces brings them
    # together: folded once more.
    line = _ASTRAY.sub("", _unpiled(normalize("NFC", " ".join(shown.split()))))
    return " ".join(line.split()) if any(category(char)[0] in "LNSP" for char in line) else ""


def clean_long(text: str) -> str:
    """Like `clean`, line by line; at most one empty line between two paragraphs."""
    lines = "\n".join(map(clean, text.splitlines()))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def too_long(text: str, limit: int) -> bool:
    """Whether cleaned text does not fit into `limit` characters."""
    return len(text) > limit


def _is_kept(char: str) -> bool:
    return category(char) not in ("Cc", "Cf", "Cs") or char in _KEPT


def _unpiled(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        if category(char)[0] == "M":
            marks += 1
        elif char not in _JOINERS:  # a joiner does not begin a new letter
            marks = 0
        if marks <= MAX_MARKS or char in _JOINERS:
            kept.append(char)
    return "".join(kept)
