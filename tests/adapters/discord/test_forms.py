"""Modals that ask, and what comes back from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.discord.forms import parse_discord_form, render_discord_form
from bot.commands import COMMANDS, Command
from bot.domain.messages import Choice, Form, Input, Instant
from bot.views import forms as views
from tests import cards
from tests.adapters.discord.checking import check_discord_payload

DISCORD_WHEN_INPUT = Input("when", "When?", "moment", required=True, hint="friday 15:00")


def checked_discord_form(*inputs: Input, **form: Any) -> dict[str, Any]:
    found = render_discord_form(Form(form.pop("title", "Plan"), "plan", inputs, **form)).to_dict()
    check_discord_payload(found)
    return found


def discord_form_inputs(*inputs: Input) -> list[dict[str, Any]]:
    return [{**one, **one["component"], "label": one["label"]} for one in checked_discord_form(*inputs)["components"]]


def submitted_modal_data(view: dict[str, Any], **typed: str) -> dict[str, Any]:
    """What Discord sends of a modal: nothing but names and answers."""
    answers = []
    for place, component in enumerate(view["components"]):
        inner = component.get("component")
        if inner is None:
            answers.append({"type": 10, "id": place})
            continue
        name = inner["custom_id"]
        if inner["type"] == 3:
            chosen = [each["value"] for each in inner["options"] if each["default"]]
            said: dict[str, Any] = {"values": [typed[name]] if name in typed else chosen}
        else:
            said = {"value": typed.get(name, inner.get("value") or "")}
        answers.append({"type": 18, "component": {"type": inner["type"], "custom_id": name, **said}})
    return {"custom_id": view["custom_id"], "components": answers}


def test_the_title_is_the_sentence_without_its_stop():
    assert checked_discord_form(DISCORD_WHEN_INPUT, title="Note who wrote.")["title"] == "Note who wrote"
    assert checked_discord_form(DISCORD_WHEN_INPUT, title="W" * 60)["title"] == "W" * 44 + "…"


def test_each_question_says_how_it_is_answered_or_what_was_wrong():
    first, second = discord_form_inputs(
        DISCORD_WHEN_INPUT, replace(DISCORD_WHEN_INPUT, name="other", error="That day is over.\n")
    )
    assert (first["label"], first["description"]) == ("When?", "friday 15:00")
    assert second["description"] == "That day is over."
    assert "description" not in discord_form_inputs(replace(DISCORD_WHEN_INPUT, hint=""))[0]


def test_what_is_said_first_stands_above_the_questions_and_literally():
    text, _question = checked_discord_form(
        DISCORD_WHEN_INPUT, intro=(("About *Dana*.",), ("Since ", Instant(cards.NOON, "noon")))
    )["components"]
    assert text == {"type": 10, "content": f"About \\*Dana\\*.\nSince <t:{int(cards.NOON.timestamp())}:F> "
                                           f"(<t:{int(cards.NOON.timestamp())}:R>)"}  # fmt: skip


def test_where_five_questions_leave_no_room_it_stands_at_the_first():
    five = [replace(DISCORD_WHEN_INPUT, name=name) for name in "abcde"]
    first, *others = checked_discord_form(*five, intro=(("About *Dana*.",),))["components"]
    assert first["description"] == "About *Dana*. friday 15:00"
    assert {other["description"] for other in others} == {"friday 15:00"}


def test_what_is_wrong_is_not_lost_for_the_sake_of_whom_it_is_about():
    wrong = "That day is over; which one did you mean?"
    five = [
        replace(DISCORD_WHEN_INPUT, name="a", error=wrong),
        *(replace(DISCORD_WHEN_INPUT, name=name) for name in "bcde"),
    ]
    assert checked_discord_form(*five, intro=((f"About {'W' * 80}.",),))["components"][0]["description"] == wrong


def test_numbers_days_and_hours_are_typed():
    kinds = [
        discord_form_inputs(replace(DISCORD_WHEN_INPUT, kind=kind, value="x"))[0]
        for kind in ("text", "date", "moment", "number")
    ]
    assert {(one["type"], one["style"], one["value"], one["required"]) for one in kinds} == {(4, 1, "x", True)}


def test_what_was_typed_is_kept_up_to_what_an_input_holds():
    assert discord_form_inputs(Input("a", "A?", "long", value="x" * 5000))[0]["value"] == "x" * 3999 + "…"


def test_words_that_are_no_option_are_kept_unless_what_is_wrong_with_them_is_said():
    select = Input("who", "Who?", "select", value="Danna", options=(Choice("#1", "Dana"),))
    assert discord_form_inputs(select)[0]["value"] == "Danna"
    assert discord_form_inputs(replace(select, error="Who is that?"))[0]["options"][0]["label"] == "Dana"


@pytest.mark.parametrize(
    "fixed",
    [
        {},
        {"draft": "c29tZWJvZHkgd3Jv"},
        {"contact": "#k3Jx9_-aQ2", "mark": "e1"},
        {"note": 'said "no: never"', "when": "tomorrow 15:00"},
        {"contact": ""},
    ],
)
def test_what_rides_along_comes_back_with_the_answers(fixed):
    command = "log" if fixed else "board"
    view = render_discord_form(Form("Log", command, (Input("channel", "How?"),), tuple(fixed.items()))).to_dict()
    assert parse_discord_form(submitted_modal_data(view, channel="email")) == (command, {**fixed, "channel": "email"})


def test_an_answer_counts_more_than_what_rode_along():
    view = render_discord_form(Form("Plan", "plan", (DISCORD_WHEN_INPUT,), (("when", "friday"),))).to_dict()
    assert parse_discord_form(submitted_modal_data(view, when="monday")) == ("plan", {"when": "monday"})


def test_a_modal_of_former_times_is_understood():
    row = {"type": 1, "components": [{"type": 4, "custom_id": "until", "value": "friday"}]}
    assert parse_discord_form({"custom_id": "st:pause", "components": [row]}) == ("pause", {"until": "friday"})


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"custom_id": None, "components": None},
        {"custom_id": "st:", "components": []},
        {"custom_id": "st:outreach", "components": []},
        {"custom_id": "other:plan", "components": []},
        {"custom_id": "st:nonsense", "components": []},
        {"custom_id": 'st:plan when: "open', "components": []},
        {"custom_id": "st:plan nothing: x", "components": []},
        {"custom_id": ["st:plan"]},
    ],
)
def test_what_is_no_modal_of_ours_is_nothing(data):
    assert parse_discord_form(data) == ("", {})


@pytest.mark.parametrize(
    "components",
    [
        None,
        "x",
        [None, 7, [], {}],
        [{"type": 18}, {"type": 18, "component": None}, {"type": 18, "component": {"custom_id": 3, "value": "x"}}],
        [{"type": 1, "components": {"custom_id": "when"}}],
        [{"type": 10, "content": "x"}],
    ],
)
def test_answers_that_nobody_gave_are_left_out(components):
    assert parse_discord_form({"custom_id": "st:plan", "components": components}) == ("plan", {})


@pytest.mark.parametrize("said", [{"values": []}, {"values": None}, {"values": [3]}, {"value": None}, {"value": 3}, {}])
def test_a_question_without_an_answer_is_empty(said):
    label = {"type": 18, "component": {"custom_id": "when", **said}}
    assert parse_discord_form({"custom_id": "st:plan", "components": [label]}) == ("plan", {"when": ""})


async def test_the_library_does_not_remember_a_modal():
    assert render_discord_form(cards.PAUSE_FORM).is_finished()  # it remembers those that are not


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_every_question_of_the_table_fits_uncut(row: Command) -> None:
    inputs = [Input(arg.name, arg.question, hint=arg.hint) for arg in row.arguments]
    found = [
        render_discord_form(Form(row.summary, row.name, tuple(inputs[at : at + 4]))).to_dict()
        for at in range(0, len(inputs), 4)
    ]
    for view in found:
        check_discord_payload(view)
        assert view["title"] == row.summary
    shown = [(one["label"], one.get("description", "")) for view in found for one in view["components"]]
    assert shown == [(arg.question, arg.hint) for arg in row.arguments]
    assert len(row.form or ()) <= views.MAX_FORM_INPUTS
