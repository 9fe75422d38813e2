"""`make faults`: the figures in full, and `docs/reliability.md` made of what was measured.

Each goal is a run of tests with larger numbers. One that fails is written down as failed; the seed plays it again.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import monotonic

from tests.faults.figures import KEPT

ROOT = Path(__file__).parents[2]
PAPER = ROOT / "docs" / "reliability.md"


@dataclass(frozen=True)
class Goal:
    """What is promised, the tests that try it, and how often in full."""

    name: str
    promise: str
    tests: tuple[str, ...]
    sizes: dict[str, int] = field(default_factory=dict)


GOALS = (
    Goal(
        "kills",
        "A process that is killed at random while it writes: every file can be read, and every write that was "
        "acknowledged is there",
        ("tests/faults/test_store_kill.py::test_no_acknowledged_write_is_lost_by_a_kill",),
        {"KILLS": 1000},
    ),
    Goal(
        "steps",
        "A process that is killed at each step of a write: as above",
        ("tests/faults/test_store_kill.py::test_a_kill_at_any_step_of_the_disk_loses_nothing",),
    ),
    Goal(
        "power loss",
        "The power goes at any moment, also a second time at once, and any of what was not synced is missing: as "
        "above, and what was erased stays erased",
        ("tests/faults/test_power.py",),
        {"LOSSES": 2},
    ),
    Goal(
        "disk errors",
        "Each operation on the disk fails, once or for ever, full, broken or forbidden: nothing is corrupt, and "
        "nothing is called saved that was not",
        ("tests/faults/test_store_disk.py::test_a_write_that_fails_says_so_and_heals",),
    ),
    Goal(
        "full disk",
        "The disk is full after any number of bytes: the write is refused and says so, what was there stays and is "
        "read, and it goes on when there is room",
        ("tests/faults/test_store_full.py",),
        {"FULL_STEP": 256},
    ),
    Goal(
        "damaged files",
        "A file is damaged in any way: the generation before is taken or its owner is told; never an empty book in "
        "silence",
        ("tests/faults/test_store_disk.py::test_a_damaged_file_gives_the_generation_before_or_says_so",),
        {"MUTATIONS": 10_000},
    ),
    Goal(
        "double starts",
        "A second process on the same store: refused within two seconds, and it changes nothing",
        ("tests/faults/test_store_kill.py::test_a_second_process_is_refused_at_once_and_told_who_holds_it",),
        {"STARTS": 100},
    ),
    Goal(
        "migrations",
        "A process that takes the files up to a newer form is killed at each step: each file is of the old form or of "
        "the new, the next start ends the work, and an older program leaves them alone",
        (
            "tests/faults/test_migrations.py",
            "tests/faults/test_store_disk.py::test_a_newer_store_is_refused_and_not_rewritten",
        ),
        {"KILLS_EACH": 20},
    ),
    Goal(
        "backups",
        "A backup made beside writes holds each book as it was acknowledged or under way; one that is damaged or "
        "forged is refused; a restore that is killed at any step leaves the old books or the new",
        ("tests/faults/test_backups.py", "tests/faults/test_forged_backups.py"),
        {"BACKUPS": 20, "DAMAGES": 5000},
    ),
    Goal(
        "clock changes",
        "Every zone, every change of its clock from 2020 to 2030: each hour comes once on each local day",
        (
            "tests/rules/test_workdays.py::test_each_local_day_has_each_hour_once_in_every_zone_and_at_every_clock_change",
        ),
    ),
    Goal(
        "crashes while sending",
        "Death at any moment of a sweep: no reminder is lost, and none comes twice where the platform can be asked",
        ("tests/faults/test_crashes.py",),
    ),
    Goal(
        "leaks",
        "Members at random who know each other's ids: no word of one reaches another, nothing of another's is changed",
        ("tests/faults/test_leaks.py",),
        {"SEQUENCES": 1000},
    ),
)


@dataclass(frozen=True)
class Outcome:
    goal: Goal
    held: bool
    counts: dict[str, int]
    seconds: float


def measured(goal: Goal, seed: int) -> Outcome:
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as kept:
        sizes = {f"STALEMATE_TEST_{name}": str(size) for name, size in goal.sizes.items()}
        began = monotonic()
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-o", "timeout=7200", *goal.tests],
            cwd=ROOT,
            env={**os.environ, **sizes, KEPT: kept.name, "STALEMATE_SEED": str(seed)},
            check=False,
        )
        found = [json.loads(line)["counts"] for line in kept.read().splitlines()]
    total: Counter[str] = Counter()
    for counts in found:
        total.update(counts)
    return Outcome(goal, run.returncode == 0, dict(total), monotonic() - began)


def paper(outcomes: list[Outcome], seed: int, today: date) -> Iterator[str]:
    yield "# Reliability"
    yield ""
    yield "Made by `make faults`, which tries all of this in full; `make test` tries the same with small numbers."
    yield f"Measured on {today}, on {os.cpu_count()} cores, with the seed {seed} for the kills:"
    yield f"`STALEMATE_SEED={seed} make faults` plays them again."
    yield ""
    yield "| what is promised | tried | held |"
    yield "|---|---|---|"
    for one in outcomes:
        counts = ", ".join(f"{count:,} {what}" for what, count in one.counts.items()) or "—"
        yield f"| {one.goal.promise} | {counts}; {one.seconds:.0f} s | {'yes' if one.held else '**no**'} |"
    yield ""
    yield "Not measured here yet: storms of refusals over minutes, the figures with several processes on PostgreSQL."
    yield "What no test of ours can reach is in [hosting](hosting.md#not-tried-live)."


def main(wanted: list[str]) -> int:
    seed = int(os.environ.get("STALEMATE_SEED") or random.randrange(10**6))  # noqa: S311
    goals = [one for one in GOALS if not wanted or one.name in wanted]
    with ThreadPoolExecutor(os.cpu_count()) as runs:
        outcomes = list(runs.map(lambda goal: measured(goal, seed), goals))
    text = "\n".join(paper(outcomes, seed, date.today())) + "\n"  # noqa: DTZ011 - the day of whoever runs it
    if not wanted:
        PAPER.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if all(one.held for one in outcomes) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
