"""Time zones by what people call the place they live in: a city, a country, a region. From the tables of `tzdata`."""

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
    """One row of the table, folded for comparison; `also`: other places that live by its clock."""

    zone: str
    path: str
    city: str
    country: str
    region: str
    other_places: tuple[str, ...]


def find_time_zones(typed: str, limit: int) -> list[str]:
    """The zones that may be meant: cities and countries that are called so, then those that begin so."""
    sought = _fold_place_name(typed)
    if not sought:
        return []
    ranked = sorted(
        (rank, at, one.zone) for at, one in enumerate(_load_places()) if (rank := _rank_place(one, sought)) is not None
    )
    return list(dict.fromkeys(zone for _rank_of, _at, zone in ranked))[:limit]


def find_zone_by_name(typed: str) -> str:
    """The zone with this very name, or of the city with this very name, whatever the case; "" when there is none."""
    wanted = typed.replace(" ", "_").casefold()
    exact = [zone for zone in _all_zone_names() if zone.casefold() == wanted]
    found = exact or [zone for zone in _all_zone_names() if "/" in zone and zone.rsplit("/", 1)[1].casefold() == wanted]
    if not found and (plain := _fold_place_name(typed)):
        found = [place.zone for place in _load_places() if plain in place.other_places]
    return min(found, key=lambda zone: (len(zone), zone), default="")


def find_countries(typed: str, limit: int) -> list[tuple[str, str]]:
    """The countries that may be meant, as ISO 3166-1 code and English name."""
    sought = _fold_place_name(typed)
    found = [
        (code, name)
        for code, name, plain in _load_countries()
        if sought and (sought == code.casefold() or f" {sought}" in f" {plain}")
    ]
    return sorted(found, key=lambda row: sought != row[0].casefold())[:limit]


def zone_city(zone: str) -> str:
    """What the zone is called after: "New York" of America/New_York."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def _rank_place(place: TimeZonePlace, sought: str) -> int | None:
    """How well it fits, 0 the best; None: not at all."""
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
    """Codes, English names, and these folded for comparison."""
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
