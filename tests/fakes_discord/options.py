"""What the client lets a person type into a slash command, as Discord hands it on."""

from __future__ import annotations

from typing import Any

from tests.fakes_discord.commands import BOOLEAN, CHANNEL, GROUP, INTEGER, NUMBER, STRING, SUBCOMMAND, USER
from tests.fakes_discord.state import Channel

Json = dict[str, Any]
PYTHON: dict[int, tuple[type, ...]] = {STRING: (str,), INTEGER: (int,), BOOLEAN: (bool,), NUMBER: (int, float)}
PYTHON |= {USER: (int,), CHANNEL: (int,)}
CONTEXTS = {"guild": 0, "dm": 1, "private": 2}
SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3


class NotPossible(AssertionError):
    """Discord's client does not let a person do this, such as using a command that was never synced."""


def registered(commands: dict[int, list[Json]], guilds: set[int], place: Channel, kind: int, name: str) -> Json:
    """The command that the client offers in this place; one of the guild goes before a global one.

    `guilds`: the servers that the bot is in; where it is not, people use what they have for themselves.
    """
    offered = [*(commands.get(place.guild, []) if place.kind == "guild" else []), *commands[0]]
    found = next((one for one in offered if one["type"] == kind and one["name"] == name), None)
    if found is None:
        raise NotPossible(f"no command {name!r} among {sorted(one['name'] for one in offered)}")
    contexts, installs = found.get("contexts"), found.get("integration_types") or [0]
    if contexts is not None and CONTEXTS[place.kind] not in contexts:
        raise NotPossible(f"{name!r} is not offered in a {place.kind}: contexts {contexts}")
    alone = place.kind == "private" or (place.kind == "guild" and place.guild not in guilds)
    if alone and 1 not in installs:
        raise NotPossible(f"{name!r} is not offered where the bot is not: it is not for user installs")
    return found


def leaf(command: Json, path: str) -> tuple[Json, list[Json]]:
    """The command or sub-command that a path such as `add` or `club join` names, and the groups around it."""
    around: list[Json] = []
    here = command
    for name in path.split():
        inner = [one for one in here.get("options") or [] if one["type"] in (SUBCOMMAND, GROUP)]
        found = next((one for one in inner if one["name"] == name), None)
        if found is None:
            raise NotPossible(f"no {name!r} in {here['name']!r} among {[one['name'] for one in inner]}")
        around.append(found)
        here = found
    if any(one["type"] in (SUBCOMMAND, GROUP) for one in here.get("options") or []):
        raise NotPossible(f"{here['name']!r} needs a sub-command")
    return here, around


def _choice(option: Json, given: Any) -> Any:
    for choice in option["choices"]:
        if given in (choice["value"], choice["name"]):
            return choice["value"]
    raise NotPossible(f"no choice {given!r} for {option['name']!r}")


def _value(option: Json, given: Any) -> Any:
    if option.get("choices"):
        return _choice(option, given)
    kind = option["type"]
    if not isinstance(given, PYTHON[kind]) or (isinstance(given, bool) and kind != BOOLEAN):
        raise NotPossible(f"{given!r} is not of the type of {option['name']!r}")
    size = len(given) if isinstance(given, str) else given
    for least, most in (("min_length", "max_length"), ("min_value", "max_value")):
        if not option.get(least, size) <= size <= option.get(most, size):
            raise NotPossible(f"{given!r} is too short, long, small or large for {option['name']!r}")
    return str(given) if kind in (USER, CHANNEL) else given


def typed(command: Json, given: Json) -> list[Json]:
    """The options as Discord sends them; whoever leaves out what is required, or makes something up, fails."""
    known = {option["name"]: option for option in command.get("options") or []}
    if unknown := given.keys() - known.keys():
        raise NotPossible(f"no option {sorted(unknown)} among {sorted(known)}")
    if missing := [name for name, option in known.items() if option.get("required") and name not in given]:
        raise NotPossible(f"{command['name']!r} needs {missing}")
    return [
        {"name": name, "type": known[name]["type"], "value": _value(known[name], value)}
        for name, value in given.items()
    ]


def partly(command: Json, given: Json, focused: str, text: str) -> list[Json]:
    """The options while a person still types: values are not checked yet."""
    known = {option["name"]: option for option in command.get("options") or []}
    if not known.get(focused, {}).get("autocomplete"):
        raise NotPossible(f"{focused!r} is not an option with autocompletion of {command['name']!r}")
    shown = [{"name": name, "type": known[name]["type"], "value": value} for name, value in given.items()]
    return [*shown, {"name": focused, "type": known[focused]["type"], "value": text, "focused": True}]


def command_data(command: Json, around: list[Json], options: list[Json], resolved: Json | None = None) -> Json:
    """`data` of an interaction with a slash command; `resolved`: the people and channels in it."""
    for inner in reversed(around):
        options = [{"name": inner["name"], "type": inner["type"], "options": options}]
    data = {"id": command["id"], "name": command["name"], "type": command["type"], "options": options}
    data |= {"resolved": resolved} if resolved else {}
    return data | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})
