"""Members of two places, the same users in both, who know each other's ids: nobody's words reach another.

`STALEMATE_TEST_SEQUENCES` is the number of random lives that are led, `STALEMATE_SEED` the first of them.
"""

from __future__ import annotations

import logging
import os
import re
from random import Random

import pytest
from structlog.testing import capture_logs

from bot.commands import COMMANDS
from tests.faults.argument_values import HOSTILE_VALUES, VALUES_BY_KIND, sensible_value
from tests.faults.figures import report_figure, trial_count
from tests.faults.random_members import RandomMembers

SEQUENCE_COUNT = trial_count("SEQUENCES", 25)
LEAK_SEED = int(os.environ.get("STALEMATE_SEED", "0"))
LEAK_STEPS = 50
UNSHOWABLE_CHARS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.mark.parametrize("seed", range(LEAK_SEED, LEAK_SEED + SEQUENCE_COUNT))
async def test_no_word_of_a_member_reaches_another_and_nothing_breaks(
    seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    club = RandomMembers(Random(seed))  # noqa: S311  # a life to be led again, not a secret
    with capture_logs() as logs:
        for member, canary in club.canaries.items():
            for name in ("Dana", "Lee"):
                await club.say(member, f"add {name}{canary} channel: email company: Acme {canary}")
        for _ in range(LEAK_STEPS):
            await club.step()
            found = club.faults(logs)
            assert not found, "\n".join([*club.done[-12:], *found])
            club.received_texts.clear()
    written = f"{logs} {caplog.text}".casefold()
    told = [canary for canary in club.canaries.values() if canary.casefold() in written]
    assert not told, "the log holds a member's word"
    report_figure("leaks", lives=1, steps=LEAK_STEPS, words=0, **{"foreign changes": 0})


@pytest.mark.parametrize("text", HOSTILE_VALUES, ids=range(len(HOSTILE_VALUES)))
async def test_a_hostile_text_breaks_no_command_and_stays_text(text: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    club = RandomMembers(Random(0))  # noqa: S311
    ada, ben, *_more = club.members
    canary = club.canaries[ada]
    with capture_logs() as logs:
        await club.say(ada, "add Dana channel: email")
        for row in COMMANDS:
            for number, arg in enumerate(row.arguments):
                typed = text if number % 3 == 0 or arg.kind in VALUES_BY_KIND else f"{canary} {text}"
                values = {
                    **{argument.name: sensible_value(argument) for argument in row.arguments if argument.required},
                    arg.name: typed,
                }
                if number % 2:
                    await club.say(ada, " ".join([row.name, *(f"{name}: {said}" for name, said in values.items())]))
                else:
                    await club.fill(ada, row.name, values)
            await club.press(ada, f"{row.name} {text}")
        await club.say(ada, "board")
        await club.say(ben, "board")
        found = club.faults(logs)
        assert not found, "\n".join(found)
    assert canary not in f"{logs} {caplog.text}"
    assert not [said for _member, said in club.received_texts if UNSHOWABLE_CHARS.search(said)]
