"""People and channels that a form asks for: picked, never typed, and given on as mentions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.forms import form_errors_by_block, parse_slack_form_values, render_slack_form
from bot.domain.messages import Form, Input
from tests.adapters.slack.checking import check
from tests.adapters.slack.seeing import live

WHO = Input("member", "Who stands in?", "person", required=True)
WHERE = Input("room", "In which channel?", "channel", required=True)


def asked(*inputs: Input) -> list[dict[str, Any]]:
    drawn = render_slack_form(Form("Set up", "setup", inputs), "{}")
    check(drawn)
    assert live(drawn) == []
    return list(drawn["blocks"])


def element(of: Input) -> dict[str, Any]:
    [block] = [one for one in asked(of) if one["type"] == "input"]
    return dict(block["element"])


def submitted(name: str, **answer: Any) -> dict[str, str]:
    return parse_slack_form_values({name: {"value": answer}})


def test_a_person_is_picked_among_the_people_of_the_workspace() -> None:
    assert element(WHO) == {"type": "users_select", "action_id": "value"}


def test_a_channel_is_picked_among_those_that_the_member_is_in_private_ones_too() -> None:
    rooms = {"include": ["public", "private"], "exclude_bot_users": True}
    assert element(WHERE) == {"type": "conversations_select", "action_id": "value", "filter": rooms}


@pytest.mark.parametrize("typed", ["<@U0LEE>", "<@U0LEE|lee>", " <@U0LEE> ", "<@U0LEE|>"])
def test_who_was_mentioned_already_stands_in_the_picker(typed: str) -> None:
    assert element(replace(WHO, value=typed))["initial_user"] == "U0LEE"


@pytest.mark.parametrize("typed", ["<#C0CLUB>", "<#C0CLUB|jobclub>", "<#C0CLUB|>", "<#G0OLD>"])
def test_the_channel_that_was_mentioned_already_stands_in_the_picker(typed: str) -> None:
    assert element(replace(WHERE, value=typed))["initial_conversation"] in ("C0CLUB", "G0OLD")


@pytest.mark.parametrize(
    "typed", ["lee", "@lee", "U0LEE", "<@u0lee>", "<@U0LEE> and Ada", "<#C0CLUB>", "<@U0|<x>", "<!here>", "<@>", ""]
)
def test_what_mentions_nobody_is_asked_again_with_the_picker(typed: str) -> None:
    assert "initial_user" not in element(replace(WHO, value=typed))


@pytest.mark.parametrize("typed", ["jobclub", "#jobclub", "<@U0LEE>", "<#c0club>", "C0CLUB"])
def test_what_is_no_channel_is_asked_again_with_the_picker(typed: str) -> None:
    assert "initial_conversation" not in element(replace(WHERE, value=typed))


def test_what_is_wrong_stands_above_the_picker() -> None:
    wrong, block = asked(replace(WHO, value="lee", error="Choose somebody."))
    assert wrong["text"]["text"] == "Choose somebody."
    assert block["element"] == {"type": "users_select", "action_id": "value"}
    assert form_errors_by_block(Form("Set up", "setup", (replace(WHO, error="Choose somebody."),))) == {
        "member": "Choose somebody."
    }


def test_a_pick_is_given_on_as_a_mention() -> None:
    assert submitted("member", type="users_select", selected_user="U0LEE") == {"member": "<@U0LEE>"}
    assert submitted("room", type="conversations_select", selected_conversation="C0CLUB") == {"room": "<#C0CLUB>"}
    assert submitted("room", type="channels_select", selected_channel="C0CLUB") == {"room": "<#C0CLUB>"}


def test_no_pick_is_no_answer() -> None:
    assert submitted("member", type="users_select", selected_user=None) == {"member": ""}
    assert submitted("room", type="conversations_select", selected_conversation=None) == {"room": ""}


@pytest.mark.parametrize(("question", "value"), [(WHO, "<@U0LEE>"), (WHERE, "<#C0CLUB>")])
def test_a_pick_that_nobody_changes_comes_back_as_it_was(question: Input, value: str) -> None:
    drawn = element(replace(question, value=value))
    answer = {key.replace("initial", "selected"): one for key, one in drawn.items()}
    assert submitted(question.name, **answer) == {question.name: value}
