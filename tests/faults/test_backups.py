"""Backups: made while members write, damaged, forged, and broken off while they come back."""

from __future__ import annotations

import asyncio
import errno
import gzip
import io
import os
import random
import signal
import tarfile
import time
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.errors import Refused, StoreInUse
from bot.model import Book
from storage import archive, backup, contents, memos
from storage.codec import SCHEMA, Codec
from storage.files import Files, seal
from storage.restore import MEMO, Restored, restore
from storage.shelf import name_of
from storage.tiny import TinyStore
from tests.contract.plain import ADA, NOON, opened
from tests.faults.disk import Scripted, content, member
from tests.faults.figures import figure, size
from tests.faults.store_child import die
from tests.faults.test_store_kill import SEED, states
from tests.faults.test_store_kill import start as start_child

BACKUPS, DAMAGES = size("BACKUPS", 3), size("DAMAGES", 100)
LATER = NOON + timedelta(days=1)
OLD, NEW = "before the backup", "since then"


async def filled(folder: Path, text: str, members: int = 3) -> None:
    store = TinyStore.open(folder)
    for user in map(str, range(members)):
        kept = await store.book(member(user)) or opened(member(user))
        await store.save(replace(kept, unreachable=text, wake_at=NOON))
    await store.close()


async def read(folder: Path) -> list[Book]:
    store = TinyStore.open(folder)
    found = sorted([book async for book in store.books()], key=lambda book: book.owner.user)
    await store.close()
    return found


async def memo(folder: Path, key: str, value: str = "") -> str:
    store = TinyStore.open(folder)
    if value:
        await store.keep_memo(key, value)
    kept = await store.memo(key)
    await store.close()
    return kept


def made(folder: Path, target: Path) -> Path:
    backup.make(folder, target, NOON, "1.2.3")
    return target


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A backup of three books."""
    asyncio.run(filled(tmp_path / "first", OLD))
    asyncio.run(memo(tmp_path / "first", "discord.identify", OLD))
    asyncio.run(memo(tmp_path / "first", "discord.commands", OLD))
    (tmp_path / "backup.tar.gz.new").touch(0o644)  # as a kill may leave one
    return made(tmp_path / "first", tmp_path / "backup.tar.gz")


def test_what_was_backed_up_comes_back_and_wakes(tmp_path, saved):
    done = restore(tmp_path / "second", saved, LATER)
    assert done == Restored(contents.About(NOON, "1.2.3", SCHEMA, 3), None)
    assert asyncio.run(read(tmp_path / "second")) == asyncio.run(read(tmp_path / "first"))

    async def woken() -> int:
        store = TinyStore.open(tmp_path / "second")
        found = await store.claim(NOON, timedelta(minutes=1), 9, {"slack"})
        await store.close()
        return len(found)

    assert asyncio.run(woken()) == 3
    modes = {path.stat().st_mode & 0o777 for path in [saved, *(tmp_path / "second").rglob("*")]}
    assert modes == {0o600, 0o700}
    with tarfile.open(saved) as any_tar:
        assert [one.name for one in any_tar][-2:] == ["memos.json", "backup.json"]


def test_a_restore_is_remembered_and_what_platforms_were_told_since_then_stays(tmp_path, saved):
    asyncio.run(memo(tmp_path / "second", "discord.identify", NEW))
    restore(tmp_path / "second", saved, LATER)
    assert asyncio.run(memo(tmp_path / "second", MEMO)) == f"{NOON.isoformat()} {LATER.isoformat()}"
    assert asyncio.run(memo(tmp_path / "second", "discord.identify")) == NEW
    assert asyncio.run(memo(tmp_path / "second", "discord.commands")) == OLD


def test_only_the_generation_before_is_taken_and_what_cannot_be_read_is_counted(tmp_path, saved):
    folder = tmp_path / "first" / "members"
    first, second, third = (folder / name_of(member(user)) for user in "012")
    first.rename(f"{first}.prev")
    second.write_bytes(b"{}")
    third.with_name(third.name + ".prev").write_bytes(third.read_bytes())
    third.write_bytes(b"{}")
    before = content(tmp_path / "first")
    found = backup.make(tmp_path / "first", saved, NOON, "1.2.3", force=True)
    assert found == backup.Made(books=2, damaged=1)
    assert content(tmp_path / "first") == before
    restore(tmp_path / "second", saved, LATER)
    assert [book.owner.user for book in asyncio.run(read(tmp_path / "second"))] == ["0", "2"]


@pytest.mark.parametrize("at", range(1, 12))
def test_a_backup_that_the_disk_refuses_leaves_the_one_before(tmp_path, saved, at):
    before = saved.read_bytes()

    def full(_: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    disk = Scripted(fault=full)
    asyncio.run(filled(tmp_path / "first", NEW))
    backup.make(tmp_path / "first", tmp_path / "measured", NOON, "1.2.3", files=disk)
    writes = [n for n, name in enumerate(disk.calls, 1) if name not in ("read", "fsync_dir")]
    if at > len(writes):
        return
    with pytest.raises(OSError, match="No space"):
        backup.make(tmp_path / "first", saved, NOON, "1.2.3", force=True, files=Scripted(at=writes[at - 1], fault=full))
    assert saved.read_bytes() == before
    assert not list(tmp_path.glob("*.new"))


def test_a_backup_made_while_members_write_holds_what_was_acknowledged_or_under_way(tmp_path):
    """What was said before it began is there or newer, and nothing that was not under way when it ended."""
    print(f"seed {SEED}, {BACKUPS} backups")  # noqa: T201  # for who plays it again
    said, store, rng = tmp_path / "said", tmp_path / "data", random.Random(SEED)  # noqa: S311
    with said.open("wb") as lines:
        child = start_child(store, SEED, out=lines)
    while b"done" not in said.read_bytes():
        time.sleep(0.01)
    looked = []
    for number in range(BACKUPS):
        time.sleep(rng.uniform(0.1, 0.3))  # so that there are generations to mistake
        begun = len(said.read_bytes())
        target = made(store, tmp_path / f"{number}.tar.gz")
        looked.append((target, begun, len(said.read_bytes())))
    child.kill()
    child.wait()
    books = 0
    for target, begun, ended in looked:
        restore(tmp_path / "back" / target.name, target, LATER)
        found = asyncio.run(states(tmp_path / "back" / target.name))
        for user, seen in found.items():
            assert seen in possible(said.read_bytes(), user, begun, ended), (SEED, target, user, seen)
            books += seen != "none"
    assert books
    figure("backups", **{"backups beside writes": BACKUPS, "books that were neither old nor new": 0})


def possible(said: bytes, user: str, begun: int, ended: int) -> set[str]:
    """The states of a book from the last that was acknowledged at `begun` to those under way at `ended`."""
    found = {"none"}
    for known, lines in ((True, said[:begun]), (False, said[begun:ended])):
        for line in lines.decode().splitlines():
            word, who, now = (*line.split(), "", "")[:3]
            if who == user:
                found = {now} if known and word == "done" else {*found, now}
    return found


def test_a_damaged_backup_is_refused_or_the_same(tmp_path, saved):
    print(f"seed {SEED}, {DAMAGES} damages")  # noqa: T201  # for who plays it again
    rng, whole, refused = random.Random(SEED), saved.read_bytes(), 0  # noqa: S311
    right = asyncio.run(read(tmp_path / "first"))
    for number in range(DAMAGES):
        saved.write_bytes(damaged(whole, rng))
        folder = tmp_path / "back" / str(number)
        try:
            restore(folder, saved, LATER)
            assert asyncio.run(read(folder)) == right
        except Refused:
            refused += 1
            assert not [path for path in folder.iterdir() if path.name != "lock"]
    assert refused > DAMAGES // 2
    figure("backups", **{"damaged backups": DAMAGES, "half restored": 0})


def damaged(whole: bytes, rng: random.Random) -> bytes:
    at, length = rng.randrange(len(whole)), rng.choice((1, 1, 100))
    return rng.choice(
        (
            whole[:at],
            whole[:at] + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1 :],
            whole[:at] + rng.randbytes(length) + whole[at + length :],
            whole + rng.randbytes(length),
        )
    )


def forged(entries: list[tuple[str, bytes]]) -> bytes:
    sink = io.BytesIO()
    archive.write(sink, entries, NOON)
    return sink.getvalue()


def about(books: int = 1, schema: int = SCHEMA, made_at: datetime = NOON) -> tuple[str, bytes]:
    return contents.ABOUT, contents.told(contents.About(made_at, "1.2.3", schema, books))


def special(kind: bytes, raw: bytes) -> bytes:
    """The book, but as something else than a plain file."""
    sink, one, last = io.BytesIO(), tarfile.TarInfo(name_of(member("0"))), tarfile.TarInfo(contents.ABOUT)
    one.type, one.linkname, one.size = kind, "/etc/passwd", len(raw)
    last.size = len(about()[1])
    with tarfile.open(fileobj=sink, mode="w:gz", format=tarfile.GNU_FORMAT) as tar:
        tar.addfile(one, io.BytesIO(raw))
        tar.addfile(last, io.BytesIO(about()[1]))
    return sink.getvalue()


def bomb() -> bytes:
    """A long name of 200 MB, which packs into 200 KB."""
    head = tarfile.TarInfo("././@LongLink")
    head.type, head.size = tarfile.GNUTYPE_LONGNAME, 200 * 1024**2
    return gzip.compress(head.tobuf(tarfile.GNU_FORMAT) + bytes(head.size), 1)


def the_book(folder: Path) -> bytes:
    return (folder / "members" / name_of(member("0"))).read_bytes()


HOSTILE = {
    "a path": lambda raw: forged([("../" + name_of(member("0")), raw), about()]),
    "a path from the root": lambda raw: forged([("/tmp/" + name_of(member("0")), raw), about()]),  # noqa: S108
    "a foreign name": lambda raw: forged([("notes.txt", raw), about()]),
    "another's name": lambda raw: forged([(name_of(member("1")), raw), about()]),
    "one name twice": lambda raw: forged([(name_of(member("0")), raw)] * 2 + [about()]),
    "a book behind the end": lambda raw: forged([about(), (name_of(member("0")), raw)]),
    "a book that is missing": lambda raw: forged([(name_of(member("0")), raw), about(2)]),
    "nothing said of itself": lambda raw: forged([(name_of(member("0")), raw)]),
    "a seal that is wrong": lambda raw: forged([(name_of(member("0")), raw.replace(b"Dana", b"Lena")), about()]),
    "a book that is none": lambda _: forged([(name_of(member("0")), seal(b'{"book":{}}')[0]), about()]),
    "memos that are none": lambda _: forged([(memos.NAME, seal(b'{"memos":{"a":7}}')[0]), about(0)]),
    "a time without a zone": lambda _: forged([about(0, made_at=datetime(2026, 1, 1))]),  # noqa: DTZ001
    "a link": lambda raw: special(tarfile.SYMTYPE, raw),
    "a hard link": lambda raw: special(tarfile.LNKTYPE, raw),
    "a device": lambda raw: special(tarfile.CHRTYPE, raw),
    "a folder": lambda raw: special(tarfile.DIRTYPE, raw),
    "a huge file": lambda _: forged([(name_of(ADA), bytes(archive.LARGEST + 1)), about()]),
    "a bomb": lambda _: bomb(),
    "no archive": lambda _: b"no archive at all",
    "nothing": lambda _: b"",
    "an empty archive": lambda _: gzip.compress(b""),
}


@pytest.mark.parametrize("forge", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_backup_is_refused_and_changes_nothing(tmp_path, saved, forge):
    saved.write_bytes(forge(the_book(tmp_path / "first")))
    asyncio.run(filled(tmp_path / "second", NEW))
    before = content(tmp_path / "second")
    with pytest.raises(Refused, match=r"is no backup of this program, or it is damaged\. Nothing was changed"):
        restore(tmp_path / "second", saved, LATER, replace=True)
    assert content(tmp_path / "second") == before
    assert not list(tmp_path.glob("*.json"))


def test_a_huge_file_is_refused_before_it_is_read():
    head = tarfile.TarInfo(name_of(ADA))
    head.size = archive.LARGEST + 1
    with pytest.raises(ValueError, match="too large"):  # and not that it is cut short
        list(archive.read(io.BytesIO(gzip.compress(head.tobuf()))))


def test_a_forged_archive_that_is_right_is_taken(tmp_path, saved):
    saved.write_bytes(forged([(name_of(member("0")), the_book(tmp_path / "first")), about()]))
    assert restore(tmp_path / "second", saved, LATER).about.books == 1


@pytest.mark.parametrize("books", [0, 1])
def test_a_backup_of_a_newer_version_is_refused(tmp_path, books):
    folder, newer = tmp_path / "newer", Codec(SCHEMA + 1, {})
    store = TinyStore.open(folder, codec=newer)
    if books:
        asyncio.run(store.save(opened()))
    asyncio.run(store.close())
    target = tmp_path / "backup.tar.gz"
    backup.make(folder, target, NOON, "9", codec=newer)
    with pytest.raises(Refused, match=f"newer version .*schema {SCHEMA + 1}"):
        restore(tmp_path / "second", target, LATER)
    assert asyncio.run(read(tmp_path / "second")) == []


def test_books_that_are_there_are_kept_aside_and_only_when_asked(tmp_path, saved):
    asyncio.run(filled(tmp_path / "second", NEW, members=5))
    before = asyncio.run(read(tmp_path / "second"))
    with pytest.raises(Refused, match="--replace"):
        restore(tmp_path / "second", saved, LATER)
    assert asyncio.run(read(tmp_path / "second")) == before
    done = restore(tmp_path / "second", saved, LATER, replace=True)
    assert len(asyncio.run(read(tmp_path / "second"))) == 3
    assert done.aside
    assert done.aside.stat().st_mode & 0o777 == 0o700
    done.aside.rename(tmp_path / "second" / "again")
    (tmp_path / "third").mkdir()
    (tmp_path / "second" / "again").rename(tmp_path / "third" / "members")
    assert asyncio.run(read(tmp_path / "third")) == before


def test_a_store_in_use_is_not_restored(tmp_path, saved):
    store = TinyStore.open(tmp_path / "first")
    before = content(tmp_path / "first")
    with pytest.raises(StoreInUse):
        restore(tmp_path / "first", saved, LATER, replace=True)
    assert content(tmp_path / "first") == before
    asyncio.run(store.close())


def killed(folder: Path, source: Path, step: int) -> bool:
    """Whether the restore was killed at this step of the disk, and had not ended before."""
    if (child := os.fork()) == 0:
        restore(folder, source, LATER, replace=True, files=Scripted(at=step, fault=die))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_a_restore_that_is_killed_at_any_step_leaves_the_old_books_or_the_new(tmp_path, saved):
    new, olds = asyncio.run(read(tmp_path / "first")), 0
    for step in count(1):
        folder = tmp_path / "killed" / str(step)
        asyncio.run(filled(folder, NEW, members=2))
        old = asyncio.run(read(folder))
        if not killed(folder, saved, step):
            break
        found = asyncio.run(read(folder))
        assert found in (old, new)
        assert bool(asyncio.run(memo(folder, MEMO))) == (found == new)
        assert {path.name for path in folder.iterdir()} - {"lock", "memos.json", "memos.json.prev"} == {
            "members",
            "wakes.json",
            *(path.name for path in folder.glob("*.prev")),
            *(path.name for path in folder.glob("members.before-*")),
        }
        assert len(list(folder.glob("members.before-*"))) == (found == new)
        olds += found == old
        figure("backups", **{"restores killed": 1, "half restored": 0})
    assert 0 < olds < step - 5


def test_a_restore_that_the_disk_refuses_says_what_is_there(tmp_path, saved):
    def broken(_: str) -> None:
        raise OSError(errno.EIO, "Input/output error")

    refusals: list[str] = []
    for step in count(1):
        folder = tmp_path / "refused" / str(step)
        asyncio.run(filled(folder, NEW, members=2))
        disk = Scripted(at=step, fault=broken)
        try:
            restore(folder, saved, LATER, replace=True, files=disk)
        except OSError:
            assert len(asyncio.run(read(folder))) == 2
        except Refused as problem:
            refusals.append(str(problem))
            assert len(asyncio.run(read(folder))) == 3
        if len(disk.calls) < step:
            break
    assert refusals
    assert all("laid out" in one for one in refusals)


def test_a_backup_of_a_store_that_is_being_restored_waits_for_its_end(tmp_path, saved):
    class Restoring(Files):
        def read(self, path: Path) -> bytes | None:
            if path.suffix == ".json" and path.parent.name == "members" and not (tmp_path / "done").exists():
                (tmp_path / "done").touch()
                restore(tmp_path / "first", saved, LATER, replace=True)
            return super().read(path)

    with pytest.raises(Refused, match="restored meanwhile"):
        backup.make(tmp_path / "first", tmp_path / "another", NOON, "1.2.3", files=Restoring())
    (tmp_path / "first" / "restored-then").mkdir()
    with pytest.raises(Refused, match="cut short"):
        backup.make(tmp_path / "first", tmp_path / "another", NOON, "1.2.3")
    assert not (tmp_path / "another").exists()
