"""Drawing, compared with files in `golden/`; `STALEMATE_TEST_GOLDEN=write` writes them anew, to be looked at."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path

import pytest

from adapters.slack.forms import render_slack_form
from adapters.slack.render import render_slack_home, render_slack_message
from bot.domain.messages import Button, Card, Choose, Field, Page, Row, Section
from tests import cards
from tests.adapters.slack.checking import DrawnSlackObject, check_slack_payload, iterate_slack_objects
from tests.adapters.slack.samples import SLACK_SAMPLE_PAYLOADS
from tests.adapters.slack.visible_text import slack_live_marks, slack_picture
from tests.app.walk import BotWalk, walk_bot
from tests.club_cards import CLUB_POST_NAMES

# The club's channel and its people, where some cards mean them.
EXPECTED_LIVE_MARKS = {
    "club-met": ["a user"],
    "club-preview": ["a channel"],
    "club-set-up": ["a channel", "a user"],
    "club-overview": ["a channel"],
}
SLACK_GOLDEN_FOLDER = Path(__file__).parent / "golden"


def compare_slack_golden(name: str, found: str) -> None:
    file = SLACK_GOLDEN_FOLDER / name
    if os.environ.get("STALEMATE_TEST_GOLDEN") == "write":
        file.write_text(found, "utf-8")
    assert found == file.read_text("utf-8")


@pytest.mark.parametrize("name", SLACK_SAMPLE_PAYLOADS)
def test_what_slack_gets_is_as_it_was_approved(name):
    compare_slack_golden(f"{name}.json", json.dumps(SLACK_SAMPLE_PAYLOADS[name], ensure_ascii=False, indent=1) + "\n")
    compare_slack_golden(f"{name}.txt", slack_picture(SLACK_SAMPLE_PAYLOADS[name]))


@pytest.mark.parametrize("name", SLACK_SAMPLE_PAYLOADS)
def test_slack_would_take_it_and_read_nothing_into_it(name):
    check_slack_payload(SLACK_SAMPLE_PAYLOADS[name])
    assert slack_live_marks(without_slack_mentions(SLACK_SAMPLE_PAYLOADS[name])) == EXPECTED_LIVE_MARKS.get(name, [])


def without_slack_mentions(drawn):
    """Without the club's channel and its member, whom some cards mean."""
    return json.loads(re.sub("<#C0CLUB>|<@U0ADA>", "", json.dumps(drawn, ensure_ascii=False)))


@pytest.mark.parametrize("name", CLUB_POST_NAMES)
def test_a_post_mentions_nobody(name):
    assert slack_live_marks(SLACK_SAMPLE_PAYLOADS[name]) == []


@pytest.fixture(scope="module")
def walked() -> BotWalk:
    return asyncio.run(walk_bot())


def test_slack_would_take_all_that_the_bot_can_say(walked):
    for path, said in walked.seen.items():
        drawn = render_slack_message(said) if isinstance(said, Card) else render_slack_form(said, "{}")
        check_slack_payload(drawn)
        assert slack_live_marks(drawn) == [], path


def test_a_notification_says_the_whole_card_in_escaped_words():
    card = Card((("R&D <!here>",), ("Until ", cards.ADDED_CARD.lines[1][1])), (Field("Company", ("A > B",)),), "Hi")
    assert render_slack_message(card)["text"] == "R&amp;D &lt;!here&gt;\nUntil Thu 3 Dec\nCompany: A &gt; B\nHi"


def test_a_notification_may_say_less_than_the_card():
    drawn = render_slack_message(cards.PERMISSION_CARD)
    assert drawn["text"] == "A word about someone on your board."
    assert "Dana" in json.dumps(drawn["blocks"])


def test_a_board_without_a_sentence_has_a_notification():
    assert render_slack_message(cards.GROUPS_CARD)["text"].startswith("Your turn: Lee")


def test_the_key_of_a_reminder_marks_its_first_block():
    assert [block.get("block_id") for block in render_slack_message(cards.CALL_CHECK_CARD, "e1")["blocks"]] == [
        "st:e1",
        None,
    ]
    assert "block_id" not in json.dumps(render_slack_message(cards.CALL_CHECK_CARD))


def slack_actions(card: Card) -> list[DrawnSlackObject]:
    return [
        element
        for block in render_slack_message(card)["blocks"]
        for element in [*block.get("elements", []), block.get("accessory")]
        if element and "action_id" in element
    ]


@pytest.mark.parametrize(
    ("count", "kinds", "folded"),
    [(1, [], 0), (4, [], 0), (5, ["overflow"], 2), (8, ["overflow"], 5), (9, ["static_select"], 6)],
)
def test_of_more_than_four_buttons_three_stay_in_sight(count, kinds, folded):
    buttons = cards.labelled_buttons(*(f"Do {number}" for number in range(count)))
    drawn = slack_actions(Card((("More.",),), buttons=buttons))
    assert [one["action_id"] for one in drawn] == [f"st:{place}" for place in range(len(drawn))]
    assert [one["type"] for one in drawn] == ["button"] * (3 if kinds else count) + kinds
    lines = [option["value"] for one in drawn for option in one.get("options", [one])]
    assert lines == [button.line for button in buttons]
    assert len(drawn[-1].get("options", [])) == folded


def test_rows_that_do_not_fit_are_counted():
    rows = tuple(Row(("until Thursday",), Button("See", f"show #{number}"), f"Person {number}") for number in range(80))
    card = Card((("Everybody.",),), sections=(Section("Waiting", rows),), buttons=cards.labelled_buttons("Board"))
    drawn = render_slack_message(card)
    check_slack_payload(drawn)
    assert len(drawn["blocks"]) == 50
    assert "And 34 more: type a name to find them." in slack_picture(drawn)
    assert "[Board]" in slack_picture(drawn)


def test_of_a_choice_among_more_than_a_select_holds_the_others_are_counted():
    many = Choose.among("Pick someone", [Button(f"Person {number}", f"show #{number}") for number in range(130)])
    drawn = render_slack_message(Card((("Whom do you mean?",),), choose=many))
    check_slack_payload(drawn)
    assert [len(one["options"]) for one in slack_actions(Card((), choose=many))] == [100]
    assert "And 30 more: type a name to find them." in slack_picture(drawn)


def test_of_two_options_that_do_the_same_the_first_is_drawn():
    same = Choose("Which?", (Button("Lee", "show #1"), Button("Lee again", "show #1")))
    assert [option["text"]["text"] for option in slack_actions(Card((), choose=same))[0]["options"]] == ["Lee"]


def test_a_home_with_more_rows_than_fit_says_how_many_are_left():
    rows = tuple(Row((f"Person {number}",), Button("See", f"show #{number}")) for number in range(150))
    drawn = render_slack_home(
        Page((("Hello.",),), (Section("Your turn", rows[:60]), Section("Quiet", rows[60:])), cards.HOME_PAGE.buttons)
    )
    check_slack_payload(drawn)
    assert len(drawn["blocks"]) == 100
    seen = sum(block["type"] == "section" for block in drawn["blocks"])
    assert f"And {150 - seen} more on your board." in slack_picture(drawn)
    assert "[Add someone]" in slack_picture(drawn)


def test_a_home_that_just_fits_is_whole():
    rows = tuple(Row(("Person",), Button("See", "show")) for _ in range(98))
    drawn = render_slack_home(Page((("Hello.",),), (Section("Your turn", rows),)))
    assert len(drawn["blocks"]) == 100
    assert "more on your board" not in slack_picture(drawn)


def test_a_heading_is_not_left_alone_above_the_line_that_says_what_is_left():
    rows = tuple(Row(("Person",), Button("See", "show")) for _ in range(96))
    drawn = render_slack_home(Page((("Hello.",),), (Section("Your turn", rows), Section("Quiet", rows))))
    assert drawn["blocks"][-2]["type"] == "section"
    assert "And 96 more on your board." in slack_picture(drawn)


def test_a_long_list_keeps_every_row():
    card = Card((), tuple(Field(f"Row {number}", ("x" * 3000,)) for number in range(15)))
    drawn = render_slack_message(card)
    check_slack_payload(drawn)
    assert all(f"Row {number}*" in slack_picture(drawn) for number in range(15))
    assert sum(len(one.get("text", "")) for one in iterate_slack_objects(drawn["blocks"])) <= 9000


def test_one_long_note_is_shown_whole():
    card = Card((), (Field("Note", ("x" * 2900,)), *(Field("Day", ("e-mail",)) for _ in range(8))))
    assert "x" * 2900 in slack_picture(render_slack_message(card))


def test_a_home_shows_every_row_of_a_long_list():
    rows = tuple(Row((f"Person {number} until Thu 3 Dec",)) for number in range(400))
    drawn = render_slack_home(Page((), (Section("Nothing to do", rows),)))
    check_slack_payload(drawn)
    assert all(f"• Person {number} until Thu 3 Dec\n" in slack_picture(drawn) for number in range(400))
