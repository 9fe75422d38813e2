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

from bot.domain.errors import Refused, StoreTooNew
from storage import archive, key_values, wake_cache
from storage.backup_manifest import About, Found
from storage.codec import CODEC, Codec
from storage.files import PREVIOUS, Files, make_folders, write_new
from storage.lock import FolderLock
from storage.record_files import BOOKS, KINDS, Kind, Shelf, Shelves

RESTORING = (
    "restored-"  # how the name of a folder begins whose books and clubs are to take the place of the present ones
)
MEMO = "restored"  # what is kept: when the backup was made and when it was restored, two ISO texts in UTC
_STAGE = "restore.new"


@dataclass(frozen=True)
class Restored:
    about: About
    aside: tuple[Path, ...] = ()  # where the books from before are, and the clubs


def restore(
    folder: Path,
    source: Path,
    now: datetime,
    *,
    replace: bool = False,
    files: Files | None = None,
    codec: Codec = CODEC,
) -> Restored:
    """Put what is in a backup in the place of what is in the folder, which is kept aside. `now` is UTC.

    Raises `StoreInUse`, `Refused` with a sentence, and OSError; nothing was changed then, or the sentence says so.
    """
    disk = files or Files()
    about = _checked(source, codec)  # before anything of the store: a wrong name is told as that
    make_folders(disk, folder)
    lock = FolderLock.acquire(folder)
    try:
        finish(disk, folder)
        if any(_holds_files(folder / kind.folder) for kind in KINDS) and not replace:
            shelves = Shelves.under(folder, disk, codec)
            raise Refused(_occupied(source, about, counted(len(known(shelves.books)), len(known(shelves.clubs)))))
        found = _laid_out(disk, folder, source, now, codec)
        ready = folder / f"{RESTORING}{now:%Y%m%dT%H%M%S%fZ}"
        _moved_in(disk, folder, ready)
    finally:
        lock.release()
    return Restored(found, tuple(aside for kind in KINDS if (aside := _aside(ready, kind)).exists()))


def is_store(folder: Path) -> bool:
    """Whether there is a store, or what is to become one when the next start ends a restore. Raises OSError."""
    return (folder / BOOKS.folder).is_dir() or any(folder.glob(f"{RESTORING}*"))


def known(shelf: Shelf[Any]) -> set[str]:
    """The names of all on this shelf, also of those of which only damaged copies are left."""
    damaged = {path.name.partition(".corrupt")[0].removesuffix(PREVIOUS) for path in shelf.damaged.glob("*.corrupt*")}
    # Twice: a listing may miss a file that is being renamed. A record's file is the only one of its name just once,
    # until its first previous generation is made, so it cannot be missed again.
    return {name for name in {*shelf.names(), *shelf.names(), *damaged} if shelf.kind.name.fullmatch(name)}


def counted(books: int, clubs: int) -> str:
    counts = ((books, "book"), (clubs, "club"))
    return " and ".join(f"{count} {word}{'s' * (count > 1)}" for count, word in counts if count)


def finish(files: Files, folder: Path) -> None:
    """Carry through what was decided, and take away what was not. For whoever holds the lock. Raises OSError."""
    _take_away(folder / _STAGE)
    for ready in sorted(folder.glob(f"{RESTORING}*")):
        _move(files, folder, ready)


def _checked(source: Path, codec: Codec) -> About:
    """What the backup says of itself, when all of it is right and there is something in it. Raises `Refused`."""
    found = Found(codec)
    for _record in _records(source, found):
        pass
    about = found.whole()
    if not about.books and not about.clubs:
        raise Refused(f"{source} is a backup without any book: there is nothing to restore. Nothing was changed.")
    return about


def _occupied(source: Path, about: About, present: str) -> str:
    there = f"The store has {present or 'files'} already"
    return (
        f"{source} holds {counted(about.books, about.clubs)} of {about.made_at:%Y-%m-%d %H:%M} UTC. "
        f"{there}, so nothing was changed. "
        "Add --replace to put those of the backup in their place; the present ones are kept in a folder beside them."
    )


def _laid_out(files: Files, folder: Path, source: Path, now: datetime, codec: Codec) -> About:
    """All that is to come, checked and synced, in a folder of its own."""
    stage, found = folder / _STAGE, Found(codec)
    try:
        folders = [stage / kind.folder for kind in KINDS]
        make_folders(files, stage, *folders)
        for place, raw in _records(source, found):
            write_new(files, stage / place, raw)
        for one in folders:
            files.fsync_dir(one)
        about = found.whole()
        times = f"{about.made_at.isoformat()} {now.astimezone(UTC).isoformat()}"
        # What platforms were told since then, they were told: only what is not known here comes from the backup.
        key_values.write(files, stage, {**found.memos, **key_values.read(files, folder), MEMO: times})
    except BaseException:
        with suppress(OSError):
            _take_away(stage)
        raise
    return about


def _records(source: Path, found: Found) -> Iterator[tuple[PurePath, bytes]]:
    """The books and clubs of a backup that turns out to be right. Raises `Refused` at what is wrong."""
    try:
        with source.open("rb") as packed:
            for name, raw in archive.read(packed):
                if place := found.takes(name, raw):
                    yield place, raw
        found.whole()
    except StoreTooNew as problem:
        raise Refused(
            f"A newer version of this program made {source} ({problem}). Install that one, then restore. "
            "Nothing was changed."
        ) from None
    except ValueError:
        raise Refused(f"{source} is no backup of this program, or it is damaged. Nothing was changed.") from None
    except OSError as problem:
        raise Refused(f"{source} cannot be read: {problem.strerror}. Nothing was changed.") from None


def _moved_in(files: Files, folder: Path, ready: Path) -> None:
    files.replace(folder / _STAGE, ready)  # this decides
    try:
        files.fsync_dir(folder)
        _move(files, folder, ready)
    except OSError as problem:
        raise Refused(
            f"The backup is checked and laid out, but the disk refuses to take it in: {problem.strerror}. "
            "Mend that and start the bot, or restore again: either ends it."
        ) from None


def _move(files: Files, folder: Path, ready: Path) -> None:
    """Can be broken off anywhere and begun again."""
    for kind in KINDS:
        _swap(files, folder / kind.folder, ready / kind.folder, _aside(ready, kind))
    kept = ready / key_values.NAME
    if kept.exists():
        files.replace(kept, folder / key_values.NAME)
        files.fsync_dir(folder)
    wake_cache.forget(files, folder)
    _take_away(ready)


def _swap(files: Files, present: Path, fresh: Path, aside: Path) -> None:
    if not fresh.exists():
        return  # moved in already, or laid out before there were clubs
    if _holds_files(present):
        files.replace(present, aside)
    else:
        _take_away(present)
    files.fsync_dir(present.parent)
    files.replace(fresh, present)
    files.fsync_dir(present.parent)


def _aside(ready: Path, kind: Kind[Any]) -> Path:
    return ready.with_name(f"{kind.folder}.before-{ready.name.removeprefix(RESTORING)}")


def _holds_files(folder: Path) -> bool:
    return any(path.is_file() for path in folder.rglob("*"))


def _take_away(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
