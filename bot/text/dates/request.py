"""One request to parse a text about time, with its limits and its errors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.calendar import Calendar
from bot.domain.errors import AmbiguousTime, BadValue, BadValueReason
from bot.text.dates.days import DateContext

MAX_TIME_CHARS = 100  # longer than any real input; the parsers are slow on hostile long texts
MIN_YEAR = 2000
MAX_YEARS_AHEAD = 10
TYPING_TOLERANCE = timedelta(minutes=1)  # time that may pass between typing and parsing


@dataclass(frozen=True, slots=True)
class DateRequest:
    """A typed value of one argument, to be parsed as a time."""

    #: The argument's name.
    name: str
    #: The text, as errors quote it.
    typed: str
    #: UTC.
    now: datetime
    #: The member's.
    calendar: Calendar
    #: Whether the time is expected in the future; otherwise in the past.
    future: bool
    #: BCP 47.
    language: str

    def date_context(self, has_hour: bool = False) -> DateContext:
        return DateContext(self.calendar.day_of(self.now), self.future, self.calendar, self.language, has_hour)

    def bad_value(self, reason: BadValueReason) -> BadValue:
        return BadValue(self.name, reason, self.typed)

    def ambiguous_time(self, options: Iterable[str]) -> AmbiguousTime:
        return AmbiguousTime(self.name, self.typed, tuple(options))

    def check_year(self, day: date) -> date:
        """Return `day`. Raises BadValue before 2000 or more than ten years ahead."""
        if not MIN_YEAR <= day.year <= self.now.year + MAX_YEARS_AHEAD:
            raise self.bad_value(BadValueReason.TOO_FAR)
        return day

    def check_instant(self, at: datetime) -> datetime:
        """Return `at`. Raises BadValue like `check_year`."""
        self.check_year(at.date())
        return at
