"""How the figures in full are gathered and written down."""

from __future__ import annotations

import os
from datetime import date

import pytest

from tests.faults.__main__ import ROOT, measured, paper
from tests.faults.figures import KEPT, figure, size
from tests.faults.goals import GOALS, Goal

GOALS_FILE = ROOT / "tests" / "faults" / "goals.py"
HERE = "tests/faults/test_figures.py"


def test_something_that_holds() -> None:
    figure("small", tries=size("TRIES", 2), lost=0)
    figure("another goal", tries=5)


@pytest.mark.skipif(KEPT not in os.environ, reason="it fails on purpose, where the figures are gathered")
def test_something_that_does_not_hold() -> None:
    figure("small", tries=1, lost=1)
    pytest.fail("so that it is seen")


def test_what_was_counted_is_added_up_and_a_failure_is_one() -> None:
    held = measured(Goal("small", "It holds", (f"{HERE}::test_something_that_holds",), {"TRIES": 7}), 1)
    broken = measured(Goal("small", "It does not", (f"{HERE}::test_something_that_does_not_hold",)), 1)
    assert (held.held, held.counts) == (True, {"tries": 7, "lost": 0})
    assert (broken.held, broken.counts) == (False, {"tries": 1, "lost": 1})
    text = "\n".join(paper([held, broken], 1, date(2026, 11, 26)))
    assert "| It holds | 7 tries, 0 lost;" in text
    assert "**no**" in text
    assert "`STALEMATE_SEED=1 make faults`" in text


def test_every_goal_names_sizes_and_figures_that_are_there() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py") if path != GOALS_FILE)
    for goal in GOALS:
        assert [one for one in goal.sizes if f'size("{one}"' not in text] == []
        assert f'"{goal.name}"' in text


def test_every_goal_names_tests_that_are_there() -> None:
    for goal in GOALS:
        for one in goal.tests:
            path, _colons, test = one.partition("::")
            assert not test or test in (ROOT / path).read_text(encoding="utf-8")
            assert (ROOT / path).exists()
