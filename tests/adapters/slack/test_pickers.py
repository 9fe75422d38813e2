"""People and channels that a form asks for: picked, never typed, and given on as mentions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.forms import form_errors_by_block, parse_slack_form_values, render_slack_form
from bot.domain.messages import Form, Input
from tests.adapters.slack.checking import check_slack_payload
from tests.adapters.slack.visible_text import slack_live_marks

SLACK_PERSON_INPUT = Input("member", "Who stands in?", "person", required=True)
SLACK_CHANNEL_INPUT = Input("room", "In which channel?", "channel", required=True)


def slack_picker_blocks(*inputs: Input) -> list[dict[str, Any]]:
    drawn = render_slack_form(Form("Set up", "setup", inputs), "{}")
    check_slack_payload(drawn)
    assert slack_live_marks(drawn) == []
    return list(drawn["blocks"])


def drawn_picker_element(of: Input) -> dict[str, Any]:
    [block] = [one for one in slack_picker_blocks(of) if one["type"] == "input"]
    return dict(block["element"])


def parse_submitted_answer(name: str, **answer: Any) -> dict[str, str]:
    return parse_slack_form_values({name: {"value": answer}})


def test_a_person_is_picked_among_the_people_of_the_workspace() -> None:
    assert drawn_picker_element(SLACK_PERSON_INPUT) == {"type": "users_select", "action_id": "value"}


def test_a_channel_is_picked_among_those_that_the_member_is_in_private_ones_too() -> None:
    rooms = {"include": ["public", "private"], "exclude_bot_users": True}
    assert drawn_picker_element(SLACK_CHANNEL_INPUT) == {
        "type": "conversations_select",
        "action_id": "value",
        "filter": rooms,
    }


@pytest.mark.parametrize(
    ("asked", "typed", "key", "id_"),
    [
        (SLACK_PERSON_INPUT, " <@U0LEE|lee> ", "initial_user", "U0LEE"),
        (SLACK_PERSON_INPUT, "<@U0LEE|>", "initial_user", "U0LEE"),
        (SLACK_CHANNEL_INPUT, "<#C0CLUB|jobclub>", "initial_conversation", "C0CLUB"),
        (SLACK_CHANNEL_INPUT, "<#G0OLD>", "initial_conversation", "G0OLD"),
    ],
)
def test_a_mention_with_a_name_is_picked_too(asked: Input, typed: str, key: str, id_: str) -> None:
    assert drawn_picker_element(replace(asked, value=typed))[key] == id_


def test_what_is_wrong_stands_above_the_picker() -> None:
    wrong, block = slack_picker_blocks(replace(SLACK_PERSON_INPUT, value="lee", error="Choose somebody."))
    assert wrong["text"]["text"] == "Choose somebody."
    assert block["element"] == {"type": "users_select", "action_id": "value"}
    assert form_errors_by_block(Form("Set up", "setup", (replace(SLACK_PERSON_INPUT, error="Choose somebody."),))) == {
        "member": "Choose somebody."
    }


def test_a_pick_is_given_on_as_a_mention() -> None:
    assert parse_submitted_answer("member", type="users_select", selected_user="U0LEE") == {"member": "<@U0LEE>"}
    assert parse_submitted_answer("room", type="conversations_select", selected_conversation="C0CLUB") == {
        "room": "<#C0CLUB>"
    }
    assert parse_submitted_answer("room", type="channels_select", selected_channel="C0CLUB") == {"room": "<#C0CLUB>"}
