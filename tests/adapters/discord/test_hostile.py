"""What was typed is read on Discord as it was typed, marks and all, wherever it stands and wherever it is cut."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.common.text import to_single_line, without_control_chars
from adapters.discord.render import render_discord_message
from adapters.discord.text import render_discord_code_block, render_discord_line
from bot.domain.messages import Card, Field, Instant, Line
from tests.adapters.discord.checking import check_discord_payload, discord_live_marks
from tests.adapters.discord.markdown_reader import (
    INVITE_ADDRESS,
    format_reader_timestamp,
    parse_discord_markdown,
    unescaped_marks,
    visible_discord_text,
)
from tests.cards import NOON
from tests.platforms.hostile_texts import (
    DISCORD_HOSTILE_TRICKS,
    hostile_cards,
    hostile_long_texts,
    hostile_names,
    hostile_settings,
)


def assert_discord_harmless(drawn: dict[str, object]) -> None:
    check_discord_payload(drawn)
    assert discord_live_marks(drawn) == []


def expected_discord_line(said: Line, styles: str) -> str:
    """The line as it was meant to be read. `styles`: how each of its moments is told."""
    spans = (
        " ".join(
            format_reader_timestamp(int(span.at.timestamp()), style) if style == "F" else "(⟨ago⟩)" for style in styles
        )
        if isinstance(span, Instant)
        else without_control_chars(span).replace("\ufdd0", "")
        for span in said
    )
    return "".join(spans).strip()


def expected_discord_card(card: Card) -> str:
    """The whole card as a member should see it."""
    parts = [
        to_single_line(card.head).replace("\ufdd0", "").strip(),
        expected_discord_line(tuple(span for said in card.lines for span in ("\n", *said)), "FR"),
    ]
    rows = [Field(row.name, row.line) for section in card.sections for row in section.rows]
    for row in (*rows, *card.fields):
        label = to_single_line(row.label).replace("\ufdd0", "").strip()
        value = re.sub(r"\s*\n\s*", "\n", expected_discord_line(row.value, "F")) or "…"
        shown = label if label and not row.value else (f"{label}: " if label else "") + value
        parts.append("• " + shown.replace("\n", "\n  "))
    if quote := expected_discord_line((card.quote,), ""):
        parts.append("\n".join(f"│ {one}" for one in quote.split("\n")))
    return "\n".join(filter(None, parts))


def without_invisible_spaces(text: str) -> str:
    """Without the spaces that no reader sees."""
    return "\n".join(line.strip() for line in text.replace("\u200b", "").split("\n"))


@hostile_settings
@given(hostile_cards(hostile_names, 3, whole=True))
@example(Card((("#",),), quote="x"))
@example(Card((("Dana\n###",),), fields=(Field("", ("Lee",)),)))
def test_a_card_shows_what_was_typed_whatever_stands_in_it(card):
    drawn = render_discord_message(card).to_payload()
    assert_discord_harmless(drawn)
    apart = [one["description"] for one in drawn["embeds"]]
    if not card.notification:
        assert (without_invisible_spaces(visible_discord_text(drawn["content"])), apart) == (
            without_invisible_spaces(expected_discord_card(card) or "…"),
            [],
        )
    else:
        assert without_invisible_spaces(visible_discord_text(drawn["content"])) == without_invisible_spaces(
            expected_discord_line((card.notification,), "") or "…"
        )
        assert without_invisible_spaces("".join(map(visible_discord_text, apart))) == without_invisible_spaces(
            expected_discord_card(card)
        )


@hostile_settings
@given(hostile_names, hostile_names)
def test_a_line_is_read_as_it_was_typed_also_behind_a_moment(before, after):
    said = (before, Instant(NOON, "noon"), after)
    drawn = render_discord_line(said, 4000)
    assert unescaped_marks(drawn) == []
    assert without_invisible_spaces(visible_discord_text(drawn)) == without_invisible_spaces(
        expected_discord_line(said, "FR")
    )


@hostile_settings
@given(hostile_long_texts, st.integers(1, 80))
@example("*" * 50, 20)
@example("👩‍👩‍👧" * 9, 13)
def test_a_text_that_is_cut_is_the_beginning_of_what_was_typed(text, limit):
    drawn = render_discord_line((text,), limit)
    whole = expected_discord_line((text,), "")
    assert len(drawn) <= limit
    assert unescaped_marks(drawn) == []
    if visible_discord_text(drawn) != without_invisible_spaces(whole) and drawn.endswith("…"):
        assert without_invisible_spaces(whole).startswith(
            without_invisible_spaces(visible_discord_text(drawn.removesuffix("…")))
        )


def test_nothing_is_cut_in_halves():
    moment = Instant(NOON, "noon")
    whole = len(render_discord_line((moment,), 4000))
    assert [render_discord_line(("ab ", moment), 3 + room) for room in (whole, whole - 1, 1)][1:] == ["ab…", "ab…"]
    assert [render_discord_line(("a*****",), room) for room in (11, 10, 9, 8)] == ["a" + r"\*" * many + "…" * (many < 5)
                                                                      for many in (5, 4, 3, 3)]  # fmt: skip
    assert render_discord_line(("ab👩‍👩‍👧cd",), 6) == "ab…"
    assert render_discord_line(("abcdef",), 5) == "abcd…"


@hostile_settings
@given(hostile_names | hostile_long_texts, st.integers(9, 4000))
def test_words_to_copy_cannot_leave_their_box(text, limit):
    drawn = render_discord_code_block(text, limit)
    assert len(drawn) <= limit
    if drawn:
        [(kind, seen)] = parse_discord_markdown(drawn)  # nothing stands before it or behind it
        assert kind == "block"
        assert without_invisible_spaces(expected_discord_line((text,), "")).startswith(
            without_invisible_spaces(seen.removesuffix("…"))
        )
    assert bool(drawn) == bool(expected_discord_line((text,), ""))


@pytest.mark.parametrize(
    "said",
    [
        "It's okay to send Dana your one e-mail now, and okay not to.",
        "e-mail 0/1, call 1/1 (heard from Tue 24 Nov) - and so on; 5 > 3 < 4, ~30 minutes",
        "I <3 this: 10:30 at Dana's. Room #4, 50% off! C# & C++ = fun? a|b {x} 3 Dec",
        "#hashtag and -dash and +49 151 123",
        "www.example.com, dana@mail.example, discord. And so on",
    ],
)
def test_an_ordinary_sentence_has_no_backslash(said):
    assert render_discord_line((said,), 2000) == said


MARKDOWN_PLACES = (
    "{}",
    "{} Dana",
    "Dana\n{} Lee",
    "Dana\n  {} Lee",
    "  {}x",
    "Dana{}",
    "({})",
    "{0}{0}",
    "{0} Dana {0}",
    "{0}Dana{0}",
    "{0}\n{0}",
)


@pytest.mark.parametrize("trick", DISCORD_HOSTILE_TRICKS)
def test_a_trick_is_shown_and_does_nothing_wherever_it_stands(trick):
    for place in MARKDOWN_PLACES:
        said = (place.format(trick),)
        drawn = render_discord_line(said, 2000)
        assert not INVITE_ADDRESS.search(drawn)
        assert unescaped_marks(drawn) == []
        assert without_invisible_spaces(visible_discord_text(drawn)) == without_invisible_spaces(
            expected_discord_line(said, "")
        )
        assert [kind for kind, _seen in parse_discord_markdown(render_discord_code_block(said[0], 2000))] == [
            "block"
        ] * bool(expected_discord_line(said, ""))
