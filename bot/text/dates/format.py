"""Format days and instants as short text in the member's zone. Month names do not depend on the process's locale."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.calendar import Calendar
from bot.domain.messages import Instant
from bot.text.i18n import N_, _

WEEKDAY_ABBREVIATIONS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
MONTH_ABBREVIATIONS = (
    *(N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun")),
    *(N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")),
)
_YEAR_NEEDED_AFTER_DAYS = 300  # farther away, "5 Jan" needs its year


def format_instant(at: datetime, calendar: Calendar, now: datetime) -> str:
    """Format an instant in local time: "Thu 3 Dec, 15:00". Never "today", as the text may be read on another day."""
    local = calendar.to_local(at)
    return f"{format_date(local.date(), calendar.day_of(now))}, {local:%H:%M}"


def to_card_instant(at: datetime, calendar: Calendar, now: datetime) -> Instant:
    return Instant(at, format_instant(at, calendar, now))


def format_date(day: date, today: date) -> str:
    """Format a day: "Thu 3 Dec", or "Sun 3 Jan 2027" if the year would not be clear."""
    weekday, month = _(WEEKDAY_ABBREVIATIONS[day.weekday()]), _(MONTH_ABBREVIATIONS[day.month - 1])
    if day.year == today.year and abs((day - today).days) <= _YEAR_NEEDED_AFTER_DAYS:
        return _("{weekday} {day} {month}").format(weekday=weekday, day=day.day, month=month)
    return _("{weekday} {day} {month} {year}").format(weekday=weekday, day=day.day, month=month, year=day.year)


def format_iso_date(text: str, today: date) -> str:
    """Format an ISO date, or an ISO date with a time. Raises ValueError for any other text."""
    local = datetime.fromisoformat(text)
    day = format_date(local.date(), today)
    return f"{day}, {local:%H:%M}" if "T" in text or " " in text else day
