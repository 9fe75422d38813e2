"""A real process on a disk that fills up at any byte: it says so, keeps what it had, and goes on when there is room.

Seconds: after each limit the folder is copied and opened as the next process would.
"""

from __future__ import annotations

import asyncio
from itertools import cycle
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from storage.tiny import TinyStore
from tests.faults.child_process import talk_with_process
from tests.faults.faulty_disk import folder_content
from tests.faults.figures import report_figure, trial_count
from tests.faults.full_disk_child import LARGE_RECORD_CHARS, NO_SIZE_LIMIT
from tests.faults.records import BOOK_AND_CLUB, record_file_of
from tests.faults.records import load_record as record_of
from tests.faults.records import record_text as text_of

FULL_DISK_STEP_BYTES = trial_count("FULL_STEP", 4096)  # bytes from one limit to the next
ALL_KEPT_ANSWER = "kept kept"


def texts_after_death(folder: Path, who: str) -> list[str]:
    """The record's text and the memo as the next process would find them, if this one died now."""
    with TemporaryDirectory() as place:
        copy = Path(place) / "copy"
        copytree(folder, copy)
        return asyncio.run(stored_texts(copy, who))


def record_file_sizes(folder: Path, who: str) -> list[int]:
    return [path.stat().st_size for path in (record_file_of(folder, who), folder / "memos.json")]


async def stored_texts(folder: Path, who: str) -> list[str]:
    store = TinyStore.open(folder)
    record, memo = await record_of(store, who), await store.load_value("told")
    await store.close()
    return [text_of(record) if record else "", memo]


def expected_texts(before: list[str], said: list[str], room: str) -> list[str]:
    return [
        room.ljust(LARGE_RECORD_CHARS, ".") if word == "kept" else old for word, old in zip(said, before, strict=True)
    ]


def test_a_disk_that_fills_up_at_any_byte_refuses_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    folder, limits, refused = tmp_path / "club", range(0, LARGE_RECORD_CHARS + 12_288, FULL_DISK_STEP_BYTES), 0
    with talk_with_process("tests.faults.full_disk_child", str(folder)) as save:
        for who, limit in zip(cycle(BOOK_AND_CLUB), limits, strict=False):
            assert save(f"{who} {NO_SIZE_LIMIT}") == ALL_KEPT_ANSWER
            before, old = folder_content(folder), texts_after_death(folder, who)
            said = save(f"{who} {limit}").split()
            assert texts_after_death(folder, who) == expected_texts(old, said, str(limit))
            assert "kept" in said or folder_content(folder) == before
            assert save(f"{who} {NO_SIZE_LIMIT}") == ALL_KEPT_ANSWER
            assert texts_after_death(folder, who) == expected_texts(old, ALL_KEPT_ANSWER.split(), NO_SIZE_LIMIT)
            # As long as the one that was tried: refused where there was no room, and nowhere else.
            assert said == ["refused" if needed > limit else "kept" for needed in record_file_sizes(folder, who)]
            refused += said.count("refused")
    assert 0 < refused < 2 * len(limits)
    report_figure("full disk", **{"writes": 2 * len(limits), "refused": refused, "false words": 0})
