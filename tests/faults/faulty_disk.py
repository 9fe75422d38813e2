"""A disk with a fault at one operation, and the folder as it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from bot.domain.model import Address
from storage.files import Files


def disk_member(user: str) -> Address:
    return Address("slack", user, "T1")


def folder_content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@dataclass
class FaultyFiles(Files):
    """Calls `fault` at the operation number `at`, or at that and all later ones; writes half of the data first."""

    at: int = 0
    fault: Callable[[str], None] = lambda _: None
    for_ever: bool = False
    calls: list[str] = field(default_factory=list)

    def _step(self, name: str) -> bool:
        self.calls.append(name)
        count = len(self.calls)
        return count == self.at or (self.for_ever and 0 < self.at <= count)

    def make_folder(self, path: Path, mode: int) -> None:
        if self._step("mkdir"):
            self.fault("mkdir")
        super().make_folder(path, mode)

    def open_new(self, path: Path) -> int:
        if self._step("open"):
            self.fault("open")
        return super().open_new(path)

    def write(self, descriptor: int, data: bytes) -> None:
        if self._step("write"):
            super().write(descriptor, data[: len(data) // 2])
            self.fault("write")
        super().write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        if self._step("fsync"):
            self.fault("fsync")
        super().fsync(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        if self._step("replace"):
            self.fault("replace")
        super().replace(source, target)

    def remove(self, path: Path) -> None:
        if self._step("remove"):
            self.fault("remove")
        super().remove(path)

    def fsync_dir(self, folder: Path) -> None:
        if self._step("fsync_dir"):
            self.fault("fsync_dir")
        super().fsync_dir(folder)

    def read(self, path: Path) -> bytes | None:
        if self._step("read"):
            self.fault("read")
        return super().read(path)


class PausedIndexFiles(Files):
    """Begins to write the wake index, and goes on when it may."""

    def __init__(self) -> None:
        self.began, self.may = Event(), Event()

    def open_new(self, path: Path) -> int:
        if path.name.startswith("wakes.json"):
            self.began.set()
            self.may.wait(5)
        return super().open_new(path)
