"""A disk that fails, and files that were damaged: never an empty book, never a false word of success."""

from __future__ import annotations

import asyncio
import errno
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB

from bot.domain.errors import BookDamaged, StoreInUse, StoreTooNew, StoreUnavailable
from bot.domain.model import Book, Club
from storage.codec import CODEC, SCHEMA_VERSION, Codec
from storage.record_files import BOOK_KIND, from_tables, record_file_name
from storage.tiny import TinyStore
from tests.contract.old_forms import book_of_schema_1
from tests.contract.plain import ADA, NOON, opened
from tests.faults.disk import Scripted, SlowIndex, content, member
from tests.faults.figures import figure, size
from tests.faults.records import BOTH, file_of, fresh, kept, save, saying

MUTATIONS = size("MUTATIONS", 200)
MINUTE = timedelta(minutes=1)
MEMBER, _ = BOTH


async def two_generations(folder: Path, who: str = MEMBER) -> tuple[Book | Club, Book | Club]:
    store = TinyStore.open(folder)
    first = await save(store, fresh(who, wake_at=NOON))
    second = await save(store, saying(first, "second"))
    await store.close()
    return first, second


async def test_a_write_is_synced_before_it_counts_and_the_folder_after(tmp_path):
    disk = Scripted()
    store = TinyStore.open(tmp_path, disk)
    book = await store.save_book(opened())
    disk.calls.clear()
    await store.save_book(book)
    assert disk.calls == ["open", "write", "fsync", "replace", "replace", "fsync_dir"]
    await store.close()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("for_ever", [False, True])
@pytest.mark.parametrize("at", range(1, 7))
@pytest.mark.parametrize("who", BOTH)
async def test_a_write_that_fails_says_so_and_heals(tmp_path, code, for_ever, at, who):
    _, before = await two_generations(tmp_path, who)
    disk = Scripted()
    store = TinyStore.open(tmp_path, disk)
    assert await kept(store, who) == before

    def fail(_: str) -> None:
        raise OSError(code, os.strerror(code))

    disk.calls.clear()
    disk.at, disk.for_ever, disk.fault = at, for_ever, fail
    with pytest.raises(StoreUnavailable):
        await save(store, saying(before, "third"))
    disk.at = 0
    after = await kept(store, who)
    assert after
    await store.close()
    store = TinyStore.open(tmp_path)
    assert await kept(store, who) == after  # the disk says the same as the cache did
    # Only when the write cannot be taken back either may the new one stand, and then it is also what is read.
    assert after == before or (for_ever and after == replace(saying(before, "third"), version=3))
    healed = await save(store, saying(after, "healed"))
    await store.close()
    store = TinyStore.open(tmp_path)
    assert await kept(store, who) == healed
    await store.close()
    figure("disk errors", **{"failing writes": 1, "corrupt": 0, "false words": 0})


def mutated(raw: bytes, kind: str, place: int) -> bytes:
    at = place % len(raw)
    return {
        "cut": raw[:at],
        "nuls": raw[:at] + b"\0" * (len(raw) - at),
        "flip": raw[:at] + bytes([raw[at] ^ (1 << place % 8)]) + raw[at + 1 :],
        "more": raw + raw[at:],
        "null": b"null",
        "list": b"[]",
        "object": b"{}",
    }[kind]


KINDS = st.sampled_from(["cut", "nuls", "flip", "more", "null", "list", "object"])
PLACES = st.integers(0, 2**20)


@settings(max_examples=MUTATIONS, deadline=None)
@given(kind=KINDS, place=PLACES, both=st.booleans(), who=st.sampled_from(BOTH))
def test_a_damaged_file_gives_the_generation_before_or_says_so(kind, place, both, who):
    async def check(folder: Path) -> None:
        first, second = await two_generations(folder, who)
        path = file_of(folder, who)
        previous = path.with_name(path.name + ".prev")
        # "more" from the very start would be the file twice, and a cut at its end the file itself: both are caught.
        for one in (path, previous) if both else (path,):
            one.write_bytes(mutated(one.read_bytes(), kind, place))
        for _ in range(2):
            store = TinyStore.open(folder)
            if both:
                with pytest.raises(BookDamaged):
                    await kept(store, who)
                with pytest.raises(BookDamaged):
                    await save(store, fresh(who))
            else:
                assert await kept(store, who) == first != second
                assert [record.version for record in await store.claim(NOON, MINUTE, 9, {"slack"})] == [1]
            await store.close()

    with TemporaryDirectory() as folder:
        asyncio.run(check(Path(folder)))
    figure("damaged files", **{"damages": 1, "silent losses": 0})


async def test_a_damaged_book_does_not_stop_the_others_and_can_be_erased(tmp_path):
    await two_generations(tmp_path)
    store = TinyStore.open(tmp_path)
    await store.save_book(opened(member("other"), wake_at=NOON))
    for path in (tmp_path / "members").glob(file_of(tmp_path, MEMBER).name + "*"):
        path.write_bytes(b"")
    assert [book.owner.user for book in await store.claim(NOON, MINUTE, 9, {"slack"})] == ["other"]
    await store.erase(ADA)
    assert await store.load_book(ADA) is None
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(record_file_name(ADA))]
    await store.close()


async def test_a_file_put_in_anothers_place_is_not_read_as_theirs(tmp_path):
    await two_generations(tmp_path)
    file_of(tmp_path, MEMBER).rename(tmp_path / "members" / record_file_name(member("eve")))
    store = TinyStore.open(tmp_path)
    with pytest.raises(BookDamaged):
        await store.load_book(member("eve"))
    await store.close()


def renamed(plain):
    return {**plain, "unreachable_reason": plain["unreachable_reason"].upper()}


async def test_an_older_file_is_upgraded_when_read_and_rewritten_when_saved(tmp_path):
    _, kept = await two_generations(tmp_path)
    before = file_of(tmp_path, MEMBER).read_bytes()
    store = TinyStore.open(tmp_path, codec=Codec(SCHEMA_VERSION + 1, {SCHEMA_VERSION: renamed}))
    book = await store.load_book(ADA)
    assert book == replace(kept, unreachable_reason="SECOND")
    assert file_of(tmp_path, MEMBER).read_bytes() == before
    await store.save_book(book)
    assert f'"schema":{SCHEMA_VERSION + 1}'.encode() in file_of(tmp_path, MEMBER).read_bytes()
    await store.close()


def test_a_book_of_the_first_schema_is_read():
    old = from_tables(book_of_schema_1(opened()), BOOK_KIND)
    assert CODEC.decode(old, Book) == opened()


async def test_a_newer_store_is_refused_and_not_rewritten(tmp_path):
    store = TinyStore.open(tmp_path, codec=Codec(SCHEMA_VERSION + 1, {}))
    await store.save_book(opened())
    await store.close()
    before = content(tmp_path)
    for _ in range(2):  # the second time without the index
        with pytest.raises(StoreTooNew):
            TinyStore.open(tmp_path)
        assert {name: raw for name, raw in content(tmp_path).items() if "/members/" in name} == {
            name: raw for name, raw in before.items() if "/members/" in name
        }
        (tmp_path / "wakes.json").unlink(missing_ok=True)


async def test_an_index_of_yesterday_loses_no_wake_up(tmp_path):
    store = TinyStore.open(tmp_path)
    book = await store.save_book(opened())
    await store.close()
    stale = (tmp_path / "wakes.json").read_bytes()
    store = TinyStore.open(tmp_path)
    await store.save_book(replace(book, wake_at=NOON))
    await store.close()
    (tmp_path / "wakes.json").write_bytes(stale)
    store = TinyStore.open(tmp_path)
    assert await store.next_wake({"slack"}) == NOON
    await store.close()


async def test_an_index_that_was_being_written_has_nothing_of_who_was_erased_meanwhile(tmp_path, monkeypatch):
    monkeypatch.setattr("storage.tiny.SAVES_PER_WAKE_CACHE", 1)
    disk = SlowIndex()
    store = TinyStore.open(tmp_path, disk)
    saving = asyncio.ensure_future(store.save_book(opened(wake_at=NOON)))
    await asyncio.to_thread(disk.began.wait, 5)
    erasing = asyncio.ensure_future(store.erase(ADA))
    await asyncio.wait({erasing}, timeout=0.2)
    disk.may.set()
    await asyncio.gather(saving, erasing)
    assert record_file_name(ADA).encode() not in b"".join(content(tmp_path).values())
    await store.close()


async def test_plain_tinydb_can_read_the_file_and_only_its_owner_may(tmp_path):
    await two_generations(tmp_path)
    with TinyDB(file_of(tmp_path, MEMBER), access_mode="r") as db:
        assert [row["name"] for row in db.table("contacts")] == ["Dana Smith"]
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {0o600, 0o700}


async def test_the_same_folder_cannot_be_opened_twice_in_one_process(tmp_path):
    store = TinyStore.open(tmp_path)
    with pytest.raises(StoreInUse):
        TinyStore.open(tmp_path)
    await store.close()


async def test_a_start_that_the_disk_refuses_lets_go_of_the_folder(tmp_path):
    (tmp_path / "holder.json").mkdir()
    with pytest.raises(StoreUnavailable) as _refusal:  # kept, and with it all that the start had in its hands
        TinyStore.open(tmp_path)
    (tmp_path / "holder.json").rmdir()
    await TinyStore.open(tmp_path).close()


async def test_a_cancelled_save_is_carried_through_before_the_store_closes(tmp_path):
    store = TinyStore.open(tmp_path)
    task = asyncio.ensure_future(store.save_book(opened()))
    await asyncio.sleep(0)
    task.cancel()
    await store.close()
    store = TinyStore.open(tmp_path)
    assert (await store.load_book(ADA)) == replace(opened(), version=1)
    await store.close()
