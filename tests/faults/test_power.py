"""The power goes at any moment: each state that the disk may be left in holds what was acknowledged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.domain.errors import StoreUnavailable
from bot.domain.model import Book, Club
from storage.tiny import TinyStore
from tests.contract.plain import ADA, NOON
from tests.faults import records
from tests.faults.figures import figure, size
from tests.faults.power import Left, Operation, Recorded, build, seen, states, whole
from tests.faults.records import BOTH, file_of, fresh, kept, saying

LOSSES = size("LOSSES", 1)  # one after the other: the second while the store starts again and saves
MEMBER, CLUB = BOTH
NOTE = "a word on Dana"
HARM = NOTE.encode()  # damaged, and yet it holds what was told


@dataclass(frozen=True)
class Truth:
    """What may be read of a book or a club, and what may not be in any file or name any more."""

    who: str = MEMBER
    records: frozenset[Book | Club | None] = frozenset({None})
    memos: frozenset[str] = frozenset({""})
    gone: frozenset[str] = frozenset()

    def or_else(self, other: Truth) -> Truth:
        return Truth(self.who, self.records | other.records, self.memos | other.memos, self.gone & other.gone)


class Unsteady(Recorded):
    refuses = False

    def fsync_dir(self, folder: Path) -> None:
        if self.refuses:
            raise OSError(5, "Input/output error")
        super().fsync_dir(folder)


Step = Callable[[TinyStore, Truth], Awaitable[Truth]]


async def read(store: TinyStore, truth: Truth) -> Book | Club | None:
    record = await kept(store, truth.who)
    assert record in truth.records
    return record


async def look(store: TinyStore, truth: Truth) -> Truth:
    record, memo = await read(store, truth), await store.load_value("told")
    assert memo in truth.memos
    assert await store.next_wake({"slack"}) == (record and record.wake_at)
    return Truth(truth.who, frozenset({record}), frozenset({memo}))


async def save(store: TinyStore, truth: Truth) -> Truth:
    record = await read(store, truth) or fresh(truth.who, note=NOTE)
    return await _saved(store, truth, replace(saying(record, f"after {record.version}"), wake_at=NOON))


async def drop_note(store: TinyStore, truth: Truth) -> Truth:
    """The contact goes, or the ask."""
    record = await read(store, truth)
    assert record
    return await _saved(store, truth, replace(record, **{"contacts" if isinstance(record, Book) else "questions": ()}))


async def save_again(store: TinyStore, truth: Truth) -> Truth:
    """As it is done when a contact was forgotten: then the generation before has it no more either."""
    record = await read(store, truth)
    assert record
    return replace(await _saved(store, truth, record), gone=frozenset({NOTE}))


async def _saved(store: TinyStore, truth: Truth, record: Book | Club) -> Truth:
    saved = await records.save(store, record)
    assert saved == replace(record, version=record.version + 1)
    return Truth(truth.who, frozenset({saved}), truth.memos)


async def erase(store: TinyStore, truth: Truth) -> Truth:
    await store.erase(ADA)
    return Truth(memos=truth.memos, gone=frozenset({NOTE, file_of(Path(), MEMBER).name}))


async def memo(store: TinyStore, truth: Truth) -> Truth:
    (kept,) = truth.memos
    await store.save_value("told", kept + "more")
    return replace(truth, memos=frozenset({kept + "more"}))


async def refused(store: TinyStore, truth: Truth) -> Truth:
    """Nothing was acknowledged, so either may be there when the power goes; until then it is the old one."""
    disk, record = store.files, await read(store, truth)
    assert isinstance(disk, Unsteady)
    assert record
    tried = saying(record, "tried")
    disk.refuses = True
    with pytest.raises(StoreUnavailable):
        await records.save(store, tried)
    disk.refuses = False
    assert await kept(store, truth.who) == record
    return replace(truth, records=truth.records | {replace(tried, version=tried.version + 1)})


def lose_the_file(file: Path) -> None:
    file.unlink()


def damage_the_file(file: Path) -> None:
    file.write_bytes(HARM)


def leave_half_a_write(file: Path) -> None:
    data = file.parents[1]
    for path, half in ((file, NOTE), (data / "wakes.json", file.name), (data / "memos.json", "{")):
        path.with_name(path.name + ".new").write_text(half)


@dataclass(frozen=True)
class Scenario:
    """`harm` is done to the file that is there after the steps `before`; `generations` says how many it costs."""

    steps: tuple[Step, ...]
    before: tuple[Step, ...] = ()
    harm: Callable[[Path], None] | None = None
    generations: int = 0
    folder: str = "data"
    who: str = MEMBER


LOST, DAMAGED, HALF = (lose_the_file, 1), (damage_the_file, 1), (leave_half_a_write, 0)
SCENARIOS = {
    "the first start and the first save": Scenario((save,), folder="new/place/data"),
    "a save over a book": Scenario((save,), (save,)),
    "a save over a book with a generation before": Scenario((save, save), (save, save, save)),
    "a save over half a write": Scenario((save, memo), (save, memo, save), *HALF),
    "a save when only the generation before is there": Scenario((save, save), (save, save), *LOST),
    "a save when the file is damaged": Scenario((save, save), (save, save), *DAMAGED),
    "a save that the disk refuses": Scenario((refused, save, save), (save, save)),
    "an erasure": Scenario((erase,), (save, memo, save)),
    "an erasure when only the generation before is there": Scenario((erase,), (save, save), *LOST),
    "an erasure when the file is damaged": Scenario((erase,), (save, save), *DAMAGED),
    "an erasure over half a write": Scenario((erase,), (save, memo, save), *HALF),
    "an erasure and a new beginning": Scenario((erase, save), (save, save)),
    "a contact that is forgotten": Scenario((drop_note, save_again), (save, save)),
    "a contact that is forgotten when the file was damaged": Scenario((drop_note, save_again), (save, save), *DAMAGED),
    "the first save of a club": Scenario((save, save), who=CLUB),
    "a save of a club over half a write": Scenario((save,), (save, memo, save), *HALF, who=CLUB),
    "a save of a club when only the generation before is there": Scenario((save,), (save, save), *LOST, who=CLUB),
    "a save of a club that the disk refuses": Scenario((refused, save), (save, save), who=CLUB),
    "an ask that is forgotten when the file was damaged": Scenario(
        (drop_note, save_again), (save, save), *DAMAGED, who=CLUB
    ),
    "memos": Scenario((memo, memo, memo), (save,)),
}


@dataclass(frozen=True)
class Life:
    """Of one process: what was true after how many operations on the disk, and how it may be found after each."""

    root: Path
    before: Left
    done: list[Operation]
    truths: list[tuple[int, Truth]]

    def ends(self) -> Iterator[tuple[Left, Truth]]:
        yield from ((left, self._truth(count)) for count, left in states(self.root, self.before, self.done))

    def _truth(self, count: int) -> Truth:
        """What was acknowledged, or what was under way."""
        past = [truth for moment, truth in self.truths if moment <= count]
        coming = [truth for moment, truth in self.truths if moment > count]
        return past[-1].or_else(coming[0]) if coming else past[-1]


async def live(root: Path, folder: str, truth: Truth, steps: tuple[Step, ...]) -> Life:
    before, disk, truths = seen(root), Unsteady(), [(0, truth)]
    store = TinyStore.open(root / folder, disk)
    for step in steps:
        truth = await step(store, truth)
        truths.append((len(disk.done), truth))
    await store.close()
    assert whole(root, before, disk.done) == seen(root), "something was done to the disk that was not written down"
    return Life(root, before, disk.done, truths)


async def begun(root: Path, scenario: Scenario) -> Life:
    if not scenario.before:
        return await live(root, scenario.folder, Truth(scenario.who), scenario.steps)
    life = await live(root, scenario.folder, Truth(scenario.who), scenario.before)
    _, truth = life.truths[-1 - scenario.generations]
    if scenario.harm:
        scenario.harm(file_of(root / scenario.folder, scenario.who))
    return await live(root, scenario.folder, truth, scenario.steps)


async def survived(left: Left, folder: str, truth: Truth) -> Life:
    """What is there can be read, nothing is set aside but what we have damaged, and it goes on."""
    names = "\n".join(f"{name} {content!r}" for name, content in left)
    assert not [one for one in truth.gone if one in names]
    with TemporaryDirectory() as place:
        root = Path(place)
        build(root, left)
        life = await live(root, folder, truth, (look, save))
        await live(root, folder, life.truths[-1][1], (look,))
        assert {content for name, content in seen(root) if "corrupt" in name} <= {HARM}
    return life


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
async def test_a_loss_of_power_at_any_moment_loses_nothing_acknowledged(scenario: Scenario, tmp_path: Path) -> None:
    found: set[tuple[Left, Truth]] = set()
    lives = [await begun(tmp_path, scenario)]
    for _ in range(LOSSES):
        ends = {end for life in lives for end in life.ends()} - found
        lives = [await survived(left, scenario.folder, truth) for left, truth in ends]
        found |= ends
    figure("power loss", states=len({left for left, _ in found}), lost=0)
