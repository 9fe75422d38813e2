"""Days in other languages than English: the only importer of `dateparser`.

English is read by our own grammar alone, because the library guesses: "5th" is a day of this month or May, whatever
its order of day and month, and "in 3 days ago" is something to it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.text.dates.days import DateContext

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

_DAY_PERIODS = ("day", "week")  # "month" and "year" are its guesses: "mai" would be the 24th, in November


def parse_foreign_day(text: str, date_context: DateContext) -> date | None:
    """The day that the library reads; None when it finds none, or only guesses."""
    language = date_context.language.partition("-")[0]
    if language in ("", "en"):
        return None
    numbers = re.findall(r"\d{1,9}", text)
    # Any failure of a foreign parser on people's text means one thing: not understood.
    try:
        found = _load_dateparser(language, date_context.future, date_context.today, bool(numbers)).get_date_data(text)
    except Exception:
        return None
    if found.date_obj is None or found.period not in _DAY_PERIODS:
        return None
    read: date = found.date_obj.date()
    return read if _uses_all_numbers(numbers, read, date_context.today) else None


@lru_cache(maxsize=16)
def _load_dateparser(language: str, future: bool, today: date, has_numbers: bool) -> DateDataParser:
    """Raises ValueError for a language that the library does not know."""
    from dateparser.date import DateDataParser  # 150 ms with its first parse, so only when it is needed

    settings = {
        "PREFER_DATES_FROM": "future" if future else "past",
        "RELATIVE_BASE": datetime.combine(today, time(12)),  # local and naive: zones are ours
        "RETURN_TIME_AS_PERIOD": True,
        "DATE_ORDER": "DMY",
        # "le 5" is no date without its month; "vendredi" has neither, and needs none.
        "REQUIRE_PARTS": ["day", "month"] if has_numbers else [],
    }
    return DateDataParser(languages=[language], settings=settings)


def _uses_all_numbers(numbers: list[str], parsed_day: date, today: date) -> bool:
    """Whether every number became part of the date: the library drops the hour of "morgen um 9" without a word."""
    apart = abs((parsed_day - today).days)
    months = abs((parsed_day.year - today.year) * 12 + parsed_day.month - today.month)
    used = {
        parsed_day.day,
        parsed_day.month,
        parsed_day.year,
        parsed_day.year % 100,
        apart,
        apart // 7,
        months,
        months // 12,
    }
    return all(int(number) in used for number in numbers)
