"""Local days: midnight, working days, public holidays, clock changes.

Arithmetic is done on local days, which are converted to UTC last, so that nine o'clock stays nine o'clock when the
clocks change. This module is the only importer of `holidays`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from operator import attrgetter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ONE_DAY = timedelta(days=1)

MAX_CACHED_DAYS = 16_384  # in each cache: all contacts of all members ask for the same few days


@dataclass(frozen=True, slots=True)
class DateRange:
    """Local days, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """The local days of one place."""

    #: IANA zone.
    zone: str
    #: ISO 3166-1 code, for weekends and public holidays. Empty: weekends are Saturday and Sunday, no holidays.
    country: str = ""

    def day_of(self, at: datetime) -> date:
        """The local day of an instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def to_local(self, at: datetime) -> datetime:
        """The same instant with this place's UTC offset."""
        return at.astimezone(ZoneInfo(self.zone))

    def instant_at(self, day: date, hour: time) -> datetime:
        """The instant (UTC) of a local time.

        A time that occurs twice, because the clock is set back, means the first. A time that is skipped, because the
        clock is set forward, means the first instant after the gap.
        """
        return _instant_at(self.zone, day, hour)

    def start_of_day(self, day: date) -> datetime:
        """The first instant (UTC) of a local day."""
        return self.instant_at(day, time())

    def is_holiday(self, day: date) -> bool:
        """Whether the day is a public holiday and not part of a weekend."""
        return not is_weekend(day, self.country) and day in public_holidays(self.country, day.year)

    def is_working_day(self, day: date) -> bool:
        return _is_working_day(self.country, day)

    def first_working_day(self, day: date) -> date:
        """`day` itself, or the next working day."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def first_working_instant(self, day: date, hour: time) -> datetime:
        """The instant (UTC) of a local time on `day`, or on the next working day."""
        return _first_working_instant(self.zone, self.country, day, hour)

    def working_day_after(self, day: date, days: int, busy: Sequence[DateRange] = ()) -> date:
        """The `days`-th working day after `day`. Days within `busy` are skipped; see `merge_date_ranges`."""
        return day_after(day, days, self.is_working_day, busy) if busy else _working_day_after(self.country, day, days)


def day_after(day: date, days: int, counts: Callable[[date], bool], busy: Sequence[DateRange] = ()) -> date:
    """The `days`-th day after `day`, where only days for which `counts` is true are counted, and none within `busy`."""
    while days > 0:
        day = _first_free_day(day + ONE_DAY, busy) if busy else day + ONE_DAY
        days -= counts(day)
    return day


def merge_date_ranges(ranges: Iterable[DateRange]) -> list[DateRange]:
    """The same days as ranges in their order, with a free day between any two."""
    merged: list[DateRange] = []
    for days in sorted(ranges, key=attrgetter("first")):
        if merged and days.first <= merged[-1].last + ONE_DAY:
            merged[-1] = DateRange(merged[-1].first, max(merged[-1].last, days.last))
        else:
            merged.append(days)
    return merged


def _first_free_day(day: date, busy: Sequence[DateRange]) -> date:
    at = bisect_right(busy, day, key=attrgetter("first")) - 1
    return busy[at].last + ONE_DAY if at >= 0 and busy[at].last >= day else day


@lru_cache(MAX_CACHED_DAYS)
def _working_day_after(country: str, day: date, days: int) -> date:
    return day_after(day, days, lambda after: _is_working_day(country, after))


@lru_cache(MAX_CACHED_DAYS)
def _first_working_instant(zone: str, country: str, day: date, hour: time) -> datetime:
    return Calendar(zone, country).instant_at(Calendar(zone, country).first_working_day(day), hour)


@lru_cache(MAX_CACHED_DAYS)
def _is_working_day(country: str, day: date) -> bool:
    return not is_weekend(day, country) and day not in public_holidays(country, day.year)


@lru_cache(MAX_CACHED_DAYS)
def _instant_at(zone: str, day: date, hour: time) -> datetime:
    return resolve_local_time(datetime.combine(day, hour), ZoneInfo(zone))


def resolve_local_time(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a naive local time. See `Calendar.instant_at` for clock changes."""
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return first
    # In a gap the two folds use the offsets before and after the change; the change itself lies between them.
    after = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _find_offset_change(min(first, after), max(first, after), zone)


def _find_offset_change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The instant between the two at which the zone's offset changes, to the second (offsets change on whole ones)."""
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
    """The weekend of a country, with Monday as 0. Saturday and Sunday if the country is empty."""
    if not country:
        return frozenset({5, 6})
    import holidays  # 47 to 110 ms: only when a country is known

    return frozenset(holidays.country_holidays(country).weekend)


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The national public holidays of a year. The set is empty if the country is empty."""
    if not country:
        return frozenset()
    import holidays

    return frozenset(holidays.country_holidays(country, years=year))


def is_time_zone(name: str) -> bool:
    """Whether this is the name of an IANA zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):  # OSError: a folder of zones, such as "Europe"
        return False
    return True


def find_country_code(text: str) -> str:
    """The ISO 3166-1 code for a code or an English name. Empty if the country's holidays are not known."""
    from holidays.registry import COUNTRIES

    wanted = "".join(text.split()).casefold()
    return next((names[1] for names in COUNTRIES.values() if wanted in (names[0].casefold(), names[1].casefold())), "")
