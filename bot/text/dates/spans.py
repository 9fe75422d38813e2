"""Parse spans of days: "20 dec to 5 jan", "until friday", "next week", or a single day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.calendar import Calendar
from bot.domain.errors import BadValueReason
from bot.text.dates.normalize import MONTH_NAMES, normalize_time_words
from bot.text.dates.parse import parse_day, parse_possible_days
from bot.text.dates.request import MAX_TIME_CHARS, DateRequest
from bot.text.sanitize import is_too_long, sanitize_line

DateSpan = tuple[date, date]

_MONTH_CHOICES = "|".join(MONTH_NAMES)
_SPAN_SEPARATOR = r"(?: ?- ?| (?:to|until|till|through) )"
_SPAN_IN_ONE_MONTH = (
    (re.compile(rf"(\d{{1,2}}){_SPAN_SEPARATOR}(\d{{1,2}}) (?P<rest>(?:{_MONTH_CHOICES})(?: \d{{4}})?)"), "{} {rest}"),
    (re.compile(rf"(?P<rest>{_MONTH_CHOICES}) (\d{{1,2}}){_SPAN_SEPARATOR}(\d{{1,2}})"), "{rest} {}"),
)
_UNTIL_PATTERN = re.compile(r"(?:until|till|til|through|up to) (.+)")
_FROM_TO_PATTERN = re.compile(r"(?:from )?(.+?)(?: (?:to|until|till|through|-) |(?<=[a-z]) ?- ?)(.+)")


def parse_date_span(
    text: str, now: datetime, calendar: Calendar, *, language: str = "en", name: str = "when"
) -> DateSpan:
    """Return the first and the last local day of the span, both included. It may have begun, but must not be over.

    Raises BadValue and AmbiguousTime for the argument `name`.
    """
    request = DateRequest(name, sanitize_line(text[:MAX_TIME_CHARS]), now, calendar, future=True, language=language)
    words = "" if is_too_long(text, MAX_TIME_CHARS) else normalize_time_words(text)
    span = _parse_week_span(words, calendar.day_of(now)) or _parse_two_ended_span(words, request)
    if span is None:
        day = parse_day(text, now, calendar, language=language, name=name)
        return day, day
    if span[1] < calendar.day_of(now):
        raise request.bad_value(BadValueReason.IN_PAST)
    return span


def _parse_week_span(words: str, today: date) -> DateSpan | None:
    monday = today - timedelta(days=today.weekday())
    if words == "this week":
        return today, monday + timedelta(days=6)
    if words == "next week":
        return monday + timedelta(days=7), monday + timedelta(days=13)
    return None


def _parse_two_ended_span(words: str, request: DateRequest) -> DateSpan | None:
    """Parse a span with two ends, or with its end alone; None for other words."""
    for pattern, form in _SPAN_IN_ONE_MONTH:
        if match := pattern.fullmatch(words):
            first, last = (number for number in match.groups() if number.isdigit())
            return _span_between(form.format(first, rest=match["rest"]), form.format(last, rest=match["rest"]), request)
    if match := _UNTIL_PATTERN.fullmatch(words):
        return _span_between("today", match[1], request)
    if match := _FROM_TO_PATTERN.fullmatch(words):
        return _span_between(match[1], match[2], request)
    return None


def _span_between(first: str, last: str, request: DateRequest) -> DateSpan:
    spans = dict.fromkeys(
        span
        for start in parse_possible_days(request, first)
        for span in _possible_spans_from(start, first, last, request)
    )
    if not spans:
        raise request.bad_value(BadValueReason.UNCLEAR_TIME)
    if len(spans) > 1:
        raise request.ambiguous_time(f"{start} to {end}" for start, end in spans)
    return next(iter(spans))


def _possible_spans_from(start: date, first: str, last: str, request: DateRequest) -> list[DateSpan]:
    ends = parse_possible_days(request, last)
    if all(end >= start for end in ends):
        return [(start, end) for end in ends]
    # Between the two, "20 nov to 5 dec" has begun; on a Tuesday, "monday to friday" means next week.
    past_starts = parse_possible_days(replace(request, future=False), first) if re.search(r"\d", first) else []
    today = request.calendar.day_of(request.now)
    running = [(past_start, end) for past_start in past_starts for end in ends if past_start <= today <= end]
    return running or [(start, end) for end in _parse_end_days(start, last, request) if end >= start]


def _parse_end_days(start: date, last: str, request: DateRequest) -> list[date]:
    """Parse the end, with relative words counted from the first day of the span."""
    return parse_possible_days(replace(request, now=request.calendar.start_of_day(start)), last)
