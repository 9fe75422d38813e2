"""Whatever stands in a card or a form is literal, fits, and mentions nobody who is not meant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from bot.domain.messages import Button, Card, Choice, Field, Form, Input, Instant, Line, Mention
from tests.cards import NOON
from tests.platforms.drawing import DRAWINGS, Drawing
from tests.platforms.hostile_texts import (
    HOSTILE_TRICKS,
    hostile_cards,
    hostile_forms,
    hostile_long_texts,
    hostile_names,
    hostile_settings,
)

NOON_INSTANT = Instant(NOON, "noon")
INVALID_IDS = ("", "lee", "u0lee", "U0LEE|x", "U0 LEE", "U0LEE>", "!here", "Ü0", "-1", "1>2", "٣", "1\n", "<@U0LEE>")

pytestmark = pytest.mark.parametrize("drawing", DRAWINGS, ids=str)


def assert_harmless(drawing: Drawing, drawn: dict[str, Any]) -> None:
    drawing.check(drawn)
    assert drawing.live_marks(drawn) == []


@hostile_settings
@given(card=hostile_cards(hostile_names, 3) | hostile_cards(hostile_long_texts, 4))
def test_a_card_is_literal_whatever_stands_in_it(drawing: Drawing, card: Card) -> None:
    assert_harmless(drawing, drawing.card(card))


@hostile_settings
@given(form=hostile_forms)
def test_a_form_is_literal_whatever_stands_in_it(drawing: Drawing, form: Form) -> None:
    assert_harmless(drawing, drawing.form(form))


@pytest.mark.parametrize("trick", HOSTILE_TRICKS)
def test_a_trick_is_literal_beside_a_moment_and_as_the_words_of_a_mention(drawing: Drawing, trick: str) -> None:
    for line in (
        (f"{trick} and Dana, ", Instant(NOON, f"noon {trick}"), f" {trick}"),
        (trick, NOON_INSTANT, trick),
        (Mention("person", drawing.person, trick), " ", NOON_INSTANT),
        (Mention("person", "nobody", trick), " and ", Mention("channel", "", trick)),
    ):
        for card in (Card((line,)), Card((), (Field("Who", line),))):
            assert_harmless(drawing, drawing.card(card))


@pytest.mark.parametrize("length", [1, 74, 75, 76, 149, 150, 151, 1999, 2000, 2001, 2999, 3000, 3001, 9001, 20_000])
@pytest.mark.parametrize("letter", ["x", "&", "*", "e\u0301", "🇩🇪", "👩‍👩‍👧", "x\n"])
def test_texts_of_every_length_fit(drawing: Drawing, length: int, letter: str) -> None:
    text = (letter * length)[:length]
    two = (Button(text, "show"), Button("Board", "board"))
    card = Card(((text,), (text, NOON_INSTANT, text)), (Field(text, (text,)), Field("", (text,))), text, two)
    question = Input("q", text, "select", options=(Choice("a", text),), hint=text, error=text)
    typed = Input("t", text, "long", value=text)
    for drawn in (
        drawing.card(card),
        drawing.card(replace(card, notification=text)),
        drawing.form(Form(text, "add", (question, typed), intro=((text,),))),
    ):
        assert_harmless(drawing, drawn)
    assert "[Board]" in drawing.picture(drawing.card(card))


def test_nothing_at_all_is_still_a_message(drawing: Drawing) -> None:
    assert_harmless(drawing, drawing.card(Card(())))
    assert_harmless(drawing, drawing.card(Card(((" ",), ()), quote="\n")))


def test_a_person_and_a_channel_are_mentioned_wherever_they_are_meant(drawing: Drawing) -> None:
    lee: Line = ("Ask ", Mention("person", drawing.person, "Lee"), " in ", Mention("channel", drawing.person, "club"))
    for drawn in (
        drawing.card(Card((lee,))),
        drawing.card(Card((), (Field("Facilitator", lee),))),
        drawing.card(Card(((*lee, " ", NOON_INSTANT),))),
        drawing.form(Form("Join", "help", (Input("topic", "What?"),), intro=(lee,))),
    ):
        assert_harmless(drawing, drawn)
        assert str(drawn).count(drawing.person) >= 2 or "Lee in club" in drawing.picture(drawn)


@pytest.mark.parametrize("bad", INVALID_IDS)
@pytest.mark.parametrize("kind", ["person", "channel"])
@pytest.mark.parametrize("beside", [(), (NOON_INSTANT,)], ids=["alone", "beside a moment"])
def test_somebody_whose_id_is_none_of_the_platforms_is_named_in_words(
    drawing: Drawing, bad: str, kind: Any, beside: Line
) -> None:
    drawn = drawing.card(Card((("Ask ", *beside, Mention(kind, bad, "Lee")),)))
    assert drawing.live_marks(drawn, known="nobody") == []
    assert "Lee" in drawing.picture(drawn)


def test_a_mention_is_shown_whole_or_not_at_all(drawing: Drawing) -> None:
    lee = Mention("person", drawing.person, "Lee, who has a long name")
    for fill in (*range(1_960, 2_002, 3), *range(2_960, 3_002, 3)):
        drawn = drawing.card(Card((("x" * fill, lee),)))
        drawing.check(drawn)
        assert drawing.live_marks(drawn) == []
