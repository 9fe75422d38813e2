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
    """What is promised, the tests that try it, and how often in full. `options` are more ones of pytest."""

    name: str
    promise: str
    tests: tuple[str, ...]
    sizes: dict[str, int] = field(default_factory=dict)
    options: tuple[str, ...] = ()


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
        "fuzz",
        "Whatever arrives at any door (commands, words, buttons, forms, what is typed so far, times; no files of "
        "contacts, which cannot be read yet): an answer within 100 ms of the processor, no fault, less than 50 MB kept",
        ("tests/faults/test_fuzz.py",),
        {"INPUTS": 100_000},
    ),
    Goal(
        "hostile names",
        "A name, company or note that would ping, link or turn what stands beside it, wherever one can stand, on "
        "Slack and on Discord: it is text",
        ("tests/faults/test_hostile_names.py",),
        {"NAMES": 10_000, "EACH": 200, "LED": 300},
    ),
    Goal(
        "leaks",
        "Members at random of two places, the same users in both, who know each other's ids: no word of one reaches "
        "another, nothing of another's is changed",
        ("tests/faults/test_leaks.py",),
        {"SEQUENCES": 1000},
    ),
    Goal(
        "lost connections",
        "A line is cut, or goes dead without a word, with something under way: the bot is there again within 30 "
        "seconds, and what the platform hands out again is done, and done once",
        ("tests/faults/test_lost_connections.py",),
        {"CLUBS": 20, "CUTS": 5, "HASTE": 1},
    ),
    Goal(
        "forged requests",
        "Requests that Slack did not sign, and such that it did a second time, over HTTP: none is let in, none is an "
        "error of ours, none has a second effect, and no word of them is in the log",
        ("tests/faults/test_forged.py",),
        {"FORGED": 10_000, "REPLAYED": 1000},
    ),
    Goal(
        "secrets",
        "All tests of the bot, with everything logged that can be logged: no token, no signature, no address with a "
        "secret, and no word of a member's is in a log",
        ("tests",),
        options=(
            "-p",
            "tests.faults.loud",
            *(f"--ignore=tests/{one}" for one in ("faults", "fakes_slack", "fakes_discord")),
        ),
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
            [sys.executable, "-m", "pytest", "-q", "-o", "timeout=7200", *goal.options, *goal.tests],
            cwd=ROOT,
            env={**os.environ, **sizes, KEPT: kept.name, "STALEMATE_SEED": str(seed)},
            check=False,
        )
        found = [json.loads(line) for line in kept.read().splitlines()]
    total: Counter[str] = Counter()
    for one in found:
        total.update(one["counts"] if one["name"] == goal.name else {})
    return Outcome(goal, run.returncode == 0, dict(total), monotonic() - began)


def paper(outcomes: list[Outcome], seed: int, today: date) -> Iterator[str]:
    yield "# Reliability"
    yield ""
    yield "Made by `make faults`, which tries all of this in full; `make test` tries the same with small numbers."
    yield f"Measured on {today}, on {os.cpu_count()} cores, with the seed {seed} for kills, lives and texts:"
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
