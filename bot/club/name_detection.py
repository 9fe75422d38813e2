"""Finds where a text mentions a person's name, token by token, as spans that can be replaced. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from unicodedata import category

from bot.text.contact_names import COMMON_WORD_NAMES, MAX_CACHED_NAMES, fold_text

# Thai, Lao, Japanese, Chinese and Korean have no blanks or attach particles: a name may be inside of a token.
_UNSPACED_SCRIPT = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# A family name of one character and a given name of two.
_EAST_ASIAN_FULL_NAME = re.compile("[\u3400-\u9fff\uac00-\ud7af]{3}")
# Hebrew and Arabic attach "and", "to" and "that" as single letters in front of a word.
_PREFIXED_SCRIPT = re.compile("[\u0590-\u06ff]")
_PREFIX_LETTERS = frozenset("ולבכמשהولبكفس")
_FUNCTION_WORDS = frozenset(("the", "my", "a", "an", "of", "and", "at", "from", "in", "on", "for", "with", "und"))
_NAME_PARTICLES = frozenset(
    (
        *("de", "la", "le", "el", "da", "di", "du", "des", "del", "dos", "das", "den", "der"),
        *("van", "von", "zu", "zur", "ter", "ten", "bin", "ibn"),
    )
)
_NAME_JOINER = re.compile(r"[\s'’.\-‐‑]{1,2}")  # between two words of a name
# A name of so many letters may have an "s" attached, capitalised or not: "the Smiths", "danas Antwort".
_MIN_SUFFIXED_NAME_CHARS = 4


class NameSpan(NamedTuple):
    start: int
    end: int


class TextToken(NamedTuple):
    folded_word: str
    span: NameSpan
    is_capitalized: bool


class FoldedToken(NamedTuple):
    folded: str
    #: The index in the text of each folded letter, then the index after the last one.
    positions: tuple[int, ...]


def find_name_spans(text: str, name: str) -> list[NameSpan]:
    """Where the text has the name, or any word of it that is not a common word. Adjacent spans are merged into one."""
    tokens, sought = _tokenize_text_cached(text), tokenize_name(name)
    if not sought:
        return []
    matches = {at for at, token in enumerate(tokens) if _token_matches_name(token, sought)}
    size = len(sought)
    for at in range(len(tokens) - size + 1 if size > 1 else 0):
        if tuple(token.folded_word for token in tokens[at : at + size]) == sought:
            matches.update(range(at, at + size))
    # A single letter is an initial only beside a matching word: "O'Brien", "J. Smith".
    beside = {neighbour for at in matches for neighbour in (at - 1, at + 1)}
    matches |= {at for at in beside if _is_adjacent_initial(text, tokens, at, sought, matches)}
    parts = _find_embeddable_name_parts(sought)
    embedded = (
        [span for token in _fold_tokens_cached(text) for span in _find_embedded_names(token, parts)] if parts else []
    )
    return _merge_adjacent_spans(text, sorted({*(tokens[at].span for at in matches), *embedded}))


@lru_cache(maxsize=1)
def _tokenize_text_cached(text: str) -> list[TextToken]:
    """Cached, because one text is compared with every contact of a board."""
    return tokenize_text(text)


def tokenize_text(text: str) -> list[TextToken]:
    """The words of a text: runs of letters and digits with their combining marks."""
    tokens, at = list[TextToken](), 0
    for is_word, run in groupby(text, _is_word_char):
        part = "".join(run)
        if is_word:
            tokens.append(TextToken(fold_text(part), NameSpan(at, at + len(part)), part[0].isupper()))
        at += len(part)
    return tokens


@lru_cache(maxsize=MAX_CACHED_NAMES)
def tokenize_name(name: str) -> tuple[str, ...]:
    return tuple(one.folded_word for one in tokenize_text(name))


def _is_word_char(char: str) -> bool:
    return char.isalnum() or category(char)[0] == "M" or char in "\u200c\u200d"


def _token_matches_name(token: TextToken, name_words: Sequence[str]) -> bool:
    base = token.folded_word.removesuffix("s")
    may_have_suffix = len(base) >= _MIN_SUFFIXED_NAME_CHARS or (token.is_capitalized and len(base) > 1)
    word = base if may_have_suffix and base in name_words else token.folded_word
    if len(name_words) > 1 and word == "".join(name_words):
        return True
    is_common_word = word in COMMON_WORD_NAMES and not token.is_capitalized
    return len(word) > 1 and word in name_words and not is_common_word and not _is_name_particle(word, name_words)


def _is_name_particle(word: str, name_words: Sequence[str]) -> bool:
    """True for a small word of a longer name, such as "von"."""
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
    """The parts of a name that may be inside of a token, in scripts without blanks or with attached prefixes."""
    parts = (*name_words, *(word[1:] for word in name_words if _EAST_ASIAN_FULL_NAME.fullmatch(word)))
    return [
        part
        for part in dict.fromkeys(parts)
        if len(part) > 1 and (_UNSPACED_SCRIPT.search(part) or _PREFIXED_SCRIPT.search(part))
    ]


@lru_cache(maxsize=1)
def _fold_tokens_cached(text: str) -> list[FoldedToken]:
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
    prefix_length = len(whole) - len(part)
    is_prefixed = 0 < prefix_length <= 2 and after <= prefix_length and whole.endswith(part)
    return prefix_length if is_prefixed and _PREFIX_LETTERS.issuperset(whole[:prefix_length]) else None


def _merge_adjacent_spans(text: str, name_spans: Sequence[NameSpan]) -> list[NameSpan]:
    """Merge spans that touch, or have only a blank, hyphen, apostrophe or dot between them."""
    merged = list[NameSpan]()
    for span in name_spans:
        last = merged[-1] if merged else None
        if last and (span.start <= last.end or _NAME_JOINER.fullmatch(text, last.end, span.start)):
            merged[-1] = NameSpan(last.start, max(last.end, span.end))
        else:
            merged.append(span)
    return merged
