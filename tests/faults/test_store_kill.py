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
from tests.faults.disk import content
from tests.faults.figures import figure, promised, size
from tests.faults.records import fresh, kept, save
from tests.faults.store_child import WHO, state

KILLS, STARTS = size("KILLS", 12), size("STARTS", 1)
SEED = int(os.environ.get("STALEMATE_SEED", str(random.randrange(10**6))))  # noqa: S311  # printed, to play again
ROOT = Path(__file__).parents[2]


def start(folder: Path, seed: int, step: int = 0, out: int | IO[bytes] = subprocess.PIPE) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.store_child", str(folder), str(seed)],
        cwd=ROOT,
        stdout=out,
        env={**os.environ, "STALEMATE_CRASH_AT": str(step)},
    )


def told(child: subprocess.Popen[bytes]) -> list[str]:
    return child.communicate(timeout=20)[0].decode().splitlines()


def follow(oracle: dict[str, str], lines: Iterable[str]) -> tuple[str, str] | None:
    """Note what was acknowledged. The answer is the one write that was under way: of whom, and their new state."""
    pending = None
    for line in lines:
        match line.split():
            case ["try", who, state]:
                pending = (who, state)
            case ["done", who, state]:
                oracle[who], pending = state, None
    return pending


async def states(folder: Path) -> dict[str, str]:
    store = TinyStore.open(folder)
    found = {who: state(await kept(store, who)) for who in WHO}
    await store.close()
    return found


def compare(oracle: dict[str, str], pending: tuple[str, str] | None, found: dict[str, str]) -> None:
    """All is as acknowledged; only the write under way may be there or not."""
    for who, seen in found.items():
        assert seen == oracle.get(who, "none") or (who, seen) == pending, (who, seen, oracle, pending)


def test_no_acknowledged_write_is_lost_by_a_kill(tmp_path):
    print(f"seed {SEED}, {KILLS} kills")  # noqa: T201  # for who plays it again
    rng, oracle, acknowledged = random.Random(SEED), {}, 0  # noqa: S311
    for kill in range(KILLS):
        child = start(tmp_path, SEED + kill)
        assert child.stdout
        assert child.stdout.readline() == b"open\n"
        time.sleep(rng.uniform(0.0, 0.25))
        child.kill()
        lines = told(child)
        acknowledged += sum(line.startswith("done") for line in lines)
        pending = follow(oracle, lines)
        found = asyncio.run(states(tmp_path))
        compare(oracle, pending, found)
        oracle = found
    figure("kills", **{"kills": KILLS, "acknowledged writes": acknowledged, "lost": 0})
    assert acknowledged
    assert not list(tmp_path.glob("*/damaged/*"))


async def two_versions_each(folder: Path) -> dict[str, str]:
    store = TinyStore.open(folder)
    for who in WHO:
        await save(store, await save(store, fresh(who)))
    await store.close()
    return await states(folder)


# All of them have two generations already, so that saves replace one and erasures remove both; 40 steps are several.
@pytest.mark.parametrize("step", range(1, 41))
def test_a_kill_at_any_step_of_the_disk_loses_nothing(tmp_path, step):
    oracle = asyncio.run(two_versions_each(tmp_path))
    child = start(tmp_path, SEED, step)
    pending = follow(oracle, told(child))
    assert child.returncode == -9
    compare(oracle, pending, asyncio.run(states(tmp_path)))
    figure("steps", kills=1, lost=0)


def test_a_second_process_is_refused_at_once_and_told_who_holds_it(tmp_path):
    first = start(tmp_path, -1)
    assert first.stdout
    assert first.stdout.readline() == b"open\n"
    before = content(tmp_path)
    for _ in range(STARTS):
        second = start(tmp_path, -1)
        began = time.monotonic()
        (line,) = told(second)  # while the first goes on holding it
        promised(time.monotonic() - began < 2)
        assert second.returncode == 3
        assert line.startswith(f"in use: process {first.pid} on ")
        assert content(tmp_path) == before
    figure("double starts", **{"starts": STARTS, "changed bytes": 0})
    first.kill()
    first.communicate()
    assert asyncio.run(states(tmp_path)) == dict.fromkeys(WHO, "none")
