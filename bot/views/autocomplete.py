"""What is offered while somebody types: one short line each, plain text."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.model import Days, Outreach
from bot.rules.context import Desk
from bot.text import dates, time_zones
from bot.text.i18n import _


def contact(one: Outreach) -> str:
    return _("{name} ({company})").format(name=one.name, company=one.company) if one.company else one.name


def zone(name: str, now: datetime) -> str:
    """With the time that it is there, by which people know their own zone best."""
    return _("{city}, {zone}: it is {time} there").format(
        city=time_zones.city(name), zone=name, time=f"{now.astimezone(ZoneInfo(name)):%H:%M}"
    )


def country(code: str, called: str) -> str:
    return _("{country}: {code}").format(country=called, code=code)


def topic(name: str, summary: str) -> str:
    return _("{command}: {summary}").format(command=name, summary=_(summary))


def resolved(desk: Desk, value: object, typed: str) -> str:
    """A time that was read, in full, with the words that it was read from when they say it differently."""
    said = _said(desk, value)
    return said if said.casefold() == typed.casefold() else _("{said} ({typed})").format(said=said, typed=typed)


def _said(desk: Desk, value: object) -> str:
    match value:
        case datetime():
            return dates.say_moment(value, desk.days.calendar, desk.now)
        case date():
            return desk.day(value)
        case Days():
            return f"{desk.day(value.first)} – {desk.day(value.last)}"
    return ""
