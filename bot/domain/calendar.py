"""A member's days: local midnight, working days, public holidays, clock changes.

Arithmetic is done on local days and turned into instants last, so that nine o'clock stays nine o'clock when the
clocks change. This module is the only importer of `holidays`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of one place: an IANA zone, and a country (ISO 3166-1, may be empty) for its public holidays."""

    zone: str
    country: str = ""

    def day_of(self, at: datetime) -> date:
        """The local day of an instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def to_local(self, at: datetime) -> datetime:
        """The instant on this place's clock."""
        return at.astimezone(ZoneInfo(self.zone))

    def instant_at(self, day: date, hour: time) -> datetime:
        """The instant (UTC) of a local time: the first of two when the clock is set back, and the first valid
        instant after the gap when it is set forward over it."""
        return resolve_local_time(datetime.combine(day, hour), ZoneInfo(self.zone))

    def start_of_day(self, day: date) -> datetime:
        """The first instant (UTC) of a local day."""
        return self.instant_at(day, time())

    def is_holiday(self, day: date) -> bool:
        """A public holiday that falls on what would be a working day."""
        return not is_weekend(day, self.country) and day in public_holidays(self.country, day.year)

    def is_working_day(self, day: date) -> bool:
        return not is_weekend(day, self.country) and day not in public_holidays(self.country, day.year)

    def first_working_day(self, day: date) -> date:
        """The first working day that is not before `day`."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def day_after(self, day: date, days: int, counts: Callable[[date], bool]) -> date:
        """The day on which the `days`-th day that counts has come, `day` itself not counted."""
        while days > 0:
            day += ONE_DAY
            days -= counts(day)
        return day


def resolve_local_time(local: datetime, zone: ZoneInfo) -> datetime:
    """The one instant (UTC) at which a naive local time happens: see `Calendar.at`."""
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return first
    # In a gap the two folds use the offsets before and after the change; the change itself lies between them.
    after = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _find_offset_change(min(first, after), max(first, after), zone)


def _find_offset_change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the zone's offset changes, found to the second (offsets change on whole seconds)."""
    before = low.astimezone(zone).utcoffset()
    seconds = int((high - low).total_seconds())
    first, last = 0, seconds
    while first < last:
        middle = (first + last) // 2
        changed = (low + timedelta(seconds=middle)).astimezone(zone).utcoffset() != before
        first, last = (first, middle) if changed else (middle + 1, last)
    return low + timedelta(seconds=last)


def is_weekend(day: date, country: str) -> bool:
    return day.weekday() in weekend_days(country)


@cache
def weekend_days(country: str) -> frozenset[int]:
    """The days off of a country's week, Monday being 0; Saturday and Sunday when it is not known."""
    if not country:
        return frozenset({5, 6})
    import holidays  # 47 to 110 ms: only when a country is known

    return frozenset(holidays.country_holidays(country).weekend)


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The national public holidays of a year; none when the country is not known."""
    if not country:
        return frozenset()
    import holidays

    return frozenset(holidays.country_holidays(country, years=year))


def is_time_zone(name: str) -> bool:
    """Whether this is an IANA zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):  # OSError: a folder of zones, such as "Europe"
        return False
    return True


def find_country_code(text: str) -> str:
    """The ISO 3166-1 code of a country told by its code or its English name, or "" when its holidays are not known."""
    from holidays.registry import COUNTRIES

    said = "".join(text.split()).casefold()
    return next((names[1] for names in COUNTRIES.values() if said in (names[0].casefold(), names[1].casefold())), "")
