"""Cards, and the page that stays open: what a member sees, and what can be pressed or chosen there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.messages.lines import Instant, Line, to_plain_text

MAX_CHOOSE_OPTIONS = 100  # as many as a static select of Slack holds (docs.slack.dev, "Select menu element")


class ButtonStyle(StrEnum):
    NORMAL = "normal"
    PRIMARY = "primary"  # the likeliest next act, where one is more right than the others: at most one in a card
    DANGER = "danger"  # what it does is final


@dataclass(frozen=True, slots=True)
class Button:
    """An act that runs a command: a button, or an option of a select or a menu, as the platform draws it."""

    label: str
    #: The command line to run, at most 97 characters (`bot.text.command_line` says why).
    line: str
    style: ButtonStyle = ButtonStyle.NORMAL


@dataclass(frozen=True, slots=True)
class Choose:
    """A choice of one among many. What is chosen runs its command."""

    #: As short as the placeholder of a select: "Pick someone".
    question: str
    #: At most `MAX_CHOOSE_OPTIONS`.
    options: tuple[Button, ...]
    #: How many more there are. They are found by typing.
    left_out: int = 0

    @classmethod
    def among(cls, question: str, options: Sequence[Button]) -> Choose:
        """The choice among the first `MAX_CHOOSE_OPTIONS`; the others are counted."""
        return cls(question, tuple(options[:MAX_CHOOSE_OPTIONS]), max(0, len(options) - MAX_CHOOSE_OPTIONS))


@dataclass(frozen=True, slots=True)
class Row:
    """One of several people or things: its name, its state, and what can be done about it."""

    #: The state, or the whole text of a row without a name.
    line: Line
    button: Button | None = None
    #: Shown in front of the state. May be empty.
    name: str = ""

    @property
    def text_line(self) -> Line:
        """The name and the state in one line."""
        return (f"{self.name}: " if self.line else self.name, *self.line) if self.name else self.line


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading, which says what they share: "Waiting until Thu 10 Dec"."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a card's list."""

    #: Shown in front of the value. May be empty.
    label: str
    value: Line


@dataclass(frozen=True, slots=True)
class Card:
    """A message about one thing: head, lines, sections, fields, quote, choice and buttons, in this order."""

    #: At most three short lines.
    lines: tuple[Line, ...]
    #: A list. May be empty.
    fields: tuple[Field, ...] = ()
    #: Text for the member to copy, shown apart from the rest. May be empty.
    quote: str = ""
    #: A platform may fold those after the third into a menu.
    buttons: tuple[Button, ...] = ()
    #: True: the command is not complete yet, and one of the buttons completes it.
    is_unfinished: bool = False
    #: The only text that a notification may show. Empty: it may show the card's own text.
    notification: str = ""
    #: True: nothing was changed; show this card next to the pressed one and do not replace it.
    beside_pressed_card: bool = False
    #: A short title, such as a contact's name. May be empty.
    head: str = ""
    sections: tuple[Section, ...] = ()
    choose: Choose | None = None

    @property
    def acts(self) -> tuple[Button, ...]:
        """Whatever can be pressed or chosen, in the order in which it is shown."""
        of_rows = (row.button for section in self.sections for row in section.rows if row.button)
        return (*of_rows, *(self.choose.options if self.choose else ()), *self.buttons)

    @property
    def has_instants(self) -> bool:
        """Whether the card shows a moment."""
        row_lines = (row.line for section in self.sections for row in section.rows)
        shown_lines = [*self.lines, *row_lines, *(field.value for field in self.fields)]
        return any(isinstance(span, Instant) for line in shown_lines for span in line)

    def with_lines(self, change: Callable[[Line], Line]) -> Card:
        """The card with each of its lines changed, those of rows and fields included."""
        sections = tuple(
            replace(section, rows=tuple(replace(row, line=change(row.line)) for row in section.rows))
            for section in self.sections
        )
        fields = tuple(replace(field, value=change(field.value)) for field in self.fields)
        return replace(self, lines=tuple(map(change, self.lines)), sections=sections, fields=fields)

    def text(self) -> str:
        """The whole card as plain text, without what can be pressed or chosen."""
        headed_rows = (
            (section.heading, *(to_plain_text(row.text_line) for row in section.rows)) for section in self.sections
        )
        section_texts = [text for texts in headed_rows for text in texts if text]
        field_texts = [
            f"{field.label}: {to_plain_text(field.value)}" if field.label else to_plain_text(field.value)
            for field in self.fields
        ]
        head = [self.head] if self.head else []
        quote = [self.quote] if self.quote else []
        return "\n".join([*head, *map(to_plain_text, self.lines), *section_texts, *field_texts, *quote])


@dataclass(frozen=True, slots=True)
class Page:
    """A surface that stays open, such as the app home: lines, then sections, then buttons."""

    lines: tuple[Line, ...]
    sections: tuple[Section, ...] = ()
    buttons: tuple[Button, ...] = ()
