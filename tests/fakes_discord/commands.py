"""What Discord refuses in an application's commands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.fakes_discord.errors import (
    BodyPath,
    BodyProblem,
    choice_problems,
    length_problems,
    repeated_problems,
    required_problem,
)

Json = dict[str, Any]

# Discord docs, Application Commands, "Application Command Object" and "Naming".
COMMAND_NAME_RULE = re.compile(r"[-_'\w\u0900-\u097F\u0E00-\u0E7F]{1,32}")
MAX_MENU_NAME_CHARS = 32
MAX_DESCRIPTION_CHARS = 100
MAX_COMMAND_OPTIONS = 25
MAX_OPTION_CHOICES = 25
MAX_OPTION_CHOICE_CHARS = 100
MAX_COMMAND_TOTAL_CHARS = 8000
MAX_SLASH_COMMANDS, MAX_USER_COMMANDS, MAX_MESSAGE_COMMANDS = 100, 15, 15
OPTION_SUBCOMMAND, OPTION_SUBCOMMAND_GROUP, OPTION_STRING, OPTION_INTEGER = 1, 2, 3, 4
OPTION_BOOLEAN, OPTION_USER, OPTION_CHANNEL, OPTION_NUMBER = 5, 6, 7, 10


def _command_name_problems(command: Json, path: BodyPath) -> Iterator[BodyProblem]:
    name = command.get("name") or ""
    if not COMMAND_NAME_RULE.fullmatch(name) or name != name.lower():
        yield BodyProblem((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    yield from length_problems((*path, "description"), command.get("description"), MAX_DESCRIPTION_CHARS, 1)


def _option_choice_problems(option: Json, path: BodyPath) -> Iterator[BodyProblem]:
    choices = option.get("choices") or []
    yield from choice_problems(choices, (*path, "choices"), MAX_OPTION_CHOICES, MAX_OPTION_CHOICE_CHARS)
    if choices and option.get("autocomplete"):
        yield BodyProblem((*path, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", "Either or.")


def _option_problems(option: Json, path: BodyPath, depth: int) -> Iterator[BodyProblem]:
    yield from _command_name_problems(option, path)
    yield from _option_choice_problems(option, path)
    if option.get("channel_types") and option.get("type") != OPTION_CHANNEL:
        yield BodyProblem((*path, "channel_types"), "BASE_TYPE_CHOICES", "Only channels have them")
    kind = option.get("type")
    if kind == OPTION_SUBCOMMAND_GROUP and depth > 0:
        yield BodyProblem((*path, "type"), "APPLICATION_COMMAND_INVALID_SUBCOMMAND_NESTING", "A group cannot be here")
    if kind in (OPTION_SUBCOMMAND, OPTION_SUBCOMMAND_GROUP):
        yield from _option_list_problems(option.get("options") or [], (*path, "options"), depth + 1)


def _option_list_problems(options: list[Json], path: BodyPath, depth: int = 0) -> Iterator[BodyProblem]:
    yield from length_problems(path, options, MAX_COMMAND_OPTIONS)
    for number, option in enumerate(options):
        yield from _option_problems(option, (*path, number), depth)
    kinds = {option.get("type") in (OPTION_SUBCOMMAND, OPTION_SUBCOMMAND_GROUP) for option in options}
    if len(kinds) > 1:
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        yield BodyProblem(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    needed = [bool(option.get("required")) for option in options]
    if needed != sorted(needed, reverse=True):
        message = "Required options must be placed before non-required options"
        yield BodyProblem(path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
    names = (option.get("name") for option in options)
    yield from repeated_problems(
        path, names, "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED", "Option name is duplicated"
    )


def command_chars(command: Json) -> int:
    """The characters of names, descriptions and values; of a localised text the longest counts."""
    counted = 0
    for part in ("name", "description"):
        texts = [command.get(part) or "", *(command.get(f"{part}_localizations") or {}).values()]
        counted += max(map(len, texts))
    counted += sum(len(str(choice.get("value", ""))) + command_chars(choice) for choice in command.get("choices") or [])
    return counted + sum(map(command_chars, command.get("options") or []))


def _command_row_problems(command: Json, path: BodyPath) -> Iterator[BodyProblem]:
    if command.get("type", 1) == 1:
        yield from _command_name_problems(command, path)
        yield from _option_list_problems(command.get("options") or [], (*path, "options"))
        if command_chars(command) > MAX_COMMAND_TOTAL_CHARS:
            yield BodyProblem(
                path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MAX_COMMAND_TOTAL_CHARS})"
            )
        return
    yield from length_problems((*path, "name"), command.get("name"), MAX_MENU_NAME_CHARS, 1)
    if command.get("description"):
        yield BodyProblem((*path, "description"), "APPLICATION_COMMAND_DESCRIPTION", "Only slash commands have one")


def discord_command_problems(commands: Any) -> Iterator[BodyProblem]:
    """What Discord refuses in the whole list of an application's commands in one place."""
    if not isinstance(commands, list):
        yield required_problem(())
        return
    for number, command in enumerate(commands):
        yield from _command_row_problems(command, (number,))
    names = ((command.get("type", 1), command.get("name")) for command in commands)
    message = "Application command names must be unique"
    yield from repeated_problems((), names, "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
    kinds = Counter(command.get("type", 1) for command in commands)
    if kinds[1] > MAX_SLASH_COMMANDS or kinds[2] > MAX_USER_COMMANDS or kinds[3] > MAX_MESSAGE_COMMANDS:
        yield BodyProblem((), "APPLICATION_COMMANDS_MAX", "Maximum number of application commands reached")
