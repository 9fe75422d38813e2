"""What was counted while we tried to break it: printed, and kept for `docs/reliability.md` when that is made."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

FIGURES_FILE_VARIABLE = "STALEMATE_TEST_FIGURES"  # where to write them down
RUN_SEED = int(os.environ.get("STALEMATE_SEED") or random.randrange(10**6))  # noqa: S311


def report_figure(name: str, **counts: int) -> None:
    """`name` is that of a goal in `tests/faults/goals.py`; counts of several tests of one goal are added up."""
    print(f"{name}: {', '.join(f'{count} {what}' for what, count in counts.items())}")  # noqa: T201
    if path := os.environ.get(FIGURES_FILE_VARIABLE):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"name": name, "counts": counts}) + "\n")


def expect_in_full_run(what: bool) -> None:
    """For a promise in seconds: `make faults` measures it and holds it, and a test of every day only shows it.

    A daily test shares its machine with whatever else runs there, and seconds are the machine's.
    """
    assert what or FIGURES_FILE_VARIABLE not in os.environ


def trial_count(name: str, small: int) -> int:
    """How often a thing is tried: `small` in the daily tests, else what the environment says under this name."""
    return int(os.environ.get(f"STALEMATE_TEST_{name}", str(small)))


def printed_seed() -> int:
    """Where chance begins; printed, to be played again."""
    print(f"STALEMATE_SEED={RUN_SEED}")  # noqa: T201
    return RUN_SEED
