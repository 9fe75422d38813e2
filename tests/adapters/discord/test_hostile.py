"""Names and notes that try to ping, to link, to format or to break out; and texts of every length around the limits.

`STALEMATE_TEST_HOSTILE` is the number of examples; the big run takes 10000.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from adapters.common.text import to_single_line, without_control_chars
from adapters.discord.forms import render_discord_form
from adapters.discord.render import render_discord_message
from adapters.discord.text import render_discord_code_block, render_discord_line
from bot.domain.messages import Button, Card, Choice, Choose, Field, Form, Input, Instant, Line, Row, Section
from tests.adapters.discord.checking import check_discord_payload, discord_live_marks, iterate_discord_buttons
from tests.adapters.discord.markdown_reader import (
    INVITE_ADDRESS,
    format_reader_timestamp,
    parse_discord_markdown,
    unescaped_marks,
    visible_discord_text,
)
from tests.cards import NOON

discord_hostile_settings = settings(
    max_examples=int(os.environ.get("STALEMATE_TEST_HOSTILE", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

DISCORD_HOSTILE_TRICKS = (
    *("@everyone", "@here", "<@80351110224678912>", "<@!803511>", "<@&165511591545143296>", "<#1037357>", "@time"),
    *("</airhorn:816437322781949972>", "</a b c:81>", "<:mmLol:216154654256398347>", "<a:b1nzy:392938283556143104>"),
    *("<t:1618953630:F>", "<t:0>", "<id:customize>", "<sound:0:1>", "<user@mail.example>", "<+49 151 123>", ":smile:"),
    *("http://evil.example", "<https://evil.example>", "steam://run", "[bank](http://evil.example)", "[", "](<", ")"),
    *("discord.gg/evil", "DISCORD.com/invite/evil", "discordapp.com/gifts/x", "dis.gd/x", "://", ":/", "<a", "<3"),
    *("<3 151 123>", "<3 ( )>"),
    *("*", "**", "***", "*slanted*", "**bold**", "_", "__", "_slanted_", "~~", "~~struck~~", "||", "||hidden||", "`"),
    *("``", "```", "```py\n", "`code`", "\\", "\\\\", "\n", "\n\n", " ", "  ", "…", "\u3000", "\ufdd0", "\u200b"),
    *("# big", "## big", "-# small", "> quoted", ">>> quoted", "- listed", "* listed", "+ listed", "1. listed"),
    *("#\u2003a", "x>", "#", "-", ">", "1.", "12. ", "\u202e", "\u2066", "\x00", "\x1b[31m"),
    *("\r", "\u2028", "\udcff", "\u200d", "🇩🇪", "e" + "\u0301" * 40, "👩‍👩‍👧", "Dana"),
)  # fmt: skip
discord_names = st.lists(st.sampled_from(DISCORD_HOSTILE_TRICKS) | st.text(max_size=8), min_size=1, max_size=6).map(
    "".join
)
discord_long_texts = st.builds(lambda name, size: (name * size)[:size], discord_names, st.integers(1, 4500))
discord_instants = discord_names.map(lambda said: Instant(NOON + timedelta(days=1), said))
discord_lines: st.SearchStrategy[Line] = st.lists(discord_names | discord_instants, max_size=4).map(tuple)
discord_button_lines = st.just("show") | st.text('ab\n:"', min_size=1, max_size=97)
discord_buttons = st.lists(st.builds(Button, discord_names, discord_button_lines), max_size=27).map(tuple)


def discord_rows(texts: st.SearchStrategy[str], said: st.SearchStrategy[Line]) -> st.SearchStrategy[tuple[Row, ...]]:
    acts = st.none() | st.builds(Button, discord_names, discord_button_lines)
    return st.lists(st.builds(Row, said, acts, texts | st.just("")), max_size=3).map(tuple)


def discord_cards(texts: st.SearchStrategy[str], most: int) -> st.SearchStrategy[Card]:
    said = st.lists(texts | discord_instants, max_size=most).map(tuple)
    return st.builds(
        Card,
        lines=st.lists(said, max_size=most).map(tuple),
        fields=st.lists(st.builds(Field, texts | st.just(""), said), max_size=most).map(tuple),
        quote=texts | st.just(""),
        buttons=discord_buttons,
        notification=texts | st.just(""),
        head=texts | st.just(""),
        sections=st.lists(st.builds(Section, st.just(""), discord_rows(texts, said)), max_size=2).map(tuple),
        choose=st.none()
        | st.builds(Choose, discord_names, discord_buttons, st.integers(0, 1) if most > 3 else st.just(0)),
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


@discord_hostile_settings
@given(discord_cards(discord_names, 3))
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


@discord_hostile_settings
@given(discord_cards(discord_long_texts, 5))
def test_a_card_is_harmless_however_long_it_is(card):
    assert_discord_harmless(render_discord_message(card).to_payload())


@discord_hostile_settings
@given(discord_names, discord_names)
def test_a_line_is_read_as_it_was_typed_also_behind_a_moment(before, after):
    said = (before, Instant(NOON, "noon"), after)
    drawn = render_discord_line(said, 4000)
    assert unescaped_marks(drawn) == []
    assert without_invisible_spaces(visible_discord_text(drawn)) == without_invisible_spaces(
        expected_discord_line(said, "FR")
    )


@discord_hostile_settings
@given(discord_long_texts, st.integers(1, 80))
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


@discord_hostile_settings
@given(discord_names | discord_long_texts, st.integers(9, 4000))
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


discord_choices = st.lists(
    st.builds(Choice, discord_names.filter(lambda name: len(name) <= 150), discord_names), max_size=4
)
discord_questions = st.builds(
    Input,
    name=st.just("contact"),
    label=discord_names | discord_long_texts,
    kind=st.sampled_from(["text", "long", "date", "moment", "number", "select"]),
    required=st.booleans(),
    value=discord_names | discord_long_texts | st.just(""),
    options=discord_choices.map(tuple),
    hint=discord_names | discord_long_texts | st.just(""),
    error=discord_names | discord_long_texts | st.just(""),
)


@discord_hostile_settings
@given(
    st.builds(
        Form,
        title=discord_names | discord_long_texts,
        command=st.just("add"),
        inputs=discord_questions.map(lambda one: (one,)),
        intro=st.lists(discord_lines | discord_long_texts.map(lambda one: (one,)), max_size=3).map(tuple),
    )
)
def test_a_form_is_harmless_whatever_stands_in_it(form):
    assert_discord_harmless(render_discord_form(form).to_dict())


def test_a_label_of_a_button_is_plain_text():
    assert [
        button["label"]
        for button in iterate_discord_buttons(
            render_discord_message(Card((), buttons=(Button("*Yes*\n", "x"),))).to_payload()
        )
    ] == ["*Yes*"]
