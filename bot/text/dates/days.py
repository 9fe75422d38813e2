"""The day in people's words, by our own grammar of English and of numbers. Takes plain text (see `wording`)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.calendar import ONE_DAY, Calendar, weekend
from bot.text.dates.normalize import MONTHS, WEEKDAYS


@dataclass(frozen=True, slots=True)
class Frame:
    """How words are to be read: from which day, towards the future or the past, and where.

    `timed`: an hour was said with the day.
    """

    today: date
    future: bool
    calendar: Calendar
    language: str = "en"
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """So many units; `sign` is -1 for "ago", 1 for "in", 0 when it was not said."""

    number: int
    unit: str
    sign: int

    @property
    def delta(self) -> timedelta | None:
        """The time that passes, for units of the clock; None for units of the calendar."""
        one = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}.get(self.unit)
        return None if one is None else self.number * one


_UNITS = {"min": "minute", "h": "hour", "hr": "hour", "d": "day", "w": "week", "wk": "week"}
_AMOUNT = re.compile(
    r"(?P<lead>in )?(?P<number>\d{1,4}) ?(?P<working>working )?"
    r"(?P<unit>min|minute|h|hr|hour|d|day|w|wk|week|month|year)s?(?P<trail> ago| from now| later)?"
)
_MOST_WORKING = 4000  # fifteen years of them: too far, and not worth counting


def amount(text: str) -> Amount | None:
    found = _AMOUNT.fullmatch(text)
    if found is None or (found["working"] and found["unit"] not in ("d", "day")):
        return None
    sign = -1 if found["trail"] == " ago" else 1 if found["lead"] or found["trail"] else 0
    if sign < 0 and found["lead"]:
        return None
    unit = "working" if found["working"] else _UNITS.get(found["unit"], found["unit"])
    return Amount(int(found["number"]), unit, sign)


def moved(day: date, by: Amount, sign: int, calendar: Calendar) -> date:
    """The day that many calendar units away; a shorter month gives its last day."""
    if by.unit == "working":
        return _working(day, by.number, sign, calendar)
    if by.unit in ("day", "week"):
        return day + sign * timedelta(days=by.number * (7 if by.unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + sign * by.number * (12 if by.unit == "year" else 1)
    year = min(max(months // 12, date.min.year), date.max.year)
    return date(year, months % 12 + 1, min(day.day, monthrange(year, months % 12 + 1)[1]))


def _working(day: date, number: int, sign: int, calendar: Calendar) -> date:
    if number > _MOST_WORKING:
        return date.max if sign > 0 else date.min
    while number > 0:
        day += sign * ONE_DAY
        number -= calendar.is_working(day)
    return day


def dates(text: str, frame: Frame) -> tuple[date, ...]:
    """The days that the words can mean; several when they are ambiguous, none when they are not understood."""
    found = _WEEKDAY_AND_MORE.fullmatch(text)
    if found:
        return tuple(day for day in dates(found[2], frame) if day.weekday() == WEEKDAYS.index(found[1]))
    return next((days for reader in _READERS if (days := reader(text, frame))), ())


_WEEKDAYS = "|".join(WEEKDAYS)
_WEEKDAY_AND_MORE = re.compile(rf"({_WEEKDAYS}) (?:the )?((?!{_WEEKDAYS}).*\d.*)")
_FIXED = {"today": 0, "tomorrow": 1, "yesterday": -1, "day after tomorrow": 2, "day before yesterday": -2}


def _fixed(text: str, frame: Frame) -> tuple[date, ...]:
    return (frame.today + timedelta(days=_FIXED[text]),) if text in _FIXED else ()


_WEEKDAY = re.compile(rf"(?:(next|this|coming|last|past) )?({_WEEKDAYS})(?: (next|this|last) week)?")


def _weekday(text: str, frame: Frame) -> tuple[date, ...]:
    found = _WEEKDAY.fullmatch(text)
    if found is None or (found[1] and found[3]):
        return ()
    this_week = frame.today + timedelta(days=WEEKDAYS.index(found[2]) - frame.today.weekday())
    later, earlier = this_week + timedelta(days=7), this_week - timedelta(days=7)
    if found[3]:
        return ({"next": later, "this": this_week, "last": earlier}[found[3]],)
    coming = this_week if this_week > frame.today else later
    gone = this_week if this_week < frame.today else earlier
    return _of_weeks(found[1], this_week, (coming, later), (gone, earlier), frame)


def _of_weeks(
    which: str | None, this_week: date, ahead: tuple[date, date], behind: tuple[date, date], frame: Frame
) -> tuple[date, ...]:
    """ "next friday" is the coming one for some people and next week's for others: both, when they differ."""
    if which == "this":
        return (this_week,)
    if which in ("next", "last"):
        return _distinct(ahead if which == "next" else behind)
    forward = which == "coming" or (which is None and frame.future)
    nearest = ahead[0] if forward else behind[0]
    # "tuesday" on a Tuesday is another one; "tuesday 5pm" may well be today.
    return _distinct((frame.today, nearest)) if this_week == frame.today and frame.timed else (nearest,)


def _ends(text: str, frame: Frame) -> tuple[date, ...]:
    if text in ("end of month", "end of next month"):
        month = _next_month(frame.today) if "next" in text else frame.today.replace(day=1)
        return (_next_month(month) - ONE_DAY,)
    if text in ("end of week", "end of next week"):
        week = frame.today - timedelta(days=frame.today.weekday()) if "next" not in text else frame.today
        return (_end_of_week(max(week, frame.today), frame.calendar) + timedelta(days=7 * ("next" in text)),)
    return ()


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _end_of_week(day: date, calendar: Calendar) -> date:
    """The last day before the weekend that is not before `day`."""
    off = weekend(calendar.country)
    while day.weekday() in off or (day + ONE_DAY).weekday() not in off:
        day += ONE_DAY
    return day


def _weeks(text: str, frame: Frame) -> tuple[date, ...]:
    return (frame.today + timedelta(days=7 - frame.today.weekday()),) if text == "next week" else ()


def _away(text: str, frame: Frame) -> tuple[date, ...]:
    by = amount(text)
    if by is None or by.delta is not None:
        return ()
    return (moved(frame.today, by, by.sign or (1 if frame.future else -1), frame.calendar),)


_MONTHS = "|".join(MONTHS)
_NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_MONTH_DAY = (
    re.compile(rf"{_NTH} ?(?:of )?(?P<month>{_MONTHS})\.?(?: (?P<year>\d{{4}}))?"),
    re.compile(rf"(?P<month>{_MONTHS})\.? ?(?:the )?{_NTH}(?: (?P<year>\d{{4}}))?"),
)


def _month_day(text: str, frame: Frame) -> tuple[date, ...]:
    found = _MONTH_DAY[0].fullmatch(text) or _MONTH_DAY[1].fullmatch(text)
    if found is None:
        return ()
    return _in_year(found["year"], MONTHS.index(found["month"]) + 1, int(found["day"]), frame)


_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})(?:/(\d{1,2})|\.(\d{1,2})\.|([/.-])(\d{1,2})\4(\d{4}|\d{2}))")
# Countries that write the month before the day when no year stands in front (CLDR), and one that writes both ways.
_MONTH_FIRST = frozenset(
    (*("US", "PH", "FM", "PW", "MH", "GU", "PR", "AS", "MP", "VI"), *("CN", "HU", "JP", "KR", "KP", "LT", "MN", "TW"))
)
_BOTH_WAYS = frozenset(("", "CA"))


def _numeric(text: str, frame: Frame) -> tuple[date, ...]:
    if found := _YEAR_FIRST.fullmatch(text):
        return _valid(int(found[1]), int(found[3]), int(found[4]))
    found = _NUMERIC.fullmatch(text)
    if found is None:
        return ()
    first, second = int(found[1]), int(found[2] or found[3] or found[5])
    day_first = _in_year(found[6], second, first, frame)
    if found[3] or found[4] == ".":
        return day_first
    return _in_order(day_first, _in_year(found[6], first, second, frame), frame)


def _in_order(day_first: tuple[date, ...], month_first: tuple[date, ...], frame: Frame) -> tuple[date, ...]:
    country = frame.calendar.country
    american = frame.language == "en-US" and country not in _MONTH_FIRST
    if american or (country in _BOTH_WAYS and (country or frame.language.startswith("en"))):
        return _distinct((*day_first, *month_first))
    return month_first or day_first if country in _MONTH_FIRST else day_first or month_first


def _in_year(year: str | None, month: int, day: int, frame: Frame) -> tuple[date, ...]:
    """The date in the year said, or the nearest one in the direction of the question, today included."""
    if year:
        return _valid(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this = frame.today.year
    # Up to eight years, for 29 February.
    years = range(this, this + 9) if frame.future else range(this, this - 9, -1)
    near = [found for one in years for found in _valid(one, month, day)]
    return tuple(found for found in near if (found >= frame.today) == frame.future or found == frame.today)[:1]


def _valid(year: int, month: int, day: int) -> tuple[date, ...]:
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def _distinct(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(dict.fromkeys(days))


_READERS: tuple[Callable[[str, Frame], tuple[date, ...]], ...] = (
    *(_fixed, _weekday, _ends, _weeks),
    *(_away, _month_day, _numeric),
)
