"""Find the contact that a typed name means. This is the only importer of `rapidfuzz`.

A contact is found by its full name, or by whole words that only one contact's name contains; case and accents do not
count. A fuzzy match is only suggested, never chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from unicodedata import normalize

from bot.domain.errors import AmbiguousContact, NotFound, UnknownContact
from bot.domain.model import Contact

MAX_SIMILAR_CONTACTS = 5  # as many buttons as fit under a card

MAX_CACHED_NAMES = 32_768  # folded names in the cache: folding is most of the cost of finding a contact

MAX_COMPARED_CHARS = 100  # no contact's name is longer

_MIN_LIKENESS_PERCENT = 72  # "jon" finds John, "dana" does not find Diego
_MIN_PREFIX_LETTERS = 2  # one letter would match half of the board

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
# Names that are also ordinary words: without a capital letter they are taken as the word.
COMMON_WORD_NAMES = frozenset(
    (
        *("art", "bill", "chase", "drew", "faith", "grace", "grant", "hope"),
        *("joy", "mark", "may", "pat", "rob", "sue", "will"),
    )
)


def fold_text(text: str) -> str:
    """Return the text for comparison: lower case, no accents, straight apostrophes, hyphens as spaces."""
    # Case folding can create combining marks (from İ), so the text is decomposed again before they are removed.
    bare = _ACCENTS.sub("", normalize("NFKD", normalize("NFKD", text).casefold()))
    return " ".join(normalize("NFC", bare.translate(_FOLDED_CHARS)).split())


@lru_cache(maxsize=MAX_CACHED_NAMES)
def fold_name(name: str) -> str:
    """Do the same as `fold_text`, cached. Call it with names of contacts only, not with other typed text."""
    return fold_text(name)


def is_same_name(first: str, second: str) -> bool:
    """Whether two names are equal when folded."""
    return fold_name(first) == fold_name(second)


def find_contact(typed: str, contacts: Sequence[Contact]) -> Contact:
    """Return the contact that `typed` means: a name, words of a name, or `#id`.

    Raises AmbiguousContact, UnknownContact (with the ids of similar contacts), and NotFound for an unknown id.
    """
    if typed.startswith("#") and (by_id := [contact for contact in contacts if contact.id == typed[1:]]):
        return by_id[0]
    sought = fold_text(typed)
    exact = [contact for contact in contacts if fold_name(contact.name) == sought]
    matches = [contact for contact in exact if contact.name == typed.strip()] or exact
    if not matches and typed.strip().startswith("#"):
        return _find_contact_by_id(typed.strip()[1:], contacts)
    if not matches:
        typed_words = split_words(typed)
        matches = [contact for contact in contacts if _contains_words(split_name_words(contact.name), typed_words)]
    if len(matches) > 1:
        raise AmbiguousContact(typed, tuple(contact.id for contact in matches))
    if not matches:
        raise UnknownContact(typed, tuple(contact.id for contact in find_similar_contacts(typed, contacts)))
    return matches[0]


def find_similar_contacts(typed: str, contacts: Iterable[Contact], limit: int = MAX_SIMILAR_CONTACTS) -> list[Contact]:
    """Return contacts whose names are similar to `typed` or begin with it, the most similar first."""
    # Cut after folding, too: one character may fold to eighteen.
    sought = fold_text(typed[:MAX_COMPARED_CHARS])[:MAX_COMPARED_CHARS]
    if not (squeezed := _letters_and_digits(sought)):
        return []
    scored = [(_name_likeness(sought, squeezed, fold_name(contact.name)), contact) for contact in contacts]
    alike = sorted((pair for pair in scored if pair[0] >= _MIN_LIKENESS_PERCENT), key=lambda pair: -pair[0])
    return [contact for _score, contact in alike[:limit]]


def find_mentioned_contacts(text: str, contacts: Iterable[Contact]) -> list[Contact]:
    """Return the contacts that a sentence mentions by full name; if none, those mentioned by a word of the name.

    The longest names come first.
    """
    words_in_text = split_words(text)
    longest_first = sorted(contacts, key=lambda contact: -len(contact.name))
    by_full_name = [
        contact
        for contact in longest_first
        if _contains_words(words_in_text, split_name_words(contact.name))
        and not _is_only_common_word(contact.name, text)
    ]
    if by_full_name:
        return by_full_name
    return [contact for contact in longest_first if _matches_name_word(contact, text, words_in_text)]


def split_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a name or sentence, without a possessive "'s"."""
    return tuple(word.removesuffix("'s") for word in _NAME_WORD.findall(fold_text(text)))


@lru_cache(maxsize=MAX_CACHED_NAMES)
def split_name_words(name: str) -> tuple[str, ...]:
    return split_words(name)


def _find_contact_by_id(contact_id: str, contacts: Sequence[Contact]) -> Contact:
    match = next((contact for contact in contacts if contact.id == contact_id), None)
    if match is None:
        raise NotFound
    return match


def _contains_words(whole: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Whether `whole` contains the words of `part` side by side, in order."""
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
    """Whether the text contains the name only as a common word: "I will", but not "Will answered"."""
    word = fold_name(name)
    return word in COMMON_WORD_NAMES and not re.search(rf"\b{word.capitalize()}\b", text)


def _name_likeness(typed: str, squeezed: str, name: str) -> float:
    """Return the similarity of two folded texts, from 0 to 100. `squeezed`: the letters and digits of `typed`."""
    from rapidfuzz import fuzz  # takes 50 ms: import it only when there is no exact match

    plain = _letters_and_digits(name)
    starts = len(squeezed) >= _MIN_PREFIX_LETTERS and (plain.startswith(squeezed) or f" {typed}" in name)
    whole = max(fuzz.ratio(squeezed, plain), fuzz.token_sort_ratio(typed, name))
    shared = not set(typed.split()).isdisjoint(name.split())
    return max(whole, 90 * starts, 75 * shared, *(fuzz.ratio(typed, word) for word in name.split()))


def _letters_and_digits(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
