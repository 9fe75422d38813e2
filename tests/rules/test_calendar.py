"""Local days: every zone at every clock change, against an oracle of its own; working days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import Calendar, DateRange, day_after, merge_date_ranges
from bot.domain.model import POLICY
from tests.faults.figures import report_figure, trial_count

FIRST_CHECKED, LAST_CHECKED = datetime(2020, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
CHECKED_HOURS = (time(0), time(2, 30), *POLICY.reminder_times.values())
CHECKED_MINUTES = frozenset(hour.hour * 60 + hour.minute for hour in CHECKED_HOURS)
ONE_MINUTE_STEP, ONE_DAY_STEP = timedelta(minutes=1), timedelta(days=1)


def utc_offset(at: datetime, zone: ZoneInfo) -> timedelta:
    found = at.astimezone(zone).utcoffset()
    assert found is not None
    return found


def clock_changes(zone: ZoneInfo) -> Iterator[datetime]:
    """The first instant (UTC, to the minute) with a new offset, for every clock change."""
    step = timedelta(days=7)  # the shortest spell between two changes is about a month (Ramadan in Morocco)
    low = FIRST_CHECKED
    while low < LAST_CHECKED:
        high = low + step
        if utc_offset(low, zone) != utc_offset(high, zone):
            yield first_with_new_offset(low, high, zone)
        low = high


def first_with_new_offset(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    before = utc_offset(low, zone)
    minutes = [0, int((high - low) / ONE_MINUTE_STEP)]
    while minutes[1] - minutes[0] > 1:
        middle = sum(minutes) // 2
        minutes[utc_offset(low + middle * ONE_MINUTE_STEP, zone) != before] = middle
    return low + minutes[1] * ONE_MINUTE_STEP


@cache
def clock_oracle(shift: tuple[timedelta, timedelta, datetime]) -> dict[tuple[date, time], datetime]:
    """The oracle: walks the UTC minutes of four days around a change and writes down what the clock shows.

    Only offsets before and after the change are used, no time zone arithmetic: the first minute at which the
    clock shows the hour, and when it never does that day, the first minute at which it shows a later one.
    """
    before, after, change = shift
    found: dict[tuple[date, time], datetime] = {}
    midnight = change.replace(hour=0, minute=0, tzinfo=None)
    start = change.hour * 60 + change.minute
    for number in range(-48 * 60, 48 * 60):
        shown = start + number + (before if number < 0 else after) // ONE_MINUTE_STEP
        jumped = range(shown - (after - before) // ONE_MINUTE_STEP, shown) if number == 0 else range(0)
        for minute in (shown, *jumped):
            if minute % (24 * 60) in CHECKED_MINUTES:
                clock = midnight + minute * ONE_MINUTE_STEP
                found.setdefault((clock.date(), clock.time()), change + number * ONE_MINUTE_STEP)
    return found


@pytest.mark.parametrize("letter", sorted({zone[0] for zone in available_timezones()}))
def test_each_local_day_has_each_hour_once_in_every_zone_and_at_every_clock_change(letter: str) -> None:
    """`STALEMATE_TEST_ZONE_STEP`: one zone in so many of those that begin with this letter."""
    zones = sorted(name for name in available_timezones() if name.startswith(letter))[:: trial_count("ZONE_STEP", 5)]
    for name in zones:
        for change in clock_changes(ZoneInfo(name)):
            check_around_change(change, Calendar(name))
    report_figure("clock changes", zones=len(zones), differences=0)


def check_around_change(change: datetime, calendar: Calendar) -> None:
    zone = ZoneInfo(calendar.zone)
    oracle = clock_oracle((utc_offset(change - ONE_MINUTE_STEP, zone), utc_offset(change, zone), change))
    middle = (change - ONE_MINUTE_STEP).astimezone(zone).date()
    for hour in CHECKED_HOURS:
        days = [middle + ONE_DAY_STEP * number for number in range(-1, 3)]
        instants = [calendar.instant_at(day, hour) for day in days]
        assert instants == sorted(set(instants)), (calendar, hour)
        for day, at in zip(days, instants, strict=True):
            assert at == oracle.get((day, hour), at), (calendar, day, hour)
        assert {(middle, hour), (middle + ONE_DAY_STEP, hour)} <= oracle.keys()


def test_the_oracle_itself_knows_a_spring_and_an_autumn() -> None:
    new_york = Calendar("America/New_York")
    (spring, autumn) = [change for change in clock_changes(ZoneInfo("America/New_York")) if change.year == 2027]
    assert spring == datetime(2027, 3, 14, 7, tzinfo=UTC)
    assert autumn == datetime(2027, 11, 7, 6, tzinfo=UTC)
    assert new_york.instant_at(date(2027, 3, 14), time(2, 30)) == spring
    assert new_york.instant_at(date(2027, 11, 7), time(1, 30)) == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("Africa/Cairo", date(2024, 4, 26), datetime(2024, 4, 25, 22, tzinfo=UTC)),  # 00:00 becomes 01:00
        ("America/Havana", date(2024, 11, 3), datetime(2024, 11, 3, 4, tzinfo=UTC)),  # 01:00 becomes 00:00
        ("Australia/Lord_Howe", date(2026, 4, 5), datetime(2026, 4, 4, 13, tzinfo=UTC)),
    ],
)
def test_a_day_starts_once_when_clocks_change_at_midnight(zone: str, day: date, start: datetime) -> None:
    calendar = Calendar(zone)
    assert calendar.start_of_day(day) == start
    assert calendar.day_of(start) == day
    assert calendar.day_of(start - ONE_MINUTE_STEP) == day - ONE_DAY_STEP


@pytest.mark.parametrize(
    ("country", "off"),
    [("", (5, 6)), ("US", (5, 6)), ("DE", (5, 6)), ("AE", (5, 6)), ("IL", (4, 5)), ("SA", (4, 5))],
)
def test_the_weekend_is_the_countrys(country: str, off: tuple[int, int]) -> None:
    calendar = Calendar("UTC", country)
    monday = date(2026, 11, 2)  # a week without holidays in all of them
    week = [monday + ONE_DAY_STEP * number for number in range(7)]
    assert tuple(day.weekday() for day in week if not calendar.is_working_day(day)) == off


def test_thanksgiving_is_no_working_day_in_america() -> None:
    us, nowhere = Calendar("America/New_York", "US"), Calendar("America/New_York")
    thanksgiving = date(2026, 11, 26)
    assert us.is_holiday(thanksgiving)
    assert not us.is_working_day(thanksgiving)
    assert us.first_working_day(thanksgiving) == date(2026, 11, 27)
    assert nowhere.is_working_day(thanksgiving)
    assert not us.is_holiday(date(2026, 11, 28))


def test_a_holiday_kept_in_the_year_before_counts() -> None:
    assert not Calendar("America/New_York", "US").is_working_day(date(2027, 12, 31))


def test_working_days_are_counted_over_weekends_and_holidays() -> None:
    us = Calendar("America/New_York", "US")
    tuesday = date(2026, 11, 24)
    assert us.working_day_after(tuesday, 0) == tuesday
    assert us.working_day_after(tuesday, 1) == date(2026, 11, 25)
    assert us.working_day_after(tuesday, 5) == date(2026, 12, 2)
    assert day_after(tuesday, 3, lambda _: True) == date(2026, 11, 27)
    saudi = Calendar("Asia/Riyadh", "SA")
    assert saudi.working_day_after(date(2026, 11, 5), 1) == date(2026, 11, 8)
    assert saudi.first_working_day(date(2026, 11, 6)) == date(2026, 11, 8)


calendar_days = st.dates(date(2026, 11, 1), date(2026, 12, 31))


@given(st.lists(st.builds(DateRange, calendar_days, calendar_days), max_size=6), st.integers(0, 8))
def test_busy_days_are_skipped_as_if_each_were_looked_at(ranges: list[DateRange], days: int) -> None:
    us, day, left = Calendar("America/New_York", "US"), date(2026, 11, 24), days
    while left:
        day += ONE_DAY_STEP
        left -= us.is_working_day(day) and not any(busy.first <= day <= busy.last for busy in ranges)
    assert us.working_day_after(date(2026, 11, 24), days, merge_date_ranges(ranges)) == day
