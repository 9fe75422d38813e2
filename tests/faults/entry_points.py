"""The doors at which words arrive: those of the core, and the readers of words behind them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import time

from bot.app.plain_words import MAX_PLAIN_TEXT_CHARS
from bot.commands import parser
from bot.domain.calendar import Calendar
from bot.domain.errors import UserError
from bot.domain.messages import Card, Form
from bot.text import contact_names, time_zones
from bot.text import dates as when
from bot.text.command_line import split_arguments, to_command_line
from bot.text.dates.days import DateContext, parse_english_days
from bot.text.dates.hours import split_time_of_day, split_time_zone
from bot.text.dates.normalize import normalize_time_words, strip_prepositions
from bot.text.dates.request import MAX_TIME_CHARS
from bot.text.sanitize import sanitize_line, sanitize_paragraphs
from tests.fakes import Member
from tests.faults.hostile import ARGUMENT_NAMES

FUZZ_CALENDARS = (Calendar("Europe/Berlin", "DE"), Calendar("America/New_York", "US"), Calendar("Pacific/Apia", ""))
NINE_O_CLOCK = time(9)


@dataclass(frozen=True)
class FuzzInput:
    """What arrives at a door."""

    entry_point: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.entry_point}: {ascii(self.arguments)[:600]}"


async def feed_input(member: Member, said: FuzzInput) -> str:
    """What was answered, where there is an answer. A door behind the core may refuse, in one way only."""
    with suppress(UserError):
        answer = await ENTRY_POINTS[said.entry_point](member, *said.arguments)
        if isinstance(answer, Card):
            member.last = answer
        return answer.text() if isinstance(answer, Card | Form) else ""
    return ""


async def typed(member: Member, text: str) -> object:
    return await member.core.handle_command(member.actor, text, member.now)


async def heard(member: Member, text: str) -> object:
    return await member.core.handle_direct_message(member.actor, text, member.now)


async def pressed(member: Member, line: str) -> object:
    return await member.core.handle_button(member.actor, line, member.now)


async def filled(member: Member, command: str, *pairs: str) -> object:
    values = dict(zip(pairs[::2], pairs[1::2], strict=True))
    return await member.core.handle_form(member.actor, command, values, member.now)


async def suggested(member: Member, command: str, name: str, text: str) -> object:
    return await member.core.suggest_choices(member.actor, command, name, text, member.now)


async def a_time(member: Member, text: str, language: str, place: str) -> object:
    now, calendar = member.now, FUZZ_CALENDARS[int(place)]
    for future in (True, False):
        with suppress(UserError):
            when.parse_instant(text, now, calendar, default_hour=NINE_O_CLOCK, future=future, language=language)
        with suppress(UserError):
            when.parse_day(text, now, calendar, future=future, language=language)
    with suppress(UserError):
        when.parse_date_span(text, now, calendar, language=language)
    return when.parse_time_from_now(text, now, calendar)


async def an_hour(member: Member, text: str) -> object:
    """The readers behind: they get no more than the door of times lets in."""
    words = normalize_time_words(text[:MAX_TIME_CHARS])
    return (
        split_time_zone(words),
        split_time_of_day(strip_prepositions(words)),
        parse_english_days(words, DateContext(member.now.date(), True, FUZZ_CALENDARS[0])),
    )


async def a_line(_member: Member, text: str) -> object:
    with suppress(ValueError):
        _command, _space, values = to_command_line("log", contact=text, note=text).partition(" ")
        assert split_arguments(values, ARGUMENT_NAMES, ARGUMENT_NAMES) == [("contact", text), ("note", text)]
    return split_arguments(text, ARGUMENT_NAMES, ["note"])


async def a_name(member: Member, text: str) -> object:
    book = await member.store.load(member.actor.address)
    contacts, said = book.contacts if book else (), sanitize_line(text[: contact_names.MAX_COMPARED_CHARS])
    contact_names.find_mentioned_contacts(text[:MAX_PLAIN_TEXT_CHARS], contacts)
    contact_names.find_similar_contacts(said, contacts)
    return contact_names.find_contact(said, contacts)


async def a_place(_member: Member, text: str) -> object:
    said = sanitize_line(text[: contact_names.MAX_COMPARED_CHARS])
    return time_zones.find_time_zones(said, 9), time_zones.find_zone_by_name(said), time_zones.find_countries(said, 9)


async def cleaned(_member: Member, text: str) -> object:
    line, long = sanitize_line(text[: parser.MAX_COMMAND_CHARS]), sanitize_paragraphs(text[: parser.MAX_COMMAND_CHARS])
    assert (sanitize_line(line), sanitize_paragraphs(long)) == (line, long)
    return long.encode()


ENTRY_POINTS: dict[str, Callable[..., Awaitable[object]]] = {
    entry_point.__name__: entry_point
    for entry_point in (typed, heard, pressed, filled, suggested, a_time, an_hour, a_line, a_name, a_place, cleaned)
}
