"""People's words about time, read and said."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.calendar import Calendar
from bot.domain.errors import AmbiguousTime, BadValue, UserError
from bot.domain.messages import Instant
from bot.text.dates import (
    format_date,
    format_instant,
    parse_date_span,
    parse_day,
    parse_instant,
    parse_time_from_now,
    to_card_instant,
)
from tests.cpu_cost import cpu_growth

NEW_YORK_CALENDAR = Calendar("America/New_York", "US")
BERLIN_CALENDAR = Calendar("Europe/Berlin", "DE")
CALENDAR_WITHOUT_COUNTRY = Calendar("America/New_York")
NINE_IN_THE_MORNING = time(9)


def local_in_zone(text: str, calendar: Calendar = NEW_YORK_CALENDAR) -> datetime:
    """The instant (UTC) of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(calendar.zone)).astimezone(UTC)


DATES_NOW = local_in_zone("2026-11-24 15:30")  # a Tuesday
DATES_TODAY = date(2026, 11, 24)


def parsed_future_time(
    text: str, now: datetime = DATES_NOW, calendar: Calendar = NEW_YORK_CALENDAR, language: str = "en"
) -> str:
    at = parse_instant(text, now, calendar, default_hour=NINE_IN_THE_MORNING, future=True, language=language)
    return f"{calendar.to_local(at):%Y-%m-%d %H:%M}"


def parsed_past_time(text: str, now: datetime = DATES_NOW, calendar: Calendar = NEW_YORK_CALENDAR) -> str:
    at = parse_instant(text, now, calendar, default_hour=NINE_IN_THE_MORNING, future=False)
    return f"{calendar.to_local(at):%Y-%m-%d %H:%M}"


FUTURE_EXAMPLES = {
    # The table of the measurement, with what a person expects.
    "next tue 9am": "2026-12-01 09:00",
    "tuesday": "2026-12-01 09:00",
    "in 3 days": "2026-11-27 09:00",
    "3d": "2026-11-27 09:00",
    "tomorrow": "2026-11-25 09:00",
    "5pm": "2026-11-24 17:00",
    "friday": "2026-11-27 09:00",
    "Jan 5": "2027-01-05 09:00",
    "in two weeks": "2026-12-08 09:00",
    "half an hour": "2026-11-24 16:00",
    "end of month": "2026-11-30 09:00",
    "day after tomorrow": "2026-11-26 09:00",
    "in 3 business days": "2026-11-30 09:00",  # over Thanksgiving and a weekend
    "2w": "2026-12-08 09:00",
    # Hours.
    "now": "2026-11-24 15:30",
    "today": "2026-11-24 15:30",
    "2h": "2026-11-24 17:30",
    "in half an hour": "2026-11-24 16:00",
    "in 90 minutes": "2026-11-24 17:00",
    "an hour": "2026-11-24 16:30",
    "9am": "2026-11-25 09:00",
    "15:30": "2026-11-24 15:30",
    "17.30": "2026-11-24 17:30",
    "9 a.m.": "2026-11-25 09:00",
    "noon": "2026-11-25 12:00",
    "midnight": "2026-11-25 00:00",
    "tomorrow at noon": "2026-11-25 12:00",
    "midday tomorrow": "2026-11-25 12:00",
    "12 noon tomorrow": "2026-11-25 12:00",
    "tonight": "2026-11-24 19:00",
    "tonight at 8": "2026-11-24 20:00",
    "tonight at midnight": "2026-11-25 00:00",
    "this afternoon": "2026-11-24 15:30",
    "this evening": "2026-11-24 19:00",
    "tomorrow morning": "2026-11-25 09:00",
    "tomorrow at 3 in the afternoon": "2026-11-25 15:00",
    "today at 5": "2026-11-24 17:00",
    "tomorrow at 10": "2026-11-25 10:00",
    "tomorrow 24:00": "2026-11-26 00:00",
    "friday 9am": "2026-11-27 09:00",
    "9am friday": "2026-11-27 09:00",
    "fri 2:30pm": "2026-11-27 14:30",
    "on friday, at 14:00": "2026-11-27 14:00",
    "in 2 weeks at 3pm": "2026-12-08 15:00",
    # Days.
    "2026-12-03": "2026-12-03 09:00",
    "2026-12-03 15:00": "2026-12-03 15:00",
    "2026-12-03 03:00": "2026-12-03 03:00",
    "2026-12-03T15:00": "2026-12-03 15:00",
    "2026-12-03T15:00:00+01:00": "2026-12-03 09:00",
    "2026-12-03T15:00Z": "2026-12-03 10:00",
    "2026/12/3": "2026-12-03 09:00",
    "3.12.": "2026-12-03 09:00",
    "3.12.2026 15:00": "2026-12-03 15:00",
    "3 Dec": "2026-12-03 09:00",
    "3dec": "2026-12-03 09:00",
    "Dec 3 3pm": "2026-12-03 15:00",
    "december 3rd at 10:30": "2026-12-03 10:30",
    "the 3rd of december": "2026-12-03 09:00",
    "Thu 3 Dec": "2026-12-03 09:00",
    "Thu, Dec 3, 2026 at 3:15 PM": "2026-12-03 15:15",
    "29 feb": "2028-02-29 09:00",
    "3/4": "2027-03-04 09:00",
    "12/25": "2026-12-25 09:00",
    "25/12": "2026-12-25 09:00",
    "3/4/27": "2027-03-04 09:00",
    "24 nov": "2026-11-24 15:30",
    "in a week": "2026-12-01 09:00",
    "a week from now": "2026-12-01 09:00",
    "in a month": "2026-12-24 09:00",
    "this friday": "2026-11-27 09:00",
    "monday next week": "2026-11-30 09:00",
    "next week": "2026-11-30 09:00",
    "next monday": "2026-11-30 09:00",
    "end of week": "2026-11-27 09:00",
    "end of the week": "2026-11-27 09:00",
    "end of next month": "2026-12-31 09:00",
    "until friday": "2026-11-27 09:00",
    # Zones.
    "3pm EST": "2026-11-25 15:00",
    "4pm est": "2026-11-24 16:00",
    "15:00 Europe/Berlin": "2026-11-25 09:00",
    "tomorrow 9am PT": "2026-11-25 12:00",
    "tomorrow 15:00 UTC": "2026-11-25 10:00",
    "tomorrow 15:00 utc+2": "2026-11-25 08:00",
}

PAST_EXAMPLES = {
    "today": "2026-11-24 15:30",
    "now": "2026-11-24 15:30",
    "yesterday": "2026-11-23 12:00",
    "yesterday 4pm": "2026-11-23 16:00",
    "friday": "2026-11-20 12:00",
    "tuesday": "2026-11-17 12:00",
    "last friday": "2026-11-20 12:00",
    "this monday": "2026-11-23 12:00",
    "5pm": "2026-11-23 17:00",
    "9am": "2026-11-24 09:00",
    "3d": "2026-11-21 12:00",
    "5 days ago": "2026-11-19 12:00",
    "2 hours ago": "2026-11-24 13:30",
    "an hour ago": "2026-11-24 14:30",
    "half an hour ago": "2026-11-24 15:00",
    "a week ago": "2026-11-17 12:00",
    "2 working days ago": "2026-11-20 12:00",
    "this morning": "2026-11-24 09:00",
    "last night": "2026-11-23 19:00",
    "20 nov": "2026-11-20 12:00",
    "11/20": "2026-11-20 12:00",
    "2026-11-20": "2026-11-20 12:00",
}


@pytest.mark.parametrize(("text", "expected"), FUTURE_EXAMPLES.items())
def test_words_about_the_future_mean_what_a_person_expects(text: str, expected: str) -> None:
    assert parsed_future_time(text) == expected
    assert parsed_future_time(f"  {text.upper()} ") == expected


@pytest.mark.parametrize(("text", "expected"), PAST_EXAMPLES.items())
def test_words_about_the_past_mean_what_a_person_expects(text: str, expected: str) -> None:
    assert parsed_past_time(text) == expected


UNCLEAR_TIMES = [
    *("2", "may", "on the 5th", "soon", "asap", "", " ", "9", "5th", "dec", "2027", "dec 2027", "someday", "at"),
    *("30 feb", "2026-02-30", "2026-13-01", "fri 3 dec", "25:00", "13pm", "9:75", "3.12", "9am 10am", "friday 3 4"),
    *("9am in the evening", "friday EST", "1/2/3/4", "in 3 days ago", "32/13", "next", "until", "3 working hours"),
    *("2026-12-03T25:00+01:00", "last week", "tomorrow yesterday", "\u202e", "١٢:٣٠:", "in 1 " * 10_000, "9" * 99),
]


@pytest.mark.parametrize("text", UNCLEAR_TIMES)
@pytest.mark.parametrize("future", [True, False])
def test_unclear_words_are_not_guessed(text: str, future: bool) -> None:
    with pytest.raises(BadValue) as caught:
        parse_instant(text, DATES_NOW, NEW_YORK_CALENDAR, default_hour=NINE_IN_THE_MORNING, future=future, name="until")
    assert (caught.value.name, caught.value.reason) == ("until", "unclear time")
    assert len(caught.value.typed) <= 100  # it is echoed


@pytest.mark.parametrize("text", ["in 1 ", "9", "friday ", "İ"])
@pytest.mark.parametrize("reader", [parse_day, parse_date_span, parse_time_from_now])
def test_a_long_text_is_read_no_further_than_a_time_is_long(text: str, reader: Callable[..., object]) -> None:
    def reading(times: int) -> None:
        with suppress(BadValue):
            reader(text * times, DATES_NOW, NEW_YORK_CALENDAR)

    assert cpu_growth(reading, 10_000) < 4, "none of it is looked at more closely when there is more of it"


@pytest.mark.parametrize(
    ("text", "future", "reason"),
    [
        *[
            (text, True, "past")
            for text in ("yesterday", "last friday", "today 9am", "2h ago", "2026-11-20", "this monday")
        ],
        *[(text, False, "future") for text in ("tomorrow", "next friday", "in 2 hours", "today 5pm", "2026-12-03")],
        *[(text, True, "too far") for text in ("2037-01-01", "3 dec 2150", "9999 years", "9999 weeks", "5 jan 1999")],
        *[
            (text, False, "too far")
            for text in ("1999-12-31", "9999 working days ago", "9999 months ago", "0001-01-01")
        ],
        *[(text, True, "too far") for text in ("9999-12-31", "9999 working days", "9999-12-31T23:59-10:00")],
    ],
)
def test_a_time_on_the_wrong_side_or_too_far_is_told(text: str, future: bool, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_instant(text, DATES_NOW, NEW_YORK_CALENDAR, default_hour=NINE_IN_THE_MORNING, future=future)
    assert caught.value == BadValue("when", reason, text)


def test_a_minute_of_typing_is_forgiven() -> None:
    late = DATES_NOW + timedelta(seconds=59)
    assert parsed_future_time("today 15:30", now=late) == "2026-11-24 15:30"
    assert parsed_past_time("today 15:31", now=DATES_NOW + timedelta(seconds=1)) == "2026-11-24 15:31"
    with pytest.raises(BadValue):
        parsed_future_time("today 15:30", now=DATES_NOW + timedelta(seconds=61))


@pytest.mark.parametrize("text", ["friday", "today", "tomorrow morning", "next friday"])
def test_a_plan_needs_an_hour(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_instant(
            text, DATES_NOW, NEW_YORK_CALENDAR, default_hour=NINE_IN_THE_MORNING, future=True, needs_hour=True
        )
    assert caught.value == BadValue("when", "needs an hour", text)
    assert parse_instant(
        "friday 3pm", DATES_NOW, NEW_YORK_CALENDAR, default_hour=NINE_IN_THE_MORNING, future=True, needs_hour=True
    ) == local_in_zone("2026-11-27 15:00")


@pytest.mark.parametrize(
    ("text", "calendar", "options"),
    [
        ("next friday", NEW_YORK_CALENDAR, ("2026-11-27", "2026-12-04")),
        ("next friday at 2:30pm", NEW_YORK_CALENDAR, ("2026-11-27 14:30", "2026-12-04 14:30")),
        ("tuesday 5pm", NEW_YORK_CALENDAR, ("2026-11-24 17:00", "2026-12-01 17:00")),
        ("tomorrow at 3", NEW_YORK_CALENDAR, ("2026-11-25 03:00", "2026-11-25 15:00")),
        ("tomorrow 3:30", NEW_YORK_CALENDAR, ("2026-11-25 03:30", "2026-11-25 15:30")),
        ("friday at midnight", NEW_YORK_CALENDAR, ("2026-11-27 00:00", "2026-11-28 00:00")),
        ("3/4", CALENDAR_WITHOUT_COUNTRY, ("2027-03-04", "2027-04-03")),
        ("3/4", Calendar("America/Toronto", "CA"), ("2027-03-04", "2027-04-03")),
    ],
)
def test_words_with_two_meanings_are_offered_as_both(text: str, calendar: Calendar, options: tuple[str, ...]) -> None:
    with pytest.raises(AmbiguousTime) as caught:
        parsed_future_time(text, calendar=calendar)
    assert caught.value == AmbiguousTime("when", text, options)
    assert [parsed_future_time(option, calendar=calendar)[: len(option)] for option in options] == list(options)


def test_nine_in_the_morning_said_at_eleven_at_night_is_tomorrow() -> None:
    assert parsed_future_time("9am", now=local_in_zone("2026-11-24 23:00")) == "2026-11-25 09:00"


def test_the_order_of_day_and_month_is_the_countrys() -> None:
    assert parsed_future_time("3/4", calendar=BERLIN_CALENDAR) == "2027-04-03 09:00"
    assert parsed_future_time("3/4", calendar=CALENDAR_WITHOUT_COUNTRY, language="de") == "2027-04-03 09:00"
    assert parsed_future_time("3/3", calendar=CALENDAR_WITHOUT_COUNTRY) == "2027-03-03 09:00"


def test_a_time_that_the_clock_jumps_over_is_the_one_it_shows_then() -> None:
    assert parsed_future_time("2027-03-14 02:30") == "2027-03-14 03:30"


def test_of_two_equal_times_the_first_is_meant() -> None:
    at = parse_instant("2027-11-07 01:30", DATES_NOW, NEW_YORK_CALENDAR, default_hour=NINE_IN_THE_MORNING, future=True)
    assert at == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("morgen um 9 Uhr", "2026-11-25 09:00"),
        ("morgen um 15:00", "2026-11-25 15:00"),
        ("freitag", "2026-11-27 09:00"),
        ("3. dezember", "2026-12-03 09:00"),
        ("in 3 tagen", "2026-11-27 09:00"),
    ],
)
def test_other_languages_are_read_with_their_hour(text: str, expected: str) -> None:
    now = local_in_zone("2026-11-24 15:30", BERLIN_CALENDAR)
    assert parsed_future_time(text, now=now, calendar=BERLIN_CALENDAR, language="de") == expected


@pytest.mark.parametrize("text", ["mai", "5", "morgen um 9 und 10", "le 5"])
@pytest.mark.parametrize("language", ["de", "fr"])
def test_other_languages_are_not_guessed_either(text: str, language: str) -> None:
    with pytest.raises(BadValue) as caught:
        parsed_future_time(text, calendar=BERLIN_CALENDAR, language=language)
    assert caught.value.reason == "unclear time"


@pytest.mark.parametrize("language", ["xx", "", "pt-BR", "zh-Hant-TW"])
def test_an_unknown_language_does_not_stop_english(language: str) -> None:
    assert parsed_future_time("friday 9am", language=language) == "2026-11-27 09:00"
    with pytest.raises(BadValue):
        parsed_future_time("quux", language=language)


@pytest.mark.parametrize(
    ("text", "future", "expected"),
    [
        ("today", True, DATES_TODAY),
        ("friday", True, date(2026, 11, 27)),
        ("friday 3pm", True, date(2026, 11, 27)),
        ("9am", True, date(2026, 11, 25)),
        ("friday", False, date(2026, 11, 20)),
        ("2h", True, DATES_TODAY),
    ],
)
def test_a_day_is_read(text: str, future: bool, expected: date) -> None:
    assert parse_day(text, DATES_NOW, NEW_YORK_CALENDAR, future=future) == expected


def test_a_day_on_the_wrong_side_is_told() -> None:
    for text, future, reason in (("yesterday", True, "past"), ("tomorrow", False, "future")):
        with pytest.raises(BadValue) as caught:
            parse_day(text, DATES_NOW, NEW_YORK_CALENDAR, future=future)
        assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("20 dec to 5 jan", "2026-12-20", "2027-01-05"),
        ("20 dec - 5 jan", "2026-12-20", "2027-01-05"),
        ("20 dec–5 jan", "2026-12-20", "2027-01-05"),
        ("from 20 dec until 5 jan", "2026-12-20", "2027-01-05"),
        ("20-23 dec", "2026-12-20", "2026-12-23"),
        ("20 to 23 dec 2027", "2027-12-20", "2027-12-23"),
        ("Dec 20-23", "2026-12-20", "2026-12-23"),
        ("until friday", "2026-11-24", "2026-11-27"),
        ("friday to monday", "2026-11-27", "2026-11-30"),
        ("mon-fri", "2026-11-30", "2026-12-04"),
        ("monday to friday", "2026-11-30", "2026-12-04"),
        ("20 nov to 5 dec", "2026-11-20", "2026-12-05"),
        ("2026-12-03 to 2026-12-05", "2026-12-03", "2026-12-05"),
        ("2026-12-03 - 2026-12-05", "2026-12-03", "2026-12-05"),
        ("today to tomorrow", "2026-11-24", "2026-11-25"),
        ("yesterday until friday", "2026-11-23", "2026-11-27"),
        ("friday", "2026-11-27", "2026-11-27"),
        ("2026-12-03", "2026-12-03", "2026-12-03"),
        ("next week", "2026-11-30", "2026-12-06"),
        ("this week", "2026-11-24", "2026-11-29"),
    ],
)
def test_a_span_is_read(text: str, first: str, last: str) -> None:
    assert parse_date_span(text, DATES_NOW, NEW_YORK_CALENDAR) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-11-01 to 2026-11-05", "past"),
        ("2026-12-05 to 2026-12-03", "unclear time"),
        ("yesterday", "past"),
        ("from friday", "unclear time"),
        ("20 to 23", "unclear time"),
        ("to", "unclear time"),
        ("", "unclear time"),
        ("friday to 2050-01-01", "too far"),
    ],
)
def test_a_span_that_cannot_be_is_told(text: str, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_date_span(text, DATES_NOW, NEW_YORK_CALENDAR)
    assert caught.value == BadValue("when", reason, text)


def test_an_unclear_end_offers_whole_spans() -> None:
    with pytest.raises(AmbiguousTime) as caught:
        parse_date_span("tomorrow to next friday", DATES_NOW, NEW_YORK_CALENDAR)
    assert caught.value.options == ("2026-11-25 to 2026-11-27", "2026-11-25 to 2026-12-04")
    assert parse_date_span(caught.value.options[1], DATES_NOW, NEW_YORK_CALENDAR) == (
        date(2026, 11, 25),
        date(2026, 12, 4),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 working days", "2026-12-02 15:30"),
        ("3 days", "2026-11-27 15:30"),
        ("a week", "2026-12-01 15:30"),
        ("2 weeks", "2026-12-08 15:30"),
        ("1 hour", "2026-11-24 16:30"),
        ("90 min", "2026-11-24 17:00"),
        ("130 days", "2027-04-03 15:30"),  # over a clock change
    ],
)
def test_a_clock_is_moved_ahead_at_the_same_local_time(text: str, expected: str) -> None:
    assert parse_time_from_now(text, DATES_NOW, NEW_YORK_CALENDAR) == local_in_zone(expected)


@pytest.mark.parametrize("text", ["friday", "3 days ago", "", "9999 years", "in 1 " * 10_000])
def test_a_clock_is_not_moved_by_other_words(text: str) -> None:
    with pytest.raises(BadValue):
        parse_time_from_now(text, DATES_NOW, NEW_YORK_CALENDAR)


TIME_VOCABULARY = """in next last this end of month week friday mon 3 12 2026 2026-12-03 3/4 3.12. 9am at : - to until
    day days d w working ago noon midnight tonight EST utc+14 Europe/Berlin may feb 29 30 31 9999 0 00:00 24:00 T15:00
    +01:00 an half hour hours year years morning evening today tomorrow from now . , ½ ² ١ 𝟛 İ ß + Etc/GMT-2"""
TIME_WORDS = st.lists(st.sampled_from([*TIME_VOCABULARY.split(), "\u2028", "\x00", "\ud800"]), max_size=7)
CALENDARS = [NEW_YORK_CALENDAR, CALENDAR_WITHOUT_COUNTRY, Calendar("Pacific/Apia", "SA")]
TIME_TEXTS = st.one_of(TIME_WORDS.map(" ".join), TIME_WORDS.map("".join), st.text(max_size=20))


@settings(deadline=None, max_examples=400)
@given(TIME_TEXTS, st.booleans(), st.sampled_from(CALENDARS))
@example("2²", True, NEW_YORK_CALENDAR)
@example("9999-12-31 23:59 utc-12", True, NEW_YORK_CALENDAR)
@example("0001-01-01 00:00 utc+14", False, NEW_YORK_CALENDAR)
def test_any_text_gives_a_time_on_the_right_side_or_is_refused_kindly(
    text: str, future: bool, calendar: Calendar
) -> None:
    with suppress(BadValue, AmbiguousTime):
        at = parse_instant(text, DATES_NOW, calendar, default_hour=NINE_IN_THE_MORNING, future=future)
        assert at.utcoffset() == timedelta()
        assert at >= DATES_NOW - timedelta(minutes=1) if future else at <= DATES_NOW + timedelta(minutes=1)
    with suppress(BadValue, AmbiguousTime):
        parse_day(text, DATES_NOW, calendar, future=future)
    with suppress(BadValue, AmbiguousTime):
        first, last = parse_date_span(text, DATES_NOW, calendar)
        assert first <= last
    with suppress(UserError):
        parse_time_from_now(text, DATES_NOW, calendar)


@settings(deadline=None)
@given(TIME_WORDS.map(" ".join), st.booleans())
def test_every_option_is_itself_clear(text: str, future: bool) -> None:
    options: tuple[str, ...] = ()
    try:
        parse_instant(text, DATES_NOW, CALENDAR_WITHOUT_COUNTRY, default_hour=NINE_IN_THE_MORNING, future=future)
    except AmbiguousTime as both:
        options = both.options
    except BadValue:
        pass
    assert len(options) != 1
    for option in options:
        parse_instant(option, DATES_NOW, CALENDAR_WITHOUT_COUNTRY, default_hour=NINE_IN_THE_MORNING, future=future)


def test_a_day_is_said_shortly() -> None:
    said = {
        DATES_TODAY: "Tue 24 Nov",
        date(2026, 11, 25): "Wed 25 Nov",
        date(2026, 11, 23): "Mon 23 Nov",
        date(2026, 12, 3): "Thu 3 Dec",
        date(2027, 1, 3): "Sun 3 Jan 2027",
        date(2026, 1, 5): "Mon 5 Jan 2026",
    }
    assert {one: format_date(one, DATES_TODAY) for one in said} == said


def test_a_moment_is_said_on_the_members_clock() -> None:
    assert format_instant(local_in_zone("2026-12-03 15:00"), NEW_YORK_CALENDAR, DATES_NOW) == "Thu 3 Dec, 15:00"
    assert format_instant(local_in_zone("2026-11-24 17:00"), NEW_YORK_CALENDAR, DATES_NOW) == "Tue 24 Nov, 17:00"
    assert format_instant(local_in_zone("2026-11-24 23:30"), BERLIN_CALENDAR, DATES_NOW) == "Wed 25 Nov, 05:30"
    assert to_card_instant(DATES_NOW, NEW_YORK_CALENDAR, DATES_NOW) == Instant(DATES_NOW, "Tue 24 Nov, 15:30")


@settings(deadline=None)
@given(st.integers(0, 60 * 24 * 3000))
def test_what_is_said_can_be_typed(minutes: int) -> None:
    at = DATES_NOW + timedelta(minutes=minutes)
    said = parse_instant(
        format_instant(at, NEW_YORK_CALENDAR, DATES_NOW),
        DATES_NOW,
        NEW_YORK_CALENDAR,
        default_hour=NINE_IN_THE_MORNING,
        future=True,
    )
    # The second of two equal times cannot be told apart from the first in words.
    assert said == at or NEW_YORK_CALENDAR.to_local(at).fold
