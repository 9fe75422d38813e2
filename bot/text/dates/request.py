"""What is asked of a text about time, and the ways of not answering."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.calendar import Calendar
from bot.domain.errors import AmbiguousTime, BadValue, BadValueReason
from bot.text.dates.days import DateContext

MAX_TIME_CHARS = 100  # characters: nobody says a time in more, and parsers are slow on bombs
MIN_YEAR = 2000
MAX_YEARS_AHEAD = 10
TYPING_SLACK = timedelta(minutes=1)  # between typing and reading


@dataclass(frozen=True, slots=True)
class DateRequest:
    """What is asked: the argument `name`, the text `typed`, read at `now` in the member's `calendar`."""

    name: str
    typed: str
    now: datetime
    calendar: Calendar
    future: bool
    language: str

    def date_context(self, has_hour: bool = False) -> DateContext:
        return DateContext(self.calendar.day_of(self.now), self.future, self.calendar, self.language, has_hour)

    def bad_value(self, reason: BadValueReason) -> BadValue:
        return BadValue(self.name, reason, self.typed)

    def ambiguous_time(self, options: Iterable[str]) -> AmbiguousTime:
        return AmbiguousTime(self.name, self.typed, tuple(options))

    def check_year(self, day: date) -> date:
        """The day, when it is near enough. Raises BadValue."""
        if not MIN_YEAR <= day.year <= self.now.year + MAX_YEARS_AHEAD:
            raise self.bad_value(BadValueReason.TOO_FAR)
        return day

    def check_instant(self, at: datetime) -> datetime:
        self.check_year(at.date())
        return at
