"""The hour in people's words, and the zone that they may name with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from functools import cache
from zoneinfo import available_timezones

from bot.domain.errors import BadValue

MIDNIGHT = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """A time of day, in minutes since local midnight: `readings` has several when the words can mean several.

    `part` instead, with no readings, is a part of the day such as the evening.
    """

    readings: tuple[int, ...] = ()
    part: range | None = None

    @property
    def said(self) -> bool:
        return bool(self.readings or self.part)


NO_HOURS = Hours()

_CLOCK = re.compile(
    r"""(?<![\w.:/+-])(?P<at>(?:at|@|um|à|a\ las|kl\.?)\ ?)?
    (?P<hour>\d{1,2})(?:[:.h](?P<minute>[0-5]\d)(?::[0-5]\d)?)?
    (?:\ ?(?P<half>am|pm|uhr|o'clock)\b)?(?![\w:/+]|[.-]\d|\.(?:\s|$))""",
    re.VERBOSE,
)
_NAMED = re.compile(r"(?:\bat )?\b(noon|midnight)\b")
_NAMES = {"noon": (12 * 60,), "midnight": (0, MIDNIGHT)}
_PART = re.compile(r"\b(morning|afternoon|evening)\b")
_PARTS = {
    "morning": range(12 * 60),
    "afternoon": range(12 * 60, 18 * 60 + 1),
    "evening": range(17 * 60, MIDNIGHT + 1),
}
_PART_HOURS = {_PARTS["morning"]: 9 * 60, _PARTS["afternoon"]: 15 * 60, _PARTS["evening"]: 19 * 60}
_SURE = 8  # a bare "8" to "12" is the morning's; "at 3" may be both
_LIKE_DATE = re.compile(r"(?:[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])")


def middle(part: range) -> int:
    """The minute that stands for a part of the day."""
    return _PART_HOURS[part]


def hour(text: str, name: str) -> time:
    """One hour of the day: "18:00", "6pm", "noon". Raises BadValue."""
    said = text.casefold().strip()
    taken = take_hours(f"{said}:00" if said.isdecimal() else said)
    readings = taken[0].readings if taken and not taken[1].strip() else ()
    if len(readings) != 1 or not readings[0] < MIDNIGHT:
        raise BadValue(name, "hour", text)
    return time(readings[0] // 60, readings[0] % 60)


def take_hours(text: str) -> tuple[Hours, str] | None:
    """The hour and the other words; None when the hour makes no sense or there are two. Takes plain text."""
    clocks = [found for found in _CLOCK.finditer(text) if found["at"] or found["minute"] or found["half"]]
    found = [*clocks, *_NAMED.finditer(text)]
    if len(found) > 1 or _LIKE_DATE.fullmatch(text):
        return None
    part = _PART.search(text)
    named = _PARTS[part[1]] if part else None
    rest = _without(text, [*found, *([part] if part else [])])
    if not found:
        return Hours(part=named), rest
    readings = _settled(_readings(found[0]), named)
    return (Hours(readings), rest) if readings else None


def _without(text: str, found: list[re.Match[str]]) -> str:
    for span in sorted((one.span() for one in found), reverse=True):
        text = f"{text[: span[0]]} {text[span[1] :]}"
    return " ".join(text.split())


def _readings(found: re.Match[str]) -> tuple[int, ...]:
    """What a time can mean, the literal reading first; nothing when no clock shows it."""
    if found.re is _NAMED:
        return _NAMES[found[1]]
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"] in ("am", "pm"):
        return (_twelve(hour, found["half"]) * 60 + minute,) if 1 <= hour <= 12 else ()
    said = hour * 60 + minute
    if said > MIDNIGHT:
        return ()
    open_half = 1 <= hour <= 12 and found["hour"][0] != "0" and found["half"] != "uhr"
    return (said, (said + 12 * 60) % MIDNIGHT) if open_half else (said,)


def _twelve(hour: int, half: str) -> int:
    return hour % 12 + (12 if half == "pm" else 0)


def _settled(readings: tuple[int, ...], part: range | None) -> tuple[int, ...]:
    if part is not None:
        return tuple(minute for minute in readings if minute in part)
    sure = readings[0] >= _SURE * 60 if readings else True
    return readings[:1] if sure else readings


_ABBREVIATIONS = {
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
_OFFSET = re.compile(r"(?:utc|gmt)([+-])(\d{1,2})(?::00)?")


def take_zone(text: str) -> tuple[str, str]:
    """The IANA zone named at the end ("" when there is none), and the words before it. Takes plain text."""
    before, _, last = text.rpartition(" ")
    zone = _ABBREVIATIONS.get(last) or _by_offset(last) or _by_name(last)
    return (zone, before) if zone else ("", text)


def _by_offset(word: str) -> str:
    found = _OFFSET.fullmatch(word)
    if found is None:
        return ""
    # POSIX counts westward: UTC+2 is Etc/GMT-2.
    return _by_name(f"etc/gmt{'-' if found[1] == '+' else '+'}{int(found[2])}")


def _by_name(word: str) -> str:
    return _zones().get(word, "") if "/" in word and not word[0].isdigit() else ""


@cache
def _zones() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones()}
