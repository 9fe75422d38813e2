"""Backups: made while members write, refused by the disk, and broken off while they come back.

Those of each step take seconds: a restore has a hundred steps, and the store is laid out anew for each.
"""

from __future__ import annotations

import asyncio
import errno
import os
import random
import signal
import tarfile
import time
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.domain.errors import HostRequestRefused, StoreInUse
from storage import backup, backup_manifest
from storage.codec import SCHEMA_VERSION
from storage.files import Files
from storage.restore import RESTORE_MEMO_KEY, RestoreResult, restore_backup_file
from storage.tiny import TinyStore
from tests.contract.sample_records import CONTRACT_NOON
from tests.faults.backups import (
    DAY_AFTER_BACKUP,
    TEXT_BEFORE_BACKUP,
    TEXT_SINCE_BACKUP,
    backup_of_three_books,
    fill_store,
    read_store_records,
    stored_key_value,
    write_backup_to,
)
from tests.faults.faulty_disk import FaultyFiles, folder_content
from tests.faults.figures import report_figure, trial_count
from tests.faults.records import record_file_of, record_key_of
from tests.faults.store_child import kill_own_process
from tests.faults.test_store_kill import STORE_KILL_SEED, record_states
from tests.faults.test_store_kill import start_store_child as start_child

BACKUP_COUNT = trial_count("BACKUPS", 3)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return backup_of_three_books(tmp_path)


def test_what_was_backed_up_comes_back_and_wakes(tmp_path, saved):
    done = restore_backup_file(tmp_path / "second", saved, DAY_AFTER_BACKUP)
    assert done == RestoreResult(
        backup_manifest.BackupManifest(CONTRACT_NOON, "1.2.3", SCHEMA_VERSION, books=3, clubs=1)
    )
    assert asyncio.run(read_store_records(tmp_path / "second")) == asyncio.run(read_store_records(tmp_path / "first"))

    async def woken() -> int:
        store = TinyStore.open(tmp_path / "second")
        found = await store.claim(CONTRACT_NOON, timedelta(minutes=1), 9, {"slack"})
        await store.close()
        return len(found)

    assert asyncio.run(woken()) == 4
    modes = {path.stat().st_mode & 0o777 for path in [saved, *(tmp_path / "second").rglob("*")]}
    assert modes == {0o600, 0o700}
    with tarfile.open(saved) as any_tar:
        assert [one.name for one in any_tar][-2:] == ["memos.json", "backup.json"]


def test_a_restore_is_remembered_and_what_platforms_were_told_since_then_stays(tmp_path, saved):
    asyncio.run(stored_key_value(tmp_path / "second", "discord.identify", TEXT_SINCE_BACKUP))
    restore_backup_file(tmp_path / "second", saved, DAY_AFTER_BACKUP)
    assert (
        asyncio.run(stored_key_value(tmp_path / "second", RESTORE_MEMO_KEY))
        == f"{CONTRACT_NOON.isoformat()} {DAY_AFTER_BACKUP.isoformat()}"
    )
    assert asyncio.run(stored_key_value(tmp_path / "second", "discord.identify")) == TEXT_SINCE_BACKUP
    assert asyncio.run(stored_key_value(tmp_path / "second", "discord.commands")) == TEXT_BEFORE_BACKUP


def test_only_the_generation_before_is_taken_and_what_cannot_be_read_is_counted(tmp_path, saved):
    first, second, third, club = (record_file_of(tmp_path / "first", who) for who in ("0", "1", "2", "club1"))
    first.rename(f"{first}.prev")
    second.write_bytes(b"{}")
    third.with_name(third.name + ".prev").write_bytes(third.read_bytes())
    third.write_bytes(b"{}")
    club.rename(f"{club}.prev")
    before = folder_content(tmp_path / "first")
    found = backup.write_backup(tmp_path / "first", saved, CONTRACT_NOON, "1.2.3", force=True)
    assert found == backup.BackupCounts(books=2, damaged_books=1, clubs=1)
    assert folder_content(tmp_path / "first") == before
    restore_backup_file(tmp_path / "second", saved, DAY_AFTER_BACKUP)
    records = asyncio.run(read_store_records(tmp_path / "second"))
    assert [record.key for record in records] == [record_key_of(who) for who in ("0", "2", "club1")]


def test_a_club_that_cannot_be_read_is_counted_apart(tmp_path, saved):
    record_file_of(tmp_path / "first", "club1").write_bytes(b"{}")
    found = backup.write_backup(tmp_path / "first", saved, CONTRACT_NOON, "1.2.3", force=True)
    assert found == backup.BackupCounts(books=3, damaged_books=0, clubs=0, damaged_clubs=1)


def test_a_store_with_a_club_alone_is_backed_up_and_comes_back(tmp_path):
    asyncio.run(fill_store(tmp_path / "first", TEXT_BEFORE_BACKUP, members=0))
    write_backup_to(tmp_path / "first", tmp_path / "backup.tar.gz")
    asyncio.run(fill_store(tmp_path / "second", TEXT_SINCE_BACKUP, members=0))
    with pytest.raises(HostRequestRefused, match=r"holds 1 club of .*The store has 1 club already"):
        restore_backup_file(tmp_path / "second", tmp_path / "backup.tar.gz", DAY_AFTER_BACKUP)
    done = restore_backup_file(tmp_path / "second", tmp_path / "backup.tar.gz", DAY_AFTER_BACKUP, replace=True)
    assert [folder.name.partition("-")[0] for folder in done.aside_folders] == ["clubs.before"]
    assert asyncio.run(read_store_records(tmp_path / "second")) == asyncio.run(read_store_records(tmp_path / "first"))


@pytest.mark.parametrize("at", range(1, 12))
def test_a_backup_that_the_disk_refuses_leaves_the_one_before(tmp_path, saved, at):
    before = saved.read_bytes()

    def full(_: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    disk = FaultyFiles(fault=full)
    asyncio.run(fill_store(tmp_path / "first", TEXT_SINCE_BACKUP))
    backup.write_backup(tmp_path / "first", tmp_path / "measured", CONTRACT_NOON, "1.2.3", files=disk)
    writes = [n for n, name in enumerate(disk.calls, 1) if name not in ("read", "fsync_dir")]
    if at > len(writes):
        return
    with pytest.raises(OSError, match="No space"):
        backup.write_backup(
            tmp_path / "first",
            saved,
            CONTRACT_NOON,
            "1.2.3",
            force=True,
            files=FaultyFiles(at=writes[at - 1], fault=full),
        )
    assert saved.read_bytes() == before
    assert not list(tmp_path.glob("*.new"))


def test_a_backup_made_while_members_write_holds_what_was_acknowledged_or_under_way(tmp_path):
    """What was said before it began is there or newer, and nothing that was not under way when it ended."""
    print(f"seed {STORE_KILL_SEED}, {BACKUP_COUNT} backups")  # noqa: T201  # for who plays it again
    said, store, rng = tmp_path / "said", tmp_path / "data", random.Random(STORE_KILL_SEED)  # noqa: S311
    with said.open("wb") as lines:
        child = start_child(store, STORE_KILL_SEED, out=lines)
    while b"done" not in said.read_bytes():
        time.sleep(0.01)
    looked = []
    for number in range(BACKUP_COUNT):
        time.sleep(rng.uniform(0.1, 0.3))  # so that there are generations to mistake
        begun = len(said.read_bytes())
        target = write_backup_to(store, tmp_path / f"{number}.tar.gz")
        looked.append((target, begun, len(said.read_bytes())))
    child.kill()
    child.wait()
    books = 0
    for target, begun, ended in looked:
        restore_backup_file(tmp_path / "back" / target.name, target, DAY_AFTER_BACKUP)
        found = asyncio.run(record_states(tmp_path / "back" / target.name))
        for user, seen in found.items():
            assert seen in possible_book_states(said.read_bytes(), user, begun, ended), (
                STORE_KILL_SEED,
                target,
                user,
                seen,
            )
            books += seen != "none"
    assert books
    report_figure("backups", **{"backups beside writes": BACKUP_COUNT, "books that were neither old nor new": 0})


def possible_book_states(said: bytes, user: str, begun: int, ended: int) -> set[str]:
    """The states of a book from the last that was acknowledged at `begun` to those under way at `ended`."""
    found = {"none"}
    for known, lines in ((True, said[:begun]), (False, said[begun:ended])):
        for line in lines.decode().splitlines():
            word, who, now = (*line.split(), "", "")[:3]
            if who == user:
                found = {now} if known and word == "done" else {*found, now}
    return found


def test_books_that_are_there_are_kept_aside_and_only_when_asked(tmp_path, saved):
    asyncio.run(fill_store(tmp_path / "second", TEXT_SINCE_BACKUP, members=5))
    before = asyncio.run(read_store_records(tmp_path / "second"))
    with pytest.raises(HostRequestRefused, match="--replace"):
        restore_backup_file(tmp_path / "second", saved, DAY_AFTER_BACKUP)
    assert asyncio.run(read_store_records(tmp_path / "second")) == before
    done = restore_backup_file(tmp_path / "second", saved, DAY_AFTER_BACKUP, replace=True)
    assert asyncio.run(read_store_records(tmp_path / "second")) == asyncio.run(read_store_records(tmp_path / "first"))
    (tmp_path / "third").mkdir()
    for aside in done.aside_folders:
        assert aside.stat().st_mode & 0o777 == 0o700
        aside.rename(tmp_path / "third" / aside.name.partition(".")[0])
    assert asyncio.run(read_store_records(tmp_path / "third")) == before


def test_a_store_in_use_is_not_restored(tmp_path, saved):
    store = TinyStore.open(tmp_path / "first")
    before = folder_content(tmp_path / "first")
    with pytest.raises(StoreInUse):
        restore_backup_file(tmp_path / "first", saved, DAY_AFTER_BACKUP, replace=True)
    assert folder_content(tmp_path / "first") == before
    asyncio.run(store.close())


def killed_during_restore(folder: Path, source: Path, step: int) -> bool:
    """Whether the restore was killed at this step of the disk, and had not ended before."""
    if (child := os.fork()) == 0:
        restore_backup_file(
            folder, source, DAY_AFTER_BACKUP, replace=True, files=FaultyFiles(at=step, fault=kill_own_process)
        )
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_a_restore_that_is_killed_at_any_step_leaves_the_old_books_or_the_new(tmp_path, saved):
    new, olds = asyncio.run(read_store_records(tmp_path / "first")), 0
    for step in count(1):
        folder = tmp_path / "killed" / str(step)
        asyncio.run(fill_store(folder, TEXT_SINCE_BACKUP, members=2))
        old = asyncio.run(read_store_records(folder))
        if not killed_during_restore(folder, saved, step):
            break
        found = asyncio.run(read_store_records(folder))
        assert found in (old, new)
        assert bool(asyncio.run(stored_key_value(folder, RESTORE_MEMO_KEY))) == (found == new)
        assert {path.name for path in folder.iterdir()} - {"lock", "memos.json", "memos.json.prev"} == {
            "members",
            "clubs",
            "wakes.json",
            *(path.name for path in folder.glob("*.prev")),
            *(path.name for path in folder.glob("*.before-*")),
        }
        assert len(list(folder.glob("*.before-*"))) == 2 * (found == new)
        olds += found == old
        report_figure("backups", **{"restores killed": 1, "half restored": 0})
    assert 0 < olds < step - 5


def test_a_restore_that_the_disk_refuses_says_what_is_there(tmp_path, saved):
    def broken(_: str) -> None:
        raise OSError(errno.EIO, "Input/output error")

    refusals: list[str] = []
    for step in count(1):
        folder = tmp_path / "refused" / str(step)
        asyncio.run(fill_store(folder, TEXT_SINCE_BACKUP, members=2))
        disk = FaultyFiles(at=step, fault=broken)
        try:
            restore_backup_file(folder, saved, DAY_AFTER_BACKUP, replace=True, files=disk)
        except OSError:
            assert len(asyncio.run(read_store_records(folder))) == 3
        except HostRequestRefused as problem:
            refusals.append(str(problem))
            assert len(asyncio.run(read_store_records(folder))) == 4
        if len(disk.calls) < step:
            break
    assert refusals
    assert all("laid out" in refusal for refusal in refusals)


def test_a_backup_of_a_store_that_is_being_restored_waits_for_its_end(tmp_path, saved):
    class Restoring(Files):
        def read(self, path: Path) -> bytes | None:
            if path.suffix == ".json" and path.parent.name == "members" and not (tmp_path / "done").exists():
                (tmp_path / "done").touch()
                restore_backup_file(tmp_path / "first", saved, DAY_AFTER_BACKUP, replace=True)
            return super().read(path)

    with pytest.raises(HostRequestRefused, match="restored meanwhile"):
        backup.write_backup(tmp_path / "first", tmp_path / "another", CONTRACT_NOON, "1.2.3", files=Restoring())
    (tmp_path / "first" / "restored-then").mkdir()
    with pytest.raises(HostRequestRefused, match="cut short"):
        backup.write_backup(tmp_path / "first", tmp_path / "another", CONTRACT_NOON, "1.2.3")
    assert not (tmp_path / "another").exists()
