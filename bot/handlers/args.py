"""Typed access to a command's arguments, and the result of a handler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from bot.domain.errors import BadValue, BadValueReason, StaleButton
from bot.domain.messages import Card, Form, MissingValues
from bot.domain.model import Book, Channel, Club, Contact, DateRange
from bot.rules.context import BookContext
from bot.text import contact_names, dates
from bot.text.confirmation import Confirmation, check_confirmation

EnumChoice = TypeVar("EnumChoice", bound=StrEnum)
CHANNEL_SYNONYMS = {
    **dict.fromkeys(("e mail", "mail"), "email"),
    **dict.fromkeys(("call", "telephone", "called"), "phone"),
    **dict.fromkeys(("sms", "text message", "message"), "text"),
    **dict.fromkeys(("vm", "voice mail"), "voicemail"),
    **dict.fromkeys(("meeting", "met"), "in person"),
    "linked in": "linkedin",
}
YES_WORDS = {"yes", "y", "on", "true", "1"}
NO_WORDS = {"no", "n", "off", "false", "0"}


@dataclass(frozen=True, slots=True)
class HelpTopic:
    """A request to show help. It is rendered elsewhere, because handlers do not import the table of commands."""

    #: A command's name or another topic. Empty: the short help.
    command: str = ""


@dataclass(frozen=True, slots=True)
class ChainedCommand:
    """Another command to run next, on the book of this result."""

    command: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HandlerResult:
    """What a handler returns: the response, and the records to save."""

    response: Card | Form | MissingValues | HelpTopic | ChainedCommand
    #: The changed book. None: unchanged.
    book: Book | None = None
    #: The changed club. None: unchanged.
    club: Club | None = None
    cannot_be_undone: bool = False
    #: Whether the whole book is deleted.
    erases_book: bool = False
    #: Whether earlier versions of the book must not stay on disk.
    scrubs_previous: bool = False


@dataclass(frozen=True, slots=True)
class Args:
    """The argument values of one command, and their conversion. Methods raise a UserError for unusable values."""

    context: BookContext
    #: Cleaned text by argument name.
    values: Mapping[str, str]

    def with_values(self, **values: str) -> Args:
        return replace(self, values={**self.values, **values})

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def contact(self) -> Contact:
        """Return the contact of the member's book that the argument `contact` means.

        Raises UnknownContact, AmbiguousContact, NotFound, or StaleButton if a button's `mark` is not the contact's
        present revision.
        """
        contact = contact_names.find_contact(self.text("contact"), self.context.book.contacts)
        if self.text("mark") and self.text("mark") != contact.revision:
            raise StaleButton(contact.id)
        return contact

    def choice(self, name: str, enum: type[EnumChoice]) -> EnumChoice | None:
        """Return the enum member of this value, or with this unique prefix, ignoring case; None if empty.

        Raises BadValue.
        """
        typed = self.text(name).casefold().replace("-", " ").strip()
        if not typed:
            return None
        typed = CHANNEL_SYNONYMS.get(typed, typed) if enum is Channel else typed
        matches = [member for member in enum if member == typed] or [
            member for member in enum if member.startswith(typed)
        ]
        if len(matches) != 1:
            raise BadValue(name, BadValueReason.NOT_A_CHOICE, self.text(name))
        return matches[0]

    def flag(self, name: str) -> bool | None:
        typed = self.text(name).casefold()
        if typed and typed not in YES_WORDS | NO_WORDS:
            raise BadValue(name, BadValueReason.NOT_YES_OR_NO, self.text(name))
        return typed in YES_WORDS if typed else None

    def confirmation(self, *shown: object) -> Confirmation:
        """Whether this final act is confirmed by the code in `sure`, made over the same `shown`.

        Buttons of version 0.1 carry "yes" there, which confirms nothing.
        """
        return check_confirmation(self.text("sure"), self.context.now, *shown)

    def number(self, name: str, low: int, high: int) -> int | None:
        typed = self.text(name)
        if not typed:
            return None
        # isdecimal: "²" is a digit that int() refuses
        if not (typed.isdecimal() and len(typed) < 6 and low <= int(typed) <= high):
            raise BadValue(name, BadValueReason.OUT_OF_RANGE, typed, (low, high))
        return int(typed)

    def past_time(self, name: str) -> datetime:
        """Return when something happened (UTC); now, if the argument is empty. Raises BadValue and AmbiguousTime."""
        if not self.text(name):
            return self.context.now
        return self._parse_time(name, in_future=False)

    def future_time(self, name: str, *, needs_hour: bool = False) -> datetime:
        """Return a future instant (UTC); a day without an hour means the member's reminder hour.

        Raises BadValue and AmbiguousTime.
        """
        return self._parse_time(name, in_future=True, needs_hour=needs_hour)

    def day(self, name: str) -> date:
        """Return a local day, today or later. Raises BadValue and AmbiguousTime."""
        return dates.parse_day(
            self.text(name), self.context.now, self.context.clock.calendar, language=self.context.language, name=name
        )

    def date_range(self, name: str) -> DateRange:
        """Return a span of local days that is not over. Raises BadValue and AmbiguousTime."""
        return DateRange(
            *dates.parse_date_span(
                self.text(name),
                self.context.now,
                self.context.clock.calendar,
                language=self.context.language,
                name=name,
            )
        )

    def _parse_time(self, name: str, *, in_future: bool, needs_hour: bool = False) -> datetime:
        clock = self.context.clock
        return dates.parse_instant(
            self.text(name),
            self.context.now,
            clock.calendar,
            default_hour=clock.reminder_hour,
            future=in_future,
            needs_hour=needs_hour,
            language=self.context.language,
            name=name,
        )
