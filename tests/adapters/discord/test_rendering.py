"""Drawing, compared with files in `golden/`; `STALEMATE_TEST_GOLDEN=write` writes them anew, to be looked at."""

from __future__ import annotations

import asyncio
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.forms import render_discord_form
from adapters.discord.render import render_discord_message
from bot.domain.messages import Button, Card, Choose, Field, Instant, Row, Section
from tests import cards
from tests.adapters.discord.checking import (
    check_discord_payload,
    discord_live_marks,
    discord_picture,
    iterate_discord_buttons,
)
from tests.adapters.discord.markdown_reader import visible_discord_text
from tests.adapters.discord.samples import DISCORD_SAMPLE_PAYLOADS, LONG_CARD
from tests.app.walk import BotWalk, walk_bot
from tests.club_cards import CLUB_POST_NAMES
from tests.fakes_discord import ADA_USER_ID, GENERAL_CHANNEL_ID

DISCORD_GOLDEN_FOLDER = Path(__file__).parent / "golden"
NOON_TIMESTAMP = int(cards.NOON.timestamp())


def compare_discord_golden(name: str, found: str) -> None:
    file = DISCORD_GOLDEN_FOLDER / name
    if os.environ.get("STALEMATE_TEST_GOLDEN") == "write":
        file.write_text(found, "utf-8")
    assert found == file.read_text("utf-8")


@pytest.mark.parametrize("name", DISCORD_SAMPLE_PAYLOADS)
def test_what_discord_gets_is_as_it_was_approved(name):
    compare_discord_golden(
        f"{name}.json", json.dumps(DISCORD_SAMPLE_PAYLOADS[name], ensure_ascii=False, indent=1) + "\n"
    )
    compare_discord_golden(f"{name}.txt", discord_picture(DISCORD_SAMPLE_PAYLOADS[name]))


@pytest.mark.parametrize("name", DISCORD_SAMPLE_PAYLOADS)
def test_discord_would_take_it_and_read_nothing_into_it(name):
    check_discord_payload(DISCORD_SAMPLE_PAYLOADS[name])
    assert discord_live_marks(without_discord_mentions(DISCORD_SAMPLE_PAYLOADS[name])) == []


def without_discord_mentions(drawn):
    """Without the club's channel and its member, whom some cards mean."""
    return json.loads(re.sub(f"<#{GENERAL_CHANNEL_ID}>|<@{ADA_USER_ID}>", "", json.dumps(drawn, ensure_ascii=False)))


@pytest.mark.parametrize("name", CLUB_POST_NAMES)
def test_a_post_mentions_nobody(name):
    assert discord_live_marks(DISCORD_SAMPLE_PAYLOADS[name]) == []


@pytest.fixture(scope="module")
def walked() -> BotWalk:
    return asyncio.run(walk_bot())


def test_discord_would_take_all_that_the_bot_can_say(walked):
    for path, said in walked.seen.items():
        drawn = (
            render_discord_message(said).to_payload() if isinstance(said, Card) else render_discord_form(said).to_dict()
        )
        check_discord_payload(drawn)
        assert discord_live_marks(drawn) == [], path


def test_a_card_is_an_ordinary_message():
    drawn = render_discord_message(cards.SHOWN_CARD)
    assert drawn.embeds == []
    assert visible_discord_text(drawn.content).startswith(
        "It's okay to e-mail Dana now, and okay not to.\n• e-mail: 0/1\n"
    )


def test_a_notification_may_say_less_than_the_card():
    drawn = render_discord_message(cards.PERMISSION_CARD)
    assert drawn.content == "A word about someone on your board."
    [embed] = drawn.embeds
    assert visible_discord_text(str(embed.description)).startswith(
        "Dana may have had a full week.\nIt's okay to send Dana"
    )


def test_a_moment_is_told_in_each_readers_zone_and_in_a_list_without_how_long_it_is():
    said = ("Until ", Instant(cards.NOON, "noon *today*"), ".")
    assert render_discord_message(Card((said,))).content == f"Until <t:{NOON_TIMESTAMP}:F> (<t:{NOON_TIMESTAMP}:R>)."
    assert (
        render_discord_message(Card((), (Field("Call", said),))).content == f"- **Call**: Until <t:{NOON_TIMESTAMP}:F>."
    )


def test_a_card_that_is_too_long_for_a_message_has_its_list_in_an_embed():
    drawn = render_discord_message(LONG_CARD)
    assert drawn.content == "Here is all that I know of Dana."
    [embed] = drawn.embeds
    assert 2000 < len(str(embed.description)) <= 4096


def test_a_list_without_a_sentence_begins_in_the_message_when_it_is_too_long_for_it():
    rows = tuple(Field(f"Row {number}", ("x" * 100,)) for number in range(30))
    drawn = render_discord_message(Card((), rows))
    assert drawn.content == f"- **Row 0**: {'x' * 100}"
    assert str(drawn.embeds[0].description).count("- **Row") == 29


def test_a_long_list_keeps_every_row_and_only_the_long_ones_are_cut():
    rows = (*(Field(f"Row {number}", ("x" * 900,)) for number in range(8)), Field("Row 8", ("short",)))
    description = str(render_discord_message(Card((("Hello.",),), rows, "Hi Dana")).embeds[0].description)
    assert [description.count(f"**Row {number}**") for number in range(9)] == [1] * 9
    assert "- **Row 8**: short\n```\nHi Dana\n```" in description
    assert 4000 < len(description) <= 4096
    assert description.count("…\n") == 8


def test_of_more_rows_than_any_message_holds_the_first_ones_are_shown():
    drawn = render_discord_message(
        Card((("Hello.",),), tuple(Field("", (f"Person {number}",)) for number in range(900)))
    )
    check_discord_payload(drawn.to_payload())
    description = str(drawn.embeds[0].description)
    assert description.startswith("- Person 0\n- Person 1\n")
    assert description.endswith("\n…")
    assert 4080 < len(description) <= 4096


@pytest.mark.parametrize("length", range(1, 20))
def test_a_list_of_any_length_ends_in_time(length):
    drawn = render_discord_message(
        Card((("Hello.",),), tuple(Field("", ("x" * length,)) for _ in range(3000)))
    ).to_payload()
    check_discord_payload(drawn)
    assert len(drawn["embeds"][0]["description"]) > 4070


def test_what_is_short_enough_is_not_cut_for_the_sake_of_what_is_long():
    rows = (Field("L" * 100, ("short",)), *(Field("", ("x" * 900,)) for _ in range(30)))
    assert f"- **{'L' * 100}**: short\n" in str(
        render_discord_message(Card((("Hello.",),), rows)).embeds[0].description
    )


def test_a_card_that_just_fits_is_no_embed():
    assert render_discord_message(Card((("x" * 2000,),))).embeds == []
    fits, too_long = (Card((("x",),), (Field("", ("y" * length,)),)) for length in (1996, 1997))
    assert (render_discord_message(fits).embeds, len(render_discord_message(fits).content)) == ([], 2000)
    assert (len(render_discord_message(too_long).embeds), render_discord_message(too_long).content) == (1, "x")


def test_a_card_with_nothing_to_see_is_still_a_message():
    assert render_discord_message(Card(((" ",), ()), quote="\n")).to_payload() == {
        "content": "…",
        "embeds": [],
        "components": [],
    }
    assert render_discord_message(Card(())).view is None


def test_further_lines_of_a_row_stay_in_its_point():
    assert (
        render_discord_message(Card((), (Field("a\nb", ("two\n\n  lines\n",)),))).content == "- **a b**: two\n  lines"
    )


def drawn_discord_rows(card: Card) -> list[list[dict[str, Any]]]:
    drawn = render_discord_message(card).to_payload()
    check_discord_payload(drawn)
    return [row["components"] for row in drawn["components"]]


def discord_lines(shown: dict[str, Any]) -> list[str]:
    """The command lines of a button or of a select's options."""
    return [option["value"] for option in shown.get("options", [])] or [shown["custom_id"].removeprefix("st:")]


@pytest.mark.parametrize(("count", "lengths"), [(1, [1]), (5, [5]), (6, [4, 1]), (29, [4, 1])])
def test_of_more_than_five_buttons_four_stay_in_sight(count, lengths):
    buttons = cards.labelled_buttons(*(f"Do {number}" for number in range(count)))
    rows = drawn_discord_rows(Card((("More.",),), buttons=buttons))
    assert [len(row) for row in rows] == lengths
    assert [line for row in rows for one in row for line in discord_lines(one)] == [one.line for one in buttons]


def test_a_select_holds_25_and_the_message_says_how_many_are_left_out():
    many = Choose.among("Pick someone", [Button(f"Person {number}", f"show #{number}") for number in range(130)])
    card = Card((("Whom do you mean?",),), choose=many, buttons=cards.labelled_buttons("Board"))
    assert [len(row[0].get("options", [])) for row in drawn_discord_rows(card)] == [25, 25, 25, 25, 0]
    assert render_discord_message(card).content.endswith("And 30 more: type a name to find them.")
    rows = tuple(Row((), act, act.label) for act in many.options[:30])
    card = replace(card, sections=(Section("Waiting", rows),))
    assert [len(row[0].get("options", [])) for row in drawn_discord_rows(card)] == [25, 5, 25, 25, 0]
    assert render_discord_message(card).content.endswith("And 80 more: type a name to find them.")


def test_an_option_beside_no_row_says_whom_it_is_about():
    rows = (Row((), Button("Show words", "words #1"), "Lee"), Row((), Button("See Dana", "show #2"), "Dana"))
    [[select]] = drawn_discord_rows(Card((), sections=(Section("", rows),)))
    assert [option["label"] for option in select["options"]] == ["Lee: Show words", "See Dana"]


def test_of_two_buttons_that_do_the_same_the_first_is_drawn():
    same = (Button("Lee", "show #1"), Button("Dana", "show #2"), Button("Lee again", "show #1"))
    assert [
        button["label"]
        for button in iterate_discord_buttons(render_discord_message(Card((), buttons=same)).to_payload())
    ] == [
        "Lee",
        "Dana",
    ]


def test_there_are_never_more_buttons_than_a_message_holds():
    card = Card((), buttons=tuple(Button("See", f"show #{number}") for number in range(40)))
    [buttons, [select]] = drawn_discord_rows(card)
    assert (len(buttons), len(select["options"])) == (4, 25)
    assert "And 11 more" in render_discord_message(card).content


def test_the_mark_of_a_reminder_is_on_its_first_button_alone():
    assert [
        button.get("id")
        for button in iterate_discord_buttons(render_discord_message(cards.CALL_CHECK_CARD, 70_000).to_payload())
    ] == [
        70_000,
        None,
        None,
        None,
    ]
    assert not any(
        "id" in button for button in iterate_discord_buttons(render_discord_message(cards.CALL_CHECK_CARD).to_payload())
    )


def test_the_buttons_work_for_ever():
    view = render_discord_message(cards.CALL_CHECK_CARD).view
    assert view is not None
    assert view.is_persistent()
