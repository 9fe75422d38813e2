"""A real process on a disk that fills up at any byte: it says so, keeps what it had, and goes on when there is room."""

from __future__ import annotations

import asyncio
from itertools import cycle
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from storage.tiny import TinyStore
from tests.faults.disk import content
from tests.faults.figures import figure, size
from tests.faults.full_child import FREE, LARGE
from tests.faults.records import BOTH, file_of
from tests.faults.records import kept as record_of
from tests.faults.records import said as text_of
from tests.faults.talk import talking

STEP = size("FULL_STEP", 4096)  # bytes from one limit to the next
ALL = "kept kept"


def read(folder: Path, who: str) -> list[str]:
    """The record's text and the memo as the next process would find them, if this one died now."""
    with TemporaryDirectory() as place:
        copy = Path(place) / "copy"
        copytree(folder, copy)
        return asyncio.run(texts(copy, who))


def sizes(folder: Path, who: str) -> list[int]:
    return [path.stat().st_size for path in (file_of(folder, who), folder / "memos.json")]


async def texts(folder: Path, who: str) -> list[str]:
    store = TinyStore.open(folder)
    record, memo = await record_of(store, who), await store.load_value("told")
    await store.close()
    return [text_of(record) if record else "", memo]


def kept(before: list[str], said: list[str], room: str) -> list[str]:
    return [room.ljust(LARGE, ".") if word == "kept" else old for word, old in zip(said, before, strict=True)]


def test_a_disk_that_fills_up_at_any_byte_refuses_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    folder, limits, refused = tmp_path / "club", range(0, LARGE + 12_288, STEP), 0
    with talking("tests.faults.full_child", str(folder)) as save:
        for who, limit in zip(cycle(BOTH), limits, strict=False):
            assert save(f"{who} {FREE}") == ALL
            before, old = content(folder), read(folder, who)
            said = save(f"{who} {limit}").split()
            assert read(folder, who) == kept(old, said, str(limit))
            assert "kept" in said or content(folder) == before
            assert save(f"{who} {FREE}") == ALL
            assert read(folder, who) == kept(old, ALL.split(), FREE)
            # As long as the one that was tried: refused where there was no room, and nowhere else.
            assert said == ["refused" if needed > limit else "kept" for needed in sizes(folder, who)]
            refused += said.count("refused")
    assert 0 < refused < 2 * len(limits)
    figure("full disk", **{"writes": 2 * len(limits), "refused": refused, "false words": 0})
