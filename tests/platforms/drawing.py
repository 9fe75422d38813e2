"""How each platform draws cards and forms, and what its members then see, pick and send."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adapters.discord.forms import parse_discord_form, render_discord_form
from adapters.discord.render import render_discord_message
from adapters.slack.forms import parse_slack_form_values, render_slack_form
from adapters.slack.render import render_slack_message
from bot.domain.messages import Card, Form
from tests.adapters.discord.checking import (
    PICKER_TYPES,
    SELECT_TYPE,
    check_discord_payload,
    discord_live_marks,
    discord_picture,
)
from tests.adapters.slack.checking import check_slack_payload
from tests.adapters.slack.visible_text import INITIAL_VALUE_KEYS, slack_live_marks, slack_picture

Json = dict[str, Any]
SLACK_INPUT_KINDS = {
    "number_input": "line",
    "static_select": "select",
    "datepicker": "day",
    "timepicker": "hour",
    "users_select": "person",
    "conversations_select": "channel",
}
SLACK_ANSWER_KEYS = {"initial_value": "value"}  # the others begin with `selected`


@dataclass(frozen=True)
class AskedInput:
    """One question as a member sees it. `kind`: `line`, `lines`, `select`, `person`, `channel`, `day` or `hour`."""

    name: str
    kind: str
    value: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """`live_marks`: all that is more than literal text, but for `known` people. `submitted`: what a form gives back."""

    platform: str
    person: str  # an id of a person or a channel
    max_options: int
    max_option_chars: int
    card: Callable[[Card], Json]
    form: Callable[[Form], Json]
    check: Callable[[Json], None]
    picture: Callable[[Json], str]
    inputs: Callable[[Json], list[AskedInput]]
    submitted: Callable[[Json], dict[str, str]]
    live_marks: Callable[..., list[str]]

    def __str__(self) -> str:
        return self.platform


def slack_inputs(view: Json) -> list[AskedInput]:
    return [
        AskedInput(
            block["block_id"],
            SLACK_INPUT_KINDS.get(one["type"]) or ("lines" if one.get("multiline") else "line"),
            next((one[key] for key in INITIAL_VALUE_KEYS if key in one), "")
            or one.get("initial_option", {}).get("value", ""),
            tuple(option["value"] for option in one.get("options", ())),
        )
        for block in view["blocks"]
        if block["type"] == "input"
        for one in [block["element"]]
    ]


def slack_submitted(view: Json) -> dict[str, str]:
    """What comes back when nobody changes anything."""
    sent = {}
    for block in [one for one in view["blocks"] if one["type"] == "input"]:
        shown = {key: said for key, said in block["element"].items() if key.startswith("initial_")}
        answer = {SLACK_ANSWER_KEYS.get(key, key.replace("initial", "selected")): said for key, said in shown.items()}
        sent[block["block_id"]] = {"value": {"type": block["element"]["type"], **answer}}
    return parse_slack_form_values(sent)


def without_slack_mentions(drawn: Any, known: str) -> Any:
    """The drawing, the mentions of somebody taken for words."""
    if isinstance(drawn, list):
        return [without_slack_mentions(one, known) for one in drawn]
    if not isinstance(drawn, dict):
        return drawn
    if known in (drawn.get("user_id"), drawn.get("channel_id")):
        return {"type": "text", "text": "somebody"}
    if drawn.get("type") == "mrkdwn":
        return {**drawn, "text": re.sub(rf"<[@#]{re.escape(known)}>", "somebody", drawn["text"])}
    return {key: without_slack_mentions(one, known) for key, one in drawn.items()}


def discord_inputs(modal: Json) -> list[AskedInput]:
    asked = [one["component"] for one in modal["components"] if "component" in one]
    return [AskedInput(one["custom_id"], _discord_kind(one), *_discord_value(one)) for one in asked]


def _discord_kind(asked: Json) -> str:
    if asked["type"] == SELECT_TYPE:
        return "select"
    return PICKER_TYPES.get(asked["type"], "line" if asked.get("style") == 1 else "lines").replace("user", "person")


def _discord_value(asked: Json) -> tuple[str, tuple[str, ...]]:
    options = asked.get("options", [])
    chosen = [one["value"] for one in options if one["default"]]
    picked = [str(one["id"]) for one in asked.get("default_values", [])]
    return "".join([*chosen, *picked]) or asked.get("value") or "", tuple(one["value"] for one in options)


def discord_submitted(modal: Json) -> dict[str, str]:
    answers = []
    for asked in [one["component"] for one in modal["components"] if "component" in one]:
        value, _options = _discord_value(asked)
        many = asked["type"] == SELECT_TYPE or asked["type"] in PICKER_TYPES
        said: Json = {"values": [value] if value else []} if many else {"value": value}
        answers.append({"type": 18, "component": {"type": asked["type"], "custom_id": asked["custom_id"], **said}})
    return parse_discord_form({"custom_id": modal["custom_id"], "components": answers})[1]


DRAWINGS = (
    Drawing(
        platform="slack",
        person="U0LEE",
        max_options=100,
        max_option_chars=150,
        card=render_slack_message,
        form=lambda form: dict(render_slack_form(form, "{}")),
        check=check_slack_payload,
        picture=slack_picture,
        inputs=slack_inputs,
        submitted=slack_submitted,
        live_marks=lambda drawn, known="U0LEE": slack_live_marks(without_slack_mentions(drawn, known)),
    ),
    Drawing(
        platform="discord",
        person="100000000000000002",
        max_options=25,
        max_option_chars=100,
        card=lambda card: render_discord_message(card).to_payload(),
        form=lambda form: dict(render_discord_form(form).to_dict()),
        check=check_discord_payload,
        picture=discord_picture,
        inputs=discord_inputs,
        submitted=discord_submitted,
        live_marks=lambda drawn, known="100000000000000002": [
            mark for mark in discord_live_marks(drawn) if mark != "mention" or f"{known}>" not in str(drawn)
        ],
    ),
)
