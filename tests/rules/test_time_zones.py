"""Finding the zone that somebody lives in by what they call it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.cities import CITIES_BY_ZONE
from bot.text.time_zones import find_time_zones, find_zone_by_name, zone_city


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("new y", "America/New_York"),
        ("america/new_york", "America/New_York"),
        ("sao paulo", "America/Sao_Paulo"),
        ("germany", "Europe/Berlin"),
        ("München", "Europe/Berlin"),
        ("munich", "Europe/Berlin"),
        ("san fran", "America/Los_Angeles"),
        ("Boston", "America/New_York"),
        ("california", "America/Los_Angeles"),
        ("usa", "America/New_York"),
        ("mumbai", "Asia/Kolkata"),
        ("UK", "Europe/London"),
        ("united states", "America/New_York"),
        ("britain", "Europe/London"),
        ("India", "Asia/Kolkata"),
    ],
)
def test_a_place_is_found_by_its_city_or_its_country(typed: str, zone: str) -> None:
    assert find_time_zones(typed, 25)[0] == zone


def test_a_large_city_is_its_zone_by_its_very_name() -> None:
    assert find_zone_by_name("San Francisco") == "America/Los_Angeles"
    assert find_zone_by_name("münchen") == "Europe/Berlin"
    assert find_zone_by_name("us/pacific") == "US/Pacific"


def test_every_listed_city_lives_by_a_zone_of_the_table_and_by_one_alone() -> None:
    listed = [city.strip() for cities in CITIES_BY_ZONE.values() for city in cities.split(",")]
    assert len(listed) == len(set(listed))
    assert all(
        find_time_zones(city, 1) == [zone] for zone, cities in CITIES_BY_ZONE.items() for city in cities.split(", ")
    )


def test_a_city_without_a_zone_of_its_own_offers_none() -> None:
    assert find_time_zones("Atlantis", 25) == [] == find_time_zones("", 25) == find_time_zones("*", 25)
    assert find_zone_by_name("Atlantis") == ""


def test_no_more_zones_than_asked_for() -> None:
    assert len(find_time_zones("a", 25)) == 25
    assert len(set(find_time_zones("a", 400))) == len(find_time_zones("a", 400))


@given(st.text(max_size=40))
def test_whatever_is_typed_the_zones_are_real(typed: str) -> None:
    for zone in find_time_zones(typed, 3):
        assert ZoneInfo(zone)
        assert zone_city(zone)
