"""Names and notes that try to ping, to link, to format or to break out; and texts of every length around the limits.

`STALEMATE_TEST_HOSTILE` is the number of examples; the big run takes 10000.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.common.text import truncate_with_ellipsis
from adapters.slack.forms import form_errors_by_block, parse_slack_form_values, render_slack_form
from adapters.slack.render import render_card_modal, render_slack_home, render_slack_message
from adapters.slack.text import escape_notification_text
from bot.domain.messages import Button, Card, Choice, Choose, Field, Form, Input, Instant, Line, Page, Row, Section
from tests.adapters.slack.checking import check_slack_payload, iterate_slack_objects
from tests.adapters.slack.visible_text import slack_live_marks, visible_slack_texts
from tests.cards import NOON

slack_hostile_settings = settings(
    max_examples=int(os.environ.get("STALEMATE_TEST_HOSTILE", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

SLACK_HOSTILE_TRICKS = (
    *("<!channel>", "<!here>", "<!everyone>", "<@U012AB3CD>", "<#C012AB3CD>", "<!subteam^S012|staff>", "@channel"),
    *("<http://evil.example|bank>", "http://evil.example", "<mailto:a@b.example|Dana>", "slack://open", "javascript:x"),
    *("*bold*", "_slanted_", "~struck~", "`code`", "```fence", "> quoted", "&gt; quoted", "• listed", "1. listed"),
    *(":smile:", "<!date^0^{date}^http://evil.example|today>", "{date}", "|", "^", "&lt;!channel&gt;", "&", "<", ">"),
    *(
        "\u202e",
        "\u2066",
        "\x00",
        "\x1b[31m",
        "\r",
        "\n",
        "\u2028",
        "\udcff",
        "\u200d",
        "e" + "\u0301" * 40,
        "🇩🇪",
        "👩‍👩‍👧",
    ),
)
slack_names = st.lists(st.sampled_from(SLACK_HOSTILE_TRICKS) | st.text(max_size=8), min_size=1, max_size=6).map("".join)
slack_instants = slack_names.map(lambda said: Instant(NOON + timedelta(days=1), said))
slack_lines: st.SearchStrategy[Line] = st.lists(slack_names | slack_instants, max_size=4).map(tuple)
slack_buttons = st.lists(slack_names.map(lambda name: Button(name, "show")), max_size=27).map(tuple)
slack_rows = st.builds(
    Row, slack_lines, st.none() | slack_names.map(lambda name: Button(name, "show")), slack_names | st.just("")
)
slack_sections = st.lists(
    st.builds(Section, slack_names | st.just(""), st.lists(slack_rows, max_size=5).map(tuple)), max_size=4
).map(tuple)
slack_cards = st.builds(
    Card,
    lines=st.lists(slack_lines, max_size=4).map(tuple),
    fields=st.lists(st.builds(Field, slack_names | st.just(""), slack_lines), max_size=6).map(tuple),
    quote=slack_names | st.just(""),
    buttons=slack_buttons,
    notification=slack_names | st.just(""),
    head=slack_names | st.just(""),
    sections=slack_sections,
    choose=st.none() | st.builds(Choose, slack_names, slack_buttons, st.integers(0, 2)),
)
slack_input_kinds = st.sampled_from(["text", "long", "date", "moment", "number", "select"])
slack_choices = st.lists(st.builds(Choice, slack_names.filter(lambda name: len(name) <= 150), slack_names), max_size=4)
slack_questions = st.builds(
    Input,
    name=st.just("contact"),
    label=slack_names,
    kind=slack_input_kinds,
    required=st.booleans(),
    value=slack_names | st.just(""),
    options=slack_choices.map(tuple),
    hint=slack_names | st.just(""),
    error=slack_names | st.just(""),
)
slack_forms = st.builds(
    Form,
    title=slack_names,
    command=st.just("add"),
    inputs=slack_questions.map(lambda one: (one,)),
    intro=st.tuples(slack_lines),
)
slack_home_pages = st.builds(
    Page,
    lines=st.lists(slack_lines, max_size=3).map(tuple),
    sections=slack_sections,
    buttons=slack_buttons,
)


def assert_slack_harmless(drawn: dict[str, Any]) -> None:
    check_slack_payload(drawn)
    assert slack_live_marks(drawn) == []


@slack_hostile_settings
@given(slack_cards, slack_names)
def test_a_card_is_literal_whatever_stands_in_it(card, key):
    assert_slack_harmless(render_slack_message(card))
    assert_slack_harmless(render_card_modal(card, key))


@slack_hostile_settings
@given(slack_forms)
def test_a_form_is_literal_whatever_stands_in_it(form):
    assert_slack_harmless(render_slack_form(form, "{}"))
    assert all(0 < len(wrong) <= 2000 for wrong in form_errors_by_block(form).values())


@slack_hostile_settings
@given(slack_home_pages)
def test_a_home_is_literal_whatever_stands_in_it(page):
    assert_slack_harmless(render_slack_home(page))


@slack_hostile_settings
@given(st.text(), st.integers(1, 40))
def test_a_text_is_cut_to_its_limit_and_says_so(text, limit):
    assert len(truncate_with_ellipsis(text, limit)) <= limit
    assert (
        (truncate_with_ellipsis(text, limit) == text)
        if len(text) <= limit
        else truncate_with_ellipsis(text, limit).endswith("…")
    )


def test_colons_on_both_sides_of_a_moment_are_literal():
    assert_slack_harmless(render_slack_home(Page((("javascript:x", Instant(NOON, "noon"), "javascript:x"),), (), ())))


@pytest.mark.parametrize("trick", SLACK_HOSTILE_TRICKS)
def test_a_trick_beside_a_moment_is_literal_too(trick):
    told = (f"{trick} and Dana, ", Instant(NOON, f"noon {trick}"), f" {trick}")
    for drawn in (
        render_slack_message(Card((told,))),
        render_slack_home(Page((), (Section("Your turn", (Row(told, Button("See", "show")),)),))),
    ):
        assert_slack_harmless(drawn)


def test_a_moment_is_shown_in_its_readers_zone():
    told = render_slack_message(Card((("Your call with Dana & Lee: ", Instant(NOON, "Tue 1 Dec, 12:00"), "."),)))
    at = int(NOON.timestamp())
    [block] = told["blocks"]
    token = f"<!date^{at}^{{date_long_pretty}}, {{time}}|Tue 1 Dec, 12:00>"
    assert block["text"]["text"] == f"Your call with Dana &amp; Lee: {token}."
    assert told["text"] == "Your call with Dana &amp; Lee: Tue 1 Dec, 12:00."


@pytest.mark.parametrize("trick", SLACK_HOSTILE_TRICKS)
def test_the_printable_part_of_a_trick_is_shown_as_it_was_typed(trick):
    printable = "".join(char for char in trick if char.isprintable() or char == "\u200d")
    assert printable in "".join(visible_slack_texts(render_slack_message(Card(((f"Dana {trick}",),)))["blocks"]))


@pytest.mark.parametrize(
    "drawn",
    [
        {"type": "mrkdwn", "text": "*Dana*", "verbatim": True},
        {"type": "mrkdwn", "text": "Dana", "verbatim": False},
        {"type": "mrkdwn", "text": "<!channel>", "verbatim": True},
        {"type": "mrkdwn", "text": "<!date^1^{date_long_pretty}, {time}|x> &gt; <@U1>", "verbatim": True},
        {"type": "mrkdwn", "text": "&gt; quoted", "verbatim": True},
        {"type": "plain_text", "text": ":smile:", "emoji": True},
        {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]},
        {"type": "rich_text_section", "elements": [{"type": "link", "url": "http://evil.example"}]},
        {"type": "text", "text": "Dana", "style": {"code": True}},
        {"text": "<!channel>", "blocks": []},
        {"text": "Dana & Lee", "blocks": []},
        {"text": "Hi", "blocks": [{"type": "text", "text": "\u202egnp.exe"}]},
    ],
)
def test_the_oracle_sees_what_is_live(drawn):
    assert slack_live_marks(drawn)


@pytest.mark.parametrize("length", [1, 74, 75, 76, 149, 150, 151, 1999, 2000, 2001, 2999, 3000, 3001, 9001, 20_000])
@pytest.mark.parametrize("letter", ["x", "&", "é", "e\u0301", "🇩🇪", "👍🏽", "👩‍👩‍👧", "x\n"])
def test_texts_of_every_length_fit_and_buttons_stay(length, letter):
    text = (letter * length)[:length]
    two = (Button(text, "show"), Button("Board", "board"))
    card = Card(((text,), (text, Instant(NOON, "noon"), text)), (Field(text, (text,)), Field("", (text,))), text, two)
    page = Page(((text,),), (Section(text, (Row((text,), two[0]), Row((text,)))),), two)
    question = Input("q", text, "select", options=(Choice("a", text),), hint=text, error=text)
    typed = Input("t", text, "long", value=text)
    for drawn in (
        render_slack_message(card),
        render_slack_message(replace(card, notification=text)),
        render_slack_home(page),
        render_slack_form(Form(text, "add", (question, typed), intro=((text,),)), "{}"),
    ):
        assert_slack_harmless(drawn)
    for drawn in (render_slack_message(card), render_slack_home(page), render_card_modal(card, "")):
        assert [one["value"] for one in iterate_slack_objects(drawn) if one.get("type") == "button"][-2:] == [
            "show",
            "board",
        ]


@pytest.mark.parametrize(
    "grapheme", ["e\u0301", "🇩🇪", "👍🏽", "👩‍👩‍👧", "❤️", "\u1100\u1161\u11a8", "🏴\U000e0067\U000e0062\U000e007f"]
)
def test_no_grapheme_is_cut_in_two(grapheme):
    for limit in range(1, 40):
        short = truncate_with_ellipsis(grapheme * 50, limit)
        assert short.removesuffix("…") == grapheme * (len(short) // len(grapheme))


@pytest.mark.parametrize("extra", range(12))
def test_a_notification_is_not_cut_inside_an_entity(extra):
    said = escape_notification_text("x" * extra + "<" * 3000)
    assert len(said) <= 3000
    assert set(said.removesuffix("…").lstrip("x").split("&lt;")) == {""}


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 8, 9, 10, 60, 103, 104])
def test_any_number_of_buttons_is_drawn(count):
    drawn = render_slack_message(
        Card((("Hello.",),), buttons=tuple(Button(f"B{place}", f"show {place}") for place in range(count)))
    )
    assert_slack_harmless(drawn)
    assert len([one for one in iterate_slack_objects(drawn) if "value" in one]) == min(count, 103)


def test_nothing_at_all_is_still_a_message():
    assert_slack_harmless(render_slack_message(Card(())))
    assert_slack_harmless(render_slack_home(Page(())))
    assert parse_slack_form_values({}) == {}
