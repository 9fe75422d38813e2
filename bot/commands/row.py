"""What a row of the table is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.handlers.args import Args, HandlerResult
from bot.rules.context import BookContext
from bot.text.sanitize import MAX_SHORT_CHARS

CommandHandler = Callable[[BookContext, Args], HandlerResult]


class ArgumentKind(StrEnum):
    """What an argument holds; platforms choose their input by it."""

    CONTACT = "contact"  # one of the member's own
    TEXT = "text"
    LONG_TEXT = "long"
    CHOICE = "choice"
    PAST_TIME = "past"  # when something happened
    FUTURE_TIME = "moment"  # a date with an hour, to come
    FUTURE_DAY = "day"  # a day to come
    DATE_RANGE = "days"  # from a day to a day
    NUMBER = "number"
    YES_NO = "flag"
    PLATFORM_USER = "person"  # `<@id>`, with the platform's own id
    PLATFORM_CHANNEL = "room"  # a channel: `<#id>`
    HIDDEN = "unseen"  # carried by buttons and drafts


@dataclass(frozen=True, slots=True)
class Argument:
    """`ask` is the question of a form; `limit` in characters of cleaned text."""

    name: str
    question: str
    kind: ArgumentKind = ArgumentKind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    max_chars: int = MAX_SHORT_CHARS
    hint: str = ""


def allow_everyone(_context: BookContext) -> None:
    """Nothing keeps anybody from it."""


DRAFT_ARG = Argument("draft", "draft", ArgumentKind.HIDDEN)
CLUB_ARG = Argument("club", "club", ArgumentKind.HIDDEN)  # which one, where the platform does not tell
IMPLICIT_ARGS = {one.name: one for one in (DRAFT_ARG, CLUB_ARG)}
COMMAND_ROOTS = ("outreach", "club")


@dataclass(frozen=True, slots=True)
class Command:
    """`form`: the arguments that a form asks for when a required one is missing; `core`: one of the six to know.

    `root`: the slash command that it stands under. Names are unique over all roots, since buttons carry them alone.
    `gate` raises what keeps a person from it, before anything is asked of them.
    """

    name: str
    summary: str
    handler: CommandHandler
    arguments: tuple[Argument, ...] = ()
    form: tuple[str, ...] = ()
    example: str = ""
    is_essential: bool = False
    is_hidden: bool = False
    root: str = COMMAND_ROOTS[0]
    gate: Callable[[BookContext], object] = allow_everyone

    def find_argument(self, name: str) -> Argument | None:
        """Every command can carry a draft, the id of values that were typed before, and a club."""
        return IMPLICIT_ARGS.get(name) or next((argument for argument in self.arguments if argument.name == name), None)

    @property
    def form_argument_names(self) -> tuple[str, ...]:
        return self.form or tuple(
            argument.name for argument in self.arguments if argument.kind is not ArgumentKind.HIDDEN
        )


def hidden_arguments(*names: str) -> tuple[Argument, ...]:
    return tuple(Argument(name, name, ArgumentKind.HIDDEN) for name in names)


def enum_choices(members: Iterable[StrEnum], *extra: str) -> tuple[str, ...]:
    return (*map(str, members), *extra)
