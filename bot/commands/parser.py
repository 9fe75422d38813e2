"""Text into a command of the table with its values; the values are cleaned and measured, and still text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.commands import COMMAND_ROOTS, COMMANDS, COMMANDS_BY_NAME, IMPLICIT_ARGS, ArgumentKind, Command
from bot.domain.errors import BadValue, BadValueReason, NotFound, UnknownArgument, UnknownCommand, UserError
from bot.text.command_line import find_nearest_word, split_arguments
from bot.text.sanitize import is_too_long, sanitize_line, sanitize_paragraphs

DEFAULT_COMMANDS = {"": "board", "outreach": "board", "club": "club"}  # what a root alone means
MAX_COMMAND_CHARS = 12_000  # characters that are read of a line; no argument holds so many, so a longer one is refused


@dataclass(frozen=True, slots=True)
class Invocation:
    command: Command
    values: dict[str, str]


def parse_typed_command(text: str) -> Invocation:
    """A line that a person typed, with or without its root. Nothing at all means the board.

    Raises `UnknownCommand` (also for the hidden rows), and what is wrong with the arguments as a `UserError`.
    """
    return _parse_command_line(text, hidden=False)


def has_command_root(text: str) -> bool:
    """Whether a line says that it is a command, with a slash and a root in front."""
    first, _rest = _split_command_word(text.strip())
    return first.startswith("/") and first[1:].casefold() in COMMAND_ROOTS


def parse_button_command(command_line: str) -> Invocation:
    """The line of a button; hidden rows are allowed."""
    return _parse_command_line(command_line, hidden=True)


def build_invocation(command: str, values: Mapping[str, str]) -> Invocation:
    """The answers of a form, or typed options. Values left empty are kept where empty means something (see `edit`)."""
    row = COMMANDS_BY_NAME.get(command)
    if row is None:
        raise NotFound
    return Invocation(
        row, {name: clean_argument(row, name, value[:MAX_COMMAND_CHARS]) for name, value in values.items()}
    )


def expand_first_option(command: str, values: Mapping[str, str]) -> Mapping[str, str]:
    """Options of which the first holds a whole line, "Dana channel: email": as if they had been given one by one."""
    row = COMMANDS_BY_NAME.get(command)
    if row is None or not row.arguments or not values.get(row.arguments[0].name):
        return values
    names = [argument.name for argument in row.arguments if argument.kind is not ArgumentKind.HIDDEN]
    try:
        pairs = split_arguments(values[names[0]], names)
    except UserError:
        return values
    return {**{name or names[0]: value for name, value in pairs}, **{n: v for n, v in values.items() if n != names[0]}}


def _parse_command_line(text: str, *, hidden: bool) -> Invocation:
    root, first, rest = _split_root_and_command(text)
    if root == "club" and first.casefold() == "help":
        return build_invocation("help", {"topic": rest or root})
    row = COMMANDS_BY_NAME.get(first.casefold() or DEFAULT_COMMANDS.get(root, ""))
    bare, wanted = not first and bool(root), root or COMMAND_ROOTS[0]
    # Buttons carry no root. What is typed without one is for the member's own board.
    if row is None or not (hidden or (row.root == wanted and (bare or not row.is_hidden))):
        known = [command.name for command in COMMANDS if not command.is_hidden and command.root == wanted]
        raise UnknownCommand(sanitize_line(first), find_nearest_word(first, known), root)
    names = [
        argument.name
        for argument in (*row.arguments, *IMPLICIT_ARGS.values())
        if hidden or argument.kind is not ArgumentKind.HIDDEN
    ]
    free = [argument.name for argument in row.arguments if argument.kind is ArgumentKind.LONG_TEXT]
    try:
        pairs = split_arguments(rest, names, free)
    except UnknownArgument as problem:
        raise UnknownArgument(row.name, problem.name, problem.nearest) from None
    return build_invocation(row.name, {name or _first_argument_name(row, names, rest): value for name, value in pairs})


def _split_root_and_command(text: str) -> tuple[str, str, str]:
    """The root, or an empty text when none was said; the command; its arguments."""
    root, (first, rest) = "", _split_command_word(text.strip()[:MAX_COMMAND_CHARS])
    if (named := first.lstrip("/").casefold()) in COMMAND_ROOTS:
        root, (first, rest) = named, _split_command_word(rest)
    return root, first.lstrip("/"), rest


def _split_command_word(text: str) -> tuple[str, str]:
    first, *rest = text.split(None, 1) or [""]
    return first, rest[0].strip() if rest else ""


def _first_argument_name(command: Command, names: Sequence[str], argument_text: str) -> str:
    """The first argument may go without its name; a command without arguments takes no words."""
    if not names:
        raise UnknownArgument(command.name, sanitize_line(argument_text)[:40])
    return names[0]


def clean_argument(command: Command, name: str, value: str) -> str:
    arg = command.find_argument(name)
    if arg is None:
        raise UnknownArgument(command.name, name)
    return sanitize_paragraphs(value) if arg.kind is ArgumentKind.LONG_TEXT else sanitize_line(value)


def check_argument_lengths(invocation: Invocation) -> None:
    """Raises `BadValue` for a value that is longer than its argument holds."""
    for name, value in invocation.values.items():
        arg = invocation.command.find_argument(name)
        if arg and is_too_long(value, arg.max_chars):
            raise BadValue(name, BadValueReason.TOO_LONG, value)


def missing_arguments(invocation: Invocation) -> tuple[str, ...]:
    """The required arguments that have no value."""
    return tuple(
        arg.name for arg in invocation.command.arguments if arg.required and not invocation.values.get(arg.name)
    )
