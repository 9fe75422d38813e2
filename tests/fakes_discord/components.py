"""What Discord refuses in components: their places, keys, lengths and ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes_discord.errors import BodyPath, BodyProblem, length_problems, repeated_problems, required_problem
from tests.fakes_discord.reading import (
    BUTTON_STYLE_LINK,
    COMPONENT_BUTTON,
    COMPONENT_LABEL,
    COMPONENT_ROW,
    COMPONENT_SELECT,
    COMPONENT_TEXT_DISPLAY,
    COMPONENT_TEXT_INPUT,
)
from tests.fakes_discord.state import walk_components

Json = dict[str, Any]

# Discord docs, Components, "Component Reference".
MAX_ROWS = 5
MAX_BUTTONS_PER_ACTION_ROW = 5
MAX_COMPONENTS = 40
MAX_BUTTON_LABEL_CHARS = 80
MAX_COMPONENT_ID_CHARS = 100
MAX_LABEL_CHARS, MAX_LABEL_DESCRIPTION_CHARS = 45, 100
MAX_TEXT_VALUE_CHARS = 4000
MAX_PLACEHOLDER_CHARS, MAX_SELECT_PLACEHOLDER_CHARS = 100, 150
MAX_OPTIONS_PER_SELECT, MAX_SELECT_OPTION_CHARS = 25, 100
MAX_TEXT_DISPLAYS_CHARS = 4000
MAX_TOP_LEVEL_MODAL_PARTS = 5
RADIO_GROUP, CHECKBOX_GROUP = 21, 22
SELECT_TYPES = (COMPONENT_SELECT, 5, 6, 7, 8)
DEFAULT_VALUE_KINDS = {5: ("user",), 6: ("role",), 7: ("user", "role"), 8: ("channel",)}  # by the type of a select
MAX_COMPONENT_NUMBER = 2**31 - 1


def _button_component_problems(button: Json, path: BodyPath) -> Iterator[BodyProblem]:
    yield from length_problems((*path, "label"), button.get("label"), MAX_BUTTON_LABEL_CHARS)
    if not button.get("label") and not button.get("emoji"):
        yield BodyProblem((*path, "label"), "BUTTON_COMPONENT_INVALID", "A button must have a label or an emoji")
    if not 1 <= button.get("style", 0) <= 6:
        yield required_problem((*path, "style"))
    if button.get("style") == BUTTON_STYLE_LINK and not button.get("url"):
        yield required_problem((*path, "url"))
    if button.get("style") != BUTTON_STYLE_LINK and not button.get("custom_id"):
        yield required_problem((*path, "custom_id"))


def _select_option_problems(select: Json, path: BodyPath) -> Iterator[BodyProblem]:
    options = select.get("options") or []
    path = (*path, "options")
    yield from length_problems(path, options, MAX_OPTIONS_PER_SELECT, 1)
    for number, option in enumerate(options):
        for part, least in (("label", 1), ("value", 1), ("description", 0)):
            yield from length_problems((*path, number, part), option.get(part), MAX_SELECT_OPTION_CHARS, least)
    values = (option.get("value") for option in options)
    message = "Option values must be unique"
    yield from repeated_problems(path, values, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
    if sum(bool(option.get("default")) for option in options) > (select.get("max_values") or 1):
        yield BodyProblem(path, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "Too many default values")


def _default_value_problems(select: Json, path: BodyPath) -> Iterator[BodyProblem]:
    """Who, or what, is picked already."""
    standing, path = select.get("default_values") or [], (*path, "default_values")
    if standing and select["type"] not in DEFAULT_VALUE_KINDS:
        yield BodyProblem(path, "BASE_TYPE_CHOICES", "Only what Discord lists itself has them")
    if len(standing) > (select.get("max_values") or 1) or 0 < len(standing) < (select.get("min_values") or 0):
        yield BodyProblem(path, "SELECT_COMPONENT_INVALID_DEFAULT_VALUES", "Too many, or too few")
    if any(value.get("type") not in DEFAULT_VALUE_KINDS.get(select["type"], ()) for value in standing):
        yield BodyProblem(path, "BASE_TYPE_CHOICES", "A value of another kind")


def _select_problems(select: Json, path: BodyPath) -> Iterator[BodyProblem]:
    if select["type"] in (COMPONENT_SELECT, RADIO_GROUP, CHECKBOX_GROUP):
        yield from _select_option_problems(select, path)
    yield from _default_value_problems(select, path)
    yield from length_problems((*path, "placeholder"), select.get("placeholder"), MAX_SELECT_PLACEHOLDER_CHARS)
    if not select.get("custom_id"):
        yield required_problem((*path, "custom_id"))


def _text_input_problems(text_input: Json, path: BodyPath) -> Iterator[BodyProblem]:
    value, most = text_input.get("value"), text_input.get("max_length") or MAX_TEXT_VALUE_CHARS
    yield from length_problems((*path, "value"), value, most, (text_input.get("min_length") or 0) if value else 0)
    yield from length_problems((*path, "placeholder"), text_input.get("placeholder"), MAX_PLACEHOLDER_CHARS)
    for part, least in (("min_length", 0), ("max_length", 1)):
        if text_input.get(part) is not None and not least <= text_input[part] <= MAX_TEXT_VALUE_CHARS:
            message = f"int value should be between {least} and {MAX_TEXT_VALUE_CHARS}."
            yield BodyProblem((*path, part), "NUMBER_TYPE_MAX", message)
    if text_input.get("style") not in (1, 2):
        yield required_problem((*path, "style"))
    if not text_input.get("custom_id"):
        yield required_problem((*path, "custom_id"))


def _label_problems(label: Json, path: BodyPath) -> Iterator[BodyProblem]:
    yield from length_problems((*path, "label"), label.get("label"), MAX_LABEL_CHARS, 1)
    yield from length_problems((*path, "description"), label.get("description"), MAX_LABEL_DESCRIPTION_CHARS)
    if not label.get("component"):
        yield required_problem((*path, "component"))


def _text_display_problems(text_display: Json, path: BodyPath) -> Iterator[BodyProblem]:
    if not text_display.get("content"):
        yield required_problem((*path, "content"))


def _action_row_problems(row: Json, path: BodyPath) -> Iterator[BodyProblem]:
    inner = row.get("components") or []
    yield from length_problems((*path, "components"), inner, MAX_BUTTONS_PER_ACTION_ROW, 1)
    if len(inner) > 1 and any(component["type"] != COMPONENT_BUTTON for component in inner):
        message = "A select or text input takes a whole row"
        yield BodyProblem((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)


COMPONENT_CHECKS = {
    COMPONENT_ROW: _action_row_problems,
    COMPONENT_BUTTON: _button_component_problems,
    COMPONENT_TEXT_INPUT: _text_input_problems,
    COMPONENT_TEXT_DISPLAY: _text_display_problems,
    COMPONENT_LABEL: _label_problems,
}
COMPONENT_CHECKS |= dict.fromkeys((*SELECT_TYPES, RADIO_GROUP, CHECKBOX_GROUP), _select_problems)


def _component_problems(components: list[Json], path: BodyPath) -> Iterator[BodyProblem]:
    for number, component in enumerate(components):
        here = (*path, number)
        yield from (
            COMPONENT_CHECKS[component["type"]](component, here) if component.get("type") in COMPONENT_CHECKS else ()
        )
        if component.get("custom_id"):
            yield from length_problems((*here, "custom_id"), component["custom_id"], MAX_COMPONENT_ID_CHARS, 1)
        if not 0 <= (component.get("id") or 0) <= MAX_COMPONENT_NUMBER:
            message = f"int32 value should be at most {MAX_COMPONENT_NUMBER}."
            yield BodyProblem((*here, "id"), "NUMBER_TYPE_MAX", message)
        yield from _component_problems(component.get("components") or [], (*here, "components"))
        for inner in ("component", "accessory"):
            yield from (_nested_component_problems(component, here, inner) if component.get(inner) else ())


def _nested_component_problems(component: Json, path: BodyPath, inner: str) -> Iterator[BodyProblem]:
    """The problems of a component that stands alone inside another."""
    for problem in _component_problems([component[inner]], (*path, inner)):
        at = len(path) + 1
        yield BodyProblem(problem.path[:at] + problem.path[at + 1 :], problem.code, problem.message)


REPEATED_COMPONENT_IDS = (
    ("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"),
    ("id", "COMPONENT_ID_DUPLICATED", "Component ids must be unique within a message"),
)


def component_layout_problems(components: list[Json], path: BodyPath) -> Iterator[BodyProblem]:
    """What is wrong with each component, and with their ids taken together."""
    yield from _component_problems(components, path)
    every = walk_components(components)
    for part, code, message in REPEATED_COMPONENT_IDS:
        yield from repeated_problems(path, (one[part] for one in every if one.get(part)), code, message)


def message_layout_problems(components: list[Json], path: BodyPath, new: bool) -> Iterator[BodyProblem]:
    """What may stand at the top of a message, `new` with the flag IS_COMPONENTS_V2."""
    if new:
        every = walk_components(components)
        yield from length_problems(path, every, MAX_COMPONENTS)
        if sum(len(one.get("content") or "") for one in every) > MAX_TEXT_DISPLAYS_CHARS:
            message = f"Texts must be {MAX_TEXT_DISPLAYS_CHARS} or fewer in length."
            yield BodyProblem(path, "BASE_TYPE_MAX_LENGTH", message)
        return
    yield from length_problems(path, components, MAX_ROWS)
    for number, component in enumerate(components):
        if component.get("type") != COMPONENT_ROW:
            message = "Value of field 'type' must be one of (1,)."
            yield BodyProblem((*path, number, "type"), "BASE_TYPE_CHOICES", message)


def modal_layout_problems(components: list[Json], path: BodyPath) -> Iterator[BodyProblem]:
    """What may stand at the top of a modal."""
    yield from length_problems(path, components, MAX_TOP_LEVEL_MODAL_PARTS, 1)
    for number, component in enumerate(components):
        kind = component.get("type")
        row = kind == COMPONENT_ROW and all(
            inner["type"] == COMPONENT_TEXT_INPUT for inner in component.get("components") or []
        )
        if kind not in (COMPONENT_LABEL, COMPONENT_TEXT_DISPLAY) and not row:
            message = "Must be a label, a text or a row with a text input."
            yield BodyProblem((*path, number, "type"), "BASE_TYPE_CHOICES", message)
