"""Where a text names somebody: found token by token, so that what is found can also be taken out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from unicodedata import category

from bot.text.contact_names import ALSO_WORDS, FOLDED, fold

# Written without blanks, or with small words grown on: a name counts inside. Thai, Lao, Japanese, Chinese, Korean.
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BLOCK = re.compile("[\u3400-\u9fff\uac00-\ud7af]{3}")  # a family name of one character, a given name of two
_GROWN = re.compile("[\u0590-\u06ff]")  # Hebrew and Arabic: "and", "to", "that" are single letters in front
_IN_FRONT = frozenset("ולבכמשהولبكفس")
_ARTICLES = frozenset(("the", "my", "a", "an", "of", "and", "at", "from", "in", "on", "for", "with", "und"))
_PARTICLES = frozenset(
    (
        *("de", "la", "le", "el", "da", "di", "du", "des", "del", "dos", "das", "den", "der"),
        *("van", "von", "zu", "zur", "ter", "ten", "bin", "ibn"),
    )
)
_BETWEEN = re.compile(r"[\s'’.\-‐‑]{1,2}")  # inside of a name
_ENDING = 4  # letters of a name that may have an "s" grown on in any case: "the Smiths", "danas Antwort"


class Span(NamedTuple):
    start: int
    end: int


class Token(NamedTuple):
    word: str  # folded
    span: Span
    capital: bool


class Letters(NamedTuple):
    """`places`: where in the text each letter stands, and at last where they end."""

    folded: str
    places: tuple[int, ...]


def spans(text: str, name: str) -> list[Span]:
    """Where the text names them, by any word of their name that is no common word there; side by side is one."""
    tokens, sought = _last_read(text), words_of(name)
    if not sought:
        return []
    found = {at for at, one in enumerate(tokens) if _is_called(one, sought)}
    size = len(sought)
    for at in range(len(tokens) - size + 1 if size > 1 else 0):
        if tuple(one.word for one in tokens[at : at + size]) == sought:
            found.update(range(at, at + size))
    # A letter alone is nobody's name, beside one it is: "O'Brien", "J. Smith".
    found |= {at for at in found for at in (at - 1, at + 1) if _is_beside(text, tokens, at, sought, found)}
    parts = _parts(sought)
    inside = [one for letters in _last_spelt(text) for one in _inside(letters, parts)] if parts else []
    return _joined(text, sorted({*(tokens[at].span for at in found), *inside}))


@lru_cache(maxsize=1)
def _last_read(text: str) -> list[Token]:
    """A text is read once for all contacts of a board."""
    return tokens_of(text)


def tokens_of(text: str) -> list[Token]:
    """Runs of letters and digits with their marks."""
    found, at = list[Token](), 0
    for kept, run in groupby(text, _is_letter):
        part = "".join(run)
        if kept:
            found.append(Token(fold(part), Span(at, at + len(part)), part[0].isupper()))
        at += len(part)
    return found


@lru_cache(maxsize=FOLDED)
def words_of(name: str) -> tuple[str, ...]:
    return tuple(one.word for one in tokens_of(name))


def _is_letter(char: str) -> bool:
    return char.isalnum() or category(char)[0] == "M" or char in "\u200c\u200d"


def _is_called(token: Token, sought: Sequence[str]) -> bool:
    base = token.word.removesuffix("s")
    grown = len(base) >= _ENDING or (token.capital and len(base) > 1)
    word = base if grown and base in sought else token.word
    if len(sought) > 1 and word == "".join(sought):
        return True
    common = word in ALSO_WORDS and not token.capital
    return len(word) > 1 and word in sought and not common and not _is_small(word, sought)


def _is_small(word: str, sought: Sequence[str]) -> bool:
    """Whether it is only a small word of a longer name."""
    return len(sought) > 1 and (word in _ARTICLES or (word in _PARTICLES and word != sought[0]))


def _is_beside(text: str, tokens: Sequence[Token], at: int, sought: Sequence[str], found: set[int]) -> bool:
    if not 0 <= at < len(tokens) or len(tokens[at].word) > 1 or tokens[at].word not in sought:
        return False
    ends = [tokens[max(one, at)].span.start for one in (at - 1, at + 1) if one in found]
    starts = [tokens[min(one, at)].span.end for one in (at - 1, at + 1) if one in found]
    return any(_BETWEEN.fullmatch(text, start, end) for start, end in zip(starts, ends, strict=True))


def _parts(sought: Sequence[str]) -> list[str]:
    """What may stand inside of a token, in scripts that write so."""
    parts = (*sought, *(one[1:] for one in sought if _BLOCK.fullmatch(one)))
    return [one for one in dict.fromkeys(parts) if len(one) > 1 and (_UNSPACED.search(one) or _GROWN.search(one))]


@lru_cache(maxsize=1)
def _last_spelt(text: str) -> list[Letters]:
    """Each token in folded letters."""
    return [_spelt(text, token.span) for token in _last_read(text)]


def _spelt(text: str, token: Span) -> Letters:
    letters = [(letter, at) for at in range(*token) for letter in fold(text[at])]
    return Letters("".join(letter for letter, _at in letters), (*(at for _letter, at in letters), token.end))


def _inside(letters: Letters, parts: Sequence[str]) -> Iterator[Span]:
    for part in parts:
        start = _start_in(letters.folded, part)
        while start is not None:
            end = start + len(part)
            yield Span(letters.places[start], letters.places[end])
            start = _start_in(letters.folded, part, end)


def _start_in(whole: str, part: str, after: int = 0) -> int | None:
    if _UNSPACED.search(part):
        start = whole.find(part, after)
        return start if start >= 0 else None
    front = len(whole) - len(part)
    grown = 0 < front <= 2 and after <= front and whole.endswith(part)
    return front if grown and _IN_FRONT.issuperset(whole[:front]) else None


def _joined(text: str, found: Sequence[Span]) -> list[Span]:
    """Those that touch, or have only a hyphen, an apostrophe or a blank between them, are one."""
    joined = list[Span]()
    for one in found:
        last = joined[-1] if joined else None
        if last and (one.start <= last.end or _BETWEEN.fullmatch(text, last.end, one.start)):
            joined[-1] = Span(last.start, max(last.end, one.end))
        else:
            joined.append(one)
    return joined
