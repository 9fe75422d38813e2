"""What is asked of a text about time, and the ways of not answering."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.calendar import Calendar
from bot.domain.errors import AmbiguousTime, BadValue
from bot.text.dates.days import Frame

TEXT_LIMIT = 100  # characters: nobody says a time in more, and parsers are slow on bombs
OLDEST_YEAR = 2000
YEARS_AHEAD = 10
SLACK = timedelta(minutes=1)  # between typing and reading


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the argument `name`, the text `typed`, read at `now` in the member's `calendar`."""

    name: str
    typed: str
    now: datetime
    calendar: Calendar
    future: bool
    language: str

    def frame(self, timed: bool = False) -> Frame:
        return Frame(self.calendar.day(self.now), self.future, self.calendar, self.language, timed)

    def refusal(self, reason: str) -> BadValue:
        return BadValue(self.name, reason, self.typed)

    def choice(self, options: Iterable[str]) -> AmbiguousTime:
        return AmbiguousTime(self.name, self.typed, tuple(options))

    def check_year(self, one: date) -> date:
        """The day, when it is near enough. Raises BadValue."""
        if not OLDEST_YEAR <= one.year <= self.now.year + YEARS_AHEAD:
            raise self.refusal("too far")
        return one

    def checked(self, at: datetime) -> datetime:
        self.check_year(at.date())
        return at
