"""The doors at which words arrive: those of the core, and the readers of words behind them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import time

from bot.app.decision import LONGEST_PLAIN
from bot.commands import parser
from bot.domain.calendar import Calendar
from bot.domain.errors import UserError
from bot.domain.messages import Card, Form
from bot.text import contact_names, time_zones
from bot.text import dates as when
from bot.text.command_line import compose, split
from bot.text.dates.days import Frame, dates
from bot.text.dates.hours import take_hours, take_zone
from bot.text.dates.normalize import bare, plain
from bot.text.dates.request import TEXT_LIMIT
from bot.text.sanitize import clean, clean_long
from tests.fakes import Member
from tests.faults.hostile import NAMES

CALENDARS = (Calendar("Europe/Berlin", "DE"), Calendar("America/New_York", "US"), Calendar("Pacific/Apia", ""))
NINE = time(9)


@dataclass(frozen=True)
class Said:
    """What arrives at a door."""

    door: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.door}: {ascii(self.words)[:600]}"


async def knock(member: Member, said: Said) -> str:
    """What was answered, where there is an answer. A door behind the core may refuse, in one way only."""
    with suppress(UserError):
        answer = await DOORS[said.door](member, *said.words)
        if isinstance(answer, Card):
            member.last = answer
        return answer.text() if isinstance(answer, Card | Form) else ""
    return ""


async def typed(member: Member, text: str) -> object:
    return await member.core.text(member.actor, text, member.now)


async def heard(member: Member, text: str) -> object:
    return await member.core.hear(member.actor, text, member.now)


async def pressed(member: Member, line: str) -> object:
    return await member.core.press(member.actor, line, member.now)


async def filled(member: Member, command: str, *pairs: str) -> object:
    values = dict(zip(pairs[::2], pairs[1::2], strict=True))
    return await member.core.fill(member.actor, command, values, member.now)


async def suggested(member: Member, command: str, name: str, text: str) -> object:
    return await member.core.suggest(member.actor, command, name, text, member.now)


async def a_time(member: Member, text: str, language: str, place: str) -> object:
    now, calendar = member.now, CALENDARS[int(place)]
    for future in (True, False):
        with suppress(UserError):
            when.moment(text, now, calendar, default_hour=NINE, future=future, language=language)
        with suppress(UserError):
            when.day(text, now, calendar, future=future, language=language)
    with suppress(UserError):
        when.span(text, now, calendar, language=language)
    return when.ahead(text, now, calendar)


async def an_hour(member: Member, text: str) -> object:
    """The readers behind: they get no more than the door of times lets in."""
    words = plain(text[:TEXT_LIMIT])
    return take_zone(words), take_hours(bare(words)), dates(words, Frame(member.now.date(), True, CALENDARS[0]))


async def a_line(_member: Member, text: str) -> object:
    with suppress(ValueError):
        _command, _space, values = compose("log", contact=text, note=text).partition(" ")
        assert split(values, NAMES, NAMES) == [("contact", text), ("note", text)]
    return split(text, NAMES, ["note"])


async def a_name(member: Member, text: str) -> object:
    book = await member.store.book(member.actor.address)
    contacts, said = book.contacts if book else (), clean(text[: contact_names.LONGEST])
    contact_names.mentioned(text[:LONGEST_PLAIN], contacts)
    contact_names.suggest(said, contacts)
    return contact_names.match(said, contacts)


async def a_place(_member: Member, text: str) -> object:
    said = clean(text[: contact_names.LONGEST])
    return time_zones.find(said, 9), time_zones.named(said), time_zones.countries(said, 9)


async def cleaned(_member: Member, text: str) -> object:
    line, long = clean(text[: parser.LONGEST]), clean_long(text[: parser.LONGEST])
    assert (clean(line), clean_long(long)) == (line, long)
    return long.encode()


DOORS: dict[str, Callable[..., Awaitable[object]]] = {
    one.__name__: one
    for one in (typed, heard, pressed, filled, suggested, a_time, an_hour, a_line, a_name, a_place, cleaned)
}
