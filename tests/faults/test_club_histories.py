"""Random lives of clubs, with all that can go wrong: nothing leaks, nothing is lost, nothing is said twice.

`STALEMATE_TEST_CLUB_HISTORIES` is the number of lives that are led, `STALEMATE_SEED` the first of them.
"""

from __future__ import annotations

import logging
import os
from random import Random

import pytest
from structlog.testing import capture_logs

from tests.faults.club_histories import RandomClubHistory
from tests.faults.club_texts import authors_of_words, owners_of_words
from tests.faults.figures import report_figure, trial_count

HISTORY_COUNT = trial_count("CLUB_HISTORIES", 12)
CLUB_HISTORY_SEED = int(os.environ.get("STALEMATE_SEED", "0"))
HISTORY_STEPS = 120


@pytest.mark.parametrize("seed", range(CLUB_HISTORY_SEED, CLUB_HISTORY_SEED + HISTORY_COUNT))
async def test_no_life_of_a_club_tells_what_is_not_its_own(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    life = RandomClubHistory(Random(seed))  # noqa: S311  # a life to be led again, not a secret
    with capture_logs() as logs:
        await life.begin()
        for number in range(HISTORY_STEPS):
            await life.step()
            if number % 20 == 0:
                await life.watch.search()
            assert not life.watch.violations, "\n".join([*life.done[-25:], *life.watch.violations])
        await life.end()
    assert not life.watch.violations, "\n".join([*life.done[-25:], *life.watch.violations])
    assert not [log for log in logs if log["event"] == "fault"], logs
    written = f"{logs} {caplog.text}"
    assert not owners_of_words(written) | authors_of_words(written), "the log holds a member's word"
    said = {"posts": life.watch.posts.total(), "words": life.watch.words.total(), "looks": life.watch.looks}
    report_figure("club histories", lives=1, steps=HISTORY_STEPS, leaks=0, **said)
