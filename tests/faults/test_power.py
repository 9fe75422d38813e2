"""The power goes at any moment: each state that the disk may be left in holds what was acknowledged.

Seconds for some: each state of the disk between two steps is opened as the next process would.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.domain.errors import StoreUnavailable
from bot.domain.model import Book, Club
from storage.tiny import TinyStore
from tests.contract.sample_records import CONTRACT_ADA, CONTRACT_NOON
from tests.faults.figures import report_figure, trial_count
from tests.faults.power_loss import (
    DiskOperation,
    RecordingFiles,
    RemainingFiles,
    build_folder,
    folder_state,
    state_without_loss,
    states_after_loss,
)
from tests.faults.records import BOOK_AND_CLUB, load_record, new_record, record_file_of, with_record_text

LOSS_COUNT = trial_count("LOSSES", 1)  # one after the other: the second while the store starts again and saves
POWER_MEMBER, POWER_CLUB = BOOK_AND_CLUB
POWER_NOTE = "a word on Dana"
HARMED_BYTES = POWER_NOTE.encode()  # damaged, and yet it holds what was told


@dataclass(frozen=True)
class StoredTruth:
    """What may be read of a book or a club, and what may not be in any file or name any more."""

    who: str = POWER_MEMBER
    records: frozenset[Book | Club | None] = frozenset({None})
    memos: frozenset[str] = frozenset({""})
    gone: frozenset[str] = frozenset()

    def or_else(self, other: StoredTruth) -> StoredTruth:
        return StoredTruth(self.who, self.records | other.records, self.memos | other.memos, self.gone & other.gone)


class UnsteadyFiles(RecordingFiles):
    refuses = False

    def fsync_dir(self, folder: Path) -> None:
        if self.refuses:
            raise OSError(5, "Input/output error")
        super().fsync_dir(folder)


PowerStep = Callable[[TinyStore, StoredTruth], Awaitable[StoredTruth]]


async def read_true_record(store: TinyStore, truth: StoredTruth) -> Book | Club | None:
    record = await load_record(store, truth.who)
    assert record in truth.records
    return record


async def check_truth(store: TinyStore, truth: StoredTruth) -> StoredTruth:
    record, memo = await read_true_record(store, truth), await store.load_value("told")
    assert memo in truth.memos
    assert await store.next_wake({"slack"}) == (record and record.wake_at)
    return StoredTruth(truth.who, frozenset({record}), frozenset({memo}))


async def save_next_version(store: TinyStore, truth: StoredTruth) -> StoredTruth:
    record = await read_true_record(store, truth) or new_record(truth.who, note=POWER_NOTE)
    return await _truth_after_save(
        store, truth, replace(with_record_text(record, f"after {record.version}"), wake_at=CONTRACT_NOON)
    )


async def save_without_note(store: TinyStore, truth: StoredTruth) -> StoredTruth:
    """The contact goes, or the ask."""
    record = await read_true_record(store, truth)
    assert record
    return await _truth_after_save(
        store, truth, replace(record, **{"contacts" if isinstance(record, Book) else "questions": ()})
    )


async def save_unchanged(store: TinyStore, truth: StoredTruth) -> StoredTruth:
    """As it is done when a contact was forgotten: then the generation before has it no more either."""
    record = await read_true_record(store, truth)
    assert record
    return replace(await _truth_after_save(store, truth, record), gone=frozenset({POWER_NOTE}))


async def _truth_after_save(store: TinyStore, truth: StoredTruth, record: Book | Club) -> StoredTruth:
    saved = await store.save(record)
    assert saved == replace(record, version=record.version + 1)
    return StoredTruth(truth.who, frozenset({saved}), truth.memos)


async def erase_member(store: TinyStore, truth: StoredTruth) -> StoredTruth:
    await store.erase(CONTRACT_ADA)
    return StoredTruth(memos=truth.memos, gone=frozenset({POWER_NOTE, record_file_of(Path(), POWER_MEMBER).name}))


async def save_longer_value(store: TinyStore, truth: StoredTruth) -> StoredTruth:
    (kept,) = truth.memos
    await store.save_value("told", kept + "more")
    return replace(truth, memos=frozenset({kept + "more"}))


async def save_refused_by_disk(store: TinyStore, truth: StoredTruth) -> StoredTruth:
    """Nothing was acknowledged, so either may be there when the power goes; until then it is the old one."""
    disk, record = store.files, await read_true_record(store, truth)
    assert isinstance(disk, UnsteadyFiles)
    assert record
    tried = with_record_text(record, "tried")
    disk.refuses = True
    with pytest.raises(StoreUnavailable):
        await store.save(tried)
    disk.refuses = False
    assert await load_record(store, truth.who) == record
    return replace(truth, records=truth.records | {replace(tried, version=tried.version + 1)})


def lose_the_file(file: Path) -> None:
    file.unlink()


def damage_the_file(file: Path) -> None:
    file.write_bytes(HARMED_BYTES)


def leave_half_a_write(file: Path) -> None:
    data = file.parents[1]
    for path, half in ((file, POWER_NOTE), (data / "wakes.json", file.name), (data / "memos.json", "{")):
        path.with_name(path.name + ".new").write_text(half)


@dataclass(frozen=True)
class PowerScenario:
    """`harm` is done to the file that is there after the steps `before`; `generations` says how many it costs."""

    steps: tuple[PowerStep, ...]
    before: tuple[PowerStep, ...] = ()
    harm: Callable[[Path], None] | None = None
    generations: int = 0
    folder: str = "data"
    who: str = POWER_MEMBER


LOST_FILE, DAMAGED_FILE, HALF_WRITTEN_FILE = (lose_the_file, 1), (damage_the_file, 1), (leave_half_a_write, 0)
POWER_SCENARIOS = {
    "the first start and the first save": PowerScenario((save_next_version,), folder="new/place/data"),
    "a save over a book": PowerScenario((save_next_version,), (save_next_version,)),
    "a save over a book with a generation before": PowerScenario(
        (save_next_version, save_next_version), (save_next_version, save_next_version, save_next_version)
    ),
    "a save over half a write": PowerScenario(
        (save_next_version, save_longer_value),
        (save_next_version, save_longer_value, save_next_version),
        *HALF_WRITTEN_FILE,
    ),
    "a save when only the generation before is there": PowerScenario(
        (save_next_version, save_next_version), (save_next_version, save_next_version), *LOST_FILE
    ),
    "a save when the file is damaged": PowerScenario(
        (save_next_version, save_next_version), (save_next_version, save_next_version), *DAMAGED_FILE
    ),
    "a save that the disk refuses": PowerScenario(
        (save_refused_by_disk, save_next_version, save_next_version), (save_next_version, save_next_version)
    ),
    "an erasure": PowerScenario((erase_member,), (save_next_version, save_longer_value, save_next_version)),
    "an erasure when only the generation before is there": PowerScenario(
        (erase_member,), (save_next_version, save_next_version), *LOST_FILE
    ),
    "an erasure when the file is damaged": PowerScenario(
        (erase_member,), (save_next_version, save_next_version), *DAMAGED_FILE
    ),
    "an erasure over half a write": PowerScenario(
        (erase_member,), (save_next_version, save_longer_value, save_next_version), *HALF_WRITTEN_FILE
    ),
    "an erasure and a new beginning": PowerScenario(
        (erase_member, save_next_version), (save_next_version, save_next_version)
    ),
    "a contact that is forgotten": PowerScenario(
        (save_without_note, save_unchanged), (save_next_version, save_next_version)
    ),
    "a contact that is forgotten when the file was damaged": PowerScenario(
        (save_without_note, save_unchanged), (save_next_version, save_next_version), *DAMAGED_FILE
    ),
    "the first save of a club": PowerScenario((save_next_version, save_next_version), who=POWER_CLUB),
    "a save of a club over half a write": PowerScenario(
        (save_next_version,),
        (save_next_version, save_longer_value, save_next_version),
        *HALF_WRITTEN_FILE,
        who=POWER_CLUB,
    ),
    "a save of a club when only the generation before is there": PowerScenario(
        (save_next_version,), (save_next_version, save_next_version), *LOST_FILE, who=POWER_CLUB
    ),
    "a save of a club that the disk refuses": PowerScenario(
        (save_refused_by_disk, save_next_version), (save_next_version, save_next_version), who=POWER_CLUB
    ),
    "an ask that is forgotten when the file was damaged": PowerScenario(
        (save_without_note, save_unchanged), (save_next_version, save_next_version), *DAMAGED_FILE, who=POWER_CLUB
    ),
    "memos": PowerScenario((save_longer_value, save_longer_value, save_longer_value), (save_next_version,)),
}


@dataclass(frozen=True)
class PowerLife:
    """Of one process: what was true after how many operations on the disk, and how it may be found after each."""

    root: Path
    before: RemainingFiles
    done: list[DiskOperation]
    truths: list[tuple[int, StoredTruth]]

    def ends(self) -> Iterator[tuple[RemainingFiles, StoredTruth]]:
        yield from ((left, self._truth(count)) for count, left in states_after_loss(self.root, self.before, self.done))

    def _truth(self, count: int) -> StoredTruth:
        """What was acknowledged, or what was under way."""
        past = [truth for moment, truth in self.truths if moment <= count]
        coming = [truth for moment, truth in self.truths if moment > count]
        return past[-1].or_else(coming[0]) if coming else past[-1]


async def run_steps(root: Path, folder: str, truth: StoredTruth, steps: tuple[PowerStep, ...]) -> PowerLife:
    before, disk, truths = folder_state(root), UnsteadyFiles(), [(0, truth)]
    store = TinyStore.open(root / folder, disk)
    for step in steps:
        truth = await step(store, truth)
        truths.append((len(disk.done), truth))
    await store.close()
    assert state_without_loss(root, before, disk.done) == folder_state(root), (
        "something was done to the disk that was not written down"
    )
    return PowerLife(root, before, disk.done, truths)


async def run_scenario(root: Path, scenario: PowerScenario) -> PowerLife:
    if not scenario.before:
        return await run_steps(root, scenario.folder, StoredTruth(scenario.who), scenario.steps)
    life = await run_steps(root, scenario.folder, StoredTruth(scenario.who), scenario.before)
    _, truth = life.truths[-1 - scenario.generations]
    if scenario.harm:
        scenario.harm(record_file_of(root / scenario.folder, scenario.who))
    return await run_steps(root, scenario.folder, truth, scenario.steps)


async def assert_life_goes_on(left: RemainingFiles, folder: str, truth: StoredTruth) -> PowerLife:
    """What is there can be read, nothing is set aside but what we have damaged, and it goes on."""
    names = "\n".join(f"{name} {content!r}" for name, content in left)
    assert not [one for one in truth.gone if one in names]
    with TemporaryDirectory() as place:
        root = Path(place)
        build_folder(root, left)
        life = await run_steps(root, folder, truth, (check_truth, save_next_version))
        await run_steps(root, folder, life.truths[-1][1], (check_truth,))
        assert {content for name, content in folder_state(root) if "corrupt" in name} <= {HARMED_BYTES}
    return life


@pytest.mark.parametrize("scenario", POWER_SCENARIOS.values(), ids=POWER_SCENARIOS)
async def test_a_loss_of_power_at_any_moment_loses_nothing_acknowledged(
    scenario: PowerScenario, tmp_path: Path
) -> None:
    found: set[tuple[RemainingFiles, StoredTruth]] = set()
    lives = [await run_scenario(tmp_path, scenario)]
    for _ in range(LOSS_COUNT):
        ends = {end for life in lives for end in life.ends()} - found
        lives = [await assert_life_goes_on(left, scenario.folder, truth) for left, truth in ends]
        found |= ends
    report_figure("power loss", states=len({left for left, _ in found}), lost=0)
