"""What tries to ping, to link, to format or to break out of what only Slack has: its home, its modals, its moments."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.forms import form_errors_by_block, parse_slack_form_values
from adapters.slack.render import render_card_modal, render_slack_home, render_slack_message
from adapters.slack.text import escape_notification_text
from bot.domain.messages import Button, Card, Form, Input, Instant, Page, Row, Section
from tests.adapters.slack.checking import check_slack_payload, iterate_slack_objects
from tests.adapters.slack.visible_text import slack_live_marks, visible_slack_texts
from tests.cards import NOON
from tests.platforms.hostile_texts import (
    SLACK_HOSTILE_TRICKS,
    hostile_buttons,
    hostile_cards,
    hostile_lines,
    hostile_names,
    hostile_sections,
    hostile_settings,
)

slack_home_pages = st.builds(
    Page,
    lines=st.lists(hostile_lines, max_size=3).map(tuple),
    sections=hostile_sections(hostile_names, hostile_lines, hostile_names | st.just("")),
    buttons=hostile_buttons,
)


def assert_slack_harmless(drawn: dict[str, Any]) -> None:
    check_slack_payload(drawn)
    assert slack_live_marks(drawn) == []


@hostile_settings
@given(hostile_cards(hostile_names, 3), hostile_names)
def test_a_card_in_a_modal_is_literal_whatever_stands_in_it(card, key):
    assert_slack_harmless(render_card_modal(card, key))
    assert all(
        0 < len(wrong) <= 2000
        for wrong in form_errors_by_block(Form("Who?", "add", (Input("contact", key, error=key),))).values()
    )


@pytest.mark.parametrize("length", [1, 74, 76, 149, 151, 1999, 2001, 2999, 3001, 9001, 20_000])
@pytest.mark.parametrize("letter", ["x", "&", "🇩🇪", "x\n"])
def test_texts_of_every_length_fit_in_a_home(length, letter):
    text = (letter * length)[:length]
    two = (Button(text, "show"), Button("Board", "board"))
    drawn = render_slack_home(Page(((text,),), (Section(text, (Row((text,), two[0]), Row((text,)))),), two))
    assert_slack_harmless(drawn)
    pressed = [one["value"] for one in iterate_slack_objects(drawn) if one.get("type") == "button"]
    assert pressed[-2:] == ["show", "board"]


@hostile_settings
@given(slack_home_pages)
def test_a_home_is_literal_whatever_stands_in_it(page):
    assert_slack_harmless(render_slack_home(page))


def test_colons_on_both_sides_of_a_moment_are_literal():
    assert_slack_harmless(render_slack_home(Page((("javascript:x", Instant(NOON, "noon"), "javascript:x"),), (), ())))


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
