"""Finding the contact that a person means; the only importer of `rapidfuzz`.

A contact is taken when it matches exactly or by a whole word that only one contact has, whatever the case and the
accents. Anything looser is offered, never chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from unicodedata import normalize

from bot.domain.errors import AmbiguousContact, NotFound, UnknownContact
from bot.domain.model import Outreach

OFFERED = 5  # contacts: as many buttons as fit under a card

FOLDED = 32_768  # names remembered as they are compared: folding is most of what finding a contact costs

LONGEST = 100  # characters that are compared: no name is longer

_ALIKE = 72  # of 100: "jon" finds John, "dana" does not find Diego
_SHORTEST_START = 2  # letters: one would offer half the board

# Accents and vowel points only: in other scripts, such as Devanagari, marks are letters.
_ACCENTS = re.compile(r"[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]")
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’ʼ`´＇", "'"),
        **dict.fromkeys("-‐‑‒–—―", " "),
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        **dict.fromkeys("\u200c\u200d\u200e\u200f", None),
    }
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# Names that are also words of a sentence: without their capital they are taken for the word.
ALSO_WORDS = frozenset(
    (
        *("art", "bill", "chase", "drew", "faith", "grace", "grant", "hope"),
        *("joy", "mark", "may", "pat", "rob", "sue", "will"),
    )
)


def fold(text: str) -> str:
    """The text without case, accents and kinds of apostrophe; hyphens are spaces."""
    # Case folding can leave marks behind, and İ is one: decomposed again before they go.
    bare = _ACCENTS.sub("", normalize("NFKD", normalize("NFKD", text).casefold()))
    return " ".join(normalize("NFC", bare.translate(_PLAIN)).split())


@lru_cache(maxsize=FOLDED)
def folded(name: str) -> str:
    """The same for the name of a contact, which is remembered; of what people type only what becomes a name is."""
    return fold(name)


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same person's as far as their letters tell."""
    return folded(one) == folded(other)


def match(typed: str, contacts: Sequence[Outreach]) -> Outreach:
    """The contact that is meant; `#id` is the id of one.

    Raises AmbiguousContact, UnknownContact with those that look alike, and NotFound for an id that is not there.
    """
    if typed.startswith("#") and (by_id := [one for one in contacts if one.id == typed[1:]]):
        return by_id[0]
    sought = fold(typed)
    exact = [one for one in contacts if folded(one.name) == sought]
    found = [one for one in exact if one.name == typed.strip()] or exact
    if not found and typed.strip().startswith("#"):
        return _by_id(typed.strip()[1:], contacts)
    if not found:
        said = words(typed)
        found = [one for one in contacts if _has_words(words_of(one.name), said)]
    if len(found) > 1:
        raise AmbiguousContact(typed, tuple(one.id for one in found))
    if not found:
        raise UnknownContact(typed, tuple(one.id for one in suggest(typed, contacts)))
    return found[0]


def suggest(typed: str, contacts: Iterable[Outreach], limit: int = OFFERED) -> list[Outreach]:
    """The contacts whose names look or begin like what was typed, the most alike first."""
    sought = fold(typed[:LONGEST])
    scored = [(_likeness(sought, folded(one.name)), one) for one in contacts]
    alike = sorted((pair for pair in scored if pair[0] >= _ALIKE), key=lambda pair: -pair[0])
    return [one for _, one in alike[:limit]]


def mentioned(text: str, contacts: Iterable[Outreach]) -> list[Outreach]:
    """The contacts named in a sentence: by their whole names, or else by a word of them; the longest names first."""
    said = words(text)
    longest_first = sorted(contacts, key=lambda one: -len(one.name))
    whole = [one for one in longest_first if _has_words(said, words_of(one.name)) and not _is_word(one.name, text)]
    if whole:
        return whole
    return [one for one in longest_first if _is_called(one, text, said)]


def words(text: str) -> tuple[str, ...]:
    """The folded words of a name or sentence; what belongs to nobody's name ("Dana's") is taken off."""
    return tuple(word.removesuffix("'s") for word in _WORD.findall(fold(text)))


@lru_cache(maxsize=FOLDED)
def words_of(name: str) -> tuple[str, ...]:
    return words(name)


def _by_id(key: str, contacts: Sequence[Outreach]) -> Outreach:
    found = next((one for one in contacts if one.id == key), None)
    if found is None:
        raise NotFound
    return found


def _has_words(whole: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Whether the words stand in the whole, side by side."""
    size = len(part)
    if size == 1:
        return part[0] in whole
    return size > 0 and any(whole[at : at + size] == part for at in range(len(whole) - size + 1))


def _is_called(contact: Outreach, text: str, said: tuple[str, ...]) -> bool:
    return any(word in said and len(word) > 1 and not _is_word(word, text) for word in words_of(contact.name))


def _is_word(name: str, text: str) -> bool:
    """Whether the name stands in the text only as a common word: "I will", but not "Will answered"."""
    word = folded(name)
    return word in ALSO_WORDS and not re.search(rf"\b{word.capitalize()}\b", text)


def _likeness(typed: str, name: str) -> float:
    """From 0 to 100, of two folded texts."""
    from rapidfuzz import fuzz  # 50 ms: only when somebody is not found

    squeezed, plain = _squeezed(typed), _squeezed(name)
    if not squeezed:
        return 0
    starts = len(squeezed) >= _SHORTEST_START and (plain.startswith(squeezed) or f" {typed}" in name)
    whole = max(fuzz.ratio(squeezed, plain), fuzz.token_sort_ratio(typed, name))
    shared = not set(typed.split()).isdisjoint(name.split())
    return max(whole, 90 * starts, 75 * shared, *(fuzz.ratio(typed, word) for word in name.split()))


def _squeezed(folded: str) -> str:
    return "".join(char for char in folded if char.isalnum())
