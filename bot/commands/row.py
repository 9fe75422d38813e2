"""The types of a row in the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.handlers.args import Args, HandlerResult
from bot.rules.context import BookContext
from bot.text.sanitize import MAX_SHORT_CHARS

CommandHandler = Callable[[BookContext, Args], HandlerResult]


class ArgumentKind(StrEnum):
    """What an argument contains; platforms choose the form input by it."""

    CONTACT = "contact"  # a contact of the member's book
    TEXT = "text"
    LONG_TEXT = "long"
    CHOICE = "choice"
    PAST_TIME = "past"  # when something happened
    FUTURE_TIME = "moment"  # a future date with an hour
    FUTURE_DAY = "day"  # today or a future day
    DATE_RANGE = "days"  # a first and a last day
    NUMBER = "number"
    YES_NO = "flag"
    PLATFORM_USER = "person"  # `<@id>`, with the platform's own id
    PLATFORM_CHANNEL = "room"  # a channel: `<#id>`
    HIDDEN = "unseen"  # carried by buttons and drafts


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command."""

    #: As it is typed, and as `Args` looks it up.
    name: str
    #: The label of the form input, in English.
    question: str
    kind: ArgumentKind = ArgumentKind.TEXT
    required: bool = False
    #: The allowed values of a choice. Empty: any value.
    choices: tuple[str, ...] = ()
    #: Limit of the cleaned text in characters.
    max_chars: int = MAX_SHORT_CHARS
    #: An example or explanation for help and forms, in English.
    hint: str = ""


def allow_everyone(_context: BookContext) -> None:
    """Default gate: everyone may run the command."""


DRAFT_ARG = Argument("draft", "draft", ArgumentKind.HIDDEN)
CLUB_ARG = Argument("club", "club", ArgumentKind.HIDDEN)  # which club, where the platform does not say it
IMPLICIT_ARGS = {argument.name: argument for argument in (DRAFT_ARG, CLUB_ARG)}
CLUB_ROOT = "club"
COMMAND_ROOTS = ("outreach", CLUB_ROOT)


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table of commands."""

    #: Unique over all roots, because a button carries only the name.
    name: str
    #: What it does, in English, without a full stop.
    summary: str
    handler: CommandHandler
    #: The first one may be typed without its name.
    arguments: tuple[Argument, ...] = ()
    #: Names of the arguments that a form asks for if a required one is missing. Empty: all that are not hidden.
    form: tuple[str, ...] = ()
    #: Without slash and root.
    example: str = ""
    #: Whether it is one of the six commands to know.
    is_essential: bool = False
    #: Whether only buttons may run it.
    is_hidden: bool = False
    #: The slash command to which it belongs.
    root: str = COMMAND_ROOTS[0]
    #: Raises a UserError for members who may not run the command, before a form asks for missing arguments.
    gate: Callable[[BookContext], object] = allow_everyone

    def find_argument(self, name: str) -> Argument | None:
        """Return the argument of this name, or None. Every command also accepts the hidden `draft` and `club`."""
        return IMPLICIT_ARGS.get(name) or next((argument for argument in self.arguments if argument.name == name), None)

    @property
    def form_argument_names(self) -> tuple[str, ...]:
        """The arguments that the command's form asks for."""
        return self.form or tuple(
            argument.name for argument in self.arguments if argument.kind is not ArgumentKind.HIDDEN
        )


def hidden_arguments(*names: str) -> tuple[Argument, ...]:
    return tuple(Argument(name, name, ArgumentKind.HIDDEN) for name in names)


def enum_choices(members: Iterable[StrEnum], *extra: str) -> tuple[str, ...]:
    return (*map(str, members), *extra)


# Of a final act: what was shown when its button was drawn, and when that was (`bot.text.confirmation`).
CONFIRMATION_ARGS = hidden_arguments("sure")
