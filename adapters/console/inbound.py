"""Parses typed lines. Nothing here looks at the screen or the clock."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from adapters.console.problems import ConsoleLineRefused
from adapters.console.text import MENTION_SIGNS
from bot.domain.calendar import Calendar
from bot.domain.messages import Form, Input


def parse_console_directive(line: str) -> tuple[str, str] | None:
    """The name and the argument of a directive to the console (`:press 2`), or None when the line is for the bot."""
    if not line.startswith(":"):
        return None
    name, _, argument = line[1:].strip().partition(" ")
    return name.casefold(), argument.strip()


def parse_console_time(text: str, calendar: Calendar) -> datetime:
    """The instant (UTC) of `2027-01-05 09:00` in the member's zone; without a time, midnight.

    Raises `ConsoleLineRefused`.
    """
    try:
        local = datetime.fromisoformat(text.strip())
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        return calendar.instant_at(local.date(), local.time())
    except (ValueError, OverflowError):
        raise ConsoleLineRefused("I need a day, such as :to 2027-01-05 or :to 2027-01-05 09:00") from None


def parse_console_form_answers(text: str, form: Form) -> dict[str, str]:
    """The answers of a `:fill` line by the names of the form's inputs. Raises `ConsoleLineRefused`.

    As on every platform, an input keeps its present value unless another is typed.
    """
    present_values = {input_.name: input_.value for input_ in form.inputs if input_.value}
    return present_values | dict(
        _match_console_form_input(form, name, value) for name, value in _parse_console_answer_pairs(text, form).items()
    )


def _parse_console_answer_pairs(text: str, form: Form) -> Mapping[str, str]:
    if text.startswith("{"):
        return _parse_console_answer_json(text)
    if "=" not in text and len(form.inputs) == 1:
        return {form.inputs[0].name: text}
    # A semicolon belongs to the value unless another `name=` follows it.
    parts = [part.partition("=") for part in re.split(r";\s*(?=[^;=]+=)", text) if part.strip()]
    if not parts or not all(equals for _, equals, _ in parts):
        raise ConsoleLineRefused('Answer with :fill name=value; name=value  or  :fill {"name": "value"}')
    return {name.strip(): value.strip() for name, _, value in parts}


def _parse_console_answer_json(text: str) -> Mapping[str, str]:
    try:
        answers = json.loads(text)
    except (ValueError, RecursionError):
        raise ConsoleLineRefused('That is no JSON object; I need :fill {"name": "value"}') from None
    if any(isinstance(value, dict | list) for value in answers.values()):
        raise ConsoleLineRefused("Each answer is one text")
    return {name: "" if value is None else str(value) for name, value in answers.items()}


def _match_console_form_input(form: Form, name: str, value: str) -> tuple[str, str]:
    for input_ in form.inputs:
        if name == input_.name:
            return input_.name, _parse_console_input_value(input_, value)
    for input_ in form.inputs:
        if name.casefold() in (input_.name.casefold(), input_.label.casefold()):
            return input_.name, _parse_console_input_value(input_, value)
    raise ConsoleLineRefused(
        f"The form does not ask for “{name}”; it asks for: " + ", ".join(input_.name for input_ in form.inputs)
    )


def _parse_console_input_value(form_input: Input, typed: str) -> str:
    return (
        _parse_console_mention(MENTION_SIGNS[form_input.kind], typed)
        if form_input.kind in MENTION_SIGNS
        else _match_console_input_option(form_input, typed)
    )


def _parse_console_mention(sign: str, typed: str) -> str:
    """`lee` or `@lee` as `<@lee>`, `club` or `#club` as `<#club>`: on the console a name is an id."""
    name = typed.strip().removeprefix("<").removesuffix(">").removeprefix(sign).strip()
    return f"<{sign}{name}>" if name else ""


def _match_console_input_option(form_input: Input, typed: str) -> str:
    """The value of the option that was typed by its value or its label; any other text unchanged."""
    for option in form_input.options:
        if typed.casefold() in (option.value.casefold(), option.label.casefold()):
            return option.value
    return typed
