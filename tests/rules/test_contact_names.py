"""Finding the contact that a person means."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.errors import AmbiguousContact, NotFound, UnknownContact
from bot.domain.model import Contact
from bot.text.contact_names import (
    find_contact,
    find_mentioned_contacts,
    find_similar_contacts,
    fold_name,
    is_same_name,
    split_name_words,
)

NAMES_ADDED_AT = datetime(2026, 11, 24, tzinfo=UTC)


def numbered_contacts(*names: str) -> list[Contact]:
    """Contacts with these names and the ids c0, c1, …"""
    return [
        Contact(id=f"c{number}", name=name, added_at=NAMES_ADDED_AT, changed_at=NAMES_ADDED_AT)
        for number, name in enumerate(names)
    ]


NAMED_BOARD = numbered_contacts(
    "Dana Smith", "Dana Jones", "Łukasz Müller", "Siobhán O’Brien", "Anne-Marie Wolf", "Priya", "#7", "कुमार"
)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Dana Smith", "Dana Smith"),
        ("  dana   SMITH ", "Dana Smith"),
        ("smith", "Dana Smith"),
        ("lukasz muller", "Łukasz Müller"),
        ("MÜLLER", "Łukasz Müller"),
        ("mu\u0308ller", "Łukasz Müller"),
        ("o'brien", "Siobhán O’Brien"),
        ("siobhan", "Siobhán O’Brien"),
        ("anne marie", "Anne-Marie Wolf"),
        ("marie", "Anne-Marie Wolf"),
        ("#c5", "Priya"),
        ("#7", "#7"),
        ("कुमार", "कुमार"),
    ],
)
def test_a_name_or_a_word_of_one_contact_alone_is_taken(typed: str, name: str) -> None:
    assert find_contact(typed, NAMED_BOARD).name == name


def test_a_word_of_two_contacts_is_asked() -> None:
    with pytest.raises(AmbiguousContact) as caught:
        find_contact("dana", NAMED_BOARD)
    assert caught.value == AmbiguousContact("dana", ("c0", "c1"))


def test_an_exact_name_wins_over_a_word() -> None:
    assert find_contact("dana", numbered_contacts("Dana Smith", "Dána")).id == "c1"


def test_of_two_names_that_differ_in_accents_the_one_typed_is_taken() -> None:
    twins = numbered_contacts("Jose", "José")
    assert find_contact("José", twins).id == "c1"
    with pytest.raises(AmbiguousContact):
        find_contact("JOSE", twins)


@pytest.mark.parametrize(
    ("typed", "close"),
    [
        ("obrien", ("c3",)),
        ("pria", ("c5",)),
        ("smyth", ("c0",)),
        ("Dana Smit", ("c0", "c1")),
        ("mül", ("c2",)),
        ("कमार", ("c7",)),
        ("Diego", ()),
        ("", ()),
        ("!", ()),
    ],
)
def test_anything_looser_is_offered_and_never_chosen(typed: str, close: tuple[str, ...]) -> None:
    with pytest.raises(UnknownContact) as caught:
        find_contact(typed, NAMED_BOARD)
    assert caught.value == UnknownContact(typed, close)


def test_an_id_that_is_not_in_the_book_is_not_found() -> None:
    for typed in ("#c99", "#", "#C5"):
        with pytest.raises(NotFound):
            find_contact(typed, NAMED_BOARD)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Dana Smith answered", ["c0"]),
        ("dana answered!", ["c0", "c1"]),
        ("I wrote to O'Brien's office", ["c3"]),
        ("Priya’s away", ["c5"]),
        ("nobody wrote", []),
        ("Danas friend", []),
    ],
)
def test_contacts_named_in_a_sentence_are_found(text: str, ids: list[str]) -> None:
    assert sorted(contact.id for contact in find_mentioned_contacts(text, NAMED_BOARD)) == ids


def test_the_longest_name_comes_first() -> None:
    assert [
        contact.id for contact in find_mentioned_contacts("Ann Lee and Bo", numbered_contacts("Bo", "Ann Lee"))
    ] == ["c1", "c0"]


def test_a_name_that_is_a_common_word_needs_its_capital() -> None:
    assert find_mentioned_contacts("I will wait", numbered_contacts("Will Hope", "Will")) == []
    assert [contact.id for contact in find_mentioned_contacts("Will wrote", numbered_contacts("Will Hope"))] == ["c0"]


def test_names_that_differ_only_in_writing_are_the_same() -> None:
    assert is_same_name("José  Núñez", "jose nunez")
    assert is_same_name("O'Brien", "O’BRIEN")
    assert is_same_name("Straße", "STRASSE")
    assert not is_same_name("Dana", "Diana")
    assert not is_same_name("कुमार", "कमार")


def test_suggestions_begin_with_the_most_alike() -> None:
    assert [contact.name for contact in find_similar_contacts("da", NAMED_BOARD, limit=1)] == ["Dana Smith"]
    assert find_similar_contacts("d", numbered_contacts("Dana")) == []


def test_what_is_typed_is_not_remembered() -> None:
    find_contact("Dana Smith", NAMED_BOARD)
    find_mentioned_contacts("Dana", NAMED_BOARD)
    remembered = [cache.cache_info().currsize for cache in (fold_name, split_name_words)]
    for number in range(9):
        find_similar_contacts(f"somebody {number}", NAMED_BOARD)
        find_mentioned_contacts(f"{number} words about Priya", NAMED_BOARD)
        with suppress(UnknownContact):
            find_contact(f"somebody else {number}", NAMED_BOARD)
    assert [cache.cache_info().currsize for cache in (fold_name, split_name_words)] == remembered


SIMILAR_NAMES = st.text(alphabet=st.sampled_from("aA éÉ'’-#ıİßłि1"), max_size=6)


@settings(deadline=None)
@given(st.lists(SIMILAR_NAMES, max_size=4), SIMILAR_NAMES)
@example(["İ"], "İ")
@example(["("], "(")
def test_whatever_is_typed_is_found_or_asked(names: list[str], typed: str) -> None:
    contacts = numbered_contacts(*names)
    with suppress(AmbiguousContact, UnknownContact, NotFound):
        assert find_contact(typed, contacts) in contacts
    find_mentioned_contacts(typed, contacts)
    if names.count(typed) == 1 and typed == typed.strip():
        assert find_contact(typed, contacts).name == typed or typed == ""
