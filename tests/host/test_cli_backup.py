"""`stalemate backup` and `stalemate restore`, beside a bot that runs and without one."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.model import Address, Book
from storage.open import open_store
from storage.record_files import record_file_name
from tests.contract.sample_records import CONTRACT_ADA, contract_book
from tests.faults.faulty_disk import folder_content
from tests.host.conftest import HostCli

BACKUP_BEA = Address("slack", "U2", "T1")
BACKUP_CLEO = Address("slack", "U3", "T1")


async def stored_ada_book(folder: Path) -> Book | None:
    store = open_store(f"tinydb:{folder / 'data'}")
    found = await store.load(CONTRACT_ADA)
    await store.close()
    return found


@pytest.fixture
async def book(tmp_path: Path) -> Book:
    store = open_store(f"tinydb:{tmp_path / 'data'}")
    saved = await store.save(contract_book())
    await store.close()
    return saved


async def test_a_backup_is_made_beside_a_bot_and_restored_without_it(
    tmp_path: Path, book: Book, host_cli: HostCli
) -> None:
    store = open_store(f"tinydb:{tmp_path / 'data'}")
    code, out, err = host_cli("backup", "b.tar.gz")
    assert (code, err) == (0, "")
    assert out.startswith(
        f"Backed up 1 book to {tmp_path / 'b.tar.gz'}. It holds members' private notes: keep it as you"
    )
    assert "Whoever asks to be forgotten later still stands in it." in out
    assert stat.S_IMODE((tmp_path / "b.tar.gz").stat().st_mode) == 0o600
    await store.save(replace(book, unreachable_reason="since then"))
    before = folder_content(tmp_path / "data" / "members")
    # Nobody lets go of the store meanwhile: to be told at all is not to wait for that.
    code, out, err = host_cli("restore", "b.tar.gz", "--replace")
    assert (code, out) == (2, "")
    assert err.startswith(f"The store is in use (process {os.getpid()} on ")
    assert err.endswith("): stop that first, then restore. Nothing was changed.\n")
    assert folder_content(tmp_path / "data" / "members") == before
    await store.close()
    code, out, err = host_cli("restore", "b.tar.gz", "--replace")
    assert (code, err) == (0, "")
    assert out.startswith(f"Restored 1 book from {tmp_path / 'b.tar.gz'}, as of 20")
    assert "What members told the bot after that moment is gone: please tell them." in out
    assert "has to ask once more (“forget me”). The bot can be started now." in out
    assert "and “forget” does not reach them: delete that folder when you need it no more.\n" in out
    assert f"The books from before are in {tmp_path / 'data' / 'members.before-'}" in out
    assert await stored_ada_book(tmp_path) == book


async def test_a_restore_keeps_when_the_backup_was_made_and_when_it_came_back(
    tmp_path: Path, book: Book, host_cli: HostCli
) -> None:
    began = datetime.now(UTC)
    host_cli("backup", "b.tar.gz")
    assert host_cli("restore", "b.tar.gz", store="tinydb:other")[0] == 0
    store = open_store(f"tinydb:{tmp_path / 'other'}")
    made, back = map(datetime.fromisoformat, (await store.load_value("restored")).split(" "))
    await store.close()
    assert began < made < back < datetime.now(UTC)
    assert made.utcoffset() == back.utcoffset() == timedelta()


def test_what_is_there_is_replaced_only_when_asked(tmp_path: Path, book: Book, host_cli: HostCli) -> None:
    host_cli("backup", "b.tar.gz")
    before = folder_content(tmp_path)
    code, out, err = host_cli("backup", "b.tar.gz")
    assert (code, out) == (2, "")
    assert err == f"{tmp_path / 'b.tar.gz'} is there already. Give another name, or add --force to replace it.\n"
    code, out, err = host_cli("restore", "b.tar.gz")
    assert (code, out) == (2, "")
    assert re.fullmatch(
        re.escape(f"{tmp_path / 'b.tar.gz'} holds 1 book of ") + r"\d{4}-\d\d-\d\d \d\d:\d\d UTC\. "
        r"The store has 1 book already, so nothing was changed\. Add --replace to put those of the backup in their "
        r"place; the present ones are kept in a folder beside them\.\n",
        err,
    )
    assert folder_content(tmp_path) == before
    assert host_cli("backup", "b.tar.gz", "--force")[0] == 0


def test_a_book_that_cannot_be_read_is_told(tmp_path: Path, book: Book, host_cli: HostCli) -> None:
    (tmp_path / "data" / "members" / record_file_name(CONTRACT_ADA)).write_bytes(b"{}")
    code, out, err = host_cli("backup", "b.tar.gz")
    assert (code, out) == (2, "")
    assert err.startswith(f"No book in the store in {tmp_path / 'data'} can be read, so no backup was written. Keep ")


async def test_members_whose_books_are_damaged_are_told_once_each_and_in_the_exit_code(
    tmp_path: Path, book: Book, host_cli: HostCli
) -> None:
    store = open_store(f"tinydb:{tmp_path / 'data'}")
    await store.save(contract_book(BACKUP_BEA))
    await store.close()
    (tmp_path / "data" / "members" / record_file_name(BACKUP_BEA)).write_bytes(b"{}")
    (tmp_path / "data" / "members" / f"{record_file_name(BACKUP_CLEO)}.prev").write_bytes(b"{}")
    said = (
        "2 members' books are damaged and are not in this backup. Keep your older backups: they may have them. It holds"
    )
    for file in "a.tar.gz", "b.tar.gz":
        code, out, err = host_cli("backup", file)
        assert (code, out) == (1, "")
        assert err.startswith(f"Backed up 1 book to {tmp_path / file}. {said} members' private notes")
        await open_store(f"tinydb:{tmp_path / 'data'}").close()  # which sets the damaged one aside


async def test_damaged_copies_of_a_book_that_is_fine_are_not_told(
    tmp_path: Path, book: Book, host_cli: HostCli
) -> None:
    aside = tmp_path / "data" / "members" / "damaged"
    (aside / f"{record_file_name(CONTRACT_ADA)}.corrupt-1").write_bytes(b"{}")
    (aside / f"{record_file_name(CONTRACT_ADA)}.prev.corrupt-1").write_bytes(b"{}")
    code, out, err = host_cli("backup", "b.tar.gz")
    assert (code, err) == (0, "")
    assert out.startswith(f"Backed up 1 book to {tmp_path / 'b.tar.gz'}. It holds members' private notes")


def test_a_wrong_name_is_told_as_that_whatever_is_in_the_store(tmp_path: Path, book: Book, host_cli: HostCli) -> None:
    before = folder_content(tmp_path)
    code, out, err = host_cli("restore", "bakup.tar.gz")
    assert (code, out) == (2, "")
    assert err == f"{tmp_path / 'bakup.tar.gz'} cannot be read: No such file or directory. Nothing was changed.\n"
    assert folder_content(tmp_path) == before


def test_a_restore_into_a_place_that_cannot_be_names_it_and_its_setting(
    tmp_path: Path, book: Book, host_cli: HostCli
) -> None:
    host_cli("backup", "b.tar.gz")
    code, out, err = host_cli("restore", "b.tar.gz", store="tinydb:b.tar.gz/x")
    assert (code, out) == (2, "")
    assert err == (
        f"The store in {tmp_path}/b.tar.gz/x cannot be written: Not a directory. "
        "STALEMATE_STORE says where it is. Nothing was changed.\n"
    )


async def test_a_backup_of_no_books_does_not_take_the_place_of_a_good_one(
    tmp_path: Path, book: Book, host_cli: HostCli
) -> None:
    host_cli("backup", "b.tar.gz")
    before = (tmp_path / "b.tar.gz").read_bytes()
    await open_store(f"tinydb:{tmp_path / 'empty'}").close()
    code, out, err = host_cli("backup", "b.tar.gz", "--force", store="tinydb:empty")
    assert (code, out) == (2, "")
    assert err == (
        f"The store in {tmp_path / 'empty'} has no books, so no backup was written. Is it the one of the bot?\n"
    )
    assert (tmp_path / "b.tar.gz").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "store", "said"),
    [
        (("backup", "b.tar.gz"), "memory:", "STALEMATE_STORE is memory:, which keeps nothing. Set it to tinydb:FOLDER"),
        (
            ("restore", "b.tar.gz"),
            "memory:",
            "STALEMATE_STORE is memory:, which keeps nothing. Set it to tinydb:FOLDER",
        ),
        (
            ("backup", "b.tar.gz"),
            "tinydb:none",
            "There is no store in {folder}/none. Is this the folder that the bot runs in? Go",
        ),
        (
            ("backup", "no/b.tar.gz"),
            "tinydb:data",
            "There is no folder {folder}/no. Make it first, or give another name.",
        ),
        (
            ("backup", "."),
            "tinydb:data",
            "{folder} is a folder. Give the name of a file in it, such as {folder}/books.ta",
        ),
        (
            ("backup", "data/b.tar.gz"),
            "tinydb:data",
            "{folder}/data/b.tar.gz would be lost together with the store. Put it outside the store's folder, best on",
        ),
        (("restore", "none.tar.gz"), "tinydb:none", "{folder}/none.tar.gz cannot be read: No such file or directory."),
        (
            ("restore", "junk"),
            "tinydb:none",
            "{folder}/junk is no backup of this program, or it is damaged. Nothing was changed.",
        ),
    ],
)
def test_trouble_is_one_sentence(
    tmp_path: Path, book: Book, host_cli: HostCli, words: tuple[str, ...], store: str, said: str
) -> None:
    (tmp_path / "junk").write_bytes(b"junk")
    code, out, err = host_cli(*words, store=store)
    assert (code, out) == (2, "")
    assert err.startswith(said.format(folder=tmp_path))
    assert err.count("\n") == 1
    assert not (tmp_path / "b.tar.gz").exists()
    assert not (tmp_path / "none").exists()
