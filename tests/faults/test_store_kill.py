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

import pytest

from bot.model import Book
from storage.tiny import TinyStore
from tests.faults.disk import content, member
from tests.faults.store_child import MEMBERS

KILLS = int(os.environ.get("STALEMATE_KILLS", "25"))
SEED = int(os.environ.get("STALEMATE_SEED", str(random.randrange(10**6))))  # noqa: S311  # printed, to play again
ROOT = Path(__file__).parents[2]


def start(folder: Path, seed: int, step: int = 0) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.store_child", str(folder), str(seed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "STALEMATE_CRASH_AT": str(step)},
    )


def told(child: subprocess.Popen[bytes]) -> list[str]:
    return child.communicate(timeout=20)[0].decode().splitlines()


def follow(oracle: dict[str, int], lines: Iterable[str]) -> str:
    """Note what was acknowledged; the answer is the member of the last attempt, which may or may not be there."""
    last = ""
    for line in lines:
        match line.split():
            case [user, "try", _]:
                last = user
            case [user, version]:
                oracle[user] = int(version)
    return last


async def versions(folder: Path) -> dict[str, int]:
    store = TinyStore.open(folder)
    books: list[Book | None] = [await store.book(member(str(user))) for user in range(MEMBERS)]
    await store.close()
    return {str(user): book.version if book else 0 for user, book in enumerate(books)}


def surely(oracle: dict[str, int], found: dict[str, int]) -> None:
    """At most one write was under way: one more version, or an erasure. All else is as acknowledged."""
    changed = {user for user in found if found[user] != oracle.get(user, 0)}
    assert len(changed) <= 1, (oracle, found)
    assert all(found[user] in (0, oracle.get(user, 0) + 1) for user in changed), (oracle, found)


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
        acknowledged += sum(" try " not in line for line in lines)
        follow(oracle, lines)
        found = asyncio.run(versions(tmp_path))
        surely(oracle, found)
        oracle = found
    print(f"{acknowledged} acknowledged, none lost")  # noqa: T201  # for who plays it again
    assert acknowledged
    assert not list((tmp_path / "members" / "damaged").iterdir())


# The first three steps make the folders; then come several saves and now and then an erasure.
@pytest.mark.parametrize("step", range(1, 25))
def test_a_kill_at_any_step_of_the_disk_loses_nothing(tmp_path, step):
    child = start(tmp_path, SEED, step)
    oracle: dict[str, int] = {}
    follow(oracle, told(child))
    assert child.returncode == -9
    surely(oracle, asyncio.run(versions(tmp_path)))


def test_a_second_process_is_refused_at_once_and_told_who_holds_it(tmp_path):
    first = start(tmp_path, -1)
    assert first.stdout
    assert first.stdout.readline() == b"open\n"
    before = content(tmp_path)
    second = start(tmp_path, -1)
    began = time.monotonic()
    (line,) = told(second)
    assert time.monotonic() - began < 2
    assert second.returncode == 3
    assert line.startswith(f"in use: process {first.pid} on ")
    assert content(tmp_path) == before
    first.kill()
    first.communicate()
    assert asyncio.run(versions(tmp_path)) == dict.fromkeys(map(str, range(MEMBERS)), 0)
