"""What people type, made safe."""

from __future__ import annotations

from unicodedata import category, is_normalized

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.text.sanitize import MAX_COMBINING_MARKS, MAX_NAME_CHARS, is_too_long, sanitize_line, sanitize_paragraphs

HOSTILE_PIECES = [
    *"aé \t\n\r\x00\x1b\x85\u2028\u200b\u200c\u200d\u202e\u2066\u2069\ufeff\u0301\u0300\ufe0f\u00ad\u3164\u2800",
    "\U000e0041",
    "\U000e0100",
    "\ud800",
    "👨",
    "\u1100",
    "\u1161",
    "\u11a8",
    "\u0bc6",
    "\u0bbe",
    "\u05d1",
    "\u05bc",
]
ANY_TEXT = st.one_of(
    st.text(alphabet=st.sampled_from(HOSTILE_PIECES), max_size=40),
    st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=40),
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Dana \t Smith ", "Dana Smith"),
        ("Dana\nSmith", "Dana Smith"),
        ("Da\x00na\x1b[31m", "Dana[31m"),
        ("Dana\u202e htimS\u202c", "Dana htimS"),
        ("\u2066Dana\u2069", "Dana"),
        ("Da\u200bna\ufeff", "Dana"),
        ("Da\U000e0041\U000e007fna", "Dana"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("a \u200b b", "a b"),
        ("\ud800Dana\udfff", "Dana"),
        ("Ade\u0301le", "Adéle"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3", "👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("שָׁלוֹם", "שָׁלוֹם"),
        ("\u200d\ufe0fDana\u200d", "Dana"),
        ("\u200b\u200d\u2060\u3164\u2800 \u00ad", ""),
        ("\u0301", ""),
    ],
)
def test_a_line_keeps_what_can_be_seen(typed: str, kept: str) -> None:
    assert (
        sanitize_line(typed) == sanitize_line(kept) == kept
        if is_normalized("NFC", kept)
        else sanitize_line(typed) == sanitize_line(kept)
    )


def test_a_pile_of_marks_is_limited() -> None:
    piled = sanitize_line("Z" + "\u0335\u0489" * 50 + "a\u200d" + "\u0335\u200d" * 50 + "b")
    assert sum(category(char)[0] == "M" for char in piled) == 2 * MAX_COMBINING_MARKS


def test_a_long_text_keeps_its_paragraphs() -> None:
    assert sanitize_paragraphs(" one \r\n\r\n\n\u200b\n two\x0bthree\n") == "one\n\ntwo\nthree"


@settings(deadline=None)
@given(ANY_TEXT)
@example("a\u200d \u200d")
@example("a" + "\u0301" * 9)
@example("\u1100\u200b\u1161")
@example("a" + "\u0301" * 9 + "\u200d\u0301")  # a joiner whose pile is gone
def test_cleaning_twice_changes_nothing(text: str) -> None:
    for cleaned in (sanitize_line(text), sanitize_paragraphs(text)):
        assert sanitize_line(cleaned) == " ".join(cleaned.split())
        assert sanitize_paragraphs(cleaned) == cleaned


@settings(deadline=None)
@given(ANY_TEXT)
def test_what_is_clean_can_be_stored_and_sent(text: str) -> None:
    cleaned = sanitize_line(text)
    cleaned.encode()
    assert is_normalized("NFC", cleaned)
    assert "\n" not in cleaned
    assert not any(category(char) in ("Cc", "Cs", "Zl", "Zp") for char in cleaned)
    assert "\n\n\n" not in sanitize_paragraphs(text)


def test_a_length_is_counted_in_characters() -> None:
    assert not is_too_long("é" * MAX_NAME_CHARS, MAX_NAME_CHARS)
    assert is_too_long("é" * (MAX_NAME_CHARS + 1), MAX_NAME_CHARS)
