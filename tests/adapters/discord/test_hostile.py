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
from bot.domain.messages import Button, Card, Choice, Field, Form, Input, Instant, Line
from tests.adapters.discord.checking import buttons, check, live
from tests.adapters.discord.reading import INVITATION, marks, read, shown, told
from tests.cards import NOON

hostile = settings(
    max_examples=int(os.environ.get("STALEMATE_TEST_HOSTILE", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

TRICKS = (
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
names = st.lists(st.sampled_from(TRICKS) | st.text(max_size=8), min_size=1, max_size=6).map("".join)
longest = st.builds(lambda name, size: (name * size)[:size], names, st.integers(1, 4500))
moments = names.map(lambda said: Instant(NOON + timedelta(days=1), said))
lines: st.SearchStrategy[Line] = st.lists(names | moments, max_size=4).map(tuple)
lines_of_buttons = st.just("show") | st.text('ab\n:"', min_size=1, max_size=97)
pressable = st.lists(st.builds(Button, names, lines_of_buttons), max_size=27).map(tuple)


def cards_of(texts: st.SearchStrategy[str], most: int) -> st.SearchStrategy[Card]:
    said = st.lists(texts | moments, max_size=most).map(tuple)
    return st.builds(
        Card,
        lines=st.lists(said, max_size=most).map(tuple),
        fields=st.lists(st.builds(Field, texts | st.just(""), said), max_size=most).map(tuple),
        quote=texts | st.just(""),
        buttons=pressable,
        notification=texts | st.just(""),
    )


def harmless(drawn: dict[str, object]) -> None:
    check(drawn)
    assert live(drawn) == []


def typed(said: Line, styles: str) -> str:
    """The line as it was meant to be read. `styles`: how each of its moments is told."""
    spans = (
        " ".join(told(int(span.at.timestamp()), style) if style == "F" else "(⟨ago⟩)" for style in styles)
        if isinstance(span, Instant)
        else without_control_chars(span).replace("\ufdd0", "")
        for span in said
    )
    return "".join(spans).strip()


def meant(card: Card) -> str:
    """The whole card as a member should see it."""
    parts = [typed(tuple(span for said in card.lines for span in ("\n", *said)), "FR")]
    for row in card.fields:
        label = to_single_line(row.label).replace("\ufdd0", "").strip()
        value = re.sub(r"\s*\n\s*", "\n", typed(row.value, "F")) or "…"
        parts.append("• " + ((f"{label}: " if label else "") + value).replace("\n", "\n  "))
    if quote := typed((card.quote,), ""):
        parts.append("\n".join(f"│ {one}" for one in quote.split("\n")))
    return "\n".join(filter(None, parts))


def same(one: str) -> str:
    """Without the spaces that no reader sees."""
    return "\n".join(line.strip() for line in one.replace("\u200b", "").split("\n"))


@hostile
@given(cards_of(names, 3))
@example(Card((("#",),), quote="x"))
@example(Card((("Dana\n###",),), fields=(Field("", ("Lee",)),)))
def test_a_card_shows_what_was_typed_whatever_stands_in_it(card):
    drawn = render_discord_message(card).to_payload()
    harmless(drawn)
    apart = [one["description"] for one in drawn["embeds"]]
    if not card.notification:
        assert (same(shown(drawn["content"])), apart) == (same(meant(card) or "…"), [])
    else:
        assert same(shown(drawn["content"])) == same(typed((card.notification,), "") or "…")
        assert same("".join(map(shown, apart))) == same(meant(card))


@hostile
@given(cards_of(longest, 5))
def test_a_card_is_harmless_however_long_it_is(card):
    harmless(render_discord_message(card).to_payload())


@hostile
@given(names, names)
def test_a_line_is_read_as_it_was_typed_also_behind_a_moment(before, after):
    said = (before, Instant(NOON, "noon"), after)
    drawn = render_discord_line(said, 4000)
    assert marks(drawn) == []
    assert same(shown(drawn)) == same(typed(said, "FR"))


@hostile
@given(longest, st.integers(1, 80))
@example("*" * 50, 20)
@example("👩‍👩‍👧" * 9, 13)
def test_a_text_that_is_cut_is_the_beginning_of_what_was_typed(text, limit):
    drawn = render_discord_line((text,), limit)
    whole = typed((text,), "")
    assert len(drawn) <= limit
    assert marks(drawn) == []
    if shown(drawn) != same(whole) and drawn.endswith("…"):
        assert same(whole).startswith(same(shown(drawn.removesuffix("…"))))


def test_nothing_is_cut_in_halves():
    moment = Instant(NOON, "noon")
    whole = len(render_discord_line((moment,), 4000))
    assert [render_discord_line(("ab ", moment), 3 + room) for room in (whole, whole - 1, 1)][1:] == ["ab…", "ab…"]
    assert [render_discord_line(("a*****",), room) for room in (11, 10, 9, 8)] == ["a" + r"\*" * many + "…" * (many < 5)
                                                                      for many in (5, 4, 3, 3)]  # fmt: skip
    assert render_discord_line(("ab👩‍👩‍👧cd",), 6) == "ab…"
    assert render_discord_line(("abcdef",), 5) == "abcd…"


@hostile
@given(names | longest, st.integers(9, 4000))
def test_words_to_copy_cannot_leave_their_box(text, limit):
    drawn = render_discord_code_block(text, limit)
    assert len(drawn) <= limit
    if drawn:
        [(kind, seen)] = read(drawn)  # nothing stands before it or behind it
        assert kind == "block"
        assert same(typed((text,), "")).startswith(same(seen.removesuffix("…")))
    assert bool(drawn) == bool(typed((text,), ""))


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


PLACES = (
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


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_is_shown_and_does_nothing_wherever_it_stands(trick):
    for place in PLACES:
        said = (place.format(trick),)
        drawn = render_discord_line(said, 2000)
        assert not INVITATION.search(drawn)
        assert marks(drawn) == []
        assert same(shown(drawn)) == same(typed(said, ""))
        assert [kind for kind, _seen in read(render_discord_code_block(said[0], 2000))] == ["block"] * bool(
            typed(said, "")
        )


options = st.lists(st.builds(Choice, names.filter(lambda name: len(name) <= 150), names), max_size=4)
questions = st.builds(
    Input,
    name=st.just("contact"),
    label=names | longest,
    kind=st.sampled_from(["text", "long", "date", "moment", "number", "select"]),
    required=st.booleans(),
    value=names | longest | st.just(""),
    options=options.map(tuple),
    hint=names | longest | st.just(""),
    error=names | longest | st.just(""),
)


@hostile
@given(st.builds(Form, title=names | longest, command=st.just("add"), inputs=questions.map(lambda one: (one,)),
                 intro=st.lists(lines | longest.map(lambda one: (one,)), max_size=3).map(tuple)))  # fmt: skip
def test_a_form_is_harmless_whatever_stands_in_it(form):
    harmless(render_discord_form(form).to_dict())


def test_a_label_of_a_button_is_plain_text():
    assert [
        button["label"]
        for button in buttons(render_discord_message(Card((), buttons=(Button("*Yes*\n", "x"),))).to_payload())
    ] == ["*Yes*"]
