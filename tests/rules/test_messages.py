"""Cards: what can be pressed or chosen, in which order, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.messages import Button, Card, Choose, Field, Instant, Row, Section
from bot.domain.messages.cards import MAX_CHOOSE_OPTIONS
from bot.domain.model import Address, Book, Profile, Settings
from bot.views.presentation import present_response

MOMENT = Instant(datetime(2026, 12, 2, 14, tzinfo=UTC), "Wed 2 Dec, 15:00")
TOKYO_BOOK = Book(
    owner=Address("console", "ada"),
    created_at=MOMENT.at,
    last_active_at=MOMENT.at,
    profile=Profile("America/New_York"),
    settings=Settings(zone="Asia/Tokyo"),
)
LEE_BUTTON, DANA_BUTTON, BOARD_BUTTON = (Button(name, f"show {name}") for name in ("Lee", "Dana", "Board"))
CALL_ROW = Row(("call ", MOMENT), LEE_BUTTON, "Lee")
EVERYTHING_CARD = Card(
    (("Today.",),),
    (Field("Role", ("nurse",)),),
    "Hi Lee",
    (BOARD_BUTTON,),
    head="Lee Wong",
    sections=(Section("Call planned", (CALL_ROW, Row((), None, "Sam"))),),
    choose=Choose("Pick someone", (DANA_BUTTON,)),
)


def test_acts_are_numbered_as_they_are_shown() -> None:
    assert EVERYTHING_CARD.acts == (LEE_BUTTON, DANA_BUTTON, BOARD_BUTTON)


def test_the_text_says_all_that_is_no_act() -> None:
    assert EVERYTHING_CARD.text().split("\n") == [
        *("Lee Wong", "Today.", "Call planned", "Lee: call Wed 2 Dec, 15:00", "Sam", "Role: nurse", "Hi Lee")
    ]


def test_a_moment_in_a_row_is_seen_and_put_into_words() -> None:
    assert EVERYTHING_CARD.has_instants
    worded = present_response(EVERYTHING_CARD, TOKYO_BOOK)
    assert not worded.has_instants
    assert worded == replace(
        EVERYTHING_CARD,
        sections=(Section("Call planned", (replace(CALL_ROW, line=("call ", MOMENT.words)), Row((), None, "Sam"))),),
    )


def test_a_choice_counts_what_it_leaves_out() -> None:
    people = [Button(str(number), f"show {number}") for number in range(MAX_CHOOSE_OPTIONS + 7)]
    assert Choose.among("Pick someone", people) == Choose("Pick someone", tuple(people[:MAX_CHOOSE_OPTIONS]), 7)
    assert Choose.among("Pick someone", people[:3]) == Choose("Pick someone", tuple(people[:3]), 0)
