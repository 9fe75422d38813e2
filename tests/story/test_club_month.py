"""A month of a club of eight, on every platform, whatever crashes on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.story.club_on_console import OnConsole
from tests.story.in_memory import InMemory
from tests.story.month import Month, the_month


@pytest.mark.parametrize("crashing", [False, True], ids=["calm", "crashing"])
async def test_a_month_of_the_core_alone(crashing: bool) -> None:
    place = InMemory()
    try:
        await the_month(Month(place, crashing))
    finally:
        await place.close()


@pytest.mark.parametrize("crashing", [False, True], ids=["calm", "crashing"])
async def test_a_month_at_the_console(tmp_path: Path, crashing: bool) -> None:
    place = await OnConsole.open(f"tinydb:{tmp_path / 'store'}")
    try:
        await the_month(Month(place, crashing))
    finally:
        await place.close()
