"""Labels for autocomplete choices: one short line of plain text each."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.model import Contact, DateRange
from bot.rules.context import BookContext
from bot.text import dates, time_zones
from bot.text.i18n import _


def autocomplete_contact_label(contact: Contact) -> str:
    return (
        _("{name} ({company})").format(name=contact.name, company=contact.company) if contact.company else contact.name
    )


def autocomplete_zone_label(name: str, now: datetime) -> str:
    """The label includes the present time there, by which people recognise their own zone."""
    return _("{city}, {zone}: it is {time} there").format(
        city=time_zones.zone_city(name), zone=name, time=f"{now.astimezone(ZoneInfo(name)):%H:%M}"
    )


def autocomplete_country_label(code: str, name: str) -> str:
    return _("{country}: {code}").format(country=name, code=code)


def autocomplete_topic_label(command: str, summary: str) -> str:
    return _("{command}: {summary}").format(command=command, summary=_(summary))


def autocomplete_time_label(context: BookContext, value: object, typed: str) -> str:
    """The parsed time in full, followed by what was typed unless that is the same."""
    parsed = _autocomplete_time_text(context, value)
    return parsed if parsed.casefold() == typed.casefold() else _("{said} ({typed})").format(said=parsed, typed=typed)


def _autocomplete_time_text(context: BookContext, value: object) -> str:
    match value:
        case datetime():
            return dates.format_instant(value, context.clock.calendar, context.now)
        case date():
            return context.format_day(value)
        case DateRange():
            return f"{context.format_day(value.first)} – {context.format_day(value.last)}"
    return ""
