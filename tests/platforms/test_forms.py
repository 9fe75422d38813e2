"""Forms as they are drawn, and what comes back from them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.messages import Choice, Form, Input
from tests import cards
from tests.platforms.drawing import DRAWINGS, AskedInput, Drawing

WHEN_INPUT = Input("when", "When?", "moment", required=True, hint="friday 15:00")
SELECT_INPUT = Input("who", "Who?", "select")

pytestmark = pytest.mark.parametrize("drawing", DRAWINGS, ids=str)


def asked(drawing: Drawing, *inputs: Input) -> list[AskedInput]:
    drawn = drawing.form(Form("Plan", "plan", inputs))
    drawing.check(drawn)
    assert drawing.live_marks(drawn) == []
    return drawing.inputs(drawn)


@pytest.mark.parametrize("form", [cards.PLAN_FORM, cards.ADD_FORM, cards.PAUSE_FORM], ids=lambda form: form.command)
def test_a_form_submitted_unchanged_gives_back_what_was_typed(drawing: Drawing, form: Form) -> None:
    assert drawing.submitted(drawing.form(form)) == {input_.name: input_.value for input_ in form.inputs}


def test_a_question_says_how_it_is_answered_or_what_was_wrong(drawing: Drawing) -> None:
    hinted = replace(WHEN_INPUT, value="soon")
    assert "friday 15:00" in drawing.picture(drawing.form(Form("Plan", "plan", (hinted,))))
    wrong = replace(hinted, error="That day is over.")
    assert "That day is over." in drawing.picture(drawing.form(Form("Plan", "plan", (wrong,))))


def test_only_a_long_answer_has_several_lines(drawing: Drawing) -> None:
    short, several = asked(drawing, Input("a", "A?", value="Dana\nLee"), Input("b", "B?", "long", value="Dana\nLee"))
    assert (short.kind, short.value) == ("line", "Dana Lee")
    assert (several.kind, several.value) == ("lines", "Dana\nLee")


def test_a_select_shows_what_was_chosen(drawing: Drawing) -> None:
    options = (Choice("phone", "By phone"), Choice("web", "Online"))
    [select] = asked(drawing, replace(SELECT_INPUT, options=options, value="web"))
    assert select == AskedInput("who", "select", "web", ("phone", "web"))


def test_a_select_without_options_or_with_too_many_asks_in_words(drawing: Drawing) -> None:
    many = tuple(Choice(str(number), "Dana") for number in range(drawing.max_options + 1))
    kinds = [asked(drawing, replace(SELECT_INPUT, options=some))[0].kind for some in ((), many, many[:-1])]
    assert kinds == ["line", "line", "select"]


def test_an_option_whose_value_the_platform_would_refuse_is_not_offered(drawing: Drawing) -> None:
    options = (Choice("x" * (drawing.max_option_chars + 1), "Dana"), Choice("lee", "Lee"))
    assert asked(drawing, replace(SELECT_INPUT, options=options))[0].options == ("lee",)


@pytest.mark.parametrize(("kind", "mention"), [("person", "<@{}>"), ("channel", "<#{}>")])
def test_a_person_and_a_channel_are_picked_and_given_on_as_mentions(drawing: Drawing, kind: str, mention: str) -> None:
    value = mention.format(drawing.person)
    picker = Input("topic", "Who?", kind, value=value)
    assert asked(drawing, picker) == [AskedInput("topic", kind, drawing.person)]
    assert drawing.submitted(drawing.form(Form("Lend", "help", (picker,)))) == {"topic": value}
    nobody = replace(picker, value="")
    assert drawing.submitted(drawing.form(Form("Lend", "help", (nobody,)))) == {"topic": ""}


@pytest.mark.parametrize("kind", ["person", "channel"])
@pytest.mark.parametrize(
    "typed", ["lee", "@lee", "#jobclub", "{0}", "<@lee>", "<#c0club>", "<@{0}> and Ada", "<@{0}|<x>", "<@>", "<@٣>"]
)
def test_words_pick_nobody_and_are_asked_again_with_the_picker(drawing: Drawing, kind: str, typed: str) -> None:
    [picker] = asked(drawing, Input("topic", "Who?", kind, value=typed.format(drawing.person)))
    assert picker == AskedInput("topic", kind, "")


def test_a_mention_of_the_other_kind_picks_nobody(drawing: Drawing) -> None:
    assert asked(drawing, Input("topic", "Who?", "person", value=f"<#{drawing.person}>"))[0].value == ""
    assert asked(drawing, Input("topic", "Where?", "channel", value=f"<@{drawing.person}>"))[0].value == ""


def test_what_is_wrong_stands_with_a_picker_too(drawing: Drawing) -> None:
    wrong = Input("topic", "Who?", "person", value="lee", error="Choose somebody.")
    assert "Choose somebody." in drawing.picture(drawing.form(Form("Lend", "help", (wrong,))))
