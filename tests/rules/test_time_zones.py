"""Finding the zone that somebody lives in by what they call it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.cities import CITIES
from bot.text.time_zones import city, find, named


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
    assert find(typed, 25)[0] == zone


def test_a_large_city_is_its_zone_by_its_very_name() -> None:
    assert named("San Francisco") == "America/Los_Angeles"
    assert named("münchen") == "Europe/Berlin"
    assert named("us/pacific") == "US/Pacific"


def test_every_listed_city_lives_by_a_zone_of_the_table_and_by_one_alone() -> None:
    listed = [city.strip() for cities in CITIES.values() for city in cities.split(",")]
    assert len(listed) == len(set(listed))
    assert all(find(city, 1) == [zone] for zone, cities in CITIES.items() for city in cities.split(", "))


def test_a_city_without_a_zone_of_its_own_offers_none() -> None:
    assert find("Atlantis", 25) == [] == find("", 25) == find("*", 25)
    assert named("Atlantis") == ""


def test_no_more_zones_than_asked_for() -> None:
    assert len(find("a", 25)) == 25
    assert len(set(find("a", 400))) == len(find("a", 400))


@given(st.text(max_size=40))
def test_whatever_is_typed_the_zones_are_real(typed: str) -> None:
    for zone in find(typed, 3):
        assert ZoneInfo(zone)
        assert city(zone)
