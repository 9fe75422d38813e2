"""What Slack refuses in text objects and interactive elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from slackblocks import _limits as limits

Json = dict[str, Any]
PICKER_ELEMENTS = {
    *("datepicker", "timepicker"),
    *("static_select", "users_select", "conversations_select", "channels_select"),
}
GROUP_ELEMENTS = {"checkboxes", "radio_buttons"}
MULTI_SELECT_ELEMENTS = {f"multi_{kind}_select" for kind in ("static", "users", "conversations", "channels")}
ACTIONS_ELEMENTS = PICKER_ELEMENTS | GROUP_ELEMENTS | {"button", "overflow", "datetimepicker", "workflow_button"}
SECTION_ELEMENTS = (
    PICKER_ELEMENTS | GROUP_ELEMENTS | MULTI_SELECT_ELEMENTS | {"button", "overflow", "image", "workflow_button"}
)
TYPED_ELEMENTS = {f"{kind}_input" for kind in ("plain_text", "number", "email_text", "url_text", "rich_text", "file")}
INPUT_ELEMENTS = PICKER_ELEMENTS | GROUP_ELEMENTS | MULTI_SELECT_ELEMENTS | TYPED_ELEMENTS | {"datetimepicker"}
COMMON_ELEMENT_KEYS = {"type", "action_id"}
INPUT_ELEMENT_KEYS = COMMON_ELEMENT_KEYS | {"placeholder", "focus_on_load"}
ELEMENT_KEYS = {
    "button": COMMON_ELEMENT_KEYS | {"text", "value", "url", "style", "confirm", "accessibility_label"},
    "static_select": INPUT_ELEMENT_KEYS | {"options", "option_groups", "initial_option", "confirm"},
    "datepicker": INPUT_ELEMENT_KEYS | {"initial_date", "confirm"},
    "timepicker": INPUT_ELEMENT_KEYS | {"initial_time", "confirm", "timezone"},
    "datetimepicker": COMMON_ELEMENT_KEYS | {"initial_date_time", "confirm", "focus_on_load"},
    "plain_text_input": INPUT_ELEMENT_KEYS
    | {"initial_value", "multiline", "min_length", "max_length", "dispatch_action_config"},
    "number_input": INPUT_ELEMENT_KEYS
    | {"is_decimal_allowed", "initial_value", "min_value", "max_value", "dispatch_action_config"},
    "overflow": COMMON_ELEMENT_KEYS | {"options", "confirm"},
    "users_select": INPUT_ELEMENT_KEYS | {"initial_user", "confirm"},
    "channels_select": INPUT_ELEMENT_KEYS | {"initial_channel", "confirm", "response_url_enabled"},
    "conversations_select": INPUT_ELEMENT_KEYS
    | {"initial_conversation", "default_to_current_conversation", "confirm", "response_url_enabled", "filter"},
}


def text_object_problems(text: Any, place: str, most: int, plain: bool = False) -> Iterator[str]:
    """What is wrong with a text object of at most so many characters; `plain` when it must be plain_text."""
    if not isinstance(text, dict) or not isinstance(text.get("text"), str):
        yield f"{place} is not a text object"
        return
    kind = text.get("type")
    if kind not in ("plain_text", "mrkdwn") or (plain and kind != "plain_text"):
        yield f"{place} is {kind!r}"
    if not 1 <= len(text["text"]) <= most:
        yield f"{place} has {len(text['text'])} characters, 1 to {most} are allowed"
    if unknown := set(text) - {"type", "text", "emoji" if kind == "plain_text" else "verbatim"}:
        yield f"{place}: {kind} has no {', '.join(sorted(unknown))}"


def _button_element_problems(button: Json) -> Iterator[str]:
    yield from text_object_problems(button.get("text"), "button", limits.BUTTON_TEXT_MAX_LENGTH, plain=True)
    if len(button.get("value", "")) > limits.BUTTON_VALUE_MAX_LENGTH:
        yield "a button's value is too long"
    if len(button.get("url", "")) > limits.BUTTON_URL_MAX_LENGTH:
        yield "a button's url is too long"
    if button.get("style", "primary") not in ("primary", "danger"):
        yield f"a button's style is {button['style']!r}"
    yield from _confirm_problems(button.get("confirm"))


def _confirm_problems(confirm: Json | None) -> Iterator[str]:
    parts = {"title": 100, "text": 300, "confirm": 30, "deny": 30} if confirm is not None else {}
    for part, most in parts.items():
        yield from text_object_problems((confirm or {}).get(part), f"confirm {part}", most, plain=part != "text")


def _option_object_problems(option: Json) -> Iterator[str]:
    yield from text_object_problems(option.get("text"), "option", limits.OPTION_TEXT_MAX_LENGTH)
    if not 1 <= len(option.get("value", "")) <= limits.OPTION_VALUE_MAX_LENGTH:
        yield "an option's value is empty or too long"
    if unknown := set(option) - {"text", "value", "description", "url"}:
        yield f"an option has no {', '.join(sorted(unknown))}"


def offered_options(element: Json) -> list[Json]:
    """The options of a select, of its groups too."""
    return [
        *element.get("options", []),
        *(option for group in element.get("option_groups", []) for option in group["options"]),
    ]


def _options_problems(element: Json, most: int) -> Iterator[str]:
    options = offered_options(element)
    if not 1 <= len(options) <= most:
        yield f"{element['type']} has {len(options)} options, 1 to {most} are allowed"
    for option in options:
        yield from _option_object_problems(option)
    chosen = [
        *([element["initial_option"]] if "initial_option" in element else []),
        *element.get("initial_options", []),
    ]
    if any(option not in options for option in chosen):
        yield f"{element['type']}: the initial option is not among the options"
    values = [option.get("value") for option in options]
    if len(values) != len(set(values)):
        yield f"{element['type']}: an option's value twice"


def _pattern_problems(element: Json, part: str, pattern: str) -> Iterator[str]:
    if part in element and not re.fullmatch(pattern, str(element[part])):
        yield f"{element['type']}: {part} is {element[part]!r}"


def _datetime_problems(picker: Json) -> Iterator[str]:
    at = picker.get("initial_date_time", 1_000_000_000)
    if not isinstance(at, int) or not 10**9 <= at < 10**10:
        yield f"datetimepicker: initial_date_time is {at!r}"


def _text_field_problems(text_input: Json) -> Iterator[str]:
    least, most = text_input.get("min_length", 0), text_input.get("max_length", 3000)
    if not 0 <= least <= most or not 1 <= most <= limits.PLAIN_TEXT_INPUT_MAX_LENGTH_MAX:
        yield f"plain_text_input: {least} to {most} characters"
    if len(text_input.get("initial_value", "")) > most:
        yield "plain_text_input: the initial value is too long"


def _number_field_problems(number_input: Json) -> Iterator[str]:
    if not isinstance(number_input.get("is_decimal_allowed"), bool):
        yield "number_input needs is_decimal_allowed"
    for part in ("initial_value", "min_value", "max_value"):
        if part in number_input and not (
            isinstance(number_input[part], str) and re.fullmatch(r"-?\d+(\.\d+)?", number_input[part])
        ):
            yield f"number_input: {part} is {number_input[part]!r}"


def _conversations_problems(select: Json) -> Iterator[str]:
    yield from _pattern_problems(select, "initial_conversation", r"[CDG][A-Z0-9]+")
    if "filter" not in select:
        return
    chosen = select["filter"]
    if not isinstance(chosen, dict) or not chosen:
        yield "conversations_select: the filter is empty"
        return
    if unknown := set(chosen) - {"include", "exclude_external_shared_channels", "exclude_bot_users"}:
        yield f"a filter has no {', '.join(sorted(unknown))}"
    kinds = chosen.get("include", ["public"])
    if not kinds or set(kinds) - {"im", "mpim", "private", "public"}:
        yield f"a filter includes {kinds!r}"
    yield from (
        f"a filter's {key} is {chosen[key]!r}"
        for key in CONVERSATION_FILTER_FLAGS
        if not isinstance(chosen.get(key, True), bool)
    )


CONVERSATION_FILTER_FLAGS = ("exclude_external_shared_channels", "exclude_bot_users")
ELEMENT_CHECKS = {
    "users_select": lambda one: _pattern_problems(one, "initial_user", r"[UW][A-Z0-9]+"),
    "channels_select": lambda one: _pattern_problems(one, "initial_channel", r"C[A-Z0-9]+"),
    "conversations_select": _conversations_problems,
    "button": _button_element_problems,
    "static_select": lambda one: _options_problems(one, limits.SELECT_OPTIONS_MAX_ITEMS),
    "multi_static_select": lambda one: _options_problems(one, limits.SELECT_OPTIONS_MAX_ITEMS),
    "overflow": lambda one: _options_problems(one, limits.OVERFLOW_OPTIONS_MAX_ITEMS),
    "radio_buttons": lambda one: _options_problems(one, limits.RADIO_BUTTONS_OPTIONS_MAX_ITEMS),
    "checkboxes": lambda one: _options_problems(one, limits.CHECKBOXES_OPTIONS_MAX_ITEMS),
    "datepicker": lambda one: _pattern_problems(one, "initial_date", r"\d{4}-\d\d-\d\d"),
    "timepicker": lambda one: _pattern_problems(one, "initial_time", r"([01]\d|2[0-3]):[0-5]\d"),
    "datetimepicker": _datetime_problems,
    "plain_text_input": _text_field_problems,
    "number_input": _number_field_problems,
}


def element_problems(element: Any, allowed: set[str]) -> Iterator[str]:
    """What is wrong with an element in a place where only `allowed` kinds may stand."""
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        yield f"element {kind!r} may not stand here"
        return
    if kind in ELEMENT_KEYS and (unknown := set(element) - ELEMENT_KEYS[kind]):
        yield f"{kind} has no {', '.join(sorted(unknown))}"
    if not 1 <= len(element.get("action_id", "set by Slack")) <= limits.ACTION_ID_MAX_LENGTH:
        yield "action_id is empty or longer than 255"
    if "placeholder" in element:
        yield from text_object_problems(
            element["placeholder"], "placeholder", limits.SELECT_PLACEHOLDER_MAX_LENGTH, plain=True
        )
    if kind in ELEMENT_CHECKS:
        yield from ELEMENT_CHECKS[kind](element)
