"""The day in people's words, by our own grammar of English and of numbers. Takes plain text (see `wording`)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.calendar import ONE_DAY, Calendar, weekend_days
from bot.text.dates.normalize import MONTH_NAMES, WEEKDAY_NAMES


@dataclass(frozen=True, slots=True)
class DateContext:
    """How words are to be read: from which day, towards the future or the past, and where.

    `timed`: an hour was said with the day.
    """

    today: date
    future: bool
    calendar: Calendar
    language: str = "en"
    has_hour: bool = False


@dataclass(frozen=True, slots=True)
class TimeAmount:
    """So many units; `sign` is -1 for "ago", 1 for "in", 0 when it was not said."""

    number: int
    unit: str
    sign: int

    @property
    def clock_delta(self) -> timedelta | None:
        """The time that passes, for units of the clock; None for units of the calendar."""
        one = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}.get(self.unit)
        return None if one is None else self.number * one


_UNIT_NAMES = {"min": "minute", "h": "hour", "hr": "hour", "d": "day", "w": "week", "wk": "week"}
_AMOUNT_PATTERN = re.compile(
    r"(?P<lead>in )?(?P<number>\d{1,4}) ?(?P<working>working )?"
    r"(?P<unit>min|minute|h|hr|hour|d|day|w|wk|week|month|year)s?(?P<trail> ago| from now| later)?"
)
_MAX_WORKING_DAYS = 4000  # fifteen years of them: too far, and not worth counting


def parse_amount(text: str) -> TimeAmount | None:
    found = _AMOUNT_PATTERN.fullmatch(text)
    if found is None or (found["working"] and found["unit"] not in ("d", "day")):
        return None
    sign = -1 if found["trail"] == " ago" else 1 if found["lead"] or found["trail"] else 0
    if sign < 0 and found["lead"]:
        return None
    unit = "working" if found["working"] else _UNIT_NAMES.get(found["unit"], found["unit"])
    return TimeAmount(int(found["number"]), unit, sign)


def shift_day(day: date, amount: TimeAmount, sign: int, calendar: Calendar) -> date:
    """The day that many calendar units away; a shorter month gives its last day."""
    if amount.unit == "working":
        return _shift_working_days(day, amount.number, sign, calendar)
    if amount.unit in ("day", "week"):
        return day + sign * timedelta(days=amount.number * (7 if amount.unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + sign * amount.number * (12 if amount.unit == "year" else 1)
    year = min(max(months // 12, date.min.year), date.max.year)
    return date(year, months % 12 + 1, min(day.day, monthrange(year, months % 12 + 1)[1]))


def _shift_working_days(day: date, number: int, sign: int, calendar: Calendar) -> date:
    if number > _MAX_WORKING_DAYS:
        return date.max if sign > 0 else date.min
    while number > 0:
        day += sign * ONE_DAY
        number -= calendar.is_working_day(day)
    return day


def parse_english_days(text: str, date_context: DateContext) -> tuple[date, ...]:
    """The days that the words can mean; several when they are ambiguous, none when they are not understood."""
    found = _WEEKDAY_AND_DATE.fullmatch(text)
    if found:
        return tuple(
            day for day in parse_english_days(found[2], date_context) if day.weekday() == WEEKDAY_NAMES.index(found[1])
        )
    return next((days for reader in _DAY_PARSERS if (days := reader(text, date_context))), ())


_ANY_WEEKDAY = "|".join(WEEKDAY_NAMES)
_WEEKDAY_AND_DATE = re.compile(rf"({_ANY_WEEKDAY}) (?:the )?((?!{_ANY_WEEKDAY}).*\d.*)")
_RELATIVE_DAYS = {"today": 0, "tomorrow": 1, "yesterday": -1, "day after tomorrow": 2, "day before yesterday": -2}


def _parse_relative_day(text: str, date_context: DateContext) -> tuple[date, ...]:
    return (date_context.today + timedelta(days=_RELATIVE_DAYS[text]),) if text in _RELATIVE_DAYS else ()


_WEEKDAY_PATTERN = re.compile(rf"(?:(next|this|coming|last|past) )?({_ANY_WEEKDAY})(?: (next|this|last) week)?")


def _parse_weekday(text: str, date_context: DateContext) -> tuple[date, ...]:
    found = _WEEKDAY_PATTERN.fullmatch(text)
    if found is None or (found[1] and found[3]):
        return ()
    this_week = date_context.today + timedelta(days=WEEKDAY_NAMES.index(found[2]) - date_context.today.weekday())
    later, earlier = this_week + timedelta(days=7), this_week - timedelta(days=7)
    if found[3]:
        return ({"next": later, "this": this_week, "last": earlier}[found[3]],)
    coming = this_week if this_week > date_context.today else later
    gone = this_week if this_week < date_context.today else earlier
    return _choose_week(found[1], this_week, (coming, later), (gone, earlier), date_context)


def _choose_week(
    which: str | None, this_week: date, ahead: tuple[date, date], behind: tuple[date, date], date_context: DateContext
) -> tuple[date, ...]:
    """ "next friday" is the coming one for some people and next week's for others: both, when they differ."""
    if which == "this":
        return (this_week,)
    if which in ("next", "last"):
        return _distinct_days(ahead if which == "next" else behind)
    forward = which == "coming" or (which is None and date_context.future)
    nearest = ahead[0] if forward else behind[0]
    # "tuesday" on a Tuesday is another one; "tuesday 5pm" may well be today.
    return (
        _distinct_days((date_context.today, nearest))
        if this_week == date_context.today and date_context.has_hour
        else (nearest,)
    )


def _parse_end_of_period(text: str, date_context: DateContext) -> tuple[date, ...]:
    if text in ("end of month", "end of next month"):
        month = _first_of_next_month(date_context.today) if "next" in text else date_context.today.replace(day=1)
        return (_first_of_next_month(month) - ONE_DAY,)
    if text in ("end of week", "end of next week"):
        week = (
            date_context.today - timedelta(days=date_context.today.weekday())
            if "next" not in text
            else date_context.today
        )
        return (
            _end_of_week(max(week, date_context.today), date_context.calendar) + timedelta(days=7 * ("next" in text)),
        )
    return ()


def _first_of_next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _end_of_week(day: date, calendar: Calendar) -> date:
    """The last day before the weekend that is not before `day`."""
    off = weekend_days(calendar.country)
    while day.weekday() in off or (day + ONE_DAY).weekday() not in off:
        day += ONE_DAY
    return day


def _parse_next_week(text: str, date_context: DateContext) -> tuple[date, ...]:
    return (date_context.today + timedelta(days=7 - date_context.today.weekday()),) if text == "next week" else ()


def _parse_days_away(text: str, date_context: DateContext) -> tuple[date, ...]:
    by = parse_amount(text)
    if by is None or by.clock_delta is not None:
        return ()
    return (shift_day(date_context.today, by, by.sign or (1 if date_context.future else -1), date_context.calendar),)


_ANY_MONTH = "|".join(MONTH_NAMES)
_DAY_OF_MONTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_MONTH_DAY_PATTERNS = (
    re.compile(rf"{_DAY_OF_MONTH} ?(?:of )?(?P<month>{_ANY_MONTH})\.?(?: (?P<year>\d{{4}}))?"),
    re.compile(rf"(?P<month>{_ANY_MONTH})\.? ?(?:the )?{_DAY_OF_MONTH}(?: (?P<year>\d{{4}}))?"),
)


def _parse_month_day(text: str, date_context: DateContext) -> tuple[date, ...]:
    found = _MONTH_DAY_PATTERNS[0].fullmatch(text) or _MONTH_DAY_PATTERNS[1].fullmatch(text)
    if found is None:
        return ()
    return _resolve_year(found["year"], MONTH_NAMES.index(found["month"]) + 1, int(found["day"]), date_context)


_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_NUMERIC_PATTERN = re.compile(r"(\d{1,2})(?:/(\d{1,2})|\.(\d{1,2})\.|([/.-])(\d{1,2})\4(\d{4}|\d{2}))")
# Countries that write the month before the day when no year stands in front (CLDR), and one that writes both ways.
_MONTH_FIRST_COUNTRIES = frozenset(
    (*("US", "PH", "FM", "PW", "MH", "GU", "PR", "AS", "MP", "VI"), *("CN", "HU", "JP", "KR", "KP", "LT", "MN", "TW"))
)
_MIXED_ORDER_COUNTRIES = frozenset(("", "CA"))


def _parse_numeric_date(text: str, date_context: DateContext) -> tuple[date, ...]:
    if found := _YEAR_FIRST.fullmatch(text):
        return _valid_dates(int(found[1]), int(found[3]), int(found[4]))
    found = _NUMERIC_PATTERN.fullmatch(text)
    if found is None:
        return ()
    first, second = int(found[1]), int(found[2] or found[3] or found[5])
    day_first = _resolve_year(found[6], second, first, date_context)
    if found[3] or found[4] == ".":
        return day_first
    return _choose_day_or_month_first(day_first, _resolve_year(found[6], first, second, date_context), date_context)


def _choose_day_or_month_first(
    day_first: tuple[date, ...], month_first: tuple[date, ...], date_context: DateContext
) -> tuple[date, ...]:
    country = date_context.calendar.country
    american = date_context.language == "en-US" and country not in _MONTH_FIRST_COUNTRIES
    if american or (country in _MIXED_ORDER_COUNTRIES and (country or date_context.language.startswith("en"))):
        return _distinct_days((*day_first, *month_first))
    return month_first or day_first if country in _MONTH_FIRST_COUNTRIES else day_first or month_first


def _resolve_year(year: str | None, month: int, day: int, date_context: DateContext) -> tuple[date, ...]:
    """The date in the year said, or the nearest one in the direction of the question, today included."""
    if year:
        return _valid_dates(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this = date_context.today.year
    # Up to eight years, for 29 February.
    years = range(this, this + 9) if date_context.future else range(this, this - 9, -1)
    near = [found for one in years for found in _valid_dates(one, month, day)]
    return tuple(
        found for found in near if (found >= date_context.today) == date_context.future or found == date_context.today
    )[:1]


def _valid_dates(year: int, month: int, day: int) -> tuple[date, ...]:
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def _distinct_days(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(dict.fromkeys(days))


_DAY_PARSERS: tuple[Callable[[str, DateContext], tuple[date, ...]], ...] = (
    *(_parse_relative_day, _parse_weekday, _parse_end_of_period, _parse_next_week),
    *(_parse_days_away, _parse_month_day, _parse_numeric_date),
)
