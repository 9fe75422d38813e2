"""How the figures in full are gathered and written down.

The one of runs takes seconds: each is a run of tests in a process of its own.
"""

from __future__ import annotations

from datetime import date

from tests.faults.__main__ import ROOT, reliability_lines, run_goal
from tests.faults.figures import expect_in_full_run, report_figure, trial_count
from tests.faults.goals import RELIABILITY_GOALS, ReliabilityGoal

GOALS_FILE = ROOT / "tests" / "faults" / "goals.py"
THIS_TEST_FILE = "tests/faults/test_figures.py"


def test_something_that_holds() -> None:
    report_figure("small", tries=trial_count("TRIES", 2), lost=0)
    report_figure("another goal", tries=5)


def test_something_that_does_not_hold_where_figures_are_gathered() -> None:
    report_figure("small", tries=1, lost=1)
    expect_in_full_run(what=False)


def test_what_was_counted_is_added_up_and_a_failure_is_one() -> None:
    held = run_goal(
        ReliabilityGoal("small", "It holds", (f"{THIS_TEST_FILE}::test_something_that_holds",), {"TRIES": 7}), 1
    )
    broken = run_goal(
        ReliabilityGoal(
            "small", "It does not", (f"{THIS_TEST_FILE}::test_something_that_does_not_hold_where_figures_are_gathered",)
        ),
        1,
    )
    assert (held.held, held.counts) == (True, {"tries": 7, "lost": 0})
    assert (broken.held, broken.counts) == (False, {"tries": 1, "lost": 1})
    text = "\n".join(reliability_lines([held, broken], 1, date(2026, 11, 26)))
    assert "| It holds | 7 tries, 0 lost;" in text
    assert "**no**" in text
    assert "`STALEMATE_SEED=1 make faults`" in text


def test_every_goal_names_sizes_and_figures_that_are_there() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py") if path != GOALS_FILE)
    for goal in RELIABILITY_GOALS:
        assert [one for one in goal.sizes if f'trial_count("{one}"' not in text] == []
        assert f'"{goal.name}"' in text


def test_every_goal_names_tests_that_are_there() -> None:
    for goal in RELIABILITY_GOALS:
        for test_id in goal.tests:
            path, _colons, test = test_id.partition("::")
            assert not test or test in (ROOT / path).read_text(encoding="utf-8")
            assert (ROOT / path).exists()
