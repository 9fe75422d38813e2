"""Days and moments in words, short, in the member's zone. The month names are not the process's locale."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.calendar import Calendar
from bot.domain.messages import Instant
from bot.text.i18n import _

_FAR = 300  # days: from here on "5 Jan" needs its year


def say_moment(at: datetime, calendar: Calendar, now: datetime) -> str:
    """ "Thu 3 Dec, 15:00" on the member's clock; never "today": the words may be read on another day."""
    local = calendar.local(at)
    return f"{say_date(local.date(), calendar.day(now))}, {local:%H:%M}"


def instant(at: datetime, calendar: Calendar, now: datetime) -> Instant:
    """The moment for a card."""
    return Instant(at, say_moment(at, calendar, now))


def say_date(day: date, today: date) -> str:
    """ "Thu 3 Dec", or "Sun 3 Jan 2027" when the year would not be clear."""
    weekday, month = _weekdays()[day.weekday()], _months()[day.month - 1]
    if day.year == today.year and abs((day - today).days) <= _FAR:
        return _("{weekday} {day} {month}").format(weekday=weekday, day=day.day, month=month)
    return _("{weekday} {day} {month} {year}").format(weekday=weekday, day=day.day, month=month, year=day.year)


def say_iso(text: str, today: date) -> str:
    """An ISO day, or day and time, in words. Raises ValueError when it is neither."""
    moment = datetime.fromisoformat(text)
    day = say_date(moment.date(), today)
    return f"{day}, {moment:%H:%M}" if "T" in text or " " in text else day


def _weekdays() -> tuple[str, ...]:
    return _("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")


def _months() -> tuple[str, ...]:
    return (
        *(_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun")),
        *(_("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec")),
    )
