"""Parse text into a command of the table and its argument values. The values are cleaned, but remain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.commands import (
    CLUB_ROOT,
    COMMAND_ROOTS,
    COMMANDS,
    COMMANDS_BY_NAME,
    CONFIRMATION_ARGS,
    IMPLICIT_ARGS,
    ArgumentKind,
    Command,
)
from bot.domain.errors import BadValue, BadValueReason, NotFound, UnknownArgument, UnknownCommand, UserError
from bot.text.command_line import find_nearest_word, split_arguments
from bot.text.sanitize import is_too_long, sanitize_line, sanitize_paragraphs

DEFAULT_COMMANDS = {"": "board", "outreach": "board", "club": "club"}  # the command of a root typed alone
MENTION_KINDS = (ArgumentKind.PLATFORM_USER, ArgumentKind.PLATFORM_CHANNEL)
# Of a longer line only this part is parsed. Every argument's limit is lower, so a cut value is still rejected.
MAX_COMMAND_CHARS = 12_000


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command with the values that were given for it."""

    command: Command
    #: Cleaned text by argument name. A value can be empty or too long.
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that cannot be parsed: an unknown command, also a hidden one that was typed, or unclear arguments."""

    problem: UserError
    #: As it was typed. Empty for a button and for a form.
    text: str = ""


@dataclass(frozen=True, slots=True)
class PlainWords:
    """Words in a direct message, which may be meant as a command or not. They change nothing without a button."""

    text: str
    #: What they are if they are meant as a command.
    as_command: Invocation | Unreadable


ParsedInput = Invocation | Unreadable | PlainWords
"""What a member typed, pressed or filled in, parsed once."""


def parse_direct_message(text: str) -> ParsedInput:
    """A line that begins with a slash and a root is meant as a command; anything else is plain words."""
    parsed, (first, _rest) = parse_typed_command(text), _split_command_word(text.strip())
    is_command = first.startswith("/") and first[1:].casefold() in COMMAND_ROOTS
    return parsed if is_command else PlainWords(text, parsed)


def parse_typed_command(text: str) -> Invocation | Unreadable:
    """Parse a line that a person typed, with or without its root; an empty line means the board."""
    return _catch_problem(lambda: _parse_command_line(text, hidden=False), text)


@dataclass(frozen=True, slots=True)
class LineTraits:
    """What an adapter needs to know of a line before it passes the line on."""

    #: Whether admins of the workspace may do more with it, so that the sender's role must be recent.
    needs_role: bool
    #: Whether people and channels that it mentions are kept as ids; elsewhere they become their names.
    keeps_mentions: bool


def peek(line: str) -> LineTraits:
    """The traits of a typed line or of a button's line."""
    root, word, _rest = _split_root_and_command(line)
    row = COMMANDS_BY_NAME.get(word.casefold())
    of_club = root == CLUB_ROOT or (not root and row is not None and row.root == CLUB_ROOT)
    takes_mentions = row is None or any(argument.kind in MENTION_KINDS for argument in row.arguments)
    return LineTraits(needs_role=of_club, keeps_mentions=of_club and takes_mentions)


def parse_button_command(command_line: str) -> Invocation | Unreadable:
    """Parse a button's line, in which hidden commands are allowed."""
    return _catch_problem(lambda: _parse_button_line(command_line))


def parse_form(command: str, values: Mapping[str, str]) -> Invocation | Unreadable:
    """The invocation of a form's command with its values, or of a slash command with its options."""
    return _catch_problem(lambda: build_invocation(command, values))


def _catch_problem(parse: Callable[[], Invocation], text: str = "") -> Invocation | Unreadable:
    try:
        return parse()
    except UserError as problem:
        return Unreadable(problem, text)


def build_invocation(command: str, values: Mapping[str, str]) -> Invocation:
    """Build an invocation from form values or slash command options, including empty values: `edit` needs them.

    Raises NotFound for an unknown command, UnknownArgument for an unknown name.
    """
    row = COMMANDS_BY_NAME.get(command)
    if row is None:
        raise NotFound
    return Invocation(
        row, {name: clean_argument(row, name, value[:MAX_COMMAND_CHARS]) for name, value in values.items()}
    )


def expand_first_option(command: str, values: Mapping[str, str]) -> Mapping[str, str]:
    """Split a first option that contains further arguments, such as "Dana channel: email", into separate options.

    Options given separately take precedence. If the text cannot be split, the options are returned unchanged.
    """
    row = COMMANDS_BY_NAME.get(command)
    if row is None or not row.arguments or not values.get(row.arguments[0].name):
        return values
    names = [argument.name for argument in row.arguments if argument.kind is not ArgumentKind.HIDDEN]
    try:
        pairs = split_arguments(values[names[0]], names)
    except UserError:
        return values
    return {**{name or names[0]: value for name, value in pairs}, **{n: v for n, v in values.items() if n != names[0]}}


def _parse_button_line(command_line: str) -> Invocation:
    return as_pressed(_parse_command_line(command_line, hidden=True))


def as_pressed(invocation: Invocation) -> Invocation:
    """Pressed, perhaps on an old card, unlike what is typed: a final act without a code is not confirmed."""
    if invocation.command.arguments == CONFIRMATION_ARGS:
        invocation.values.setdefault(CONFIRMATION_ARGS[0].name, "")
    return invocation


def _parse_command_line(text: str, *, hidden: bool) -> Invocation:
    root, word, rest = _split_root_and_command(text)
    if root == "club" and word.casefold() == "help":
        return build_invocation("help", {"topic": rest or root})
    row = COMMANDS_BY_NAME.get(word.casefold() or DEFAULT_COMMANDS.get(root, ""))
    is_root_alone, wanted_root = not word and bool(root), root or COMMAND_ROOTS[0]
    # Buttons carry no root. A typed line without a root belongs to `/outreach`.
    if row is None or not (hidden or (row.root == wanted_root and (is_root_alone or not row.is_hidden))):
        known = [command.name for command in COMMANDS if not command.is_hidden and command.root == wanted_root]
        raise UnknownCommand(sanitize_line(word), find_nearest_word(word, known), root)
    names = [
        argument.name
        for argument in (*row.arguments, *IMPLICIT_ARGS.values())
        if hidden or argument.kind is not ArgumentKind.HIDDEN
    ]
    free_text_names = [argument.name for argument in row.arguments if argument.kind is ArgumentKind.LONG_TEXT]
    try:
        pairs = split_arguments(rest, names, free_text_names)
    except UnknownArgument as error:
        raise UnknownArgument(row.name, error.name, error.nearest) from None
    return build_invocation(row.name, {name or _first_argument_name(row, names, rest): value for name, value in pairs})


def _split_root_and_command(text: str) -> tuple[str, str, str]:
    """Split a line into root ("" if there is none), command and arguments."""
    root, (first, rest) = "", _split_command_word(text.strip()[:MAX_COMMAND_CHARS])
    if (word := first.lstrip("/").casefold()) in COMMAND_ROOTS:
        root, (first, rest) = word, _split_command_word(rest)
    return root, first.lstrip("/"), rest


def _split_command_word(text: str) -> tuple[str, str]:
    first, *rest = text.split(None, 1) or [""]
    return first, rest[0].strip() if rest else ""


def _first_argument_name(command: Command, names: Sequence[str], argument_text: str) -> str:
    """Return the argument to which unnamed text belongs. Raises UnknownArgument for a command without arguments."""
    if not names:
        raise UnknownArgument(command.name, sanitize_line(argument_text)[:40])
    return names[0]


def clean_argument(command: Command, name: str, value: str) -> str:
    """Clean a value: long texts keep their lines. Raises UnknownArgument."""
    argument = command.find_argument(name)
    if argument is None:
        raise UnknownArgument(command.name, name)
    return sanitize_paragraphs(value) if argument.kind is ArgumentKind.LONG_TEXT else sanitize_line(value)


def check_argument_lengths(invocation: Invocation) -> None:
    """Raise BadValue for a value that is longer than its argument allows."""
    for name, value in invocation.values.items():
        arg = invocation.command.find_argument(name)
        if arg and is_too_long(value, arg.max_chars):
            raise BadValue(name, BadValueReason.TOO_LONG, value)


def missing_arguments(invocation: Invocation) -> tuple[str, ...]:
    """Return the names of required arguments without a value."""
    return tuple(
        arg.name for arg in invocation.command.arguments if arg.required and not invocation.values.get(arg.name)
    )
