"""The files of clubs: beside those of members, and as safe."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from shutil import rmtree

import orjson
import pytest
from tinydb import TinyDB

from bot.domain.errors import BookDamaged, StoreTooNew
from bot.domain.model import Address, Club, ClubKey
from storage.codec import CODEC, SCHEMA_VERSION, Codec, to_json
from storage.files import seal_json, unseal_json
from storage.record_files import BOOK_KIND, CLUB_KIND, record_file_name
from storage.tiny import TinyStore
from tests.contract.sample_records import CONTRACT_ADA, CONTRACT_CLUB_KEY, CONTRACT_NOON, contract_book, contract_club
from tests.faults.faulty_disk import FaultyFiles, folder_content

CLUB_FILES_LEASE = timedelta(minutes=1)
OTHER_CLUB_KEY = ClubKey("slack", "T2")


@pytest.fixture
async def folder(tmp_path):
    """With a book and two clubs, two generations of each; all of them due."""
    store = TinyStore.open(tmp_path / "data")
    await store.save(await store.save(contract_book(wake_at=CONTRACT_NOON)))
    for key in (CONTRACT_CLUB_KEY, OTHER_CLUB_KEY):
        await store.save(await store.save(contract_club(key, wake_at=CONTRACT_NOON, about=key.team)))
    await store.close()
    return tmp_path / "data"


async def claimed_record_keys(store: TinyStore) -> set[Address | ClubKey]:
    return {
        record.key if isinstance(record, Club) else record.owner
        for record in await store.claim(CONTRACT_NOON, CLUB_FILES_LEASE, 9, {"slack"})
    }


def test_the_file_of_a_club_has_no_name_of_a_book_and_tells_no_id():
    assert CLUB_KIND.file_name_pattern.fullmatch(record_file_name(CONTRACT_CLUB_KEY))
    assert not BOOK_KIND.file_name_pattern.fullmatch(record_file_name(CONTRACT_CLUB_KEY))
    assert not CLUB_KIND.file_name_pattern.fullmatch(record_file_name(CONTRACT_ADA))
    assert (
        len(
            {
                record_file_name(key)
                for key in (CONTRACT_CLUB_KEY, OTHER_CLUB_KEY, ClubKey("discord", "T1"), Address("slack", "", "T1"))
            }
        )
        == 4
    )


async def test_a_club_is_written_as_a_book_is_and_no_other_file_is_touched(folder):
    disk = FaultyFiles()
    store = TinyStore.open(folder, disk)
    club, before = await store.load(CONTRACT_CLUB_KEY), folder_content(folder)
    disk.calls.clear()
    await store.save(replace(club, quiet_digest_day=date(2026, 11, 24)))
    assert disk.calls == ["open", "write", "fsync", "replace", "replace", "fsync_dir"]
    now = folder_content(folder)
    assert {name for name in now if now[name] != before.get(name)} == {
        f"{folder}/clubs/{record_file_name(CONTRACT_CLUB_KEY)}",
        f"{folder}/clubs/{record_file_name(CONTRACT_CLUB_KEY)}.prev",
    }
    await store.close()


async def test_plain_tinydb_can_read_the_file_and_only_its_owner_may(folder):
    with TinyDB(folder / "clubs" / record_file_name(CONTRACT_CLUB_KEY), access_mode="r") as db:
        assert db.tables() == {"club", "questions", "wins", "tips", "outgoing_notes", "posts", "envelopes", "seal"}
        assert [row["about"] for row in db.table("questions")] == ["T1"]
    assert {path.stat().st_mode & 0o777 for path in (folder / "clubs").rglob("*")} == {0o600, 0o700}


async def test_a_damaged_club_is_told_and_the_others_go_on(folder):
    for path in (folder / "clubs").glob(f"{record_file_name(CONTRACT_CLUB_KEY)}*"):
        path.write_bytes(b"")
    for opening in ("with the index", "without it"):
        store = TinyStore.open(folder)
        assert await claimed_record_keys(store) == {CONTRACT_ADA, OTHER_CLUB_KEY}, opening
        with pytest.raises(BookDamaged):
            await store.load(CONTRACT_CLUB_KEY)
        with pytest.raises(BookDamaged):
            await store.save(contract_club())
        assert [club.key async for club in store.all(Club)] == [OTHER_CLUB_KEY]
        await store.close()
        (folder / "wakes.json").unlink()
    assert len(list((folder / "clubs" / "damaged").iterdir())) == 2
    assert not list((folder / "members" / "damaged").iterdir())


async def test_a_club_that_is_damaged_while_the_bot_runs_is_skipped_when_it_is_due(folder):
    store = TinyStore.open(folder)
    for path in (folder / "clubs").glob(f"{record_file_name(CONTRACT_CLUB_KEY)}*"):
        path.write_bytes(b"")
    assert await claimed_record_keys(store) == {CONTRACT_ADA, OTHER_CLUB_KEY}
    await store.close()


async def test_a_file_put_in_the_place_of_another_club_is_not_read_as_that(folder):
    (folder / "clubs" / record_file_name(CONTRACT_CLUB_KEY)).rename(
        folder / "clubs" / record_file_name(ClubKey("slack", "T3"))
    )
    store = TinyStore.open(folder)
    with pytest.raises(BookDamaged):
        await store.load(ClubKey("slack", "T3"))
    await store.close()


async def test_a_store_from_before_there_were_clubs_opens_and_gets_their_folder(folder):
    rmtree(folder / "clubs")
    store = TinyStore.open(folder)
    assert await claimed_record_keys(store) == {CONTRACT_ADA}
    assert await store.load(CONTRACT_CLUB_KEY) is None
    saved = await store.save(contract_club())
    await store.close()
    store = TinyStore.open(folder)
    assert await store.load(CONTRACT_CLUB_KEY) == saved
    await store.close()


async def test_what_was_taken_out_of_a_club_is_in_no_file_once_it_is_saved_again(folder):
    store = TinyStore.open(folder)
    word = contract_club(about="a word in confidence").questions
    club = await store.save(replace(await store.load(CONTRACT_CLUB_KEY), questions=word))
    path = folder / "clubs" / record_file_name(CONTRACT_CLUB_KEY)
    (folder / "clubs" / "damaged" / f"{path.name}.corrupt-1").write_bytes(path.read_bytes())
    await store.save(await store.save(replace(club, questions=())))
    await store.close()
    assert not [name for name, raw in folder_content(folder).items() if b"a word in confidence" in raw]


async def test_clubs_of_a_newer_version_are_refused_and_not_rewritten(tmp_path):
    store = TinyStore.open(tmp_path, codec=Codec(SCHEMA_VERSION + 1, {}))
    await store.save(contract_club())
    await store.close()
    before = folder_content(tmp_path / "clubs")
    for _ in range(2):  # the second time without the index
        with pytest.raises(StoreTooNew):
            TinyStore.open(tmp_path)
        assert folder_content(tmp_path / "clubs") == before
        (tmp_path / "wakes.json").unlink(missing_ok=True)


async def test_a_field_that_this_version_does_not_know_is_refused_and_not_dropped(folder):
    path = folder / "clubs" / record_file_name(CONTRACT_CLUB_KEY)
    tables = orjson.loads(unseal_json(path.read_bytes()))
    for where in (tables["club"]["1"], tables["club"]["1"]["meeting"], tables["questions"]["1"]):
        where["unheard_of"] = 1
        path.write_bytes(seal_json(to_json(tables))[0])
        with pytest.raises(StoreTooNew):
            TinyStore.open(folder)
        del where["unheard_of"]


def test_a_book_of_the_schema_before_clubs_is_read():
    plain = orjson.loads(to_json(CODEC.encode(contract_book())))
    old = {name: value for name, value in plain.items() if name not in {"clubs", "notes", "heard", "errands"}}
    assert CODEC.decode({**old, "schema": 4}, BOOK_KIND.record_type) == contract_book()
