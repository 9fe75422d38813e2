"""Parse typed text as an instant or as a day: the functions that the rest of the bot calls."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.domain.calendar import ONE_DAY, Calendar
from bot.domain.errors import BadValueReason
from bot.text.dates import other_languages
from bot.text.dates.days import DateContext, TimeAmount, parse_amount, parse_english_days, shift_day
from bot.text.dates.hours import NO_TIME_OF_DAY, TimeOfDay, part_of_day_minute, split_time_of_day, split_time_zone
from bot.text.dates.normalize import normalize_time_words, strip_prepositions
from bot.text.dates.request import MAX_TIME_CHARS, TYPING_TOLERANCE, DateRequest
from bot.text.sanitize import is_too_long, sanitize_line


@dataclass(frozen=True, slots=True)
class ParsedTime:
    """The parts of a parsed text: an instant, or possible days and hours."""

    #: The calendar of the days and hours: the member's, or one with the zone that the text names.
    calendar: Calendar
    #: UTC. None: see `days` and `hours`.
    instant: datetime | None = None
    #: Every possible local day. Empty: the text gives only an hour, or an instant.
    days: tuple[date, ...] = ()
    #: Local time of day.
    hours: TimeOfDay = NO_TIME_OF_DAY

    @property
    def has_hour(self) -> bool:
        return self.instant is not None or bool(self.hours.possible_minutes)


def parse_instant(
    text: str,
    now: datetime,
    calendar: Calendar,
    *,
    default_hour: time,
    future: bool,
    needs_hour: bool = False,
    language: str = "en",
    name: str = "when",
) -> datetime:
    """Return the instant (UTC) that the text means.

    Without an hour, today means now, a past day means its noon, and a later day means its `default_hour` (local).
    Raises BadValue and AmbiguousTime for the argument `name`.
    """
    request = DateRequest(name, sanitize_line(text[:MAX_TIME_CHARS]), now, calendar, future, language)
    parsed = parse_time_words(request, text)
    fitting = _select_future_or_past(sorted(set(_possible_instants(parsed, request, default_hour))), request)
    if needs_hour and not parsed.has_hour:
        raise request.bad_value(BadValueReason.HOUR_MISSING)
    options = list(dict.fromkeys(_to_iso_option(at, parsed, calendar) for at in fitting))
    if len(options) > 1:
        raise request.ambiguous_time(options)
    return fitting[0]


def parse_day(
    text: str, now: datetime, calendar: Calendar, *, future: bool = True, language: str = "en", name: str = "when"
) -> date:
    """Return the local day that the text means: today, or a day on the side of it that `future` says.

    Raises BadValue and AmbiguousTime for the argument `name`.
    """
    request = DateRequest(name, sanitize_line(text[:MAX_TIME_CHARS]), now, calendar, future, language)
    today = calendar.day_of(now)
    possible = parse_possible_days(request, text)
    fitting = [day for day in possible if (day >= today if future else day <= today)]
    if not fitting:
        raise request.bad_value(BadValueReason.IN_PAST if future else BadValueReason.IN_FUTURE)
    if len(fitting) > 1:
        raise request.ambiguous_time(day.isoformat() for day in fitting)
    return fitting[0]


def parse_time_from_now(text: str, now: datetime, calendar: Calendar, *, name: str = "by") -> datetime:
    """Return the instant (UTC) that far after `now`: "1 hour", "3 days", "5 working days".

    Days and longer units keep the local time. Raises BadValue for the argument `name`.
    """
    request = DateRequest(name, sanitize_line(text[:MAX_TIME_CHARS]), now, calendar, future=True, language="en")
    amount = None if is_too_long(text, MAX_TIME_CHARS) else parse_amount(normalize_time_words(text))
    if amount is None or amount.sign < 0:
        raise request.bad_value(BadValueReason.UNCLEAR_TIME)
    if amount.clock_delta is not None:
        return request.check_instant(now + amount.clock_delta)
    local = calendar.to_local(now)
    day = request.check_year(shift_day(local.date(), amount, 1, calendar))
    return _local_to_utc(datetime.combine(day, local.time()), calendar)


def parse_possible_days(request: DateRequest, text: str) -> list[date]:
    """Return the local days that the text can mean, the earliest first, before and after now. Raises BadValue."""
    parsed = parse_time_words(request, text)
    days = parsed.days or tuple(map(request.calendar.day_of, _possible_instants(parsed, request, time())))
    return sorted({request.check_year(day) for day in days})


def parse_time_words(request: DateRequest, text: str) -> ParsedTime:
    """Return the parts of the text. Raises BadValue if it is not understood."""
    parsed = (
        None
        if is_too_long(text, MAX_TIME_CHARS)
        else _parse_iso_instant(text, request) or _parse_with_hour(normalize_time_words(text), request)
    )
    if parsed is None:
        raise request.bad_value(BadValueReason.UNCLEAR_TIME)
    return parsed


_ISO_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)")


def _parse_iso_instant(text: str, request: DateRequest) -> ParsedTime | None:
    """Parse a full ISO 8601 instant with an offset; None for any other text."""
    if not _ISO_INSTANT.fullmatch(text.strip()):
        return None
    try:
        return ParsedTime(
            request.calendar, instant=request.check_instant(datetime.fromisoformat(text.strip())).astimezone(UTC)
        )
    except ValueError:
        return None


def _parse_with_hour(words: str, request: DateRequest) -> ParsedTime | None:
    zone, words = split_time_zone(words)
    calendar = Calendar(zone, request.calendar.country) if zone else request.calendar
    parts = split_time_of_day(strip_prepositions(words))
    if parts is None:
        return None
    hours, rest = parts[0], strip_prepositions(parts[1])
    if not hours.is_given:
        return None if zone else _parse_without_hour(rest, request)
    days = _parse_days(rest, request.date_context(has_hour=True)) if rest else ()
    return ParsedTime(calendar, days=days, hours=hours) if days or not rest else None


def _parse_without_hour(words: str, request: DateRequest) -> ParsedTime | None:
    amount = parse_amount(words)
    if words == "now" or (amount and amount.clock_delta is not None):
        return ParsedTime(
            request.calendar, instant=request.check_instant(request.now + _signed_delta(amount, request.future))
        )
    days = _parse_days(words, request.date_context())
    return ParsedTime(request.calendar, days=days) if days else None


def _signed_delta(amount: TimeAmount | None, future: bool) -> timedelta:
    if amount is None or amount.clock_delta is None:
        return timedelta()
    return amount.clock_delta * (amount.sign or (1 if future else -1))


def _parse_days(words: str, date_context: DateContext) -> tuple[date, ...]:
    english = parse_english_days(words, date_context)
    if english or not words:
        return english
    foreign = other_languages.parse_foreign_day(words, date_context)
    return () if foreign is None else (foreign,)


def _possible_instants(parsed: ParsedTime, request: DateRequest, default_hour: time) -> list[datetime]:
    if parsed.instant is not None:
        return [parsed.instant]
    if not parsed.days:
        return [
            _nearest_instant(build_instant, parsed, request)
            for build_instant in _instant_builders(parsed, request, default_hour)
        ]
    days = [request.check_year(day) for day in parsed.days]
    return [build_instant(day) for day in days for build_instant in _instant_builders(parsed, request, default_hour)]


InstantOnDay = Callable[[date], datetime]


def _instant_builders(parsed: ParsedTime, request: DateRequest, default_hour: time) -> list[InstantOnDay]:
    """Return, for each possible hour, a function from a local day to the instant (UTC)."""
    if parsed.hours.possible_minutes:
        return [partial(_instant_of_minute, minute, parsed.calendar) for minute in parsed.hours.possible_minutes]
    if parsed.hours.part_of_day is not None:
        return [partial(_instant_in_part_of_day, parsed.hours.part_of_day, parsed.calendar, request.now)]
    return [partial(_default_instant, request, default_hour)]


def _nearest_instant(build_instant: InstantOnDay, parsed: ParsedTime, request: DateRequest) -> datetime:
    """Return the next or the last occurrence of an hour given without a day."""
    today = parsed.calendar.day_of(request.now)
    times = [build_instant(today - ONE_DAY), build_instant(today), build_instant(today + ONE_DAY)]
    if request.future:
        return min(at for at in times if at >= request.now - TYPING_TOLERANCE)
    return max(at for at in times if at <= request.now + TYPING_TOLERANCE)


def _default_instant(request: DateRequest, default_hour: time, day: date) -> datetime:
    today = request.calendar.day_of(request.now)
    if day == today:
        return request.now
    return _local_to_utc(datetime.combine(day, default_hour if day > today else time(12)), request.calendar)


def _instant_in_part_of_day(part_of_day: range, calendar: Calendar, now: datetime, day: date) -> datetime:
    """The minute that represents the part of the day, or `now` if we are inside it."""
    local = calendar.to_local(now)
    within = day == local.date() and local.hour * 60 + local.minute in part_of_day
    return now if within else _instant_of_minute(part_of_day_minute(part_of_day), calendar, day)


def _instant_of_minute(minute: int, calendar: Calendar, day: date) -> datetime:
    return _local_to_utc(datetime.combine(day, time()) + timedelta(minutes=minute), calendar)


def _local_to_utc(local: datetime, calendar: Calendar) -> datetime:
    # Fold 0: of two equal local times the first; in a gap, 02:30 becomes 03:30, which the clock shows then.
    return local.replace(tzinfo=ZoneInfo(calendar.zone)).astimezone(UTC)


def _to_iso_option(at: datetime, parsed: ParsedTime, calendar: Calendar) -> str:
    return (
        f"{calendar.to_local(at):%Y-%m-%d %H:%M}"
        if parsed.hours.is_given or parsed.instant
        else calendar.day_of(at).isoformat()
    )


def _select_future_or_past(instants: list[datetime], request: DateRequest) -> list[datetime]:
    now = request.now
    earliest, latest = now - TYPING_TOLERANCE, now + TYPING_TOLERANCE
    fitting = [at for at in instants if (at >= earliest if request.future else at <= latest)]
    if not fitting:
        raise request.bad_value(BadValueReason.IN_PAST if request.future else BadValueReason.IN_FUTURE)
    return fitting
