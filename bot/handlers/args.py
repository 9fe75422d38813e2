"""The arguments of one command, read as what they are meant to be; and the shape of an answer."""

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
    """The help on one command, or the short help when empty; drawn from the table, which handlers do not see."""

    command: str = ""


@dataclass(frozen=True, slots=True)
class ChainedCommand:
    """Another command, to be run on the book that is left here."""

    command: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HandlerResult:
    """What a handler says and the book and the club it leaves; None: nothing was changed.

    `final`: cannot be undone. `erase`: the whole book goes. `scrub`: what it replaces must not stay on disk.
    """

    response: Card | Form | MissingValues | HelpTopic | ChainedCommand
    book: Book | None = None
    club: Club | None = None
    cannot_be_undone: bool = False
    erases_book: bool = False
    scrubs_previous: bool = False


@dataclass(frozen=True, slots=True)
class Args:
    context: BookContext
    values: Mapping[str, str]

    def with_values(self, **values: str) -> Args:
        return replace(self, values={**self.values, **values})

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def contact(self) -> Contact:
        """The contact that is meant, in the member's own book.

        Raises `UnknownContact`, `AmbiguousContact`, `NotFound`, or `Stale` when a button's mark is not the last.
        """
        one = contact_names.find_contact(self.text("contact"), self.context.book.contacts)
        if self.text("mark") and self.text("mark") != one.revision:
            raise StaleButton(one.id)
        return one

    def choice(self, name: str, enum: type[EnumChoice]) -> EnumChoice | None:
        """One of the enum's values, whatever the case, by its beginning if only one has it."""
        typed = self.text(name).casefold().replace("-", " ").strip()
        if not typed:
            return None
        typed = CHANNEL_SYNONYMS.get(typed, typed) if enum is Channel else typed
        found = [one for one in enum if one == typed] or [one for one in enum if one.startswith(typed)]
        if len(found) != 1:
            raise BadValue(name, BadValueReason.NOT_A_CHOICE, self.text(name))
        return found[0]

    def flag(self, name: str) -> bool | None:
        typed = self.text(name).casefold()
        if typed and typed not in YES_WORDS | NO_WORDS:
            raise BadValue(name, BadValueReason.NOT_YES_OR_NO, self.text(name))
        return typed in YES_WORDS if typed else None

    def number(self, name: str, low: int, high: int) -> int | None:
        typed = self.text(name)
        if not typed:
            return None
        # isdecimal: "²" is a digit that int() refuses
        if not (typed.isdecimal() and len(typed) < 6 and low <= int(typed) <= high):
            raise BadValue(name, BadValueReason.OUT_OF_RANGE, typed, (low, high))
        return int(typed)

    def past_time(self, name: str) -> datetime:
        """When something happened: now, if nothing was said. UTC."""
        if not self.text(name):
            return self.context.now
        return self._parse_time(name, in_future=False)

    def future_time(self, name: str, *, needs_hour: bool = False) -> datetime:
        return self._parse_time(name, in_future=True, needs_hour=needs_hour)

    def day(self, name: str) -> date:
        """A local day that is today or to come."""
        return dates.parse_day(
            self.text(name), self.context.now, self.context.clock.calendar, language=self.context.language, name=name
        )

    def date_range(self, name: str) -> DateRange:
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
        days = self.context.clock
        return dates.parse_instant(
            self.text(name),
            self.context.now,
            days.calendar,
            default_hour=days.reminder_hour,
            future=in_future,
            needs_hour=needs_hour,
            language=self.context.language,
            name=name,
        )
