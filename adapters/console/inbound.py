"""A typed line → what is meant by it. Nothing here looks at the screen or the clock."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from adapters.console.problems import Refused
from adapters.console.render import SIGNS
from bot.domain.calendar import Calendar
from bot.domain.messages import Form, Input


def directive(line: str) -> tuple[str, str] | None:
    """The word and the argument of a line that is the console's own (`:press 2`), or None: it is for the bot."""
    if not line.startswith(":"):
        return None
    word, _, argument = line[1:].strip().partition(" ")
    return word.casefold(), argument.strip()


def moment(text: str, calendar: Calendar) -> datetime:
    """The instant (UTC) of `2027-01-05 09:00` on the member's clock; without an hour, midnight. Raises `Refused`."""
    try:
        local = datetime.fromisoformat(text.strip())
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        return calendar.at(local.date(), local.time())
    except (ValueError, OverflowError):
        raise Refused("I need a day, such as :to 2027-01-05 or :to 2027-01-05 09:00") from None


def answers(text: str, form: Form) -> dict[str, str]:
    """What a `:fill` line answers, by the names of the form's inputs. Raises `Refused`.

    As on every platform, what the form already says stands unless something else is typed.
    """
    before = {one.name: one.value for one in form.inputs if one.value}
    return before | dict(_answer(form, name, value) for name, value in _pairs(text, form).items())


def _pairs(text: str, form: Form) -> Mapping[str, str]:
    if text.startswith("{"):
        return _object(text)
    if "=" not in text and len(form.inputs) == 1:
        return {form.inputs[0].name: text}
    # A semicolon belongs to the value unless another `name=` follows it.
    parts = [part.partition("=") for part in re.split(r";\s*(?=[^;=]+=)", text) if part.strip()]
    if not parts or not all(equals for _, equals, _ in parts):
        raise Refused('Answer with :fill name=value; name=value  or  :fill {"name": "value"}')
    return {name.strip(): value.strip() for name, _, value in parts}


def _object(text: str) -> Mapping[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused('That is no JSON object; I need :fill {"name": "value"}') from None
    if any(isinstance(value, dict | list) for value in found.values()):
        raise Refused("Each answer is one text")
    return {name: "" if value is None else str(value) for name, value in found.items()}


def _answer(form: Form, name: str, value: str) -> tuple[str, str]:
    for one in form.inputs:
        if name == one.name:
            return one.name, _value(one, value)
    for one in form.inputs:
        if name.casefold() in (one.name.casefold(), one.label.casefold()):
            return one.name, _value(one, value)
    raise Refused(f"The form does not ask for “{name}”; it asks for: " + ", ".join(one.name for one in form.inputs))


def _value(asked: Input, typed: str) -> str:
    return _mention(SIGNS[asked.kind], typed) if asked.kind in SIGNS else _option(asked, typed)


def _mention(sign: str, typed: str) -> str:
    """A person is typed as `lee` or `@lee`, a channel as `club` or `#club`: here a name is an id."""
    name = typed.strip().removeprefix("<").removesuffix(">").removeprefix(sign).strip()
    return f"<{sign}{name}>" if name else ""


def _option(asked: Input, typed: str) -> str:
    """The value of the option that was typed, by its value or its label; other text goes on as it is."""
    for option in asked.options:
        if typed.casefold() in (option.value.casefold(), option.label.casefold()):
            return option.value
    return typed
