"""A backup: every book and club as it stands, in one file. The store is only read, also beside a bot that runs.

Blocking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain.errors import Refused
from storage import archive, key_values
from storage.backup_manifest import ABOUT, About, check, told
from storage.codec import CODEC, Codec
from storage.files import NEW, PREVIOUS, Files, beside
from storage.record_files import BOOKS, CLUBS, Shelf, Shelves
from storage.restore import RESTORING, known

OUTSIDE = "Put it outside the store's folder, best on another machine."


@dataclass(frozen=True)
class Made:
    books: int
    damaged: int  # books of which no good copy was found
    clubs: int = 0
    damaged_clubs: int = 0


def make(
    folder: Path,
    target: Path,
    made_at: datetime,
    program: str,
    *,
    force: bool = False,
    files: Files | None = None,
    codec: Codec = CODEC,
) -> Made:
    """Write the backup of the store in this folder, whole or not at all. `made_at`: now, in UTC.

    Raises `Refused` with a sentence, `StoreTooNew`, and OSError when it cannot be written.
    """
    disk = files or Files()
    _may_be_written(target, folder, force=force)
    reading = Reading(folder, Shelves.under(folder, disk, codec), made_at, program)
    reading.place()  # before anything is written
    _write(disk, target, reading.entries(), made_at)
    return reading.made()


def _may_be_written(target: Path, folder: Path, *, force: bool) -> None:
    """Raises `Refused` where a backup has no place."""
    if target.is_dir():
        raise Refused(f"{target} is a folder. Give the name of a file in it, such as {target / 'books.tar.gz'}.")
    if not target.parent.is_dir():
        raise Refused(f"There is no folder {target.parent}. Make it first, or give another name.")
    if target.resolve().is_relative_to(folder.resolve()):
        raise Refused(f"{target} would be lost together with the store. {OUTSIDE}")
    if target.exists() and not force:
        raise Refused(f"{target} is there already. Give another name, or add --force to replace it.")


@dataclass
class Reading:
    """The store as it is read, and what was found."""

    folder: Path
    shelves: Shelves
    made_at: datetime
    program: str
    found: Counter[str] = field(default_factory=Counter)
    damaged: set[str] = field(default_factory=set)  # no good copy of these was found

    def entries(self) -> Iterator[tuple[str, bytes]]:
        """What the backup has in it, by name."""
        place = self.place()
        for shelf in self.shelves.all:
            yield from self._records(shelf)
        if kept := key_values.read(self.shelves.books.files, self.folder):
            yield key_values.NAME, key_values.sealed(kept)
        if not self.found:
            raise Refused(self._empty())
        if self.place() != place:
            raise Refused("The store was restored meanwhile; the backup would be half of each. Try once more.")
        made = self.made()
        yield ABOUT, told(About(self.made_at, self.program, self.shelves.books.codec.schema, made.books, made.clubs))

    def made(self) -> Made:
        damaged = Counter(self.shelves.of(name).kind.word for name in self.damaged)
        return Made(self.found[BOOKS.word], damaged[BOOKS.word], self.found[CLUBS.word], damaged[CLUBS.word])

    def _records(self, shelf: Shelf[Any]) -> Iterator[tuple[str, bytes]]:
        for name in sorted(known(shelf)):
            if (raw := self._good(shelf, name)) is not None:
                self.found[shelf.kind.word] += 1
                self.damaged.discard(name)
                yield name, raw
            elif any(shelf.damaged.glob(f"{name}*")):  # else it was erased meanwhile
                self.damaged.add(name)

    def _empty(self) -> str:
        if not self.damaged:
            return f"The store in {self.folder} has no books, so no backup was written. Is it the one of the bot?"
        return (
            f"No book in the store in {self.folder} can be read, so no backup was written. "
            "Keep your older backups: they may have them."
        )

    def place(self) -> int:
        """What tells the folder of the books from another of its name."""
        if any(self.folder.glob(f"{RESTORING}*")):
            raise Refused("A restore is at work, or was cut short: start the bot, which ends it, then try once more.")
        try:
            return self.shelves.books.folder.stat().st_ino
        except FileNotFoundError:
            raise Refused(f"There is no store in {self.folder}, so there is nothing to back up.") from None

    def _good(self, shelf: Shelf[Any], name: str) -> bytes | None:
        """The file, else the generation before, as the bot itself takes it; None when there is none."""
        path = shelf.folder / name
        for copy in (path, beside(path, PREVIOUS)):
            try:
                raw = shelf.files.read(copy)
                if raw is not None:
                    check(name, raw, shelf.codec)
                    return raw
            except (ValueError, OSError):
                self.damaged.add(name)
        return None


def _write(disk: Files, target: Path, entries: Iterator[tuple[str, bytes]], made_at: datetime) -> None:
    new = beside(target, NEW)
    try:
        disk.remove(new)  # what a kill left behind keeps the rights that it has
        descriptor = disk.open_new(new)
        try:
            archive.write(_Sink(disk, descriptor), entries, made_at)
            disk.fsync(descriptor)
        finally:
            disk.close(descriptor)
        disk.replace(new, target)
        disk.fsync_dir(target.parent)
    except BaseException:
        with suppress(OSError):
            disk.remove(new)
        raise


@dataclass(frozen=True)
class _Sink:
    """An open file, written through `Files`."""

    disk: Files
    descriptor: int

    def write(self, data: bytes) -> None:
        self.disk.write(self.descriptor, data)

    def flush(self) -> None:
        """Nothing waits here."""
