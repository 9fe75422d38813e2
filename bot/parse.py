"""Text into a command of the table with its values; the values are cleaned and measured, and still text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.clean import clean, clean_long, too_long
from bot.commands import BY_NAME, COMMANDS, Command, Takes
from bot.errors import BadValue, NotFound, UnknownArgument, UnknownCommand
from bot.line import nearest, split

ROOT = "outreach"
LONGEST = 12_000  # characters that are read of a line; no argument holds so many, so a longer one is refused


@dataclass(frozen=True, slots=True)
class Invocation:
    command: Command
    values: dict[str, str]


def typed(text: str) -> Invocation:
    """A line that a person typed, with or without `/outreach`. Nothing at all means the board.

    Raises `UnknownCommand` (also for the hidden rows), and what is wrong with the arguments as a `UserError`.
    """
    return _read(text, hidden=False)


def pressed(line: str) -> Invocation:
    """The line of a button; hidden rows are allowed."""
    return _read(line, hidden=True)


def filled(command: str, values: Mapping[str, str]) -> Invocation:
    """The answers of a form, or typed options. Values left empty are kept where empty means something (see `edit`)."""
    row = BY_NAME.get(command)
    if row is None:
        raise NotFound
    return Invocation(row, {name: cleaned(row, name, value) for name, value in values.items()})


def _read(text: str, *, hidden: bool) -> Invocation:
    first, rest = _first_word(text)
    row = BY_NAME.get(first.casefold() or "board")
    if row is None or (row.hidden and not hidden):
        raise UnknownCommand(clean(first), nearest(first, [one.name for one in COMMANDS if not one.hidden]))
    names = [one.name for one in row.args if hidden or one.takes is not Takes.UNSEEN]
    free = [one.name for one in row.args if one.takes is Takes.LONG]
    try:
        pairs = split(rest, names, free)
    except UnknownArgument as problem:
        raise UnknownArgument(row.name, problem.name, problem.nearest) from None
    return filled(row.name, {name or _unnamed(row, names, rest): value for name, value in pairs})


def _first_word(text: str) -> tuple[str, str]:
    first, rest = _halves(text.strip()[:LONGEST])
    if first.lstrip("/").casefold() == ROOT:
        first, rest = _halves(rest)
    return first.lstrip("/"), rest


def _halves(text: str) -> tuple[str, str]:
    first, *rest = text.split(None, 1) or [""]
    return first, rest[0].strip() if rest else ""


def _unnamed(row: Command, names: Sequence[str], typed_after: str) -> str:
    """The first argument may go without its name; a command without arguments takes no words."""
    if not names:
        raise UnknownArgument(row.name, clean(typed_after)[:40])
    return names[0]


def cleaned(row: Command, name: str, value: str) -> str:
    arg = row.arg(name)
    if arg is None:
        raise UnknownArgument(row.name, name)
    return clean_long(value) if arg.takes is Takes.LONG else clean(value)


def measure(said: Invocation) -> None:
    """Raises `BadValue` for a value that is longer than its argument holds."""
    for name, value in said.values.items():
        arg = said.command.arg(name)
        if arg and too_long(value, arg.limit):
            raise BadValue(name, "too long", value)


def missing(invocation: Invocation) -> tuple[str, ...]:
    """The required arguments that have no value."""
    return tuple(arg.name for arg in invocation.command.args if arg.required and not invocation.values.get(arg.name))
