"""A real process on a disk that fills up at any byte: it says so, keeps what it had, and goes on when there is room."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from storage.shelf import name_of
from storage.tiny import TinyStore
from tests.contract.plain import ADA
from tests.faults.disk import content
from tests.faults.figures import figure, size
from tests.faults.full_child import FREE, LARGE, SAID
from tests.faults.test_store_kill import ROOT

STEP = size("FULL_STEP", 4096)  # bytes from one limit to the next


class Club:
    def __init__(self, folder: Path, child: subprocess.Popen[str]) -> None:
        self.folder = folder
        self.child = child

    def save(self, room: str) -> list[str]:
        assert self.child.stdin
        assert self.child.stdout
        self.child.stdin.write(f"{room}\n")
        self.child.stdin.flush()
        # What the store logs stands there too.
        said = next(line for line in self.child.stdout if line.startswith(SAID))
        return said.removeprefix(SAID).split()

    def read(self) -> list[str]:
        """The book's text and the memo as the next process would find them, if this one died now."""
        with TemporaryDirectory() as place:
            copy = Path(place) / "copy"
            copytree(self.folder, copy)
            return asyncio.run(texts(copy))

    def sizes(self) -> list[int]:
        return [path.stat().st_size for path in (self.folder / "members" / name_of(ADA), self.folder / "memos.json")]


async def texts(folder: Path) -> list[str]:
    store = TinyStore.open(folder)
    book, memo = await store.book(ADA), await store.memo("told")
    await store.close()
    return [book.unreachable if book else "", memo]


@contextmanager
def started(folder: Path) -> Iterator[Club]:
    command = [sys.executable, "-m", "tests.faults.full_child", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        yield Club(folder, child)


def kept(before: list[str], said: list[str], room: str) -> list[str]:
    return [room.ljust(LARGE, ".") if word == "kept" else old for word, old in zip(said, before, strict=True)]


def test_a_disk_that_fills_up_at_any_byte_refuses_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    folder, limits, refused = tmp_path / "club", range(0, LARGE + 12_288, STEP), 0
    with started(folder) as club:
        assert club.save(FREE) == ["kept", "kept"]
        for limit in limits:
            before, old = content(folder), club.read()
            said = club.save(str(limit))
            assert club.read() == kept(old, said, str(limit))
            assert "kept" in said or content(folder) == before
            assert club.save(FREE) == ["kept", "kept"]
            assert club.read() == kept(old, ["kept", "kept"], FREE)
            # As long as the one that was tried: refused where there was no room, and nowhere else.
            assert said == ["refused" if needed > limit else "kept" for needed in club.sizes()]
            refused += said.count("refused")
    assert 0 < refused < 2 * len(limits)
    figure("full disk", **{"writes": 2 * len(limits), "refused": refused, "false words": 0})
