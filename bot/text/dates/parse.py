"""From people's words to instants and days: the questions that the rest of the bot asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.domain.calendar import ONE_DAY, Calendar
from bot.text.dates import other_languages
from bot.text.dates.days import Amount, Frame, amount, dates, moved
from bot.text.dates.hours import NO_HOURS, Hours, middle, take_hours, take_zone
from bot.text.dates.normalize import bare, plain
from bot.text.dates.request import SLACK, TEXT_LIMIT, Question
from bot.text.sanitize import clean, too_long


@dataclass(frozen=True, slots=True)
class Said:
    """What the words hold: an instant, or days and hours of which each can be several, on the clocks of `place`.

    Without days, an hour alone was said.
    """

    place: Calendar
    at: datetime | None = None
    days: tuple[date, ...] = ()
    hours: Hours = NO_HOURS

    @property
    def has_hour(self) -> bool:
        return self.at is not None or bool(self.hours.readings)


def moment(
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
    question = Question(name, clean(text[:TEXT_LIMIT]), now, calendar, future, language)
    said = read(question, text)
    fitting = _on_side(sorted(set(_instants(said, question, default_hour))), question)
    if needs_hour and not said.has_hour:
        raise question.refusal("needs an hour")
    options = list(dict.fromkeys(_iso(at, said, calendar) for at in fitting))
    if len(options) > 1:
        raise question.choice(options)
    return fitting[0]


def day(
    text: str, now: datetime, calendar: Calendar, *, future: bool = True, language: str = "en", name: str = "when"
) -> date:
    """The local day that is meant, today included. Raises like `moment`."""
    question = Question(name, clean(text[:TEXT_LIMIT]), now, calendar, future, language)
    today = calendar.day(now)
    found = days_of(question, text)
    fitting = [one for one in found if (one >= today if future else one <= today)]
    if not fitting:
        raise question.refusal("past" if future else "future")
    if len(fitting) > 1:
        raise question.choice(one.isoformat() for one in fitting)
    return fitting[0]


def ahead(text: str, now: datetime, calendar: Calendar, *, name: str = "by") -> datetime:
    """The instant (UTC) so far from now: "1 hour", "3 days", "5 working days"; whole days keep the local time."""
    question = Question(name, clean(text[:TEXT_LIMIT]), now, calendar, future=True, language="en")
    by = None if too_long(text, TEXT_LIMIT) else amount(plain(text))
    if by is None or by.sign < 0:
        raise question.refusal("unclear time")
    if by.delta is not None:
        return question.checked(now + by.delta)
    local = calendar.local(now)
    there = question.check_year(moved(local.date(), by, 1, calendar))
    return _utc(datetime.combine(there, local.time()), calendar)


def days_of(question: Question, text: str) -> list[date]:
    """The days that the words can mean, in order, on either side of now."""
    said = read(question, text)
    found = said.days or tuple(map(question.calendar.day, _instants(said, question, time())))
    return sorted({question.check_year(one) for one in found})


def read(question: Question, text: str) -> Said:
    """What the words hold. Raises BadValue when they are not understood."""
    said = None if too_long(text, TEXT_LIMIT) else _with_offset(text, question) or _said(plain(text), question)
    if said is None:
        raise question.refusal("unclear time")
    return said


_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)")


def _with_offset(text: str, question: Question) -> Said | None:
    """A full ISO 8601 instant."""
    if not _OFFSET.fullmatch(text.strip()):
        return None
    try:
        return Said(question.calendar, at=question.checked(datetime.fromisoformat(text.strip())).astimezone(UTC))
    except ValueError:
        return None


def _said(words: str, question: Question) -> Said | None:
    zone, words = take_zone(words)
    place = Calendar(zone, question.calendar.country) if zone else question.calendar
    taken = take_hours(bare(words))
    if taken is None:
        return None
    hours, rest = taken[0], bare(taken[1])
    if not hours.said:
        return None if zone else _without_hour(rest, question)
    days = _days(rest, question.frame(timed=True)) if rest else ()
    return Said(place, days=days, hours=hours) if days or not rest else None


def _without_hour(words: str, question: Question) -> Said | None:
    by = amount(words)
    if words == "now" or (by and by.delta is not None):
        return Said(question.calendar, at=question.checked(question.now + _shift(by, question.future)))
    days = _days(words, question.frame())
    return Said(question.calendar, days=days) if days else None


def _shift(by: Amount | None, future: bool) -> timedelta:
    if by is None or by.delta is None:
        return timedelta()
    return by.delta * (by.sign or (1 if future else -1))


def _days(words: str, frame: Frame) -> tuple[date, ...]:
    found = dates(words, frame)
    if found or not words:
        return found
    other = other_languages.day(words, frame)
    return () if other is None else (other,)


def _instants(said: Said, question: Question, default_hour: time) -> list[datetime]:
    if said.at is not None:
        return [said.at]
    if not said.days:
        return [_nearest(on, said, question) for on in _hours_on(said, question, default_hour)]
    days = [question.check_year(one) for one in said.days]
    return [on(one) for one in days for on in _hours_on(said, question, default_hour)]


OnDay = Callable[[date], datetime]


def _hours_on(said: Said, question: Question, default_hour: time) -> list[OnDay]:
    """For each reading of the hour, what gives its instant (UTC) on a day."""
    if said.hours.readings:
        return [partial(_at, minute, said.place) for minute in said.hours.readings]
    if said.hours.part is not None:
        return [partial(_in_part, said.hours.part, said.place, question.now)]
    return [partial(_by_default, question, default_hour)]


def _nearest(on: OnDay, said: Said, question: Question) -> datetime:
    """An hour alone: the next time that it comes, or the last time that it came."""
    today = said.place.day(question.now)
    times = [on(today - ONE_DAY), on(today), on(today + ONE_DAY)]
    if question.future:
        return min(at for at in times if at >= question.now - SLACK)
    return max(at for at in times if at <= question.now + SLACK)


def _by_default(question: Question, default_hour: time, one: date) -> datetime:
    today = question.calendar.day(question.now)
    if one == today:
        return question.now
    return _utc(datetime.combine(one, default_hour if one > today else time(12)), question.calendar)


def _in_part(part: range, place: Calendar, now: datetime, one: date) -> datetime:
    """Its middle; now, when it is that part of the day."""
    local = place.local(now)
    within = one == local.date() and local.hour * 60 + local.minute in part
    return now if within else _at(middle(part), place, one)


def _at(minute: int, place: Calendar, one: date) -> datetime:
    return _utc(datetime.combine(one, time()) + timedelta(minutes=minute), place)


def _utc(local: datetime, place: Calendar) -> datetime:
    # Fold 0: the first of two equal times, and 02:30 in a gap becomes the 03:30 that the clock shows then.
    return local.replace(tzinfo=ZoneInfo(place.zone)).astimezone(UTC)


def _iso(at: datetime, said: Said, calendar: Calendar) -> str:
    return f"{calendar.local(at):%Y-%m-%d %H:%M}" if said.hours.said or said.at else calendar.day(at).isoformat()


def _on_side(instants: list[datetime], question: Question) -> list[datetime]:
    now = question.now
    fitting = [at for at in instants if (at >= now - SLACK if question.future else at <= now + SLACK)]
    if not fitting:
        raise question.refusal("past" if question.future else "future")
    return fitting
