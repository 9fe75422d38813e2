"""What our own grammar does not know, above all other languages: the only importer of `dateparser`."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.when.days import Frame

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

_DAYLIKE = ("day", "week")  # "month" and "year" are its guesses: "2" would be February, "may" a day of May
_LETTER = re.compile(r"[^\W\d_]")


def day(text: str, frame: Frame) -> date | None:
    """The day that the library reads; None when it finds none or only guesses."""
    if not _LETTER.search(text):  # numbers alone are what our own grammar reads, or refuses on purpose
        return None
    # Any failure of a foreign parser on people's text means one thing: not understood.
    try:
        found = _parser(frame.language, frame.future, frame.today).get_date_data(text)
    except Exception:
        return None
    if found.date_obj is None or found.period not in _DAYLIKE:
        return None
    read: date = found.date_obj.date()
    return read if _uses_all_numbers(text, read, frame.today) else None


@lru_cache(maxsize=16)
def _parser(language: str, future: bool, today: date) -> DateDataParser:
    from dateparser.date import DateDataParser  # 150 ms with its first parse, so only when it is needed

    settings = {
        "PREFER_DATES_FROM": "future" if future else "past",
        "RELATIVE_BASE": datetime.combine(today, time(12)),  # local and naive: zones are ours
        "RETURN_TIME_AS_PERIOD": True,
        "DATE_ORDER": "DMY",
    }
    known = language.partition("-")[0]
    try:
        return DateDataParser(languages=[known] if known == "en" else [known, "en"], settings=settings)
    except ValueError:  # a language that it does not know
        return DateDataParser(languages=["en"], settings=settings)


def _uses_all_numbers(text: str, read: date, today: date) -> bool:
    """Whether every number became part of the date: the library drops the hour of "morgen um 9" without a word."""
    apart = abs((read - today).days)
    months = abs((read.year - today.year) * 12 + read.month - today.month)
    used = {read.day, read.month, read.year, read.year % 100, apart, apart // 7, months, months // 12}
    return all(int(number) in used for number in re.findall(r"\d{1,9}", text))
