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
from bot.domain.model import Contact

MAX_SIMILAR_CONTACTS = 5  # contacts: as many buttons as fit under a card

MAX_CACHED_NAMES = 32_768  # names remembered as they are compared: folding is most of what finding a contact costs

MAX_COMPARED_CHARS = 100  # characters that are compared: no name is longer

_MIN_LIKENESS_PERCENT = 72  # of 100: "jon" finds John, "dana" does not find Diego
_MIN_PREFIX_LETTERS = 2  # letters: one would offer half the board

# Accents and vowel points only: in other scripts, such as Devanagari, marks are letters.
_ACCENTS = re.compile(r"[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]")
_FOLDED_CHARS = str.maketrans(
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
_NAME_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# Names that are also words of a sentence: without their capital they are taken for the word.
COMMON_WORD_NAMES = frozenset(
    (
        *("art", "bill", "chase", "drew", "faith", "grace", "grant", "hope"),
        *("joy", "mark", "may", "pat", "rob", "sue", "will"),
    )
)


def fold_text(text: str) -> str:
    """The text without case, accents and kinds of apostrophe; hyphens are spaces."""
    # Case folding can leave marks behind, and İ is one: decomposed again before they go.
    bare = _ACCENTS.sub("", normalize("NFKD", normalize("NFKD", text).casefold()))
    return " ".join(normalize("NFC", bare.translate(_FOLDED_CHARS)).split())


@lru_cache(maxsize=MAX_CACHED_NAMES)
def fold_name(name: str) -> str:
    """The same for the name of a contact, which is remembered; of what people type only what becomes a name is."""
    return fold_text(name)


def is_same_name(first: str, second: str) -> bool:
    """Whether two names are the same person's as far as their letters tell."""
    return fold_name(first) == fold_name(second)


def find_contact(typed: str, contacts: Sequence[Contact]) -> Contact:
    """The contact that is meant; `#id` is the id of one.

    Raises AmbiguousContact, UnknownContact with those that look alike, and NotFound for an id that is not there.
    """
    if typed.startswith("#") and (by_id := [contact for contact in contacts if contact.id == typed[1:]]):
        return by_id[0]
    sought = fold_text(typed)
    exact = [contact for contact in contacts if fold_name(contact.name) == sought]
    found = [one for one in exact if one.name == typed.strip()] or exact
    if not found and typed.strip().startswith("#"):
        return _find_contact_by_id(typed.strip()[1:], contacts)
    if not found:
        said = split_words(typed)
        found = [contact for contact in contacts if _contains_words(split_name_words(contact.name), said)]
    if len(found) > 1:
        raise AmbiguousContact(typed, tuple(one.id for one in found))
    if not found:
        raise UnknownContact(typed, tuple(contact.id for contact in find_similar_contacts(typed, contacts)))
    return found[0]


def find_similar_contacts(typed: str, contacts: Iterable[Contact], limit: int = MAX_SIMILAR_CONTACTS) -> list[Contact]:
    """The contacts whose names look or begin like what was typed, the most alike first."""
    sought = fold_text(typed[:MAX_COMPARED_CHARS])
    scored = [(_name_likeness(sought, fold_name(contact.name)), contact) for contact in contacts]
    alike = sorted((pair for pair in scored if pair[0] >= _MIN_LIKENESS_PERCENT), key=lambda pair: -pair[0])
    return [one for _, one in alike[:limit]]


def find_mentioned_contacts(text: str, contacts: Iterable[Contact]) -> list[Contact]:
    """The contacts named in a sentence: by their whole names, or else by a word of them; the longest names first."""
    said = split_words(text)
    longest_first = sorted(contacts, key=lambda one: -len(one.name))
    whole = [
        one
        for one in longest_first
        if _contains_words(said, split_name_words(one.name)) and not _is_only_common_word(one.name, text)
    ]
    if whole:
        return whole
    return [one for one in longest_first if _matches_name_word(one, text, said)]


def split_words(text: str) -> tuple[str, ...]:
    """The folded words of a name or sentence; what belongs to nobody's name ("Dana's") is taken off."""
    return tuple(word.removesuffix("'s") for word in _NAME_WORD.findall(fold_text(text)))


@lru_cache(maxsize=MAX_CACHED_NAMES)
def split_name_words(name: str) -> tuple[str, ...]:
    return split_words(name)


def _find_contact_by_id(contact_id: str, contacts: Sequence[Contact]) -> Contact:
    found = next((contact for contact in contacts if contact.id == contact_id), None)
    if found is None:
        raise NotFound
    return found


def _contains_words(whole: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Whether the words stand in the whole, side by side."""
    size = len(part)
    if size == 1:
        return part[0] in whole
    return size > 0 and any(whole[at : at + size] == part for at in range(len(whole) - size + 1))


def _matches_name_word(contact: Contact, text: str, words_in_text: tuple[str, ...]) -> bool:
    return any(
        word in words_in_text and len(word) > 1 and not _is_only_common_word(word, text)
        for word in split_name_words(contact.name)
    )


def _is_only_common_word(name: str, text: str) -> bool:
    """Whether the name stands in the text only as a common word: "I will", but not "Will answered"."""
    word = fold_name(name)
    return word in COMMON_WORD_NAMES and not re.search(rf"\b{word.capitalize()}\b", text)


def _name_likeness(typed: str, name: str) -> float:
    """From 0 to 100, of two folded texts."""
    from rapidfuzz import fuzz  # 50 ms: only when somebody is not found

    squeezed, plain = _letters_and_digits(typed), _letters_and_digits(name)
    if not squeezed:
        return 0
    starts = len(squeezed) >= _MIN_PREFIX_LETTERS and (plain.startswith(squeezed) or f" {typed}" in name)
    whole = max(fuzz.ratio(squeezed, plain), fuzz.token_sort_ratio(typed, name))
    shared = not set(typed.split()).isdisjoint(name.split())
    return max(whole, 90 * starts, 75 * shared, *(fuzz.ratio(typed, word) for word in name.split()))


def _letters_and_digits(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
