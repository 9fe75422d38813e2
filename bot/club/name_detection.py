"""Where a text names somebody: found token by token, so that what is found can also be taken out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from unicodedata import category

from bot.text.contact_names import COMMON_WORD_NAMES, MAX_CACHED_NAMES, fold_text

# Written without blanks, or with small words grown on: a name counts inside. Thai, Lao, Japanese, Chinese, Korean.
_UNSPACED_SCRIPT = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_EAST_ASIAN_FULL_NAME = re.compile(
    "[\u3400-\u9fff\uac00-\ud7af]{3}"
)  # a family name of one character, a given name of two
_PREFIXED_SCRIPT = re.compile("[\u0590-\u06ff]")  # Hebrew and Arabic: "and", "to", "that" are single letters in front
_PREFIX_LETTERS = frozenset("ולבכמשהولبكفس")
_FUNCTION_WORDS = frozenset(("the", "my", "a", "an", "of", "and", "at", "from", "in", "on", "for", "with", "und"))
_NAME_PARTICLES = frozenset(
    (
        *("de", "la", "le", "el", "da", "di", "du", "des", "del", "dos", "das", "den", "der"),
        *("van", "von", "zu", "zur", "ter", "ten", "bin", "ibn"),
    )
)
_NAME_JOINER = re.compile(r"[\s'’.\-‐‑]{1,2}")  # inside of a name
_MIN_SUFFIXED_NAME_CHARS = (
    4  # letters of a name that may have an "s" grown on in any case: "the Smiths", "danas Antwort"
)


class NameSpan(NamedTuple):
    start: int
    end: int


class TextToken(NamedTuple):
    folded_word: str  # folded
    span: NameSpan
    is_capitalized: bool


class FoldedToken(NamedTuple):
    """`places`: where in the text each letter stands, and at last where they end."""

    folded: str
    positions: tuple[int, ...]


def find_name_spans(text: str, name: str) -> list[NameSpan]:
    """Where the text names them, by any word of their name that is no common word there; side by side is one."""
    tokens, sought = _tokenize_text_cached(text), tokenize_name(name)
    if not sought:
        return []
    found = {at for at, one in enumerate(tokens) if _token_matches_name(one, sought)}
    size = len(sought)
    for at in range(len(tokens) - size + 1 if size > 1 else 0):
        if tuple(token.folded_word for token in tokens[at : at + size]) == sought:
            found.update(range(at, at + size))
    # A letter alone is nobody's name, beside one it is: "O'Brien", "J. Smith".
    found |= {at for at in found for at in (at - 1, at + 1) if _is_adjacent_initial(text, tokens, at, sought, found)}
    parts = _find_embeddable_name_parts(sought)
    inside = (
        [one for letters in _fold_tokens_cached(text) for one in _find_embedded_names(letters, parts)] if parts else []
    )
    return _merge_adjacent_spans(text, sorted({*(tokens[at].span for at in found), *inside}))


@lru_cache(maxsize=1)
def _tokenize_text_cached(text: str) -> list[TextToken]:
    """A text is read once for all contacts of a board."""
    return tokenize_text(text)


def tokenize_text(text: str) -> list[TextToken]:
    """Runs of letters and digits with their marks."""
    found, at = list[TextToken](), 0
    for kept, run in groupby(text, _is_word_char):
        part = "".join(run)
        if kept:
            found.append(TextToken(fold_text(part), NameSpan(at, at + len(part)), part[0].isupper()))
        at += len(part)
    return found


@lru_cache(maxsize=MAX_CACHED_NAMES)
def tokenize_name(name: str) -> tuple[str, ...]:
    return tuple(one.folded_word for one in tokenize_text(name))


def _is_word_char(char: str) -> bool:
    return char.isalnum() or category(char)[0] == "M" or char in "\u200c\u200d"


def _token_matches_name(token: TextToken, name_words: Sequence[str]) -> bool:
    base = token.folded_word.removesuffix("s")
    grown = len(base) >= _MIN_SUFFIXED_NAME_CHARS or (token.is_capitalized and len(base) > 1)
    word = base if grown and base in name_words else token.folded_word
    if len(name_words) > 1 and word == "".join(name_words):
        return True
    common = word in COMMON_WORD_NAMES and not token.is_capitalized
    return len(word) > 1 and word in name_words and not common and not _is_name_particle(word, name_words)


def _is_name_particle(word: str, name_words: Sequence[str]) -> bool:
    """Whether it is only a small word of a longer name."""
    return len(name_words) > 1 and (word in _FUNCTION_WORDS or (word in _NAME_PARTICLES and word != name_words[0]))


def _is_adjacent_initial(
    text: str, tokens: Sequence[TextToken], index: int, name_words: Sequence[str], matched_indexes: set[int]
) -> bool:
    if (
        not 0 <= index < len(tokens)
        or len(tokens[index].folded_word) > 1
        or tokens[index].folded_word not in name_words
    ):
        return False
    ends = [tokens[max(one, index)].span.start for one in (index - 1, index + 1) if one in matched_indexes]
    starts = [tokens[min(one, index)].span.end for one in (index - 1, index + 1) if one in matched_indexes]
    return any(_NAME_JOINER.fullmatch(text, start, end) for start, end in zip(starts, ends, strict=True))


def _find_embeddable_name_parts(name_words: Sequence[str]) -> list[str]:
    """What may stand inside of a token, in scripts that write so."""
    parts = (*name_words, *(word[1:] for word in name_words if _EAST_ASIAN_FULL_NAME.fullmatch(word)))
    return [
        fromkey
        for fromkey in dict.fromkeys(parts)
        if len(fromkey) > 1 and (_UNSPACED_SCRIPT.search(fromkey) or _PREFIXED_SCRIPT.search(fromkey))
    ]


@lru_cache(maxsize=1)
def _fold_tokens_cached(text: str) -> list[FoldedToken]:
    """Each token in folded letters."""
    return [_fold_token(text, token.span) for token in _tokenize_text_cached(text)]


def _fold_token(text: str, span: NameSpan) -> FoldedToken:
    letters = [(letter, at) for at in range(*span) for letter in fold_text(text[at])]
    return FoldedToken("".join(letter for letter, _at in letters), (*(at for _letter, at in letters), span.end))


def _find_embedded_names(folded_token: FoldedToken, name_parts: Sequence[str]) -> Iterator[NameSpan]:
    for part in name_parts:
        start = _find_embedded_start(folded_token.folded, part)
        while start is not None:
            end = start + len(part)
            yield NameSpan(folded_token.positions[start], folded_token.positions[end])
            start = _find_embedded_start(folded_token.folded, part, end)


def _find_embedded_start(whole: str, part: str, after: int = 0) -> int | None:
    if _UNSPACED_SCRIPT.search(part):
        start = whole.find(part, after)
        return start if start >= 0 else None
    front = len(whole) - len(part)
    grown = 0 < front <= 2 and after <= front and whole.endswith(part)
    return front if grown and _PREFIX_LETTERS.issuperset(whole[:front]) else None


def _merge_adjacent_spans(text: str, name_spans: Sequence[NameSpan]) -> list[NameSpan]:
    """Those that touch, or have only a hyphen, an apostrophe or a blank between them, are one."""
    joined = list[NameSpan]()
    for span in name_spans:
        last = joined[-1] if joined else None
        if last and (span.start <= last.end or _NAME_JOINER.fullmatch(text, last.end, span.start)):
            joined[-1] = NameSpan(last.start, max(last.end, span.end))
        else:
            joined.append(span)
    return joined
