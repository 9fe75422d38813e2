"""Write a backup: every book and club in one file. The store is only read, so a bot may run beside it. Blocking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain.errors import HostRequestRefused
from storage import archive, key_values
from storage.backup_manifest import MANIFEST_NAME, BackupManifest, check_backup_entry, encode_manifest
from storage.codec import CODEC, Codec
from storage.files import NEW_SUFFIX, PREVIOUS_SUFFIX, Files, with_file_suffix
from storage.record_files import BOOK_KIND, CLUB_KIND, RecordFiles, StoreFiles
from storage.restore import RESTORE_FOLDER_PREFIX, find_record_names

OUTSIDE_STORE_HINT = "Put it outside the store's folder, best on another machine."


@dataclass(frozen=True)
class BackupCounts:
    books: int
    #: Books of which no good copy was found.
    damaged_books: int
    clubs: int = 0
    #: Clubs of which no good copy was found.
    damaged_clubs: int = 0


def write_backup(
    folder: Path,
    target: Path,
    made_at: datetime,
    program_version: str,
    *,
    force: bool = False,
    files: Files | None = None,
    codec: Codec = CODEC,
) -> BackupCounts:
    """Write the backup of the store in `folder` to `target`, whole or not at all. `made_at` is now, in UTC.

    Raises `HostRequestRefused` with a sentence, `StoreTooNew`, and OSError when the file cannot be written.
    """
    disk = files or Files()
    _check_backup_target(target, folder, force=force)
    reading = BackupReader(folder, StoreFiles.in_folder(folder, disk, codec), made_at, program_version)
    reading.check_store_inode()  # before anything is written
    _write_backup_file(disk, target, reading.entries(), made_at)
    return reading.to_counts()


def _check_backup_target(target: Path, folder: Path, *, force: bool) -> None:
    """Raise `HostRequestRefused` where a backup must not be written."""
    if target.is_dir():
        raise HostRequestRefused(
            f"{target} is a folder. Give the name of a file in it, such as {target / 'books.tar.gz'}."
        )
    if not target.parent.is_dir():
        raise HostRequestRefused(f"There is no folder {target.parent}. Make it first, or give another name.")
    if target.resolve().is_relative_to(folder.resolve()):
        raise HostRequestRefused(f"{target} would be lost together with the store. {OUTSIDE_STORE_HINT}")
    if target.exists() and not force:
        raise HostRequestRefused(f"{target} is there already. Give another name, or add --force to replace it.")


@dataclass
class BackupReader:
    """Reads a store for its backup, and counts what it reads."""

    folder: Path
    store_files: StoreFiles
    #: UTC, before the first book is read.
    made_at: datetime
    program_version: str
    #: Good records by the label of their kind.
    record_counts: Counter[str] = field(default_factory=Counter)
    #: File names of records of which no good copy was found.
    damaged_names: set[str] = field(default_factory=set)

    def entries(self) -> Iterator[tuple[str, bytes]]:
        """Yield the names and contents of the backup's files, the manifest last. Raises `HostRequestRefused`."""
        inode = self.check_store_inode()
        for record_files in self.store_files.both_kinds:
            yield from self._read_records(record_files)
        if memos := key_values.read_memos(self.store_files.books.files, self.folder):
            yield key_values.MEMO_FILE_NAME, key_values.encode_memos(memos)
        if not self.record_counts:
            raise HostRequestRefused(self._empty_store_message())
        if self.check_store_inode() != inode:
            raise HostRequestRefused(
                "The store was restored meanwhile; the backup would be half of each. Try once more."
            )
        counts = self.to_counts()
        yield (
            MANIFEST_NAME,
            encode_manifest(
                BackupManifest(
                    self.made_at, self.program_version, self.store_files.books.codec.schema, counts.books, counts.clubs
                )
            ),
        )

    def to_counts(self) -> BackupCounts:
        damaged = Counter(self.store_files.for_name(name).kind.label for name in self.damaged_names)
        return BackupCounts(
            self.record_counts[BOOK_KIND.label],
            damaged[BOOK_KIND.label],
            self.record_counts[CLUB_KIND.label],
            damaged[CLUB_KIND.label],
        )

    def _read_records(self, record_files: RecordFiles[Any]) -> Iterator[tuple[str, bytes]]:
        for name in sorted(find_record_names(record_files)):
            if (raw := self._read_good_copy(record_files, name)) is not None:
                self.record_counts[record_files.kind.label] += 1
                self.damaged_names.discard(name)
                yield name, raw
            elif any(record_files.damaged_folder.glob(f"{name}*")):  # else it was erased meanwhile
                self.damaged_names.add(name)

    def _empty_store_message(self) -> str:
        if not self.damaged_names:
            return f"The store in {self.folder} has no books, so no backup was written. Is it the one of the bot?"
        return (
            f"No book in the store in {self.folder} can be read, so no backup was written. "
            "Keep your older backups: they may have them."
        )

    def check_store_inode(self) -> int:
        """Return the inode of the books' folder, which a restore replaces. Raises `HostRequestRefused`."""
        if any(self.folder.glob(f"{RESTORE_FOLDER_PREFIX}*")):
            raise HostRequestRefused(
                "A restore is at work, or was cut short: start the bot, which ends it, then try once more."
            )
        try:
            return self.store_files.books.folder.stat().st_ino
        except FileNotFoundError:
            raise HostRequestRefused(f"There is no store in {self.folder}, so there is nothing to back up.") from None

    def _read_good_copy(self, record_files: RecordFiles[Any], name: str) -> bytes | None:
        """The file, or its previous generation if it is damaged, as for the bot itself; None when neither is good."""
        path = record_files.folder / name
        for copy in (path, with_file_suffix(path, PREVIOUS_SUFFIX)):
            try:
                raw = record_files.files.read(copy)
                if raw is not None:
                    check_backup_entry(name, raw, record_files.codec)
                    return raw
            except (ValueError, OSError):
                self.damaged_names.add(name)
        return None


def _write_backup_file(disk: Files, target: Path, entries: Iterator[tuple[str, bytes]], made_at: datetime) -> None:
    new = with_file_suffix(target, NEW_SUFFIX)
    try:
        disk.remove(new)  # a file left by a killed backup would keep its own permissions
        descriptor = disk.open_new(new)
        try:
            archive.write_archive(_BackupFileSink(disk, descriptor), entries, made_at)
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
class _BackupFileSink:
    """An open file, written through `Files`."""

    disk: Files
    descriptor: int

    def write(self, data: bytes) -> None:
        self.disk.write(self.descriptor, data)

    def flush(self) -> None:
        """Do nothing: writes are not buffered."""
