"""The hour in people's words, and the zone that they may name with it."""

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
    """A time of day, in minutes since local midnight: `readings` has several when the words can mean several.

    `part` instead, with no readings, is a part of the day such as the evening.
    """

    possible_minutes: tuple[int, ...] = ()
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
_FIRST_SURE_HOUR = 8  # a bare "8" to "12" is the morning's; "at 3" may be both
_LIKE_DATE = re.compile(r"(?:[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])")


def part_of_day_minute(part_of_day: range) -> int:
    """The minute that stands for a part of the day."""
    return _PART_OF_DAY_MINUTES[part_of_day]


def parse_hour(text: str, name: str) -> time:
    """One hour of the day: "18:00", "6pm", "noon". Raises BadValue."""
    said = text.casefold().strip()
    taken = split_time_of_day(f"{said}:00" if said.isdecimal() else said)
    readings = taken[0].possible_minutes if taken and not taken[1].strip() else ()
    if len(readings) != 1 or not readings[0] < MINUTES_PER_DAY:
        raise BadValue(name, BadValueReason.UNCLEAR_HOUR, text)
    return time(readings[0] // 60, readings[0] % 60)


def split_time_of_day(text: str) -> tuple[TimeOfDay, str] | None:
    """The hour and the other words; None when the hour makes no sense or there are two. Takes plain text."""
    clocks = [found for found in _CLOCK_TIME.finditer(text) if found["at"] or found["minute"] or found["half"]]
    found = [*clocks, *_NAMED_HOUR.finditer(text)]
    if len(found) > 1 or _LIKE_DATE.fullmatch(text):
        return None
    part = _PART_OF_DAY.search(text)
    named = _PART_OF_DAY_RANGES[part[1]] if part else None
    rest = _remove_matches(text, [*found, *([part] if part else [])])
    if not found:
        return TimeOfDay(part_of_day=named), rest
    readings = _narrow_minutes(_possible_minutes(found[0]), named)
    return (TimeOfDay(readings), rest) if readings else None


def _remove_matches(text: str, matches: list[re.Match[str]]) -> str:
    for span in sorted((match.span() for match in matches), reverse=True):
        text = f"{text[: span[0]]} {text[span[1] :]}"
    return " ".join(text.split())


def _possible_minutes(found: re.Match[str]) -> tuple[int, ...]:
    """What a time can mean, the literal reading first; nothing when no clock shows it."""
    if found.re is _NAMED_HOUR:
        return _NAMED_HOUR_MINUTES[found[1]]
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"] in ("am", "pm"):
        return (_to_24_hours(hour, found["half"]) * 60 + minute,) if 1 <= hour <= 12 else ()
    said = hour * 60 + minute
    if said > MINUTES_PER_DAY:
        return ()
    open_half = 1 <= hour <= 12 and found["hour"][0] != "0" and found["half"] != "uhr"
    return (said, (said + 12 * 60) % MINUTES_PER_DAY) if open_half else (said,)


def _to_24_hours(hour: int, half: str) -> int:
    return hour % 12 + (12 if half == "pm" else 0)


def _narrow_minutes(minutes: tuple[int, ...], part_of_day: range | None) -> tuple[int, ...]:
    if part_of_day is not None:
        return tuple(minute for minute in minutes if minute in part_of_day)
    sure = minutes[0] >= _FIRST_SURE_HOUR * 60 if minutes else True
    return minutes[:1] if sure else minutes


_ZONE_ABBREVIATIONS = {
    **dict.fromkeys(("utc", "gmt"), "UTC"),
    **dict.fromkeys(("et", "est", "edt"), "America/New_York"),  # people say EST in summer, too
    **dict.fromkeys(("ct", "cst", "cdt"), "America/Chicago"),
    **dict.fromkeys(("mt", "mst", "mdt"), "America/Denver"),
    **dict.fromkeys(("pt", "pst", "pdt"), "America/Los_Angeles"),
    **dict.fromkeys(("cet", "cest"), "Europe/Paris"),
    **dict.fromkeys(("eet", "eest"), "Europe/Helsinki"),
    **dict.fromkeys(("wet", "west"), "Europe/Lisbon"),
    "bst": "Europe/London",
}  # not IST and the like: Ireland, Israel and India would disagree
_UTC_OFFSET = re.compile(r"(?:utc|gmt)([+-])(\d{1,2})(?::00)?")


def split_time_zone(text: str) -> tuple[str, str]:
    """The IANA zone named at the end ("" when there is none), and the words before it. Takes plain text."""
    before, _, last = text.rpartition(" ")
    zone = _ZONE_ABBREVIATIONS.get(last) or _zone_from_offset(last) or _zone_from_name(last)
    return (zone, before) if zone else ("", text)


def _zone_from_offset(word: str) -> str:
    found = _UTC_OFFSET.fullmatch(word)
    if found is None:
        return ""
    # POSIX counts westward: UTC+2 is Etc/GMT-2.
    return _zone_from_name(f"etc/gmt{'-' if found[1] == '+' else '+'}{int(found[2])}")


def _zone_from_name(word: str) -> str:
    return _zones_by_folded_name().get(word, "") if "/" in word and not word[0].isdigit() else ""


@cache
def _zones_by_folded_name() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones()}
