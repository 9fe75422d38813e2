"""Format days and instants as short text in the member's zone. Month names do not depend on the process's locale."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.calendar import Calendar
from bot.domain.messages import Instant
from bot.text.i18n import _

_YEAR_NEEDED_AFTER_DAYS = 300  # farther away, "5 Jan" needs its year


def format_instant(at: datetime, calendar: Calendar, now: datetime) -> str:
    """Format an instant in local time: "Thu 3 Dec, 15:00". Never "today", as the text may be read on another day."""
    local = calendar.to_local(at)
    return f"{format_date(local.date(), calendar.day_of(now))}, {local:%H:%M}"


def to_card_instant(at: datetime, calendar: Calendar, now: datetime) -> Instant:
    return Instant(at, format_instant(at, calendar, now))


def format_date(day: date, today: date) -> str:
    """Format a day: "Thu 3 Dec", or "Sun 3 Jan 2027" if the year would not be clear."""
    weekday, month = _weekday_abbreviations()[day.weekday()], _month_abbreviations()[day.month - 1]
    if day.year == today.year and abs((day - today).days) <= _YEAR_NEEDED_AFTER_DAYS:
        return _("{weekday} {day} {month}").format(weekday=weekday, day=day.day, month=month)
    return _("{weekday} {day} {month} {year}").format(weekday=weekday, day=day.day, month=month, year=day.year)


def format_iso_date(text: str, today: date) -> str:
    """Format an ISO date, or an ISO date with a time. Raises ValueError for any other text."""
    local = datetime.fromisoformat(text)
    day = format_date(local.date(), today)
    return f"{day}, {local:%H:%M}" if "T" in text or " " in text else day


def _weekday_abbreviations() -> tuple[str, ...]:
    return _("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")


def _month_abbreviations() -> tuple[str, ...]:
    return (
        *(_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun")),
        *(_("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec")),
    )
