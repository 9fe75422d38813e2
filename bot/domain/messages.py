"""What can be said, without how: the neutral cards that every platform draws in its own way.

A `str` in a line is literal text, of ours or of a person; each renderer escapes it for its platform.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from string import Formatter
from typing import Literal


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment: platforms that can show it in the reader's zone use `at` (UTC), the others say `words`."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A person or a channel (`kind`): `id` is the platform's own, and what cannot show it says `words`.

    It notifies nobody.
    """

    kind: Literal["person", "channel"]
    id: str
    words: str


Span = str | Instant | Mention
Line = tuple[Span, ...]


def format_line(template: str, **values: Span | Line) -> Line:
    """A line with its `{name}`s replaced; values are never taken for templates."""
    spans: list[Span] = []
    for literal, name, _, _ in Formatter().parse(template):
        spans.append(literal)
        if name is not None:
            value = values[name]
            spans.extend(value if isinstance(value, tuple) else (value,))
    return tuple(span for span in spans if span != "")


def to_plain_text(line: Line) -> str:
    """The line as plain text."""
    return "".join(span if isinstance(span, str) else span.words for span in line)


def _with_instants_as_words(line: Line) -> Line:
    return tuple(span.words if isinstance(span, Instant) else span for span in line)


@dataclass(frozen=True, slots=True)
class Button:
    """A command with a face: `line` is what is run when it is pressed, 97 characters at most."""

    label: str
    line: str


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a list: a short label in front of a line. `label` may be empty."""

    label: str
    value: Line


@dataclass(frozen=True, slots=True)
class Card:
    """One idea: three short lines at most, a list when there is something to list, then buttons.

    `quote` is text to copy, shown apart. `unfinished`: what was said is not done yet, and one of the buttons
    completes it. `notice`: all that a notification may say; empty when it may say what the card says. `aside`: nothing
    was done, and it is said beside the card whose button was pressed, never in its place.
    """

    lines: tuple[Line, ...]
    fields: tuple[Field, ...] = ()
    quote: str = ""
    buttons: tuple[Button, ...] = ()
    is_unfinished: bool = False
    notification: str = ""
    beside_pressed_card: bool = False

    @property
    def has_instants(self) -> bool:
        """Whether a moment stands on the card."""
        said = [*self.lines, *(row.value for row in self.fields)]
        return any(isinstance(span, Instant) for one in said for span in one)

    def with_instants_as_words(self) -> Card:
        """The card with its moments in words: for a reader whose clock is not the one that their platform knows."""
        fields = tuple(replace(row, value=_with_instants_as_words(row.value)) for row in self.fields)
        return replace(self, lines=tuple(map(_with_instants_as_words, self.lines)), fields=fields)

    def text(self) -> str:
        """The whole card as plain text, without its buttons."""
        listed = [
            f"{row.label}: {to_plain_text(row.value)}" if row.label else to_plain_text(row.value) for row in self.fields
        ]
        return "\n".join([*map(to_plain_text, self.lines), *listed, *([self.quote] if self.quote else [])])


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a select: `value` is what the command gets."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Input:
    """One question of a form. `kind`: text, long, date, moment (date and hour), number, select, person or channel.

    The value of a person is `<@id>`, that of a channel `<#id>`, with the platform's own id.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    value: str = ""
    options: tuple[Choice, ...] = ()
    hint: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Questions whose answers become the values of `command`; `fixed` values ride along unseen.

    `reopen`: the line of a button that asks the same again, with what was typed. `notice`: as that of a card, for
    platforms that cannot open it and say what it asks.
    """

    title: str
    command: str
    inputs: tuple[Input, ...]
    fixed: tuple[tuple[str, str], ...] = ()
    intro: tuple[Line, ...] = ()
    reopen: str = ""
    notification: str = ""

    def text(self) -> str:
        """The form as plain text: its title, what it says first, and what is wrong with an answer."""
        wrong = [input_.error for input_ in self.inputs if input_.error]
        return "\n".join([self.title, *map(to_plain_text, self.intro), *wrong])


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section, and what can be pressed beside it."""

    line: Line
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole surface that stays open, such as the home of the app: a greeting, sections, then buttons."""

    lines: tuple[Line, ...]
    sections: tuple[Section, ...] = ()
    buttons: tuple[Button, ...] = ()


Response = Card | Form
"""What a handler answers. It is private to the member who asked."""


@dataclass(frozen=True, slots=True)
class MissingValues:
    """A handler's way of saying: these arguments are missing or not clear; `values` is what was typed.

    `needed`: none of them may be left empty.
    """

    argument_names: tuple[str, ...]
    values: tuple[tuple[str, str], ...] = ()
    all_required: bool = False
