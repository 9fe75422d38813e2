"""Text into a command of the table with its values; the values are cleaned and measured, and still text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.commands import BY_NAME, CARRIED, COMMANDS, ROOTS, Command, Takes
from bot.domain.errors import BadValue, NotFound, UnknownArgument, UnknownCommand, UserError
from bot.text.command_line import nearest, split
from bot.text.sanitize import clean, clean_long, too_long

BARE = {"": "board", "outreach": "board", "club": "club"}  # what a root alone means
LONGEST = 12_000  # characters that are read of a line; no argument holds so many, so a longer one is refused


@dataclass(frozen=True, slots=True)
class Invocation:
    command: Command
    values: dict[str, str]


def typed(text: str) -> Invocation:
    """A line that a person typed, with or without its root. Nothing at all means the board.

    Raises `UnknownCommand` (also for the hidden rows), and what is wrong with the arguments as a `UserError`.
    """
    return _read(text, hidden=False)


def rooted(text: str) -> bool:
    """Whether a line says that it is a command, with a slash and a root in front."""
    first, _rest = _halves(text.strip())
    return first.startswith("/") and first[1:].casefold() in ROOTS


def pressed(line: str) -> Invocation:
    """The line of a button; hidden rows are allowed."""
    return _read(line, hidden=True)


def filled(command: str, values: Mapping[str, str]) -> Invocation:
    """The answers of a form, or typed options. Values left empty are kept where empty means something (see `edit`)."""
    row = BY_NAME.get(command)
    if row is None:
        raise NotFound
    return Invocation(row, {name: cleaned(row, name, value[:LONGEST]) for name, value in values.items()})


def spread(command: str, values: Mapping[str, str]) -> Mapping[str, str]:
    """Options of which the first holds a whole line, "Dana channel: email": as if they had been given one by one."""
    row = BY_NAME.get(command)
    if row is None or not row.args or not values.get(row.args[0].name):
        return values
    names = [one.name for one in row.args if one.takes is not Takes.UNSEEN]
    try:
        pairs = split(values[names[0]], names)
    except UserError:
        return values
    return {**{name or names[0]: value for name, value in pairs}, **{n: v for n, v in values.items() if n != names[0]}}


def _read(text: str, *, hidden: bool) -> Invocation:
    root, first, rest = _first_words(text)
    if root == "club" and first.casefold() == "help":
        return filled("help", {"topic": rest or root})
    row = BY_NAME.get(first.casefold() or BARE.get(root, ""))
    bare, wanted = not first and bool(root), root or ROOTS[0]
    # Buttons carry no root. What is typed without one is for the member's own board.
    if row is None or not (hidden or (row.root == wanted and (bare or not row.hidden))):
        known = [one.name for one in COMMANDS if not one.hidden and one.root == wanted]
        raise UnknownCommand(clean(first), nearest(first, known), root)
    names = [one.name for one in (*row.args, *CARRIED.values()) if hidden or one.takes is not Takes.UNSEEN]
    free = [one.name for one in row.args if one.takes is Takes.LONG]
    try:
        pairs = split(rest, names, free)
    except UnknownArgument as problem:
        raise UnknownArgument(row.name, problem.name, problem.nearest) from None
    return filled(row.name, {name or _unnamed(row, names, rest): value for name, value in pairs})


def _first_words(text: str) -> tuple[str, str, str]:
    """The root, or an empty text when none was said; the command; its arguments."""
    root, (first, rest) = "", _halves(text.strip()[:LONGEST])
    if (named := first.lstrip("/").casefold()) in ROOTS:
        root, (first, rest) = named, _halves(rest)
    return root, first.lstrip("/"), rest


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
