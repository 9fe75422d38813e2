"""What Discord refuses in components: their places, keys, lengths and ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.fakes_discord.errors import BodyProblem, bad_length_problem, body_problem, required_problem, too_long_problem
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
CheckedComponentPath = tuple[str | int, ...]

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
RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 21, 22, 23
SELECT_TYPES = (COMPONENT_SELECT, 5, 6, 7, 8)
DEFAULT_VALUE_KINDS = {5: ("user",), 6: ("role",), 7: ("user", "role"), 8: ("channel",)}  # by the type of a select
MAX_COMPONENT_NUMBER = 2**31 - 1


def _button_component_problems(button: Json, path: CheckedComponentPath) -> Iterator[BodyProblem]:
    if len(button.get("label") or "") > MAX_BUTTON_LABEL_CHARS:
        yield too_long_problem((*path, "label"), MAX_BUTTON_LABEL_CHARS)
    if not button.get("label") and not button.get("emoji"):
        yield body_problem((*path, "label"), "BUTTON_COMPONENT_INVALID", "A button must have a label or an emoji")
    if not 1 <= button.get("style", 0) <= 6:
        yield required_problem((*path, "style"))
    if button.get("style") == BUTTON_STYLE_LINK and not button.get("url"):
        yield required_problem((*path, "url"))
    if button.get("style") != BUTTON_STYLE_LINK and not button.get("custom_id"):
        yield required_problem((*path, "custom_id"))


def _select_option_problems(select: Json, path: CheckedComponentPath) -> Iterator[BodyProblem]:
    options = select.get("options") or []
    if not 1 <= len(options) <= MAX_OPTIONS_PER_SELECT:
        yield bad_length_problem((*path, "options"), 1, MAX_OPTIONS_PER_SELECT)
    for number, option in enumerate(options):
        for part in ("label", "value"):
            if not 1 <= len(option.get(part) or "") <= MAX_SELECT_OPTION_CHARS:
                yield bad_length_problem((*path, "options", number, part), 1, MAX_SELECT_OPTION_CHARS)
        if len(option.get("description") or "") > MAX_SELECT_OPTION_CHARS:
            yield too_long_problem((*path, "options", number, "description"), MAX_SELECT_OPTION_CHARS)
    values = Counter(option.get("value") for option in options)
    if any(times > 1 for times in values.values()):
        yield body_problem(
            (*path, "options"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "Option values must be unique"
        )
    if sum(bool(option.get("default")) for option in options) > (select.get("max_values") or 1):
        yield body_problem((*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "Too many default values")


def _default_value_problems(select: Json, path: CheckedComponentPath) -> Iterator[BodyProblem]:
    """Who, or what, is picked already."""
    standing = select.get("default_values") or []
    if standing and select["type"] not in DEFAULT_VALUE_KINDS:
        yield body_problem((*path, "default_values"), "BASE_TYPE_CHOICES", "Only what Discord lists itself has them")
    if len(standing) > (select.get("max_values") or 1) or 0 < len(standing) < (select.get("min_values") or 0):
        yield body_problem((*path, "default_values"), "SELECT_COMPONENT_INVALID_DEFAULT_VALUES", "Too many, or too few")
    if any(value.get("type") not in DEFAULT_VALUE_KINDS.get(select["type"], ()) for value in standing):
        yield body_problem((*path, "default_values"), "BASE_TYPE_CHOICES", "A value of another kind")


def _select_problems(select: Json, path: CheckedComponentPath) -> Iterator[BodyProblem]:
    if select["type"] in (COMPONENT_SELECT, RADIO_GROUP, CHECKBOX_GROUP):
        yield from _select_option_problems(select, path)
    yield from _default_value_problems(select, path)
    if len(select.get("placeholder") or "") > MAX_SELECT_PLACEHOLDER_CHARS:
        yield too_long_problem((*path, "placeholder"), MAX_SELECT_PLACEHOLDER_CHARS)
    if not select.get("custom_id"):
        yield required_problem((*path, "custom_id"))


def _text_input_problems(text_input: Json, path: CheckedComponentPath) -> Iterator[BodyProblem]:
    if len(text_input.get("value") or "") > (text_input.get("max_length") or MAX_TEXT_VALUE_CHARS):
        yield too_long_problem((*path, "value"), text_input.get("max_length") or MAX_TEXT_VALUE_CHARS)
    if text_input.get("value") and len(text_input["value"]) < (text_input.get("min_length") or 0):
        yield bad_length_problem(
            (*path, "value"), text_input["min_length"], text_input.get("max_length") or MAX_TEXT_VALUE_CHARS
        )
    if len(text_input.get("placeholder") or "") > MAX_PLACEHOLDER_CHARS:
        yield too_long_problem((*path, "placeholder"), MAX_PLACEHOLDER_CHARS)
    for part, least in (("min_length", 0), ("max_length", 1)):
        if text_input.get(part) is not None and not least <= text_input[part] <= MAX_TEXT_VALUE_CHARS:
            yield body_problem(
                (*path, part), "NUMBER_TYPE_MAX", f"int value should be between {least} and {MAX_TEXT_VALUE_CHARS}."
            )
    if text_input.get("style") not in (1, 2):
        yield required_problem((*path, "style"))
    if not text_input.get("custom_id"):
        yield required_problem((*path, "custom_id"))


def _label_problems(label: Json, path: CheckedComponentPath) -> Iterator[BodyProblem]:
    if not 1 <= len(label.get("label") or "") <= MAX_LABEL_CHARS:
        yield bad_length_problem((*path, "label"), 1, MAX_LABEL_CHARS)
    if len(label.get("description") or "") > MAX_LABEL_DESCRIPTION_CHARS:
        yield too_long_problem((*path, "description"), MAX_LABEL_DESCRIPTION_CHARS)
    if not label.get("component"):
        yield required_problem((*path, "component"))


def _text_display_problems(text_display: Json, path: CheckedComponentPath) -> Iterator[BodyProblem]:
    if not text_display.get("content"):
        yield required_problem((*path, "content"))


def _action_row_problems(row: Json, path: CheckedComponentPath) -> Iterator[BodyProblem]:
    inner = row.get("components") or []
    if not 1 <= len(inner) <= MAX_BUTTONS_PER_ACTION_ROW:
        yield bad_length_problem((*path, "components"), 1, MAX_BUTTONS_PER_ACTION_ROW)
    if len(inner) > 1 and any(component["type"] != COMPONENT_BUTTON for component in inner):
        message = "A select or text input takes a whole row"
        yield body_problem((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)


COMPONENT_CHECKS = {
    COMPONENT_ROW: _action_row_problems,
    COMPONENT_BUTTON: _button_component_problems,
    COMPONENT_TEXT_INPUT: _text_input_problems,
    COMPONENT_TEXT_DISPLAY: _text_display_problems,
    COMPONENT_LABEL: _label_problems,
}
COMPONENT_CHECKS |= dict.fromkeys((*SELECT_TYPES, RADIO_GROUP, CHECKBOX_GROUP), _select_problems)


def _component_problems(components: list[Json], path: CheckedComponentPath) -> Iterator[BodyProblem]:
    for number, component in enumerate(components):
        here = (*path, number)
        yield from (
            COMPONENT_CHECKS[component["type"]](component, here) if component.get("type") in COMPONENT_CHECKS else ()
        )
        if len(component.get("custom_id") or "") > MAX_COMPONENT_ID_CHARS:
            yield bad_length_problem((*here, "custom_id"), 1, MAX_COMPONENT_ID_CHARS)
        if not 0 <= (component.get("id") or 0) <= MAX_COMPONENT_NUMBER:
            yield body_problem(
                (*here, "id"), "NUMBER_TYPE_MAX", f"int32 value should be at most {MAX_COMPONENT_NUMBER}."
            )
        yield from _component_problems(component.get("components") or [], (*here, "components"))
        for inner in ("component", "accessory"):
            yield from (_nested_component_problems(component, here, inner) if component.get(inner) else ())


def _nested_component_problems(component: Json, path: CheckedComponentPath, inner: str) -> Iterator[BodyProblem]:
    """The problems of a component that stands alone inside another."""
    for problem in _component_problems([component[inner]], (*path, inner)):
        at = len(path) + 1
        yield BodyProblem(problem.path[:at] + problem.path[at + 1 :], problem.code, problem.message)


def component_layout_problems(components: list[Json], path: CheckedComponentPath) -> Iterator[BodyProblem]:
    """What is wrong with each component, and with their ids taken together."""
    yield from _component_problems(components, path)
    every = walk_components(components)
    custom = Counter(one["custom_id"] for one in every if one.get("custom_id"))
    if any(times > 1 for times in custom.values()):
        yield body_problem(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    ids = Counter(one["id"] for one in every if one.get("id"))
    if any(times > 1 for times in ids.values()):
        yield body_problem(path, "COMPONENT_ID_DUPLICATED", "Component ids must be unique within a message")


def message_layout_problems(components: list[Json], path: CheckedComponentPath, new: bool) -> Iterator[BodyProblem]:
    """What may stand at the top of a message, `new` with the flag IS_COMPONENTS_V2."""
    if new:
        if len(walk_components(components)) > MAX_COMPONENTS:
            yield bad_length_problem(path, 1, MAX_COMPONENTS)
        if sum(len(one.get("content") or "") for one in walk_components(components)) > MAX_TEXT_DISPLAYS_CHARS:
            yield body_problem(
                path, "BASE_TYPE_MAX_LENGTH", f"Texts must be {MAX_TEXT_DISPLAYS_CHARS} or fewer in length."
            )
        return
    if len(components) > MAX_ROWS:
        yield bad_length_problem(path, 0, MAX_ROWS)
    for number, component in enumerate(components):
        if component.get("type") != COMPONENT_ROW:
            yield body_problem(
                (*path, number, "type"), "BASE_TYPE_CHOICES", "Value of field 'type' must be one of (1,)."
            )


def modal_layout_problems(components: list[Json], path: CheckedComponentPath) -> Iterator[BodyProblem]:
    """What may stand at the top of a modal."""
    if not 1 <= len(components) <= MAX_TOP_LEVEL_MODAL_PARTS:
        yield bad_length_problem(path, 1, MAX_TOP_LEVEL_MODAL_PARTS)
    for number, component in enumerate(components):
        kind = component.get("type")
        row = kind == COMPONENT_ROW and all(
            inner["type"] == COMPONENT_TEXT_INPUT for inner in component.get("components") or []
        )
        if kind not in (COMPONENT_LABEL, COMPONENT_TEXT_DISPLAY) and not row:
            yield body_problem(
                (*path, number, "type"), "BASE_TYPE_CHOICES", "Must be a label, a text or a row with a text input."
            )
