"""Parse the time of day from words, and the time zone that may follow it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from functools import cache
from zoneinfo import available_timezones

from bot.domain.errors import BadValue, BadValueReason

MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A parsed time of day: an hour, a part of the day, or neither (`NO_TIME_OF_DAY`)."""

    #: Minutes since local midnight, up to 1440. Several if the words are ambiguous; empty without an hour.
    possible_minutes: tuple[int, ...] = ()
    #: The minutes of a part of the day, such as the evening, given without an hour. None: not given.
    part_of_day: range | None = None

    @property
    def is_given(self) -> bool:
        return bool(self.possible_minutes or self.part_of_day)


NO_TIME_OF_DAY = TimeOfDay()

_CLOCK_TIME = re.compile(
    r"""(?<![\w.:/+-])(?P<at>(?:at|@|um|à|a\ las|kl\.?)\ ?)?
    (?P<hour>\d{1,2})(?:[:.h](?P<minute>[0-5]\d)(?::[0-5]\d)?)?
    (?:\ ?(?P<half>am|pm|uhr|o'clock)\b)?(?![\w:/+]|[.-]\d|\.(?:\s|$))""",
    re.VERBOSE,
)
_NAMED_HOUR = re.compile(r"(?:\bat )?\b(noon|midnight)\b")
_NAMED_HOUR_MINUTES = {"noon": (12 * 60,), "midnight": (0, MINUTES_PER_DAY)}
_PART_OF_DAY = re.compile(r"\b(morning|afternoon|evening)\b")
_PART_OF_DAY_RANGES = {
    "morning": range(12 * 60),
    "afternoon": range(12 * 60, 18 * 60 + 1),
    "evening": range(17 * 60, MINUTES_PER_DAY + 1),
}
_PART_OF_DAY_MINUTES = {
    _PART_OF_DAY_RANGES["morning"]: 9 * 60,
    _PART_OF_DAY_RANGES["afternoon"]: 15 * 60,
    _PART_OF_DAY_RANGES["evening"]: 19 * 60,
}
_FIRST_SURE_HOUR = 8  # without am or pm, 8 to 12 is taken literally; "at 3" can mean both
_LIKE_DATE = re.compile(r"(?:[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])")


def part_of_day_minute(part_of_day: range) -> int:
    """Return the minute since midnight that represents a part of the day."""
    return _PART_OF_DAY_MINUTES[part_of_day]


def parse_hour(text: str, name: str) -> time:
    """Parse a local time of day: "18:00", "6pm", "noon". Raises BadValue for the argument `name`."""
    typed = text.casefold().strip()
    parts = split_time_of_day(f"{typed}:00" if typed.isdecimal() else typed)
    minutes = parts[0].possible_minutes if parts and not parts[1].strip() else ()
    if len(minutes) != 1 or not minutes[0] < MINUTES_PER_DAY:
        raise BadValue(name, BadValueReason.UNCLEAR_HOUR, text)
    return time(minutes[0] // 60, minutes[0] % 60)


def split_time_of_day(text: str) -> tuple[TimeOfDay, str] | None:
    """Split normalized text into the time of day and the other words; None if the hour is impossible or given twice."""
    clocks = [clock for clock in _CLOCK_TIME.finditer(text) if clock["at"] or clock["minute"] or clock["half"]]
    hours = [*clocks, *_NAMED_HOUR.finditer(text)]
    if len(hours) > 1 or _LIKE_DATE.fullmatch(text):
        return None
    part = _PART_OF_DAY.search(text)
    part_range = _PART_OF_DAY_RANGES[part[1]] if part else None
    rest = _remove_matches(text, [*hours, *([part] if part else [])])
    if not hours:
        return TimeOfDay(part_of_day=part_range), rest
    minutes = _narrow_minutes(_possible_minutes(hours[0]), part_range)
    return (TimeOfDay(minutes), rest) if minutes else None


def _remove_matches(text: str, matches: list[re.Match[str]]) -> str:
    for span in sorted((match.span() for match in matches), reverse=True):
        text = f"{text[: span[0]]} {text[span[1] :]}"
    return " ".join(text.split())


def _possible_minutes(match: re.Match[str]) -> tuple[int, ...]:
    """Return the minutes since midnight that a time can mean, the literal one first; empty if no clock shows it."""
    if match.re is _NAMED_HOUR:
        return _NAMED_HOUR_MINUTES[match[1]]
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"] in ("am", "pm"):
        return (_to_24_hours(hour, match["half"]) * 60 + minute,) if 1 <= hour <= 12 else ()
    literal = hour * 60 + minute
    if literal > MINUTES_PER_DAY:
        return ()
    is_half_open = 1 <= hour <= 12 and match["hour"][0] != "0" and match["half"] != "uhr"
    return (literal, (literal + 12 * 60) % MINUTES_PER_DAY) if is_half_open else (literal,)


def _to_24_hours(hour: int, half: str) -> int:
    return hour % 12 + (12 if half == "pm" else 0)


def _narrow_minutes(minutes: tuple[int, ...], part_of_day: range | None) -> tuple[int, ...]:
    if part_of_day is not None:
        return tuple(minute for minute in minutes if minute in part_of_day)
    is_sure = minutes[0] >= _FIRST_SURE_HOUR * 60 if minutes else True
    return minutes[:1] if is_sure else minutes


_ZONE_ABBREVIATIONS = {
    **dict.fromkeys(("utc", "gmt"), "UTC"),
    **dict.fromkeys(("et", "est", "edt"), "America/New_York"),  # people write EST in summer, too
    **dict.fromkeys(("ct", "cst", "cdt"), "America/Chicago"),
    **dict.fromkeys(("mt", "mst", "mdt"), "America/Denver"),
    **dict.fromkeys(("pt", "pst", "pdt"), "America/Los_Angeles"),
    **dict.fromkeys(("cet", "cest"), "Europe/Paris"),
    **dict.fromkeys(("eet", "eest"), "Europe/Helsinki"),
    **dict.fromkeys(("wet", "west"), "Europe/Lisbon"),
    "bst": "Europe/London",
}  # without IST and the like, which mean different zones in Ireland, Israel and India
_UTC_OFFSET = re.compile(r"(?:utc|gmt)([+-])(\d{1,2})(?::00)?")


def split_time_zone(text: str) -> tuple[str, str]:
    """Split normalized text into the IANA zone named at its end ("" if there is none) and the words before it."""
    before, _, last = text.rpartition(" ")
    zone = _ZONE_ABBREVIATIONS.get(last) or _zone_from_offset(last) or _zone_from_name(last)
    return (zone, before) if zone else ("", text)


def _zone_from_offset(word: str) -> str:
    match = _UTC_OFFSET.fullmatch(word)
    if match is None:
        return ""
    # POSIX counts westward: UTC+2 is Etc/GMT-2.
    return _zone_from_name(f"etc/gmt{'-' if match[1] == '+' else '+'}{int(match[2])}")


def _zone_from_name(word: str) -> str:
    return _zones_by_folded_name().get(word, "") if "/" in word and not word[0].isdigit() else ""


@cache
def _zones_by_folded_name() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones()}
