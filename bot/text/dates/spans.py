"""From people's words to spans of days: "20 dec to 5 jan", "until friday", "next week", a single day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.calendar import Calendar
from bot.text.dates.normalize import MONTHS, plain
from bot.text.dates.parse import day, days_of
from bot.text.dates.request import TEXT_LIMIT, Question
from bot.text.sanitize import clean, too_long

Span = tuple[date, date]

_MONTHS = "|".join(MONTHS)
_TO = r"(?: ?- ?| (?:to|until|till|through) )"
_IN_ONE_MONTH = (
    (re.compile(rf"(\d{{1,2}}){_TO}(\d{{1,2}}) (?P<rest>(?:{_MONTHS})(?: \d{{4}})?)"), "{} {rest}"),
    (re.compile(rf"(?P<rest>{_MONTHS}) (\d{{1,2}}){_TO}(\d{{1,2}})"), "{rest} {}"),
)
_UNTIL = re.compile(r"(?:until|till|til|through|up to) (.+)")
_FROM_TO = re.compile(r"(?:from )?(.+?)(?: (?:to|until|till|through|-) |(?<=[a-z]) ?- ?)(.+)")


def span(text: str, now: datetime, calendar: Calendar, *, language: str = "en", name: str = "when") -> Span:
    """The first and the last local day that are meant, both included. A span may have begun, but not be over.

    Raises like `moment`.
    """
    question = Question(name, clean(text[:TEXT_LIMIT]), now, calendar, future=True, language=language)
    words = "" if too_long(text, TEXT_LIMIT) else plain(text)
    found = _week(words, calendar.day(now)) or _two_ends(words, question)
    if found is None:
        only = day(text, now, calendar, language=language, name=name)
        return only, only
    if found[1] < calendar.day(now):
        raise question.refusal("past")
    return found


def _week(words: str, today: date) -> Span | None:
    monday = today - timedelta(days=today.weekday())
    if words == "this week":
        return today, monday + timedelta(days=6)
    if words == "next week":
        return monday + timedelta(days=7), monday + timedelta(days=13)
    return None


def _two_ends(words: str, question: Question) -> Span | None:
    """The span of words that name two ends, or an end alone; None for other words."""
    for pattern, form in _IN_ONE_MONTH:
        if found := pattern.fullmatch(words):
            first, last = (number for number in found.groups() if number.isdigit())
            return _between(form.format(first, rest=found["rest"]), form.format(last, rest=found["rest"]), question)
    if found := _UNTIL.fullmatch(words):
        return _between("today", found[1], question)
    if found := _FROM_TO.fullmatch(words):
        return _between(found[1], found[2], question)
    return None


def _between(first: str, last: str, question: Question) -> Span:
    spans = dict.fromkeys(
        fitted for start in days_of(question, first) for fitted in _ending(start, first, last, question)
    )
    if not spans:
        raise question.refusal("unclear time")
    if len(spans) > 1:
        raise question.choice(f"{start} to {end}" for start, end in spans)
    return next(iter(spans))


def _ending(start: date, first: str, last: str, question: Question) -> list[Span]:
    ends = days_of(question, last)
    if all(end >= start for end in ends):
        return [(start, end) for end in ends]
    # "20 nov to 5 dec", said in between, began this year; "monday to friday", said on a Tuesday, is next week.
    began = days_of(replace(question, future=False), first) if re.search(r"\d", first) else []
    running = [(one, end) for one in began for end in ends if one <= question.calendar.day(question.now) <= end]
    return running or [(start, end) for end in _after(start, last, question) if end >= start]


def _after(start: date, last: str, question: Question) -> list[date]:
    """The end, read from the day on which the span begins."""
    return days_of(replace(question, now=question.calendar.start(start)), last)
