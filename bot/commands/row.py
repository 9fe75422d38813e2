"""What a row of the table is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.handlers.args import Answer, Args
from bot.rules.context import Desk
from bot.text.sanitize import SHORT

Handler = Callable[[Desk, Args], Answer]


class Takes(StrEnum):
    """What an argument holds; platforms choose their input by it."""

    CONTACT = "contact"  # one of the member's own
    TEXT = "text"
    LONG = "long"
    CHOICE = "choice"
    PAST = "past"  # when something happened
    MOMENT = "moment"  # a date with an hour, to come
    DAY = "day"  # a day to come
    DAYS = "days"  # from a day to a day
    NUMBER = "number"
    FLAG = "flag"
    PERSON = "person"  # `<@id>`, with the platform's own id
    ROOM = "room"  # a channel: `<#id>`
    UNSEEN = "unseen"  # carried by buttons and drafts


@dataclass(frozen=True, slots=True)
class Arg:
    """`ask` is the question of a form; `limit` in characters of cleaned text."""

    name: str
    ask: str
    takes: Takes = Takes.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    limit: int = SHORT
    hint: str = ""


def open_to_all(_desk: Desk) -> None:
    """Nothing keeps anybody from it."""


DRAFT = Arg("draft", "draft", Takes.UNSEEN)
CLUB = Arg("club", "club", Takes.UNSEEN)  # which one, where the platform does not tell
CARRIED = {one.name: one for one in (DRAFT, CLUB)}
ROOTS = ("outreach", "club")


@dataclass(frozen=True, slots=True)
class Command:
    """`form`: the arguments that a form asks for when a required one is missing; `core`: one of the six to know.

    `root`: the slash command that it stands under. Names are unique over all roots, since buttons carry them alone.
    `gate` raises what keeps a person from it, before anything is asked of them.
    """

    name: str
    summary: str
    handler: Handler
    args: tuple[Arg, ...] = ()
    form: tuple[str, ...] = ()
    example: str = ""
    core: bool = False
    hidden: bool = False
    root: str = ROOTS[0]
    gate: Callable[[Desk], object] = open_to_all

    def arg(self, name: str) -> Arg | None:
        """Every command can carry a draft, the id of values that were typed before, and a club."""
        return CARRIED.get(name) or next((one for one in self.args if one.name == name), None)

    @property
    def asked(self) -> tuple[str, ...]:
        return self.form or tuple(one.name for one in self.args if one.takes is not Takes.UNSEEN)


def unseen(*names: str) -> tuple[Arg, ...]:
    return tuple(Arg(name, name, Takes.UNSEEN) for name in names)


def values(kind: Iterable[StrEnum], *more: str) -> tuple[str, ...]:
    return (*map(str, kind), *more)
