"""Parse days in languages other than English. This is the only importer of `dateparser`.

English is parsed by our own grammar alone, because the library guesses: it takes "5th" as a day of this month or as
May, whatever the order of day and month, and it accepts "in 3 days ago".
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.text.dates.days import DateContext

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

_DAY_PERIODS = ("day", "week")  # a "month" or "year" is a guess: on 24 November "mai" would become 24 May


def parse_foreign_day(text: str, date_context: DateContext) -> date | None:
    """Return the local day that the library finds; None for English, or if it finds none or guesses."""
    language = date_context.language.partition("-")[0]
    if language in ("", "en"):
        return None
    numbers = re.findall(r"\d{1,9}", text)
    # Any failure of the library on typed text means the same: not understood.
    try:
        parsed = _load_dateparser(language, date_context.future, date_context.today, bool(numbers)).get_date_data(text)
    except Exception:
        return None
    if parsed.date_obj is None or parsed.period not in _DAY_PERIODS:
        return None
    day: date = parsed.date_obj.date()
    return day if _uses_all_numbers(numbers, day, date_context.today) else None


@lru_cache(maxsize=16)
def _load_dateparser(language: str, future: bool, today: date, has_numbers: bool) -> DateDataParser:
    """Raises ValueError for a language that the library does not know."""
    from dateparser.date import DateDataParser  # takes 150 ms with the first parse: import it only when needed

    settings = {
        "PREFER_DATES_FROM": "future" if future else "past",
        "RELATIVE_BASE": datetime.combine(today, time(12)),  # local and naive: we apply the zone ourselves
        "RETURN_TIME_AS_PERIOD": True,
        "DATE_ORDER": "DMY",
        # "le 5" is no date without a month; "vendredi" has no number and needs neither part.
        "REQUIRE_PARTS": ["day", "month"] if has_numbers else [],
    }
    return DateDataParser(languages=[language], settings=settings)


def _uses_all_numbers(numbers: list[str], parsed_day: date, today: date) -> bool:
    """Whether every number is part of the date: the library silently ignores the hour of "morgen um 9"."""
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
