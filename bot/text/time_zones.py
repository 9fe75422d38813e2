"""Time zones by what people call the place they live in: a city, a country, a region. From the tables of `tzdata`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from bot.text.cities import CITIES
from bot.text.contact_names import words

_TABLES = files("tzdata").joinpath("zoneinfo")


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the table, folded for comparison; `also`: other places that live by its clock."""

    zone: str
    path: str
    city: str
    country: str
    region: str
    also: tuple[str, ...]


def find(typed: str, limit: int) -> list[str]:
    """The zones that may be meant: cities and countries that are called so, then those that begin so."""
    sought = _plain(typed)
    if not sought:
        return []
    ranked = sorted(
        (rank, at, one.zone) for at, one in enumerate(_places()) if (rank := _rank(one, sought)) is not None
    )
    return list(dict.fromkeys(zone for _rank_of, _at, zone in ranked))[:limit]


def named(typed: str) -> str:
    """The zone with this very name, or of the city with this very name, whatever the case; "" when there is none."""
    wanted = typed.replace(" ", "_").casefold()
    exact = [zone for zone in _zones() if zone.casefold() == wanted]
    found = exact or [zone for zone in _zones() if "/" in zone and zone.rsplit("/", 1)[1].casefold() == wanted]
    if not found and (plain := _plain(typed)):
        found = [one.zone for one in _places() if plain in one.also]
    return min(found, key=lambda zone: (len(zone), zone), default="")


def countries(typed: str, limit: int) -> list[tuple[str, str]]:
    """The countries that may be meant, as ISO 3166-1 code and English name."""
    sought = _plain(typed)
    found = [
        (code, name)
        for code, name, plain in _countries()
        if sought and (sought == code.casefold() or f" {sought}" in f" {plain}")
    ]
    return sorted(found, key=lambda row: sought != row[0].casefold())[:limit]


def city(zone: str) -> str:
    """What the zone is called after: "New York" of America/New_York."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def _rank(one: Place, sought: str) -> int | None:
    """How well it fits, 0 the best; None: not at all."""
    fits = (
        sought in (one.city, one.path, *one.also),
        f" {one.country}".endswith(f" {sought}"),  # its code
        f" {sought} " in f" {one.country} ",
        one.city.startswith(sought),
        len(sought) > 1 and any(place.startswith(sought) for place in one.also),
        len(sought) > 2 and f" {sought}" in f" {one.country}",
        len(sought) > 2 and f" {sought}" in f" {one.region}",
        len(sought) > 2 and f" {sought}" in f" {one.city}",
    )
    return next((rank for rank, fit in enumerate(fits) if fit), None)


@cache
def _zones() -> tuple[str, ...]:
    return tuple(zone for zone in available_timezones() if not zone.startswith(("posix/", "right/")))


@cache
def _countries() -> tuple[tuple[str, str, str], ...]:
    """Codes, English names, and these folded for comparison."""
    return tuple((code, name, _plain(name)) for code, name, *_rest in _rows("iso3166.tab"))


@cache
def _places() -> tuple[Place, ...]:
    countries = {row[0]: row[1] for row in _rows("iso3166.tab")}
    return tuple(
        Place(
            zone=zone,
            path=_plain(zone),
            city=_plain(city(zone)),
            country=_plain(f"{countries.get(code, '')} {code}"),
            region=_plain(" ".join(region)),
            also=tuple(_plain(place) for place in CITIES.get(zone, "").split(",") if place.strip()),
        )
        for code, _where, zone, *region in _rows("zone.tab")
    )


def _plain(text: str) -> str:
    return " ".join(words(text.replace("_", " ")))


def _rows(table: str) -> Iterator[list[str]]:
    text = _TABLES.joinpath(table).read_text(encoding="utf-8")
    yield from (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
