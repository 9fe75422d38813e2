"""Platform-neutral messages: cards, forms and pages, which each adapter renders in its own way.

A `str` in a line is literal text and may come from a person. Each renderer escapes it for its platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from string import Formatter
from typing import Literal


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment that some platforms can show in the reader's own zone."""

    #: UTC.
    at: datetime
    #: The moment in the member's chosen zone, for all other platforms.
    words: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A reference to a person or a channel of the platform. It never notifies anybody."""

    kind: Literal["person", "channel"]
    #: The platform's own id.
    id: str
    #: The text to show where the platform cannot show a reference.
    words: str


Span = str | Instant | Mention
Line = tuple[Span, ...]


def format_line(template: str, **values: Span | Line) -> Line:
    """A line in which each `{name}` of the template is replaced. Values are never parsed as templates."""
    spans: list[Span] = []
    for literal, name, _, _ in Formatter().parse(template):
        spans.append(literal)
        if name is not None:
            value = values[name]
            spans.extend(value if isinstance(value, tuple) else (value,))
    return tuple(span for span in spans if span != "")


def to_plain_text(line: Line) -> str:
    return "".join(span if isinstance(span, str) else span.words for span in line)


@dataclass(frozen=True, slots=True)
class Button:
    """A button that runs a command."""

    label: str
    #: The command line to run, at most 97 characters (`bot.text.command_line` says why).
    line: str


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a card's list."""

    #: Shown in front of the value. May be empty.
    label: str
    value: Line


@dataclass(frozen=True, slots=True)
class Card:
    """A message about one thing, shown in the order of its fields."""

    #: At most three short lines.
    lines: tuple[Line, ...]
    #: A list. May be empty.
    fields: tuple[Field, ...] = ()
    #: Text for the member to copy, shown apart from the rest. May be empty.
    quote: str = ""
    buttons: tuple[Button, ...] = ()
    #: True: the command is not complete yet, and one of the buttons completes it.
    is_unfinished: bool = False
    #: The only text that a notification may show. Empty: it may show the card's own text.
    notification: str = ""
    #: True: nothing was changed; show this card next to the pressed one and do not replace it.
    beside_pressed_card: bool = False

    @property
    def has_instants(self) -> bool:
        """Whether the card shows a moment."""
        shown_lines = [*self.lines, *(field.value for field in self.fields)]
        return any(isinstance(span, Instant) for line in shown_lines for span in line)

    def text(self) -> str:
        """The whole card as plain text, without its buttons."""
        field_texts = [
            f"{field.label}: {to_plain_text(field.value)}" if field.label else to_plain_text(field.value)
            for field in self.fields
        ]
        return "\n".join([*map(to_plain_text, self.lines), *field_texts, *([self.quote] if self.quote else [])])


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
class Row:
    """One line of a section, with an optional button beside it."""

    line: Line
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A surface that stays open, such as the app home: lines, then sections, then buttons."""

    lines: tuple[Line, ...]
    sections: tuple[Section, ...] = ()
    buttons: tuple[Button, ...] = ()


Response = Card | Form
"""The answer of a handler. Only the member who sent the command sees it."""


@dataclass(frozen=True, slots=True)
class MissingValues:
    """The result of a handler that cannot run yet: these arguments are missing or unclear, so a form asks for them."""

    argument_names: tuple[str, ...]
    #: Pairs of an argument's name and the text typed so far.
    values: tuple[tuple[str, str], ...] = ()
    #: True: none of the arguments may be left empty.
    all_required: bool = False
