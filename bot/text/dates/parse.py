"""From people's words to instants and days: the questions that the rest of the bot asks."""

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
from bot.text.dates.request import MAX_TIME_CHARS, TYPING_SLACK, DateRequest
from bot.text.sanitize import is_too_long, sanitize_line


@dataclass(frozen=True, slots=True)
class ParsedTime:
    """What the words hold: an instant, or days and hours of which each can be several, on the clocks of `place`.

    Without days, an hour alone was said.
    """

    calendar: Calendar
    instant: datetime | None = None
    days: tuple[date, ...] = ()
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
    """The instant (UTC) that is meant. Without an hour: today is now, a past day noon, a later one `default_hour`.

    Raises BadValue and AmbiguousTime for the argument `name`.
    """
    question = DateRequest(name, sanitize_line(text[:MAX_TIME_CHARS]), now, calendar, future, language)
    said = parse_time_words(question, text)
    fitting = _select_future_or_past(sorted(set(_possible_instants(said, question, default_hour))), question)
    if needs_hour and not said.has_hour:
        raise question.bad_value(BadValueReason.HOUR_MISSING)
    options = list(dict.fromkeys(_to_iso_option(at, said, calendar) for at in fitting))
    if len(options) > 1:
        raise question.ambiguous_time(options)
    return fitting[0]


def parse_day(
    text: str, now: datetime, calendar: Calendar, *, future: bool = True, language: str = "en", name: str = "when"
) -> date:
    """The local day that is meant, today included. Raises like `moment`."""
    question = DateRequest(name, sanitize_line(text[:MAX_TIME_CHARS]), now, calendar, future, language)
    today = calendar.day_of(now)
    found = parse_possible_days(question, text)
    fitting = [one for one in found if (one >= today if future else one <= today)]
    if not fitting:
        raise question.bad_value(BadValueReason.IN_PAST if future else BadValueReason.IN_FUTURE)
    if len(fitting) > 1:
        raise question.ambiguous_time(one.isoformat() for one in fitting)
    return fitting[0]


def parse_time_from_now(text: str, now: datetime, calendar: Calendar, *, name: str = "by") -> datetime:
    """The instant (UTC) so far from now: "1 hour", "3 days", "5 working days"; whole days keep the local time."""
    question = DateRequest(name, sanitize_line(text[:MAX_TIME_CHARS]), now, calendar, future=True, language="en")
    by = None if is_too_long(text, MAX_TIME_CHARS) else parse_amount(normalize_time_words(text))
    if by is None or by.sign < 0:
        raise question.bad_value(BadValueReason.UNCLEAR_TIME)
    if by.clock_delta is not None:
        return question.check_instant(now + by.clock_delta)
    local = calendar.to_local(now)
    there = question.check_year(shift_day(local.date(), by, 1, calendar))
    return _local_to_utc(datetime.combine(there, local.time()), calendar)


def parse_possible_days(request: DateRequest, text: str) -> list[date]:
    """The days that the words can mean, in order, on either side of now."""
    said = parse_time_words(request, text)
    found = said.days or tuple(map(request.calendar.day_of, _possible_instants(said, request, time())))
    return sorted({request.check_year(one) for one in found})


def parse_time_words(request: DateRequest, text: str) -> ParsedTime:
    """What the words hold. Raises BadValue when they are not understood."""
    said = (
        None
        if is_too_long(text, MAX_TIME_CHARS)
        else _parse_iso_instant(text, request) or _parse_with_hour(normalize_time_words(text), request)
    )
    if said is None:
        raise request.bad_value(BadValueReason.UNCLEAR_TIME)
    return said


_ISO_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)")


def _parse_iso_instant(text: str, request: DateRequest) -> ParsedTime | None:
    """A full ISO 8601 instant."""
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
    place = Calendar(zone, request.calendar.country) if zone else request.calendar
    taken = split_time_of_day(strip_prepositions(words))
    if taken is None:
        return None
    hours, rest = taken[0], strip_prepositions(taken[1])
    if not hours.is_given:
        return None if zone else _parse_without_hour(rest, request)
    days = _parse_days(rest, request.date_context(has_hour=True)) if rest else ()
    return ParsedTime(place, days=days, hours=hours) if days or not rest else None


def _parse_without_hour(words: str, request: DateRequest) -> ParsedTime | None:
    by = parse_amount(words)
    if words == "now" or (by and by.clock_delta is not None):
        return ParsedTime(
            request.calendar, instant=request.check_instant(request.now + _signed_delta(by, request.future))
        )
    days = _parse_days(words, request.date_context())
    return ParsedTime(request.calendar, days=days) if days else None


def _signed_delta(amount: TimeAmount | None, future: bool) -> timedelta:
    if amount is None or amount.clock_delta is None:
        return timedelta()
    return amount.clock_delta * (amount.sign or (1 if future else -1))


def _parse_days(words: str, date_context: DateContext) -> tuple[date, ...]:
    found = parse_english_days(words, date_context)
    if found or not words:
        return found
    other = other_languages.parse_foreign_day(words, date_context)
    return () if other is None else (other,)


def _possible_instants(parsed: ParsedTime, request: DateRequest, default_hour: time) -> list[datetime]:
    if parsed.instant is not None:
        return [parsed.instant]
    if not parsed.days:
        return [_nearest_instant(on, parsed, request) for on in _instant_builders(parsed, request, default_hour)]
    days = [request.check_year(day) for day in parsed.days]
    return [on(day) for day in days for on in _instant_builders(parsed, request, default_hour)]


InstantOnDay = Callable[[date], datetime]


def _instant_builders(parsed: ParsedTime, request: DateRequest, default_hour: time) -> list[InstantOnDay]:
    """For each reading of the hour, what gives its instant (UTC) on a day."""
    if parsed.hours.possible_minutes:
        return [partial(_instant_of_minute, minute, parsed.calendar) for minute in parsed.hours.possible_minutes]
    if parsed.hours.part_of_day is not None:
        return [partial(_instant_in_part_of_day, parsed.hours.part_of_day, parsed.calendar, request.now)]
    return [partial(_default_instant, request, default_hour)]


def _nearest_instant(build_instant: InstantOnDay, parsed: ParsedTime, request: DateRequest) -> datetime:
    """An hour alone: the next time that it comes, or the last time that it came."""
    today = parsed.calendar.day_of(request.now)
    times = [build_instant(today - ONE_DAY), build_instant(today), build_instant(today + ONE_DAY)]
    if request.future:
        return min(at for at in times if at >= request.now - TYPING_SLACK)
    return max(at for at in times if at <= request.now + TYPING_SLACK)


def _default_instant(request: DateRequest, default_hour: time, day: date) -> datetime:
    today = request.calendar.day_of(request.now)
    if day == today:
        return request.now
    return _local_to_utc(datetime.combine(day, default_hour if day > today else time(12)), request.calendar)


def _instant_in_part_of_day(part_of_day: range, calendar: Calendar, now: datetime, day: date) -> datetime:
    """Its middle; now, when it is that part of the day."""
    local = calendar.to_local(now)
    within = day == local.date() and local.hour * 60 + local.minute in part_of_day
    return now if within else _instant_of_minute(part_of_day_minute(part_of_day), calendar, day)


def _instant_of_minute(minute: int, calendar: Calendar, day: date) -> datetime:
    return _local_to_utc(datetime.combine(day, time()) + timedelta(minutes=minute), calendar)


def _local_to_utc(local: datetime, calendar: Calendar) -> datetime:
    # Fold 0: the first of two equal times, and 02:30 in a gap becomes the 03:30 that the clock shows then.
    return local.replace(tzinfo=ZoneInfo(calendar.zone)).astimezone(UTC)


def _to_iso_option(at: datetime, parsed: ParsedTime, calendar: Calendar) -> str:
    return (
        f"{calendar.to_local(at):%Y-%m-%d %H:%M}"
        if parsed.hours.is_given or parsed.instant
        else calendar.day_of(at).isoformat()
    )


def _select_future_or_past(instants: list[datetime], request: DateRequest) -> list[datetime]:
    now = request.now
    fitting = [at for at in instants if (at >= now - TYPING_SLACK if request.future else at <= now + TYPING_SLACK)]
    if not fitting:
        raise request.bad_value(BadValueReason.IN_PAST if request.future else BadValueReason.IN_FUTURE)
    return fitting
