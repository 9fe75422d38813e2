"""`make faults`: the figures in full, and `docs/reliability.md` made of what was measured.

Each goal is a run of tests with larger numbers. One that fails is written down as failed; the seed plays it again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic

from tests.faults.figures import FIGURES_FILE_VARIABLE, RUN_SEED
from tests.faults.goals import RELIABILITY_GOALS, ReliabilityGoal

ROOT = Path(__file__).parents[2]
RELIABILITY_DOC = ROOT / "docs" / "reliability.md"


@dataclass(frozen=True)
class GoalOutcome:
    goal: ReliabilityGoal
    held: bool
    counts: dict[str, int]
    seconds: float


def run_goal(goal: ReliabilityGoal, seed: int) -> GoalOutcome:
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as kept:
        sizes = {f"STALEMATE_TEST_{name}": str(size) for name, size in goal.sizes.items()}
        began = monotonic()
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-m", "", "-o", "timeout=7200", *goal.options, *goal.tests],
            cwd=ROOT,
            env={**os.environ, **sizes, FIGURES_FILE_VARIABLE: kept.name, "STALEMATE_SEED": str(seed)},
            check=False,
        )
        found = [json.loads(line) for line in kept.read().splitlines()]
    total: Counter[str] = Counter()
    for figure in found:
        total.update(figure["counts"] if figure["name"] == goal.name else {})
    return GoalOutcome(goal, run.returncode == 0, dict(total), monotonic() - began)


def reliability_lines(outcomes: list[GoalOutcome], seed: int, today: date) -> Iterator[str]:
    yield "# Reliability"
    yield ""
    yield "Made by `make faults`, which tries all of this in full; `make test` tries the same with small numbers."
    yield f"Measured on {today}, on {os.cpu_count()} cores, with the seed {seed} for kills, lives and texts:"
    yield f"`STALEMATE_SEED={seed} make faults` plays them again."
    yield ""
    yield "Slack and Discord are played by programs of ours, made from what the two publish; see"
    yield "[hosting](hosting.md#not-tried-live) for what that leaves open. “Held” means: in these tries."
    yield ""
    yield "| what is promised | tried | held |"
    yield "|---|---|---|"
    for outcome in outcomes:
        counts = ", ".join(f"{count:,} {what}" for what, count in outcome.counts.items()) or "—"
        yield f"| {outcome.goal.promise} | {counts}; {outcome.seconds:.0f} s | {'yes' if outcome.held else '**no**'} |"
    yield ""
    yield "Not measured here: several processes on one store, which TinyDB does not allow."


def main(wanted: list[str]) -> int:
    goals = [one for one in RELIABILITY_GOALS if not wanted or one.name in wanted]
    with ThreadPoolExecutor(os.cpu_count()) as runs:
        outcomes = list(runs.map(lambda goal: run_goal(goal, RUN_SEED), goals))
    text = "\n".join(reliability_lines(outcomes, RUN_SEED, date.today())) + "\n"  # noqa: DTZ011 - the day of whoever runs it
    if not wanted:
        RELIABILITY_DOC.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if all(outcome.held for outcome in outcomes) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
