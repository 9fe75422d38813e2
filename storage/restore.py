"""Restore a backup: check it, then move it in whole. A kill at any step leaves all of the old or all of the new data.

The new data is staged in a folder of its own, and one rename commits it. The next start finishes what a kill left.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

from bot.domain.errors import HostRequestRefused, StoreTooNew
from storage import archive, key_values, wake_cache
from storage.backup_manifest import BackupContents, BackupManifest
from storage.codec import CODEC, Codec
from storage.files import PREVIOUS_SUFFIX, Files, make_folders, write_new_file
from storage.lock import FolderLock
from storage.record_files import BOOK_KIND, RECORD_KINDS, RecordFiles, RecordKind, StoreFiles

RESTORE_FOLDER_PREFIX = "restored-"  # of a folder with a restore that is committed, but not yet moved into the store
RESTORE_MEMO_KEY = "restored"  # its value: when the backup was made and when it was restored, two ISO texts in UTC
_STAGING_FOLDER_NAME = "restore.new"


@dataclass(frozen=True)
class RestoreResult:
    manifest: BackupManifest
    #: Where the earlier books and clubs are now.
    aside_folders: tuple[Path, ...] = ()


def restore_backup_file(
    folder: Path,
    source: Path,
    now: datetime,
    *,
    replace: bool = False,
    files: Files | None = None,
    codec: Codec = CODEC,
) -> RestoreResult:
    """Replace the store in `folder` by the contents of a backup; the earlier data is moved aside. `now` is UTC.

    Raises `StoreInUse`, `HostRequestRefused` with a sentence, and OSError; unless the sentence says otherwise, nothing
    was changed.
    """
    disk = files or Files()
    manifest = _check_backup(source, codec)  # before the store is touched, for a mistyped file name
    make_folders(disk, folder)
    lock = FolderLock.acquire(folder)
    try:
        finish_restore(disk, folder)
        if any(_has_files(folder / kind.folder) for kind in RECORD_KINDS) and not replace:
            store_files = StoreFiles.in_folder(folder, disk, codec)
            raise HostRequestRefused(
                _occupied_store_message(
                    source,
                    manifest,
                    record_counts_phrase(
                        len(find_record_names(store_files.books)), len(find_record_names(store_files.clubs))
                    ),
                )
            )
        staged_manifest = _stage_backup(disk, folder, source, now, codec)
        restore_folder = folder / f"{RESTORE_FOLDER_PREFIX}{now:%Y%m%dT%H%M%S%fZ}"
        _commit_restore(disk, folder, restore_folder)
    finally:
        lock.release()
    return RestoreResult(
        staged_manifest,
        tuple(aside for kind in RECORD_KINDS if (aside := _aside_folder(restore_folder, kind)).exists()),
    )


def is_store(folder: Path) -> bool:
    """Whether the folder has a store, or a committed restore that the next start will finish. Raises OSError."""
    return (folder / BOOK_KIND.folder).is_dir() or any(folder.glob(f"{RESTORE_FOLDER_PREFIX}*"))


def find_record_names(record_files: RecordFiles[Any]) -> set[str]:
    """The file names of all records, including those of which only damaged copies are left."""
    damaged = {
        path.name.partition(".corrupt")[0].removesuffix(PREVIOUS_SUFFIX)
        for path in record_files.damaged_folder.glob("*.corrupt*")
    }
    # List twice: a listing may miss a file that is being renamed. A record can be missed only once, before its first
    # previous generation exists.
    return {
        name
        for name in {*record_files.file_names(), *record_files.file_names(), *damaged}
        if record_files.kind.file_name_pattern.fullmatch(name)
    }


def record_counts_phrase(books: int, clubs: int) -> str:
    counts = ((books, "book"), (clubs, "club"))
    return " and ".join(f"{count} {word}{'s' * (count > 1)}" for count, word in counts if count)


def finish_restore(files: Files, folder: Path) -> None:
    """Finish a committed restore and remove an uncommitted one. The caller has the lock. Raises OSError."""
    _remove_folder(folder / _STAGING_FOLDER_NAME)
    for restore_folder in sorted(folder.glob(f"{RESTORE_FOLDER_PREFIX}*")):
        _move_into_store(files, folder, restore_folder)


def _check_backup(source: Path, codec: Codec) -> BackupManifest:
    """The manifest of a complete backup that is not empty. Raises `HostRequestRefused`."""
    contents = BackupContents(codec)
    for _record in _read_backup_records(source, contents):
        pass
    manifest = contents.require_complete()
    if not manifest.books and not manifest.clubs:
        raise HostRequestRefused(
            f"{source} is a backup without any book: there is nothing to restore. Nothing was changed."
        )
    return manifest


def _occupied_store_message(source: Path, manifest: BackupManifest, stored_counts: str) -> str:
    there = f"The store has {stored_counts or 'files'} already"
    return (
        f"{source} holds {record_counts_phrase(manifest.books, manifest.clubs)} "
        f"of {manifest.made_at:%Y-%m-%d %H:%M} UTC. "
        f"{there}, so nothing was changed. "
        "Add --replace to put those of the backup in their place; the present ones are kept in a folder beside them."
    )


def _stage_backup(files: Files, folder: Path, source: Path, now: datetime, codec: Codec) -> BackupManifest:
    """Write the contents of the backup, checked and synced, into the staging folder."""
    stage, contents = folder / _STAGING_FOLDER_NAME, BackupContents(codec)
    try:
        record_folders = [stage / kind.folder for kind in RECORD_KINDS]
        make_folders(files, stage, *record_folders)
        for place, raw in _read_backup_records(source, contents):
            write_new_file(files, stage / place, raw)
        for record_folder in record_folders:
            files.fsync_dir(record_folder)
        manifest = contents.require_complete()
        times = f"{manifest.made_at.isoformat()} {now.astimezone(UTC).isoformat()}"
        # What platforms stored since the backup is newer: only values that are missing here come from the backup.
        key_values.write_memos(
            files, stage, {**contents.memos, **key_values.read_memos(files, folder), RESTORE_MEMO_KEY: times}
        )
    except BaseException:
        with suppress(OSError):
            _remove_folder(stage)
        raise
    return manifest


def _read_backup_records(source: Path, contents: BackupContents) -> Iterator[tuple[PurePath, bytes]]:
    """Yield the books and clubs of a backup. Raises `HostRequestRefused` when something in it is wrong."""
    try:
        with source.open("rb") as packed:
            for name, raw in archive.read_archive(packed):
                if place := contents.add_entry(name, raw):
                    yield place, raw
        contents.require_complete()
    except StoreTooNew as problem:
        raise HostRequestRefused(
            f"A newer version of this program made {source} ({problem}). Install that one, then restore. "
            "Nothing was changed."
        ) from None
    except ValueError:
        raise HostRequestRefused(
            f"{source} is no backup of this program, or it is damaged. Nothing was changed."
        ) from None
    except OSError as problem:
        raise HostRequestRefused(f"{source} cannot be read: {problem.strerror}. Nothing was changed.") from None


def _commit_restore(files: Files, folder: Path, restore_folder: Path) -> None:
    files.replace(folder / _STAGING_FOLDER_NAME, restore_folder)  # the commit
    try:
        files.fsync_dir(folder)
        _move_into_store(files, folder, restore_folder)
    except OSError as problem:
        raise HostRequestRefused(
            f"The backup is checked and laid out, but the disk refuses to take it in: {problem.strerror}. "
            "Mend that and start the bot, or restore again: either ends it."
        ) from None


def _move_into_store(files: Files, folder: Path, restore_folder: Path) -> None:
    """May be interrupted anywhere and called again."""
    for kind in RECORD_KINDS:
        _swap_record_folder(
            files, folder / kind.folder, restore_folder / kind.folder, _aside_folder(restore_folder, kind)
        )
    memo_file = restore_folder / key_values.MEMO_FILE_NAME
    if memo_file.exists():
        files.replace(memo_file, folder / key_values.MEMO_FILE_NAME)
        files.fsync_dir(folder)
    wake_cache.delete_wake_cache(files, folder)
    _remove_folder(restore_folder)


def _swap_record_folder(files: Files, present: Path, replacement: Path, aside: Path) -> None:
    if not replacement.exists():
        return  # already moved in, or staged before there were clubs
    if _has_files(present):
        files.replace(present, aside)
    else:
        _remove_folder(present)
    files.fsync_dir(present.parent)
    files.replace(replacement, present)
    files.fsync_dir(present.parent)


def _aside_folder(restore_folder: Path, kind: RecordKind[Any]) -> Path:
    return restore_folder.with_name(f"{kind.folder}.before-{restore_folder.name.removeprefix(RESTORE_FOLDER_PREFIX)}")


def _has_files(folder: Path) -> bool:
    return any(path.is_file() for path in folder.rglob("*"))


def _remove_folder(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
