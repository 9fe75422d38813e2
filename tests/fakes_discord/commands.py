"""What Discord refuses in an application's commands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.fakes_discord.errors import Problem, bad_length, required, wrong

Json = dict[str, Any]
Path = tuple[str | int, ...]

# Discord docs, Application Commands, "Application Command Object" and "Naming".
NAME = re.compile(r"[-_'\w\u0900-\u097F\u0E00-\u0E7F]{1,32}")
MENU_NAME = 32
DESCRIPTION = 100
OPTIONS = 25
CHOICES = 25
CHOICE = 100
ALL = 8000
SLASH, USER_MENU, MESSAGE_MENU = 100, 15, 15
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, NUMBER = 1, 2, 3, 4, 5, 6, 7, 10


def _name(one: Json, path: Path) -> Iterator[Problem]:
    name = one.get("name") or ""
    if not NAME.fullmatch(name) or name != name.lower():
        yield wrong((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if not 1 <= len(one.get("description") or "") <= DESCRIPTION:
        yield bad_length((*path, "description"), 1, DESCRIPTION)


def _choices(option: Json, path: Path) -> Iterator[Problem]:
    choices = option.get("choices") or []
    if len(choices) > CHOICES:
        yield bad_length((*path, "choices"), 0, CHOICES)
    if choices and option.get("autocomplete"):
        yield wrong((*path, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", "Either or.")
    for number, choice in enumerate(choices):
        if not 1 <= len(choice.get("name") or "") <= CHOICE:
            yield bad_length((*path, "choices", number, "name"), 1, CHOICE)
        if isinstance(choice.get("value"), str) and not 1 <= len(choice["value"]) <= CHOICE:
            yield bad_length((*path, "choices", number, "value"), 1, CHOICE)


def _option(option: Json, path: Path, depth: int) -> Iterator[Problem]:
    yield from _name(option, path)
    yield from _choices(option, path)
    if option.get("channel_types") and option.get("type") != CHANNEL:
        yield wrong((*path, "channel_types"), "BASE_TYPE_CHOICES", "Only channels have them")
    kind = option.get("type")
    if kind == GROUP and depth > 0:
        yield wrong((*path, "type"), "APPLICATION_COMMAND_INVALID_SUBCOMMAND_NESTING", "A group cannot be here")
    if kind in (SUBCOMMAND, GROUP):
        yield from _options(option.get("options") or [], (*path, "options"), depth + 1)


def _options(options: list[Json], path: Path, depth: int = 0) -> Iterator[Problem]:
    if len(options) > OPTIONS:
        yield bad_length(path, 0, OPTIONS)
    for number, option in enumerate(options):
        yield from _option(option, (*path, number), depth)
    kinds = {option.get("type") in (SUBCOMMAND, GROUP) for option in options}
    if len(kinds) > 1:
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        yield wrong(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    needed = [bool(option.get("required")) for option in options]
    if needed != sorted(needed, reverse=True):
        message = "Required options must be placed before non-required options"
        yield wrong(path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
    names = Counter(option.get("name") for option in options)
    if any(times > 1 for times in names.values()):
        yield wrong(path, "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED", "Option name is duplicated")


def size(command: Json) -> int:
    """The characters of names, descriptions and values; of a localised text the longest counts."""
    counted = 0
    for part in ("name", "description"):
        texts = [command.get(part) or "", *(command.get(f"{part}_localizations") or {}).values()]
        counted += max(map(len, texts))
    counted += sum(len(str(choice.get("value", ""))) + size(choice) for choice in command.get("choices") or [])
    return counted + sum(map(size, command.get("options") or []))


def _command(command: Json, path: Path) -> Iterator[Problem]:
    if command.get("type", 1) == 1:
        yield from _name(command, path)
        yield from _options(command.get("options") or [], (*path, "options"))
        if size(command) > ALL:
            yield wrong(path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({ALL})")
        return
    if not 1 <= len(command.get("name") or "") <= MENU_NAME:
        yield bad_length((*path, "name"), 1, MENU_NAME)
    if command.get("description"):
        yield wrong((*path, "description"), "APPLICATION_COMMAND_DESCRIPTION", "Only slash commands have one")


def command_problems(commands: Any) -> Iterator[Problem]:
    """What Discord refuses in the whole list of an application's commands in one place."""
    if not isinstance(commands, list):
        yield required(())
        return
    for number, command in enumerate(commands):
        yield from _command(command, (number,))
    names = Counter((command.get("type", 1), command.get("name")) for command in commands)
    if any(times > 1 for times in names.values()):
        yield wrong((), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    kinds = Counter(command.get("type", 1) for command in commands)
    if kinds[1] > SLASH or kinds[2] > USER_MENU or kinds[3] > MESSAGE_MENU:
        yield wrong((), "APPLICATION_COMMANDS_MAX", "Maximum number of application commands reached")
