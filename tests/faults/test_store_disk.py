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
from tests.contract.old_schemas import schema_1_book_tables
from tests.contract.sample_records import CONTRACT_ADA, CONTRACT_NOON, contract_book
from tests.faults.faulty_disk import FaultyFiles, PausedIndexFiles, disk_member, folder_content
from tests.faults.figures import report_figure, trial_count
from tests.faults.records import BOOK_AND_CLUB, load_record, new_record, record_file_of, with_record_text

MUTATION_COUNT = trial_count("MUTATIONS", 80)
DISK_LEASE = timedelta(minutes=1)
DISK_RECORD_NAME, _ = BOOK_AND_CLUB


async def save_two_generations(folder: Path, who: str = DISK_RECORD_NAME) -> tuple[Book | Club, Book | Club]:
    store = TinyStore.open(folder)
    first = await store.save(new_record(who, wake_at=CONTRACT_NOON))
    second = await store.save(with_record_text(first, "second"))
    await store.close()
    return first, second


async def test_a_write_is_synced_before_it_counts_and_the_folder_after(tmp_path):
    disk = FaultyFiles()
    store = TinyStore.open(tmp_path, disk)
    book = await store.save(contract_book())
    disk.calls.clear()
    await store.save(book)
    assert disk.calls == ["open", "write", "fsync", "replace", "replace", "fsync_dir"]
    await store.close()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("for_ever", [False, True])
@pytest.mark.parametrize("at", range(1, 7))
@pytest.mark.parametrize("who", BOOK_AND_CLUB)
async def test_a_write_that_fails_says_so_and_heals(tmp_path, code, for_ever, at, who):
    _, before = await save_two_generations(tmp_path, who)
    disk = FaultyFiles()
    store = TinyStore.open(tmp_path, disk)
    assert await load_record(store, who) == before

    def fail(_: str) -> None:
        raise OSError(code, os.strerror(code))

    disk.calls.clear()
    disk.at, disk.for_ever, disk.fault = at, for_ever, fail
    with pytest.raises(StoreUnavailable):
        await store.save(with_record_text(before, "third"))
    disk.at = 0
    after = await load_record(store, who)
    assert after
    await store.close()
    store = TinyStore.open(tmp_path)
    assert await load_record(store, who) == after  # the disk says the same as the cache did
    # Only when the write cannot be taken back either may the new one stand, and then it is also what is read.
    assert after == before or (for_ever and after == replace(with_record_text(before, "third"), version=3))
    healed = await store.save(with_record_text(after, "healed"))
    await store.close()
    store = TinyStore.open(tmp_path)
    assert await load_record(store, who) == healed
    await store.close()
    report_figure("disk errors", **{"failing writes": 1, "corrupt": 0, "false words": 0})


def mutate_bytes(raw: bytes, kind: str, place: int) -> bytes:
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


MUTATION_KINDS = st.sampled_from(["cut", "nuls", "flip", "more", "null", "list", "object"])
MUTATION_PLACES = st.integers(0, 2**20)


@settings(max_examples=MUTATION_COUNT, deadline=None)
@given(kind=MUTATION_KINDS, place=MUTATION_PLACES, both=st.booleans(), who=st.sampled_from(BOOK_AND_CLUB))
def test_a_damaged_file_gives_the_generation_before_or_says_so(kind, place, both, who):
    async def check(folder: Path) -> None:
        first, second = await save_two_generations(folder, who)
        path = record_file_of(folder, who)
        previous = path.with_name(path.name + ".prev")
        # "more" from the very start would be the file twice, and a cut at its end the file itself: both are caught.
        for generation in (path, previous) if both else (path,):
            generation.write_bytes(mutate_bytes(generation.read_bytes(), kind, place))
        for _ in range(2):
            store = TinyStore.open(folder)
            if both:
                with pytest.raises(BookDamaged):
                    await load_record(store, who)
                with pytest.raises(BookDamaged):
                    await store.save(new_record(who))
            else:
                assert await load_record(store, who) == first != second
                assert [record.version for record in await store.claim(CONTRACT_NOON, DISK_LEASE, 9, {"slack"})] == [1]
            await store.close()

    with TemporaryDirectory() as folder:
        asyncio.run(check(Path(folder)))
    report_figure("damaged files", **{"damages": 1, "silent losses": 0})


async def test_a_damaged_book_does_not_stop_the_others_and_can_be_erased(tmp_path):
    await save_two_generations(tmp_path)
    store = TinyStore.open(tmp_path)
    await store.save(contract_book(disk_member("other"), wake_at=CONTRACT_NOON))
    for path in (tmp_path / "members").glob(record_file_of(tmp_path, DISK_RECORD_NAME).name + "*"):
        path.write_bytes(b"")
    assert [book.owner.user for book in await store.claim(CONTRACT_NOON, DISK_LEASE, 9, {"slack"})] == ["other"]
    await store.erase(CONTRACT_ADA)
    assert await store.load(CONTRACT_ADA) is None
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(record_file_name(CONTRACT_ADA))]
    await store.close()


async def test_a_file_put_in_anothers_place_is_not_read_as_theirs(tmp_path):
    await save_two_generations(tmp_path)
    record_file_of(tmp_path, DISK_RECORD_NAME).rename(tmp_path / "members" / record_file_name(disk_member("eve")))
    store = TinyStore.open(tmp_path)
    with pytest.raises(BookDamaged):
        await store.load(disk_member("eve"))
    await store.close()


def upper_case_reason(plain):
    return {**plain, "unreachable_reason": plain["unreachable_reason"].upper()}


async def test_an_older_file_is_upgraded_when_read_and_rewritten_when_saved(tmp_path):
    _, kept = await save_two_generations(tmp_path)
    before = record_file_of(tmp_path, DISK_RECORD_NAME).read_bytes()
    store = TinyStore.open(tmp_path, codec=Codec(SCHEMA_VERSION + 1, {SCHEMA_VERSION: upper_case_reason}))
    book = await store.load(CONTRACT_ADA)
    assert book == replace(kept, unreachable_reason="SECOND")
    assert record_file_of(tmp_path, DISK_RECORD_NAME).read_bytes() == before
    await store.save(book)
    assert f'"schema":{SCHEMA_VERSION + 1}'.encode() in record_file_of(tmp_path, DISK_RECORD_NAME).read_bytes()
    await store.close()


def test_a_book_of_the_first_schema_is_read():
    old = from_tables(schema_1_book_tables(contract_book()), BOOK_KIND)
    assert CODEC.decode(old, Book) == contract_book()


async def test_a_newer_store_is_refused_and_not_rewritten(tmp_path):
    store = TinyStore.open(tmp_path, codec=Codec(SCHEMA_VERSION + 1, {}))
    await store.save(contract_book())
    await store.close()
    before = folder_content(tmp_path)
    for _ in range(2):  # the second time without the index
        with pytest.raises(StoreTooNew):
            TinyStore.open(tmp_path)
        assert {name: raw for name, raw in folder_content(tmp_path).items() if "/members/" in name} == {
            name: raw for name, raw in before.items() if "/members/" in name
        }
        (tmp_path / "wakes.json").unlink(missing_ok=True)


async def test_an_index_of_yesterday_loses_no_wake_up(tmp_path):
    store = TinyStore.open(tmp_path)
    book = await store.save(contract_book())
    await store.close()
    stale = (tmp_path / "wakes.json").read_bytes()
    store = TinyStore.open(tmp_path)
    await store.save(replace(book, wake_at=CONTRACT_NOON))
    await store.close()
    (tmp_path / "wakes.json").write_bytes(stale)
    store = TinyStore.open(tmp_path)
    assert await store.next_wake({"slack"}) == CONTRACT_NOON
    await store.close()


async def test_an_index_that_was_being_written_has_nothing_of_who_was_erased_meanwhile(tmp_path, monkeypatch):
    monkeypatch.setattr("storage.tiny.SAVES_PER_WAKE_CACHE", 1)
    disk = PausedIndexFiles()
    store = TinyStore.open(tmp_path, disk)
    saving = asyncio.ensure_future(store.save(contract_book(wake_at=CONTRACT_NOON)))
    await asyncio.to_thread(disk.began.wait, 5)
    erasing = asyncio.ensure_future(store.erase(CONTRACT_ADA))
    await asyncio.wait({erasing}, timeout=0.2)
    disk.may.set()
    await asyncio.gather(saving, erasing)
    assert record_file_name(CONTRACT_ADA).encode() not in b"".join(folder_content(tmp_path).values())
    await store.close()


async def test_plain_tinydb_can_read_the_file_and_only_its_owner_may(tmp_path):
    await save_two_generations(tmp_path)
    with TinyDB(record_file_of(tmp_path, DISK_RECORD_NAME), access_mode="r") as db:
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
    task = asyncio.ensure_future(store.save(contract_book()))
    await asyncio.sleep(0)
    task.cancel()
    await store.close()
    store = TinyStore.open(tmp_path)
    assert (await store.load(CONTRACT_ADA)) == replace(contract_book(), version=1)
    await store.close()
