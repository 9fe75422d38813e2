"""What the client lets a person type into a slash command, as Discord hands it on."""

from __future__ import annotations

from typing import Any

from tests.fakes_discord.commands import (
    OPTION_BOOLEAN,
    OPTION_CHANNEL,
    OPTION_INTEGER,
    OPTION_NUMBER,
    OPTION_STRING,
    OPTION_SUBCOMMAND,
    OPTION_SUBCOMMAND_GROUP,
    OPTION_USER,
)
from tests.fakes_discord.state import DiscordChannel

Json = dict[str, Any]
OPTION_PYTHON_TYPES: dict[int, tuple[type, ...]] = {
    OPTION_STRING: (str,),
    OPTION_INTEGER: (int,),
    OPTION_BOOLEAN: (bool,),
    OPTION_NUMBER: (int, float),
}
OPTION_PYTHON_TYPES |= {OPTION_USER: (int,), OPTION_CHANNEL: (int,)}
COMMAND_CONTEXTS = {"guild": 0, "dm": 1, "private": 2}
SLASH_COMMAND, USER_COMMAND, MESSAGE_COMMAND = 1, 2, 3


class DiscordClientRefusal(AssertionError):
    """Discord's client does not let a person do this, such as using a command that was never synced."""


def find_offered_command(
    commands: dict[int, list[Json]], guilds: set[int], place: DiscordChannel, kind: int, name: str
) -> Json:
    """The command that the client offers in this place; one of the guild goes before a global one.

    `guilds`: the servers that the bot is in; where it is not, people use what they have for themselves.
    """
    offered = [*(commands.get(place.guild, []) if place.kind == "guild" else []), *commands[0]]
    found = next((one for one in offered if one["type"] == kind and one["name"] == name), None)
    if found is None:
        raise DiscordClientRefusal(f"no command {name!r} among {sorted(one['name'] for one in offered)}")
    contexts, installs = found.get("contexts"), found.get("integration_types") or [0]
    if contexts is not None and COMMAND_CONTEXTS[place.kind] not in contexts:
        raise DiscordClientRefusal(f"{name!r} is not offered in a {place.kind}: contexts {contexts}")
    alone = place.kind == "private" or (place.kind == "guild" and place.guild not in guilds)
    if alone and 1 not in installs:
        raise DiscordClientRefusal(f"{name!r} is not offered where the bot is not: it is not for user installs")
    return found


def find_subcommand(command: Json, path: str) -> tuple[Json, list[Json]]:
    """The command or sub-command that a path such as `add` or `club join` names, and the groups around it."""
    around: list[Json] = []
    here = command
    for name in path.split():
        inner = [
            option
            for option in here.get("options") or []
            if option["type"] in (OPTION_SUBCOMMAND, OPTION_SUBCOMMAND_GROUP)
        ]
        found = next((one for one in inner if one["name"] == name), None)
        if found is None:
            raise DiscordClientRefusal(f"no {name!r} in {here['name']!r} among {[one['name'] for one in inner]}")
        around.append(found)
        here = found
    if any(one["type"] in (OPTION_SUBCOMMAND, OPTION_SUBCOMMAND_GROUP) for one in here.get("options") or []):
        raise DiscordClientRefusal(f"{here['name']!r} needs a sub-command")
    return here, around


def _option_choice_value(option: Json, given: Any) -> Any:
    for choice in option["choices"]:
        if given in (choice["value"], choice["name"]):
            return choice["value"]
    raise DiscordClientRefusal(f"no choice {given!r} for {option['name']!r}")


def _checked_option_value(option: Json, given: Any) -> Any:
    if option.get("choices"):
        return _option_choice_value(option, given)
    kind = option["type"]
    if not isinstance(given, OPTION_PYTHON_TYPES[kind]) or (isinstance(given, bool) and kind != OPTION_BOOLEAN):
        raise DiscordClientRefusal(f"{given!r} is not of the type of {option['name']!r}")
    size = len(given) if isinstance(given, str) else given
    for least, most in (("min_length", "max_length"), ("min_value", "max_value")):
        if not option.get(least, size) <= size <= option.get(most, size):
            raise DiscordClientRefusal(f"{given!r} is too short, long, small or large for {option['name']!r}")
    return str(given) if kind in (OPTION_USER, OPTION_CHANNEL) else given


def typed_options(command: Json, given: Json) -> list[Json]:
    """The options as Discord sends them; whoever leaves out what is required, or makes something up, fails."""
    known = {option["name"]: option for option in command.get("options") or []}
    if unknown := given.keys() - known.keys():
        raise DiscordClientRefusal(f"no option {sorted(unknown)} among {sorted(known)}")
    if missing := [name for name, option in known.items() if option.get("required") and name not in given]:
        raise DiscordClientRefusal(f"{command['name']!r} needs {missing}")
    return [
        {"name": name, "type": known[name]["type"], "value": _checked_option_value(known[name], value)}
        for name, value in given.items()
    ]


def autocomplete_options(command: Json, given: Json, focused: str, text: str) -> list[Json]:
    """The options while a person still types: values are not checked yet."""
    known = {option["name"]: option for option in command.get("options") or []}
    if not known.get(focused, {}).get("autocomplete"):
        raise DiscordClientRefusal(f"{focused!r} is not an option with autocompletion of {command['name']!r}")
    shown = [{"name": name, "type": known[name]["type"], "value": value} for name, value in given.items()]
    return [*shown, {"name": focused, "type": known[focused]["type"], "value": text, "focused": True}]


def interaction_command_data(
    command: Json, around: list[Json], options: list[Json], resolved: Json | None = None
) -> Json:
    """`data` of an interaction with a slash command; `resolved`: the people and channels in it."""
    for inner in reversed(around):
        options = [{"name": inner["name"], "type": inner["type"], "options": options}]
    data = {"id": command["id"], "name": command["name"], "type": command["type"], "options": options}
    data |= {"resolved": resolved} if resolved else {}
    return data | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})
