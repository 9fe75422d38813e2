"""Parse days from English words and numbers, with a grammar of our own. Texts are normalized: see `normalize`."""

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
    """The facts that decide what the words for a day mean."""

    today: date
    #: Whether the day is expected in the future; otherwise in the past.
    future: bool
    #: The member's; its country decides the order of day and month.
    calendar: Calendar
    language: str = "en"
    #: Whether an hour was given with the day.
    has_hour: bool = False


@dataclass(frozen=True, slots=True)
class TimeAmount:
    number: int
    #: "minute", "hour", "day", "working" (working days), "week", "month" or "year".
    unit: str
    #: -1 for "ago", 1 for "in", 0 if neither was given.
    sign: int

    @property
    def clock_delta(self) -> timedelta | None:
        """The duration, for minutes and hours; None for longer units."""
        unit = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}.get(self.unit)
        return None if unit is None else self.number * unit


_UNIT_NAMES = {"min": "minute", "h": "hour", "hr": "hour", "d": "day", "w": "week", "wk": "week"}
_AMOUNT_PATTERN = re.compile(
    r"(?P<lead>in )?(?P<number>\d{1,4}) ?(?P<working>working )?"
    r"(?P<unit>min|minute|h|hr|hour|d|day|w|wk|week|month|year)s?(?P<trail> ago| from now| later)?"
)
_MAX_WORKING_DAYS = 4000  # about fifteen years: too far ahead, so they are not counted one by one


def parse_amount(text: str) -> TimeAmount | None:
    match = _AMOUNT_PATTERN.fullmatch(text)
    if match is None or (match["working"] and match["unit"] not in ("d", "day")):
        return None
    sign = -1 if match["trail"] == " ago" else 1 if match["lead"] or match["trail"] else 0
    if sign < 0 and match["lead"]:
        return None
    unit = "working" if match["working"] else _UNIT_NAMES.get(match["unit"], match["unit"])
    return TimeAmount(int(match["number"]), unit, sign)


def shift_day(day: date, amount: TimeAmount, sign: int, calendar: Calendar) -> date:
    """Return the day `amount` away; in a shorter month, its last day. The unit must not be a minute or an hour."""
    if amount.unit == "working":
        return _shift_working_days(day, amount.number, sign, calendar)
    if amount.unit in ("day", "week"):
        return day + sign * timedelta(days=amount.number * (7 if amount.unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + sign * amount.number * (12 if amount.unit == "year" else 1)
    year = min(max(months // 12, date.min.year), date.max.year)
    return date(year, months % 12 + 1, min(day.day, monthrange(year, months % 12 + 1)[1]))


def _shift_working_days(day: date, left: int, sign: int, calendar: Calendar) -> date:
    if left > _MAX_WORKING_DAYS:
        return date.max if sign > 0 else date.min
    while left > 0:
        day += sign * ONE_DAY
        left -= calendar.is_working_day(day)
    return day


def parse_english_days(text: str, date_context: DateContext) -> tuple[date, ...]:
    """Return every day that the words can mean: several if ambiguous, none if not understood."""
    match = _WEEKDAY_AND_DATE.fullmatch(text)
    if match:
        return tuple(
            day for day in parse_english_days(match[2], date_context) if day.weekday() == WEEKDAY_NAMES.index(match[1])
        )
    return next((days for parse in _DAY_PARSERS if (days := parse(text, date_context))), ())


_ANY_WEEKDAY = "|".join(WEEKDAY_NAMES)
_WEEKDAY_AND_DATE = re.compile(rf"({_ANY_WEEKDAY}) (?:the )?((?!{_ANY_WEEKDAY}).*\d.*)")
_RELATIVE_DAYS = {"today": 0, "tomorrow": 1, "yesterday": -1, "day after tomorrow": 2, "day before yesterday": -2}


def _parse_relative_day(text: str, date_context: DateContext) -> tuple[date, ...]:
    return (date_context.today + timedelta(days=_RELATIVE_DAYS[text]),) if text in _RELATIVE_DAYS else ()


_WEEKDAY_PATTERN = re.compile(rf"(?:(next|this|coming|last|past) )?({_ANY_WEEKDAY})(?: (next|this|last) week)?")


def _parse_weekday(text: str, date_context: DateContext) -> tuple[date, ...]:
    match = _WEEKDAY_PATTERN.fullmatch(text)
    if match is None or (match[1] and match[3]):
        return ()
    this_week = date_context.today + timedelta(days=WEEKDAY_NAMES.index(match[2]) - date_context.today.weekday())
    later, earlier = this_week + timedelta(days=7), this_week - timedelta(days=7)
    if match[3]:
        return ({"next": later, "this": this_week, "last": earlier}[match[3]],)
    coming = this_week if this_week > date_context.today else later
    previous = this_week if this_week < date_context.today else earlier
    return _choose_week(match[1], this_week, (coming, later), (previous, earlier), date_context)


def _choose_week(
    which: str | None, this_week: date, ahead: tuple[date, date], behind: tuple[date, date], date_context: DateContext
) -> tuple[date, ...]:
    """Choose the week of a weekday. "next friday" can mean the coming one or next week's: both, if they differ."""
    if which == "this":
        return (this_week,)
    if which in ("next", "last"):
        return _distinct_days(ahead if which == "next" else behind)
    forward = which == "coming" or (which is None and date_context.future)
    nearest = ahead[0] if forward else behind[0]
    # "tuesday" on a Tuesday means another Tuesday; "tuesday 5pm" may also mean today.
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
    """Return the last day before a weekend, on or after `day`."""
    off = weekend_days(calendar.country)
    while day.weekday() in off or (day + ONE_DAY).weekday() not in off:
        day += ONE_DAY
    return day


def _parse_next_week(text: str, date_context: DateContext) -> tuple[date, ...]:
    return (date_context.today + timedelta(days=7 - date_context.today.weekday()),) if text == "next week" else ()


def _parse_days_away(text: str, date_context: DateContext) -> tuple[date, ...]:
    amount = parse_amount(text)
    if amount is None or amount.clock_delta is not None:
        return ()
    return (
        shift_day(date_context.today, amount, amount.sign or (1 if date_context.future else -1), date_context.calendar),
    )


_ANY_MONTH = "|".join(MONTH_NAMES)
_DAY_OF_MONTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_MONTH_DAY_PATTERNS = (
    re.compile(rf"{_DAY_OF_MONTH} ?(?:of )?(?P<month>{_ANY_MONTH})\.?(?: (?P<year>\d{{4}}))?"),
    re.compile(rf"(?P<month>{_ANY_MONTH})\.? ?(?:the )?{_DAY_OF_MONTH}(?: (?P<year>\d{{4}}))?"),
)


def _parse_month_day(text: str, date_context: DateContext) -> tuple[date, ...]:
    match = _MONTH_DAY_PATTERNS[0].fullmatch(text) or _MONTH_DAY_PATTERNS[1].fullmatch(text)
    if match is None:
        return ()
    return _resolve_year(match["year"], MONTH_NAMES.index(match["month"]) + 1, int(match["day"]), date_context)


_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_NUMERIC_PATTERN = re.compile(r"(\d{1,2})(?:/(\d{1,2})|\.(\d{1,2})\.|([/.-])(\d{1,2})\4(\d{4}|\d{2}))")
# Countries that write the month before the day when the year does not come first (CLDR). Canada writes both ways.
_MONTH_FIRST_COUNTRIES = frozenset(
    (*("US", "PH", "FM", "PW", "MH", "GU", "PR", "AS", "MP", "VI"), *("CN", "HU", "JP", "KR", "KP", "LT", "MN", "TW"))
)
_MIXED_ORDER_COUNTRIES = frozenset(("", "CA"))


def _parse_numeric_date(text: str, date_context: DateContext) -> tuple[date, ...]:
    if match := _YEAR_FIRST.fullmatch(text):
        return _valid_dates(int(match[1]), int(match[3]), int(match[4]))
    match = _NUMERIC_PATTERN.fullmatch(text)
    if match is None:
        return ()
    first, second = int(match[1]), int(match[2] or match[3] or match[5])
    day_first = _resolve_year(match[6], second, first, date_context)
    if match[3] or match[4] == ".":
        return day_first
    return _choose_day_or_month_first(day_first, _resolve_year(match[6], first, second, date_context), date_context)


def _choose_day_or_month_first(
    day_first: tuple[date, ...], month_first: tuple[date, ...], date_context: DateContext
) -> tuple[date, ...]:
    country = date_context.calendar.country
    american = date_context.language == "en-US" and country not in _MONTH_FIRST_COUNTRIES
    if american or (country in _MIXED_ORDER_COUNTRIES and (country or date_context.language.startswith("en"))):
        return _distinct_days((*day_first, *month_first))
    return month_first or day_first if country in _MONTH_FIRST_COUNTRIES else day_first or month_first


def _resolve_year(year: str | None, month: int, day: int, date_context: DateContext) -> tuple[date, ...]:
    """Return the date in the given year; without a year, the nearest one in the expected direction or today."""
    if year:
        return _valid_dates(int(year) + (2000 if len(year) == 2 else 0), month, day)
    today = date_context.today
    # Eight years are needed for 29 February.
    years = range(today.year, today.year + 9) if date_context.future else range(today.year, today.year - 9, -1)
    nearest_first = [on for near_year in years for on in _valid_dates(near_year, month, day)]
    return tuple(on for on in nearest_first if (on >= today) == date_context.future or on == today)[:1]


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
