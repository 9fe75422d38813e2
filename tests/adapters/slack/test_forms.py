"""Modals that ask, and what comes back from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.forms import form_errors_by_block, parse_slack_form_values, render_slack_form
from bot.domain.messages import Form, Input
from tests import cards
from tests.adapters.slack.checking import check_slack_payload

SLACK_WHEN_INPUT = Input("when", "When?", "moment", required=True, hint="friday 15:00")


def slack_form_blocks(*inputs: Input, title: str = "Plan") -> list[dict[str, Any]]:
    drawn = render_slack_form(Form(title, "plan", inputs), "{}")
    check_slack_payload(drawn)
    return drawn["blocks"]


def slack_input_types(*inputs: Input) -> list[tuple[str, str]]:
    return [
        (block["block_id"], block["element"]["type"])
        for block in slack_form_blocks(*inputs)
        if block["type"] == "input"
    ]


def test_a_short_title_is_the_title_and_a_long_one_stands_above_the_questions():
    assert render_slack_form(cards.PAUSE_FORM, "{}")["title"]["text"] == "Pause"
    drawn = render_slack_form(cards.ADD_FORM, "{}")
    assert drawn["title"]["text"] == "stalemate"
    assert drawn["blocks"][0]["elements"][0]["elements"][0]["text"] == cards.ADD_FORM.title


def test_a_moment_is_asked_as_a_day_and_an_hour():
    assert slack_input_types(SLACK_WHEN_INPUT) == [("when", "datepicker"), ("when:time", "timepicker")]
    assert slack_input_types(replace(SLACK_WHEN_INPUT, kind="date")) == [("when", "datepicker")]


@pytest.mark.parametrize("value", ["2026-12-03 15:00", "2026-12-03T15:00"])
def test_a_typed_moment_is_set_in_the_pickers(value):
    day, hour = slack_form_blocks(replace(SLACK_WHEN_INPUT, value=value))
    assert day["element"]["initial_date"] == "2026-12-03"
    assert hour["element"]["initial_time"] == "15:00"


@pytest.mark.parametrize(
    "typed", ["friday 15:00", "2026-13-03", "2026-12-03 25:00", "15:00", "2026-12-03 to 2026-12-05"]
)
def test_words_for_a_day_are_shown_as_they_were_typed(typed):
    [block] = slack_form_blocks(replace(SLACK_WHEN_INPUT, value=typed))
    assert (block["element"]["type"], block["element"]["initial_value"]) == ("plain_text_input", typed)
    assert block["hint"]["text"] == "friday 15:00"


def test_a_day_that_was_refused_is_shown_as_text_under_what_is_wrong():
    wrong, block = slack_form_blocks(replace(SLACK_WHEN_INPUT, value="2025-01-01", error="That day is over."))
    assert wrong["text"]["text"] == "That day is over."
    assert block["element"]["initial_value"] == "2025-01-01"


def test_only_a_moment_that_may_stay_empty_says_so_beside_its_pickers():
    assert "hint" not in slack_form_blocks(SLACK_WHEN_INPUT)[0]
    assert slack_form_blocks(replace(SLACK_WHEN_INPUT, required=False, hint="now"))[0]["hint"]["text"] == "now"


def test_numbers_are_asked_as_numbers_unless_words_were_typed():
    number = Input("minutes", "How long?", "number", value="30")
    assert slack_input_types(number, replace(number, name="other", value="an hour")) == [
        ("minutes", "number_input"),
        ("other", "plain_text_input"),
    ]


def submitted_state_values(**answers: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block.replace("__", ":"): {"value": answer} for block, answer in answers.items()}


def test_what_was_submitted_comes_back_by_name():
    submitted = submitted_state_values(
        contact={"type": "plain_text_input", "value": "Dana"},
        channel={"type": "static_select", "selected_option": {"text": {}, "value": "email"}},
        until={"type": "datepicker", "selected_date": "2026-12-04"},
        when={"type": "datepicker", "selected_date": "2026-12-03"},
        when__time={"type": "timepicker", "selected_time": "15:00"},
        minutes={"type": "number_input", "value": "30"},
        note={"type": "plain_text_input", "value": None},
        lead={"type": "static_select", "selected_option": None},
    )
    assert parse_slack_form_values(submitted) == {
        "contact": "Dana",
        "channel": "email",
        "until": "2026-12-04",
        "when": "2026-12-03 15:00",
        "minutes": "30",
        "note": "",
        "lead": "",
    }


def test_half_a_moment_comes_back_as_it_is():
    day, hour = {"selected_date": "2026-12-03"}, {"selected_time": "15:00"}
    nothing: dict[str, Any] = {"selected_date": None}
    assert parse_slack_form_values(submitted_state_values(when=day, when__time={"selected_time": None})) == {
        "when": "2026-12-03"
    }
    assert parse_slack_form_values(submitted_state_values(when=nothing, when__time=hour)) == {"when": "today 15:00"}
    assert parse_slack_form_values(submitted_state_values(when=nothing)) == {"when": ""}


def test_what_is_wrong_stands_at_the_block_of_its_input():
    assert form_errors_by_block(cards.PLAN_FORM) == {"when": "At what hour?"}
    assert form_errors_by_block(cards.PAUSE_FORM) == {}
    names = [block.get("block_id") for block in render_slack_form(cards.PLAN_FORM, "{}")["blocks"]]
    assert set(form_errors_by_block(cards.PLAN_FORM)) <= set(names)
