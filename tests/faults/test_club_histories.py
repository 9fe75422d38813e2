"""Random lives of clubs, with all that can go wrong: nothing leaks, nothing is lost, nothing is said twice.

`STALEMATE_TEST_CLUB_HISTORIES` is the number of lives that are led, `STALEMATE_SEED` the first of them.
"""

from __future__ import annotations

import logging
import os
from random import Random

import pytest
from structlog.testing import capture_logs

from tests.faults.club_lives import Life
from tests.faults.club_says import authors, owners
from tests.faults.figures import figure, size

HISTORIES = size("CLUB_HISTORIES", 12)
SEED = int(os.environ.get("STALEMATE_SEED", "0"))
STEPS = 120


@pytest.mark.parametrize("seed", range(SEED, SEED + HISTORIES))
async def test_no_life_of_a_club_tells_what_is_not_its_own(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    life = Life(Random(seed))  # noqa: S311  # a life to be led again, not a secret
    with capture_logs() as logs:
        await life.begin()
        for number in range(STEPS):
            await life.step()
            if number % 20 == 0:
                await life.watch.search()
            assert not life.watch.found, "\n".join([*life.done[-25:], *life.watch.found])
        await life.end()
    assert not life.watch.found, "\n".join([*life.done[-25:], *life.watch.found])
    assert not [log for log in logs if log["event"] == "fault"], logs
    written = f"{logs} {caplog.text}"
    assert not owners(written) | authors(written), "the log holds a member's word"
    said = {"posts": life.watch.posts.total(), "words": life.watch.words.total(), "looks": life.watch.looks}
    figure("club histories", lives=1, steps=STEPS, leaks=0, **said)
