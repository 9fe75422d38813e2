"""Find time zones by the name of a city, a country or a region, from the tables of `tzdata`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from bot.text.cities import CITIES_BY_ZONE
from bot.text.contact_names import split_words

_ZONE_TABLES = files("tzdata").joinpath("zoneinfo")


@dataclass(frozen=True, slots=True)
class TimeZonePlace:
    """One row of `zone.tab`; all texts except `zone` are folded for comparison."""

    #: IANA name, such as America/New_York.
    zone: str
    #: The folded IANA name.
    path: str
    #: The city that the zone is named after.
    city: str
    #: English name and ISO 3166-1 code of the country.
    country: str
    #: The comment of the row, such as "eastern most areas"; often empty.
    region: str
    #: Other places in the zone, from `CITIES_BY_ZONE`.
    other_places: tuple[str, ...]


def find_time_zones(typed: str, limit: int) -> list[str]:
    """Return up to `limit` IANA zones: exact matches of cities and countries first, then prefixes."""
    sought = _fold_place_name(typed)
    if not sought:
        return []
    ranked = sorted(
        (rank, row, place.zone)
        for row, place in enumerate(_load_places())
        if (rank := _rank_place(place, sought)) is not None
    )
    return list(dict.fromkeys(zone for _rank, _row, zone in ranked))[:limit]


def find_zone_by_name(typed: str) -> str:
    """Return the zone with exactly this IANA name, city or place, ignoring case; "" if there is none."""
    wanted = typed.replace(" ", "_").casefold()
    exact = [zone for zone in _all_zone_names() if zone.casefold() == wanted]
    matches = exact or [
        zone for zone in _all_zone_names() if "/" in zone and zone.rsplit("/", 1)[1].casefold() == wanted
    ]
    if not matches and (place_name := _fold_place_name(typed)):
        matches = [place.zone for place in _load_places() if place_name in place.other_places]
    return min(matches, key=lambda zone: (len(zone), zone), default="")


def find_countries(typed: str, limit: int) -> list[tuple[str, str]]:
    """Return up to `limit` matching countries as (ISO 3166-1 code, English name); an exact code comes first."""
    sought = _fold_place_name(typed)
    matches = [
        (code, name)
        for code, name, folded in _load_countries()
        if sought and (sought == code.casefold() or f" {sought}" in f" {folded}")
    ]
    return sorted(matches, key=lambda row: sought != row[0].casefold())[:limit]


def zone_city(zone: str) -> str:
    """Return the city of a zone's name: "New York" of America/New_York."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def _rank_place(place: TimeZonePlace, sought: str) -> int | None:
    """Return how well the place matches, 0 being the best; None if it does not match."""
    fits = (
        sought in (place.city, place.path, *place.other_places),
        f" {place.country}".endswith(f" {sought}"),  # its code
        f" {sought} " in f" {place.country} ",
        place.city.startswith(sought),
        len(sought) > 1 and any(place.startswith(sought) for place in place.other_places),
        len(sought) > 2 and f" {sought}" in f" {place.country}",
        len(sought) > 2 and f" {sought}" in f" {place.region}",
        len(sought) > 2 and f" {sought}" in f" {place.city}",
    )
    return next((rank for rank, fit in enumerate(fits) if fit), None)


@cache
def _all_zone_names() -> tuple[str, ...]:
    return tuple(zone for zone in available_timezones() if not zone.startswith(("posix/", "right/")))


@cache
def _load_countries() -> tuple[tuple[str, str, str], ...]:
    """Return code, English name and folded name of every country."""
    return tuple((code, name, _fold_place_name(name)) for code, name, *_rest in _read_zone_table("iso3166.tab"))


@cache
def _load_places() -> tuple[TimeZonePlace, ...]:
    countries = {row[0]: row[1] for row in _read_zone_table("iso3166.tab")}
    return tuple(
        TimeZonePlace(
            zone=zone,
            path=_fold_place_name(zone),
            city=_fold_place_name(zone_city(zone)),
            country=_fold_place_name(f"{countries.get(code, '')} {code}"),
            region=_fold_place_name(" ".join(region)),
            other_places=tuple(
                _fold_place_name(place) for place in CITIES_BY_ZONE.get(zone, "").split(",") if place.strip()
            ),
        )
        for code, _where, zone, *region in _read_zone_table("zone.tab")
    )


def _fold_place_name(text: str) -> str:
    return " ".join(split_words(text.replace("_", " ")))


def _read_zone_table(table: str) -> Iterator[list[str]]:
    text = _ZONE_TABLES.joinpath(table).read_text(encoding="utf-8")
    yield from (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
