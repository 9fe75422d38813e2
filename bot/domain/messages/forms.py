"""Forms: questions whose answers become the arguments of a command."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.messages.lines import Line, to_plain_text


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a select."""

    #: The argument's value if this option is chosen.
    value: str
    #: The text to show.
    label: str


class InputKind(StrEnum):
    """What an input of a form takes. Each platform has its own control for it."""

    TEXT = "text"
    LONG_TEXT = "long"
    DAY = "date"
    DAY_AND_HOUR = "moment"
    NUMBER = "number"
    SELECT = "select"
    PERSON = "person"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Input:
    """One question of a form."""

    #: The name of the command's argument.
    name: str
    #: The question to show.
    label: str
    kind: InputKind = InputKind.TEXT
    required: bool = False
    #: The value to begin with. A person is `<@id>` and a channel `<#id>`, with the platform's own id.
    value: str = ""
    #: The options of a select; empty for other kinds.
    options: tuple[Choice, ...] = ()
    #: An example or explanation. May be empty.
    hint: str = ""
    #: What is wrong with the value that was given. Empty: nothing.
    error: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Questions whose answers become the arguments of a command."""

    title: str
    #: The name of the command to run.
    command: str
    inputs: tuple[Input, ...]
    #: Pairs of an argument's name and a value that is passed on without being shown.
    fixed: tuple[tuple[str, str], ...] = ()
    #: Lines above the questions. May be empty.
    intro: tuple[Line, ...] = ()
    #: The command line of a button that opens this form again with its values. Empty: it cannot be reopened.
    reopen: str = ""
    #: As `Card.notification`, for the card that replaces a form that cannot be opened.
    notification: str = ""

    def text(self) -> str:
        """The form as plain text: title, introduction, and the errors of its inputs."""
        errors = [input_.error for input_ in self.inputs if input_.error]
        return "\n".join([self.title, *map(to_plain_text, self.intro), *errors])


@dataclass(frozen=True, slots=True)
class MissingValues:
    """The result of a handler that cannot run yet: these arguments are missing or unclear, so a form asks for them."""

    argument_names: tuple[str, ...]
    #: Pairs of an argument's name and the text typed so far.
    values: tuple[tuple[str, str], ...] = ()
    #: True: none of the arguments may be left empty.
    all_required: bool = False
