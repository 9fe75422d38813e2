"""A backup comes back: checked first, then moved in whole. A kill at any step leaves all of the old or all of the new.

Everything is laid out in a folder beside, and one renaming decides. What is left to do then, the next start ends.
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

RESTORE_FOLDER_PREFIX = (
    "restored-"  # how the name of a folder begins whose books and clubs are to take the place of the present ones
)
RESTORE_MEMO_KEY = "restored"  # what is kept: when the backup was made and when it was restored, two ISO texts in UTC
_STAGING_FOLDER_NAME = "restore.new"


@dataclass(frozen=True)
class RestoreResult:
    manifest: BackupManifest
    aside_folders: tuple[Path, ...] = ()  # where the books from before are, and the clubs


def restore_backup_file(
    folder: Path,
    source: Path,
    now: datetime,
    *,
    replace: bool = False,
    files: Files | None = None,
    codec: Codec = CODEC,
) -> RestoreResult:
    """Put what is in a backup in the place of what is in the folder, which is kept aside. `now` is UTC.

    Raises `StoreInUse`, `Refused` with a sentence, and OSError; nothing was changed then, or the sentence says so.
    """
    disk = files or Files()
    about = _check_backup(source, codec)  # before anything of the store: a wrong name is told as that
    make_folders(disk, folder)
    lock = FolderLock.acquire(folder)
    try:
        finish_restore(disk, folder)
        if any(_has_files(folder / kind.folder) for kind in RECORD_KINDS) and not replace:
            shelves = StoreFiles.in_folder(folder, disk, codec)
            raise HostRequestRefused(
                _occupied_store_message(
                    source,
                    about,
                    record_counts_phrase(len(find_record_names(shelves.books)), len(find_record_names(shelves.clubs))),
                )
            )
        found = _stage_backup(disk, folder, source, now, codec)
        ready = folder / f"{RESTORE_FOLDER_PREFIX}{now:%Y%m%dT%H%M%S%fZ}"
        _commit_restore(disk, folder, ready)
    finally:
        lock.release()
    return RestoreResult(found, tuple(aside for kind in RECORD_KINDS if (aside := _aside_folder(ready, kind)).exists()))


def is_store(folder: Path) -> bool:
    """Whether there is a store, or what is to become one when the next start ends a restore. Raises OSError."""
    return (folder / BOOK_KIND.folder).is_dir() or any(folder.glob(f"{RESTORE_FOLDER_PREFIX}*"))


def find_record_names(record_files: RecordFiles[Any]) -> set[str]:
    """The names of all on this shelf, also of those of which only damaged copies are left."""
    damaged = {
        path.name.partition(".corrupt")[0].removesuffix(PREVIOUS_SUFFIX)
        for path in record_files.damaged_folder.glob("*.corrupt*")
    }
    # Twice: a listing may miss a file that is being renamed. A record's file is the only one of its name just once,
    # until its first previous generation is made, so it cannot be missed again.
    return {
        name
        for name in {*record_files.file_names(), *record_files.file_names(), *damaged}
        if record_files.kind.file_name_pattern.fullmatch(name)
    }


def record_counts_phrase(books: int, clubs: int) -> str:
    counts = ((books, "book"), (clubs, "club"))
    return " and ".join(f"{count} {word}{'s' * (count > 1)}" for count, word in counts if count)


def finish_restore(files: Files, folder: Path) -> None:
    """Carry through what was decided, and take away what was not. For whoever holds the lock. Raises OSError."""
    _remove_folder(folder / _STAGING_FOLDER_NAME)
    for ready in sorted(folder.glob(f"{RESTORE_FOLDER_PREFIX}*")):
        _move_into_store(files, folder, ready)


def _check_backup(source: Path, codec: Codec) -> BackupManifest:
    """What the backup says of itself, when all of it is right and there is something in it. Raises `Refused`."""
    found = BackupContents(codec)
    for _record in _read_backup_records(source, found):
        pass
    about = found.require_complete()
    if not about.books and not about.clubs:
        raise HostRequestRefused(
            f"{source} is a backup without any book: there is nothing to restore. Nothing was changed."
        )
    return about


def _occupied_store_message(source: Path, manifest: BackupManifest, stored_counts: str) -> str:
    there = f"The store has {stored_counts or 'files'} already"
    return (
        f"{source} holds {record_counts_phrase(manifest.books, manifest.clubs)} "
        f"of {manifest.made_at:%Y-%m-%d %H:%M} UTC. "
        f"{there}, so nothing was changed. "
        "Add --replace to put those of the backup in their place; the present ones are kept in a folder beside them."
    )


def _stage_backup(files: Files, folder: Path, source: Path, now: datetime, codec: Codec) -> BackupManifest:
    """All that is to come, checked and synced, in a folder of its own."""
    stage, found = folder / _STAGING_FOLDER_NAME, BackupContents(codec)
    try:
        folders = [stage / kind.folder for kind in RECORD_KINDS]
        make_folders(files, stage, *folders)
        for place, raw in _read_backup_records(source, found):
            write_new_file(files, stage / place, raw)
        for one in folders:
            files.fsync_dir(one)
        about = found.require_complete()
        times = f"{about.made_at.isoformat()} {now.astimezone(UTC).isoformat()}"
        # What platforms were told since then, they were told: only what is not known here comes from the backup.
        key_values.write_memos(
            files, stage, {**found.memos, **key_values.read_memos(files, folder), RESTORE_MEMO_KEY: times}
        )
    except BaseException:
        with suppress(OSError):
            _remove_folder(stage)
        raise
    return about


def _read_backup_records(source: Path, contents: BackupContents) -> Iterator[tuple[PurePath, bytes]]:
    """The books and clubs of a backup that turns out to be right. Raises `Refused` at what is wrong."""
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
    files.replace(folder / _STAGING_FOLDER_NAME, restore_folder)  # this decides
    try:
        files.fsync_dir(folder)
        _move_into_store(files, folder, restore_folder)
    except OSError as problem:
        raise HostRequestRefused(
            f"The backup is checked and laid out, but the disk refuses to take it in: {problem.strerror}. "
            "Mend that and start the bot, or restore again: either ends it."
        ) from None


def _move_into_store(files: Files, folder: Path, restore_folder: Path) -> None:
    """Can be broken off anywhere and begun again."""
    for kind in RECORD_KINDS:
        _swap_record_folder(
            files, folder / kind.folder, restore_folder / kind.folder, _aside_folder(restore_folder, kind)
        )
    kept = restore_folder / key_values.MEMO_FILE_NAME
    if kept.exists():
        files.replace(kept, folder / key_values.MEMO_FILE_NAME)
        files.fsync_dir(folder)
    wake_cache.delete_wake_cache(files, folder)
    _remove_folder(restore_folder)


def _swap_record_folder(files: Files, present: Path, replacement: Path, aside: Path) -> None:
    if not replacement.exists():
        return  # moved in already, or laid out before there were clubs
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
