"""The arguments of one command, read as what they are meant to be; and the shape of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from bot.domain.errors import BadValue, Stale
from bot.domain.messages import Ask, Card, Form
from bot.domain.model import Book, Channel, Club, Days, Outreach
from bot.rules.context import Desk
from bot.text import contact_names, dates

Choice = TypeVar("Choice", bound=StrEnum)
SAID_FOR = {
    **dict.fromkeys(("e mail", "mail"), "email"),
    **dict.fromkeys(("call", "telephone", "called"), "phone"),
    **dict.fromkeys(("sms", "text message", "message"), "text"),
    **dict.fromkeys(("vm", "voice mail"), "voicemail"),
    **dict.fromkeys(("meeting", "met"), "in person"),
    "linked in": "linkedin",
}
YES = {"yes", "y", "on", "true", "1"}
NO = {"no", "n", "off", "false", "0"}


@dataclass(frozen=True, slots=True)
class Topic:
    """The help on one command, or the short help when empty; drawn from the table, which handlers do not see."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """Another command, to be run on the book that is left here."""

    command: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler says and the book and the club it leaves; None: nothing was changed.

    `final`: cannot be undone. `erase`: the whole book goes. `scrub`: what it replaces must not stay on disk.
    """

    reply: Card | Form | Ask | Topic | Again
    book: Book | None = None
    club: Club | None = None
    final: bool = False
    erase: bool = False
    scrub: bool = False


@dataclass(frozen=True, slots=True)
class Args:
    desk: Desk
    values: Mapping[str, str]

    def with_(self, **values: str) -> Args:
        return replace(self, values={**self.values, **values})

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def contact(self) -> Outreach:
        """The contact that is meant, in the member's own book.

        Raises `UnknownContact`, `AmbiguousContact`, `NotFound`, or `Stale` when a button's mark is not the last.
        """
        one = contact_names.match(self.text("contact"), self.desk.book.contacts)
        if self.text("mark") and self.text("mark") != one.mark:
            raise Stale(one.id)
        return one

    def choice(self, name: str, kind: type[Choice]) -> Choice | None:
        """One of the enum's values, whatever the case, by its beginning if only one has it."""
        typed = self.text(name).casefold().replace("-", " ").strip()
        if not typed:
            return None
        typed = SAID_FOR.get(typed, typed) if kind is Channel else typed
        found = [one for one in kind if one == typed] or [one for one in kind if one.startswith(typed)]
        if len(found) != 1:
            raise BadValue(name, "not a choice", self.text(name))
        return found[0]

    def flag(self, name: str) -> bool | None:
        typed = self.text(name).casefold()
        if typed and typed not in YES | NO:
            raise BadValue(name, "yes or no", self.text(name))
        return typed in YES if typed else None

    def number(self, name: str, low: int, high: int) -> int | None:
        typed = self.text(name)
        if not typed:
            return None
        # isdecimal: "²" is a digit that int() refuses
        if not (typed.isdecimal() and len(typed) < 6 and low <= int(typed) <= high):
            raise BadValue(name, f"number {low} {high}", typed)
        return int(typed)

    def past(self, name: str) -> datetime:
        """When something happened: now, if nothing was said. UTC."""
        if not self.text(name):
            return self.desk.now
        return self._moment(name, future=False)

    def future(self, name: str, *, needs_hour: bool = False) -> datetime:
        return self._moment(name, future=True, needs_hour=needs_hour)

    def day(self, name: str) -> date:
        """A local day that is today or to come."""
        return dates.day(
            self.text(name), self.desk.now, self.desk.days.calendar, language=self.desk.language, name=name
        )

    def days(self, name: str) -> Days:
        return Days(
            *dates.span(self.text(name), self.desk.now, self.desk.days.calendar, language=self.desk.language, name=name)
        )

    def _moment(self, name: str, *, future: bool, needs_hour: bool = False) -> datetime:
        days = self.desk.days
        return dates.moment(
            self.text(name),
            self.desk.now,
            days.calendar,
            default_hour=days.hour,
            future=future,
            needs_hour=needs_hour,
            language=self.desk.language,
            name=name,
        )
