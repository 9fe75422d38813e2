"""What a loss of power may leave of a folder: each operation on the disk is written down, and the states are built.

The model is the strictest that POSIX allows, as other tools of this kind take it:

- until a file is synced, what was written may be absent, cut anywhere, zeros of the right length, its end without its
  beginning, or whole
- until a folder is synced, each creation, renaming and removal in it may have happened or not, in any combination:
  also a later one without an earlier one
- a renaming is one thing: it has happened or not, also between two folders

A journalled file system keeps these in order and so leaves fewer states; none that is left out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

from storage.files import Files

RemainingFiles = frozenset[tuple[str, bytes | None]]  # what is there after the loss: None for a folder
DiskOperation = tuple[str, tuple[Path | bytes, ...]]


class RecordingFiles(Files):
    """Does it all but the syncing, which is for the model to judge, and notes what was done."""

    def __init__(self) -> None:
        self.done: list[DiskOperation] = []
        self._paths: dict[int, Path] = {}

    def _note(self, name: str, *what: Path | bytes) -> None:
        self.done.append((name, what))

    def make_folder(self, path: Path, mode: int) -> None:
        super().make_folder(path, mode)
        self._note("make_folder", path)

    def open_new(self, path: Path) -> int:
        descriptor = super().open_new(path)
        self._paths[descriptor] = path
        self._note("open_new", path)
        return descriptor

    def write(self, descriptor: int, data: bytes) -> None:
        super().write(descriptor, data)
        self._note("write", self._paths[descriptor], data)

    def fsync(self, descriptor: int) -> None:
        self._note("fsync", self._paths[descriptor])

    def replace(self, source: Path, target: Path) -> None:
        super().replace(source, target)
        self._note("replace", source, target)

    def remove(self, path: Path) -> None:
        super().remove(path)
        self._note("remove", path)

    def fsync_dir(self, folder: Path) -> None:
        self._note("fsync_dir", folder)


class PowerLossModel:
    """The disk after some operations: what is certain, and what is not yet. A folder's content is None."""

    def __init__(self, before: Mapping[Path, bytes | None]) -> None:
        self.now = {path: number for number, path in enumerate(before)}
        self._names = dict(self.now)
        # What each file may hold. The last is what the program has written; it is the only one once it was synced.
        self._contents: list[list[bytes | None]] = [[content] for content in before.values()]
        self._changes: list[dict[Path, int | None]] = []
        self._certain: set[int] = set()

    def whole(self) -> dict[Path, bytes | None]:
        """What the program sees, and everybody until the power goes."""
        return {path: self._contents[number][-1] for path, number in self.now.items()}

    def make_folder(self, path: Path) -> None:
        if path not in self.now:
            self._create(path, None)

    def open_new(self, path: Path) -> None:
        if path in self.now:
            self._contents[self.now[path]].append(b"")
        else:
            self._create(path, b"")

    def write(self, path: Path, data: bytes) -> None:
        self._contents[self.now[path]] += partial_writes(data)

    def fsync(self, path: Path) -> None:
        del self._contents[self.now[path]][:-1]

    def replace(self, source: Path, target: Path) -> None:
        self._change({source: None, target: self.now[source]})

    def remove(self, path: Path) -> None:
        if path in self.now:
            self._change({path: None})

    def fsync_dir(self, folder: Path) -> None:
        self._certain |= {at for at, names in enumerate(self._changes) if folder in {path.parent for path in names}}

    def _create(self, path: Path, content: bytes | None) -> None:
        self._contents.append([content])
        self._change({path: len(self._contents) - 1})

    def _change(self, names: dict[Path, int | None]) -> None:
        self._changes.append(names)
        _apply_renames(names, self.now)

    def losses(self) -> Iterator[dict[Path, bytes | None]]:
        """Everything that may be there when the power goes now; the same may come more than once."""
        choices = [(True,) if at in self._certain else (False, True) for at in range(len(self._changes))]
        for chosen in product(*choices):
            names = dict(self._names)
            for happened, change in zip(chosen, self._changes, strict=True):
                if happened:
                    _apply_renames(change, names)
            for contents in product(*(self._contents[number] for number in names.values())):
                yield dict(zip(names, contents, strict=True))


def _apply_renames(change: Mapping[Path, int | None], names: dict[Path, int]) -> None:
    for path, number in change.items():
        names.pop(path, None)
        if number is not None:
            names[path] = number


def partial_writes(data: bytes) -> list[bytes | None]:
    """What may be there of data that was written and not synced: the whole is the last."""
    half = len(data) // 2
    return [b"", data[:1], data[:half], data[:-1], bytes(len(data)), bytes(half) + data[half:], data]


def states_after_loss(
    root: Path, before: RemainingFiles, done: list[DiskOperation]
) -> Iterator[tuple[int, RemainingFiles]]:
    """Each state once for each number of operations after which the power may go."""
    for count, model in enumerate(_models_after_operations(root, before, done)):
        yield from ((count, left) for left in {_remaining_files(root, loss) for loss in model.losses()})


def state_without_loss(root: Path, before: RemainingFiles, done: list[DiskOperation]) -> RemainingFiles:
    """What should be there when the power stays."""
    *_, model = _models_after_operations(root, before, done)
    return _remaining_files(root, model.whole())


def _models_after_operations(root: Path, before: RemainingFiles, done: list[DiskOperation]) -> Iterator[PowerLossModel]:
    """One and the same, after each operation."""
    model = PowerLossModel({root / name: content for name, content in sorted(before, key=lambda one: one[0])})
    yield model
    for name, what in done:
        getattr(model, name)(*what)
        yield model


def _remaining_files(root: Path, names: Mapping[Path, bytes | None]) -> RemainingFiles:
    """Without what stands in a folder that is not there."""
    there = (name for name in names.items() if all(names.get(up, b"") is None for up in _parent_folders(root, name[0])))
    return frozenset((str(path.relative_to(root)), content) for path, content in there)


def _parent_folders(root: Path, path: Path) -> list[Path]:
    return [up for up in path.parents if up != root and up.is_relative_to(root)]


def folder_state(root: Path) -> RemainingFiles:
    """The folder as it stands, but for the files of the lock, which hold nothing."""
    paths = [path for path in root.rglob("*") if path.name not in {"lock", "holder.json"}]
    return frozenset((str(path.relative_to(root)), None if path.is_dir() else path.read_bytes()) for path in paths)


def build_folder(root: Path, left: RemainingFiles) -> None:
    for name, content in sorted(left, key=lambda one: one[0]):
        if content is None:
            (root / name).mkdir()
        else:
            (root / name).write_bytes(content)
