"""The grammar of the command line."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.domain.errors import DuplicateArgument, UnclosedQuote, UnknownArgument
from bot.text.command_line import MAX_BUTTON_LINE_CHARS, split_arguments, to_command_line
from bot.text.sanitize import sanitize_line, sanitize_paragraphs
from tests.cpu_cost import GROWTH_FACTOR, cpu_growth

LINE_ARGUMENT_NAMES = ("contact", "channel", "when", "note")
FREE_TEXT_ARGUMENTS = ("note",)


def split_test_line(text: str) -> list[tuple[str, str]]:
    return split_arguments(text, LINE_ARGUMENT_NAMES, FREE_TEXT_ARGUMENTS)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", []),
        ("Dana Smith", [("", "Dana Smith")]),
        ("Dana channel: email", [("", "Dana"), ("channel", "email")]),
        ("contact: Dana Smith channel:email", [("contact", "Dana Smith"), ("channel", "email")]),
        ("CONTACT: Dana Channel: email", [("contact", "Dana"), ("channel", "email")]),
        ("channel:", [("channel", "")]),
        ('channel: ""', [("channel", "")]),
        ("Dana when: tomorrow 10:30", [("", "Dana"), ("when", "tomorrow 10:30")]),
        ("Dana note: see https://x.y/a:b", [("", "Dana"), ("note", "see https://x.y/a:b")]),
        ("Dana note: she said: wait", [("", "Dana"), ("note", "she said: wait")]),
        ("O'Brien channel: phone", [("", "O'Brien"), ("channel", "phone")]),
        ("O’Brien channel: phone", [("", "O’Brien"), ("channel", "phone")]),
        ('"Dana channel: x" channel: email', [("", "Dana channel: x"), ("channel", "email")]),
        ("“Dana: Smith” channel: email", [("", "Dana: Smith"), ("channel", "email")]),
        ('channel:"voice mail"', [("channel", "voice mail")]),
        ('note: a "channel: b" c', [("note", 'a "channel: b" c')]),
        ('note: "one" and "two"', [("note", '"one" and "two"')]),
        ('note: a 6" pipe', [("note", 'a 6" pipe')]),
        ('note: "say ""hi"" to her"', [("note", 'say "hi" to her')]),
        ("note: one\ntwo channel: text", [("note", "one\ntwo"), ("channel", "text")]),
        ("note: hello/channel: no", [("note", "hello/channel: no")]),
        ("note: chanel:5 is a perfume", [("note", "chanel:5 is a perfume")]),
    ],
)
def test_a_line_is_read_as_a_person_means_it(text: str, pairs: list[tuple[str, str]]) -> None:
    assert split_test_line(text) == pairs


@pytest.mark.parametrize(
    ("text", "name", "close"),
    [
        ("Dana colour: red", "colour", ""),
        ("Dana time: 15:00", "time", ""),
        ("Dana Chanel: email", "Chanel", "channel"),
        ("Dana channel: email contct: Lee", "contct", "contact"),
        ("Dana channel: email foo:", "foo", ""),
        ("Dana note: hello chanel: email", "chanel", "channel"),
    ],
)
def test_an_unknown_name_is_asked_back(text: str, name: str, close: str) -> None:
    with pytest.raises(UnknownArgument) as caught:
        split_test_line(text)
    assert caught.value == UnknownArgument("", name, close)


def test_the_unnamed_part_of_a_free_first_argument_is_free_text() -> None:
    assert split_arguments("Good news: I landed", ("text", "share"), ("text",)) == [("", "Good news: I landed")]


@pytest.mark.parametrize("text", ["channel: a Channel: b", "Dana contact: Lee"])
def test_an_argument_stands_once(text: str) -> None:
    with pytest.raises(DuplicateArgument):
        split_test_line(text)


@pytest.mark.parametrize("text", ['Dana note: "hello channel: email', "“Dana", 'note: "a ""b'])
def test_a_quote_without_its_end_is_told(text: str) -> None:
    with pytest.raises(UnclosedQuote):
        split_test_line(text)


LINE_PIECES = st.sampled_from([*"ab:\"“”„'’ \n", "channel:", "note: ", "x:", "é", "1", "_", "-"])
TRICKY_LINES = st.lists(LINE_PIECES, max_size=30).map("".join)
LINE_VALUES = st.one_of(
    TRICKY_LINES.map(sanitize_line), TRICKY_LINES.map(sanitize_paragraphs), st.text(max_size=30).map(sanitize_line)
)


@settings(deadline=None)
@given(LINE_VALUES, LINE_VALUES, LINE_VALUES)
@example('"', '""', '" “')
@example("_x: y", "é: y", "")
def test_a_composed_line_is_read_back_exactly(contact: str, channel: str, note: str) -> None:
    values = {"contact": contact, "channel": channel, "note": note}
    try:
        line = to_command_line("outreach log", **values)
    except ValueError:
        assume(False)
    assert len(line) <= MAX_BUTTON_LINE_CHARS
    assert dict(split_test_line(line.removeprefix("outreach log"))) == values


def test_a_line_too_long_for_a_button_is_refused() -> None:
    assert len(to_command_line("log", note="x" * 87)) == MAX_BUTTON_LINE_CHARS
    with pytest.raises(ValueError, match="97"):
        to_command_line("log", note="x" * 88)


@pytest.mark.parametrize("piece", ['"', '""', "a:", '" ', "“ ", "note", "((", "a: "])
def test_a_very_long_line_takes_no_more_for_each_of_its_letters(piece: str) -> None:
    def reading(pieces: int) -> None:
        with suppress(UnclosedQuote, UnknownArgument):
            split_arguments(piece * pieces, LINE_ARGUMENT_NAMES, LINE_ARGUMENT_NAMES)

    assert cpu_growth(reading, 2_500) < 4 * GROWTH_FACTOR


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from('ab:"“”„ \nchanel'), max_size=60))
def test_any_text_is_read_or_refused_kindly(text: str) -> None:
    with suppress(UnclosedQuote, UnknownArgument, DuplicateArgument):
        split_test_line(text)


def test_a_value_of_a_million_letters_is_refused_without_being_read():
    with pytest.raises(ValueError, match="97 characters"):
        to_command_line("log", note="z" * 1_000_000)
