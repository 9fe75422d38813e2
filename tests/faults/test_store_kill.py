"""Real processes, really killed: what was acknowledged is there, and every file can be read."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import pytest

from storage.tiny import TinyStore
from tests.faults.faulty_disk import folder_content
from tests.faults.figures import expect_in_full_run, report_figure, trial_count
from tests.faults.records import load_record, new_record
from tests.faults.store_child import CHILD_RECORD_NAMES, record_state

KILL_COUNT, START_KILLS = trial_count("KILLS", 6), trial_count("STARTS", 1)
STORE_KILL_SEED = int(os.environ.get("STALEMATE_SEED", str(random.randrange(10**6))))  # noqa: S311  # printed, to play again
ROOT = Path(__file__).parents[2]


def start_store_child(
    folder: Path, seed: int, step: int = 0, out: int | IO[bytes] = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.store_child", str(folder), str(seed)],
        cwd=ROOT,
        stdout=out,
        env={**os.environ, "STALEMATE_CRASH_AT": str(step)},
    )


def child_output_lines(child: subprocess.Popen[bytes]) -> list[str]:
    """All lines that were not read yet. Not by `communicate`: it would pass over what lies in the buffer already."""
    assert child.stdout
    lines = child.stdout.read().decode().splitlines()
    child.stdout.close()
    child.wait(timeout=20)
    return lines


def follow_acknowledged(oracle: dict[str, str], lines: Iterable[str]) -> tuple[str, str] | None:
    """Note what was acknowledged. The answer is the one write that was under way: of whom, and their new state."""
    pending = None
    for line in lines:
        match line.split():
            case ["try", who, state]:
                pending = (who, state)
            case ["done", who, state]:
                oracle[who], pending = state, None
    return pending


async def record_states(folder: Path) -> dict[str, str]:
    store = TinyStore.open(folder)
    found = {who: record_state(await load_record(store, who)) for who in CHILD_RECORD_NAMES}
    await store.close()
    return found


def assert_acknowledged_states(oracle: dict[str, str], pending: tuple[str, str] | None, found: dict[str, str]) -> None:
    """All is as acknowledged; only the write under way may be there or not."""
    for who, seen in found.items():
        assert seen == oracle.get(who, "none") or (who, seen) == pending, (who, seen, oracle, pending)


def test_no_acknowledged_write_is_lost_by_a_kill(tmp_path):
    print(f"seed {STORE_KILL_SEED}, {KILL_COUNT} kills")  # noqa: T201  # for who plays it again
    rng, oracle, acknowledged = random.Random(STORE_KILL_SEED), {}, 0  # noqa: S311
    for kill in range(KILL_COUNT):
        child = start_store_child(tmp_path, STORE_KILL_SEED + kill)
        assert child.stdout
        assert child.stdout.readline() == b"open\n"
        early = [child.stdout.readline().decode() for _ in range(rng.randrange(20))]
        time.sleep(rng.uniform(0.0, 0.02))
        child.kill()
        lines = [*early, *child_output_lines(child)]
        acknowledged += sum(line.startswith("done") for line in lines)
        pending = follow_acknowledged(oracle, lines)
        found = asyncio.run(record_states(tmp_path))
        assert_acknowledged_states(oracle, pending, found)
        oracle = found
    report_figure("kills", **{"kills": KILL_COUNT, "acknowledged writes": acknowledged, "lost": 0})
    assert acknowledged
    assert not list(tmp_path.glob("*/damaged/*"))


async def save_two_versions_each(folder: Path) -> dict[str, str]:
    store = TinyStore.open(folder)
    for who in CHILD_RECORD_NAMES:
        await store.save(await store.save(new_record(who)))
    await store.close()
    return await record_states(folder)


# All of them have two generations already, so that saves replace one and erasures remove both; 40 steps are several.
# Each day one in four: `tests/faults/test_power.py` goes through every step, in this process.
@pytest.mark.parametrize("step", range(1, 41, trial_count("DISK_STEP", 4)))
def test_a_kill_at_any_step_of_the_disk_loses_nothing(tmp_path, step):
    oracle = asyncio.run(save_two_versions_each(tmp_path))
    child = start_store_child(tmp_path, STORE_KILL_SEED, step)
    pending = follow_acknowledged(oracle, child_output_lines(child))
    assert child.returncode == -9
    assert_acknowledged_states(oracle, pending, asyncio.run(record_states(tmp_path)))
    report_figure("steps", kills=1, lost=0)


def test_a_second_process_is_refused_at_once_and_told_who_holds_it(tmp_path):
    first = start_store_child(tmp_path, -1)
    assert first.stdout
    assert first.stdout.readline() == b"open\n"
    before = folder_content(tmp_path)
    for _ in range(START_KILLS):
        second = start_store_child(tmp_path, -1)
        began = time.monotonic()
        (line,) = child_output_lines(second)  # while the first goes on holding it
        expect_in_full_run(time.monotonic() - began < 2)
        assert second.returncode == 3
        assert line.startswith(f"in use: process {first.pid} on ")
        assert folder_content(tmp_path) == before
    report_figure("double starts", **{"starts": START_KILLS, "changed bytes": 0})
    first.kill()
    child_output_lines(first)
    assert asyncio.run(record_states(tmp_path)) == dict.fromkeys(CHILD_RECORD_NAMES, "none")
