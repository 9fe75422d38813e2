"""What Discord refuses in components: their places, keys, lengths and ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.fakes_discord.errors import Problem, bad_length, required, too_long, wrong
from tests.fakes_discord.reading import BUTTON, LABEL, LINK, ROW, SELECT, TEXT, TEXT_INPUT
from tests.fakes_discord.state import walk

Json = dict[str, Any]
Path = tuple[str | int, ...]

# Discord docs, Components, "Component Reference".
ROWS = 5
BUTTONS = 5
TOTAL = 40
BUTTON_LABEL = 80
CUSTOM_ID = 100
LABEL_TEXT, LABEL_DESCRIPTION = 45, 100
VALUE = 4000
PLACEHOLDER, SELECT_PLACEHOLDER = 100, 150
OPTIONS, OPTION_TEXT = 25, 100
TEXTS = 4000
IN_FORM = 5
RADIO, CHECKS, CHECK = 21, 22, 23
SELECTS = (SELECT, 5, 6, 7, 8)
DEFAULTS = {5: ("user",), 6: ("role",), 7: ("user", "role"), 8: ("channel",)}  # by the type of a select
LARGEST_ID = 2**31 - 1


def _button(one: Json, path: Path) -> Iterator[Problem]:
    if len(one.get("label") or "") > BUTTON_LABEL:
        yield too_long((*path, "label"), BUTTON_LABEL)
    if not one.get("label") and not one.get("emoji"):
        yield wrong((*path, "label"), "BUTTON_COMPONENT_INVALID", "A button must have a label or an emoji")
    if not 1 <= one.get("style", 0) <= 6:
        yield required((*path, "style"))
    if one.get("style") == LINK and not one.get("url"):
        yield required((*path, "url"))
    if one.get("style") != LINK and not one.get("custom_id"):
        yield required((*path, "custom_id"))


def _options(one: Json, path: Path) -> Iterator[Problem]:
    options = one.get("options") or []
    if not 1 <= len(options) <= OPTIONS:
        yield bad_length((*path, "options"), 1, OPTIONS)
    for number, option in enumerate(options):
        for part in ("label", "value"):
            if not 1 <= len(option.get(part) or "") <= OPTION_TEXT:
                yield bad_length((*path, "options", number, part), 1, OPTION_TEXT)
        if len(option.get("description") or "") > OPTION_TEXT:
            yield too_long((*path, "options", number, "description"), OPTION_TEXT)
    values = Counter(option.get("value") for option in options)
    if any(times > 1 for times in values.values()):
        yield wrong((*path, "options"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "Option values must be unique")
    if sum(bool(option.get("default")) for option in options) > (one.get("max_values") or 1):
        yield wrong((*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "Too many default values")


def _defaults(one: Json, path: Path) -> Iterator[Problem]:
    """Who, or what, is picked already."""
    standing = one.get("default_values") or []
    if standing and one["type"] not in DEFAULTS:
        yield wrong((*path, "default_values"), "BASE_TYPE_CHOICES", "Only what Discord lists itself has them")
    if len(standing) > (one.get("max_values") or 1) or 0 < len(standing) < (one.get("min_values") or 0):
        yield wrong((*path, "default_values"), "SELECT_COMPONENT_INVALID_DEFAULT_VALUES", "Too many, or too few")
    if any(value.get("type") not in DEFAULTS.get(one["type"], ()) for value in standing):
        yield wrong((*path, "default_values"), "BASE_TYPE_CHOICES", "A value of another kind")


def _select(one: Json, path: Path) -> Iterator[Problem]:
    if one["type"] in (SELECT, RADIO, CHECKS):
        yield from _options(one, path)
    yield from _defaults(one, path)
    if len(one.get("placeholder") or "") > SELECT_PLACEHOLDER:
        yield too_long((*path, "placeholder"), SELECT_PLACEHOLDER)
    if not one.get("custom_id"):
        yield required((*path, "custom_id"))


def _text_input(one: Json, path: Path) -> Iterator[Problem]:
    if len(one.get("value") or "") > (one.get("max_length") or VALUE):
        yield too_long((*path, "value"), one.get("max_length") or VALUE)
    if one.get("value") and len(one["value"]) < (one.get("min_length") or 0):
        yield bad_length((*path, "value"), one["min_length"], one.get("max_length") or VALUE)
    if len(one.get("placeholder") or "") > PLACEHOLDER:
        yield too_long((*path, "placeholder"), PLACEHOLDER)
    for part, least in (("min_length", 0), ("max_length", 1)):
        if one.get(part) is not None and not least <= one[part] <= VALUE:
            yield wrong((*path, part), "NUMBER_TYPE_MAX", f"int value should be between {least} and {VALUE}.")
    if one.get("style") not in (1, 2):
        yield required((*path, "style"))
    if not one.get("custom_id"):
        yield required((*path, "custom_id"))


def _label(one: Json, path: Path) -> Iterator[Problem]:
    if not 1 <= len(one.get("label") or "") <= LABEL_TEXT:
        yield bad_length((*path, "label"), 1, LABEL_TEXT)
    if len(one.get("description") or "") > LABEL_DESCRIPTION:
        yield too_long((*path, "description"), LABEL_DESCRIPTION)
    if not one.get("component"):
        yield required((*path, "component"))


def _text(one: Json, path: Path) -> Iterator[Problem]:
    if not one.get("content"):
        yield required((*path, "content"))


def _row(one: Json, path: Path) -> Iterator[Problem]:
    inner = one.get("components") or []
    if not 1 <= len(inner) <= BUTTONS:
        yield bad_length((*path, "components"), 1, BUTTONS)
    if len(inner) > 1 and any(component["type"] != BUTTON for component in inner):
        message = "A select or text input takes a whole row"
        yield wrong((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)


PARTS = {ROW: _row, BUTTON: _button, TEXT_INPUT: _text_input, TEXT: _text, LABEL: _label}
PARTS |= dict.fromkeys((*SELECTS, RADIO, CHECKS), _select)


def _each(components: list[Json], path: Path) -> Iterator[Problem]:
    for number, one in enumerate(components):
        here = (*path, number)
        yield from PARTS[one["type"]](one, here) if one.get("type") in PARTS else ()
        if len(one.get("custom_id") or "") > CUSTOM_ID:
            yield bad_length((*here, "custom_id"), 1, CUSTOM_ID)
        if not 0 <= (one.get("id") or 0) <= LARGEST_ID:
            yield wrong((*here, "id"), "NUMBER_TYPE_MAX", f"int32 value should be at most {LARGEST_ID}.")
        yield from _each(one.get("components") or [], (*here, "components"))
        for inner in ("component", "accessory"):
            yield from (_moved(one, here, inner) if one.get(inner) else ())


def _moved(one: Json, path: Path, inner: str) -> Iterator[Problem]:
    """The problems of a component that stands alone inside another."""
    for problem in _each([one[inner]], (*path, inner)):
        at = len(path) + 1
        yield Problem(problem.path[:at] + problem.path[at + 1 :], problem.code, problem.message)


def layout_problems(components: list[Json], path: Path) -> Iterator[Problem]:
    """What is wrong with each component, and with their ids taken together."""
    yield from _each(components, path)
    every = walk(components)
    custom = Counter(one["custom_id"] for one in every if one.get("custom_id"))
    if any(times > 1 for times in custom.values()):
        yield wrong(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    ids = Counter(one["id"] for one in every if one.get("id"))
    if any(times > 1 for times in ids.values()):
        yield wrong(path, "COMPONENT_ID_DUPLICATED", "Component ids must be unique within a message")


def message_layout(components: list[Json], path: Path, new: bool) -> Iterator[Problem]:
    """What may stand at the top of a message, `new` with the flag IS_COMPONENTS_V2."""
    if new:
        if len(walk(components)) > TOTAL:
            yield bad_length(path, 1, TOTAL)
        if sum(len(one.get("content") or "") for one in walk(components)) > TEXTS:
            yield wrong(path, "BASE_TYPE_MAX_LENGTH", f"Texts must be {TEXTS} or fewer in length.")
        return
    if len(components) > ROWS:
        yield bad_length(path, 0, ROWS)
    for number, one in enumerate(components):
        if one.get("type") != ROW:
            yield wrong((*path, number, "type"), "BASE_TYPE_CHOICES", "Value of field 'type' must be one of (1,).")


def form_problems(components: list[Json], path: Path) -> Iterator[Problem]:
    """What may stand at the top of a modal."""
    if not 1 <= len(components) <= IN_FORM:
        yield bad_length(path, 1, IN_FORM)
    for number, one in enumerate(components):
        kind = one.get("type")
        row = kind == ROW and all(inner["type"] == TEXT_INPUT for inner in one.get("components") or [])
        if kind not in (LABEL, TEXT) and not row:
            yield wrong(
                (*path, number, "type"), "BASE_TYPE_CHOICES", "Must be a label, a text or a row with a text input."
            )
