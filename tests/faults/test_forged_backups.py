"""Backups that were damaged or forged: refused, or the same."""

from __future__ import annotations

import asyncio
import gzip
import io
import random
import tarfile
from datetime import datetime
from pathlib import Path

import pytest

from bot.domain.errors import HostRequestRefused
from storage import archive, backup, backup_manifest, key_values
from storage.codec import SCHEMA_VERSION, Codec, to_json
from storage.files import seal_json
from storage.record_files import record_file_name
from storage.restore import restore_backup_file
from storage.tiny import TinyStore
from tests.contract.sample_records import CONTRACT_ADA, CONTRACT_CLUB_KEY, CONTRACT_NOON, contract_book
from tests.faults.backups import (
    DAY_AFTER_BACKUP,
    TEXT_SINCE_BACKUP,
    backup_of_three_books,
    fill_store,
    read_store_records,
)
from tests.faults.faulty_disk import disk_member, folder_content
from tests.faults.figures import report_figure, trial_count
from tests.faults.test_store_kill import STORE_KILL_SEED

DAMAGE_COUNT = trial_count("DAMAGES", 100)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return backup_of_three_books(tmp_path)


def test_a_damaged_backup_is_refused_or_the_same(tmp_path, saved):
    print(f"seed {STORE_KILL_SEED}, {DAMAGE_COUNT} damages")  # noqa: T201  # for who plays it again
    rng, whole, refused = random.Random(STORE_KILL_SEED), saved.read_bytes(), 0  # noqa: S311
    right = asyncio.run(read_store_records(tmp_path / "first"))
    for number in range(DAMAGE_COUNT):
        saved.write_bytes(damage_bytes(whole, rng))
        folder = tmp_path / "back" / str(number)
        try:
            restore_backup_file(folder, saved, DAY_AFTER_BACKUP)
            assert asyncio.run(read_store_records(folder)) == right
        except HostRequestRefused:
            refused += 1
            assert not folder.exists()
    assert refused > DAMAGE_COUNT // 2
    report_figure("backups", **{"damaged backups": DAMAGE_COUNT, "half restored": 0})


def damage_bytes(whole: bytes, rng: random.Random) -> bytes:
    at, length = rng.randrange(len(whole)), rng.choice((1, 1, 100))
    return rng.choice(
        (
            whole[:at],
            whole[:at] + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1 :],
            whole[:at] + rng.randbytes(length) + whole[at + length :],
            whole + rng.randbytes(length),
        )
    )


def forge_backup(entries: list[tuple[str, bytes]]) -> bytes:
    sink = io.BytesIO()
    archive.write_archive(sink, entries, CONTRACT_NOON)
    return sink.getvalue()


def manifest_entry(
    books: int = 1, schema: int = SCHEMA_VERSION, made_at: datetime = CONTRACT_NOON, clubs: int = 0
) -> tuple[str, bytes]:
    return backup_manifest.MANIFEST_NAME, backup_manifest.encode_manifest(
        backup_manifest.BackupManifest(made_at, "1.2.3", schema, books, clubs)
    )


def old_manifest_entry(**more: object) -> tuple[str, bytes]:
    """As it was written before there were clubs."""
    said = {"made_at": CONTRACT_NOON.isoformat(), "program": "1.2.3", "schema": 4, "books": 1}
    return backup_manifest.MANIFEST_NAME, seal_json(to_json({**said, **more}))[0]


def backup_with_special_entry(kind: bytes, raw: bytes) -> bytes:
    """The book, but as something else than a plain file."""
    sink, entry, last = (
        io.BytesIO(),
        tarfile.TarInfo(record_file_name(disk_member("0"))),
        tarfile.TarInfo(backup_manifest.MANIFEST_NAME),
    )
    entry.type, entry.linkname, entry.size = kind, "/etc/passwd", len(raw)
    last.size = len(manifest_entry()[1])
    with tarfile.open(fileobj=sink, mode="w:gz", format=tarfile.GNU_FORMAT) as tar:
        tar.addfile(entry, io.BytesIO(raw))
        tar.addfile(last, io.BytesIO(manifest_entry()[1]))
    return sink.getvalue()


def decompression_bomb() -> bytes:
    """A long name of 200 MB, which packs into 200 KB."""
    head = tarfile.TarInfo("././@LongLink")
    head.type, head.size = tarfile.GNUTYPE_LONGNAME, 200 * 1024**2
    return gzip.compress(head.tobuf(tarfile.GNU_FORMAT) + bytes(head.size), 1)


def first_book_bytes(folder: Path) -> bytes:
    return (folder / "members" / record_file_name(disk_member("0"))).read_bytes()


HOSTILE_BACKUPS = {
    "a path": lambda raw: forge_backup([("../" + record_file_name(disk_member("0")), raw), manifest_entry()]),
    "a path from the root": lambda raw: forge_backup(
        [("/tmp/" + record_file_name(disk_member("0")), raw), manifest_entry()]  # noqa: S108
    ),
    "a foreign name": lambda raw: forge_backup([("notes.txt", raw), manifest_entry()]),
    "another's name": lambda raw: forge_backup([(record_file_name(disk_member("1")), raw), manifest_entry()]),
    "one name twice": lambda raw: forge_backup([(record_file_name(disk_member("0")), raw)] * 2 + [manifest_entry()]),
    "a book behind the end": lambda raw: forge_backup([manifest_entry(), (record_file_name(disk_member("0")), raw)]),
    "a book that is missing": lambda raw: forge_backup([(record_file_name(disk_member("0")), raw), manifest_entry(2)]),
    "a club that is missing": lambda raw: forge_backup(
        [(record_file_name(disk_member("0")), raw), manifest_entry(clubs=1)]
    ),
    "a club in the place of a book": lambda raw: forge_backup(
        [(record_file_name(disk_member("0")), raw), manifest_entry(0, clubs=1)]
    ),
    "a book under a club's name": lambda raw: forge_backup(
        [(record_file_name(CONTRACT_CLUB_KEY), raw), manifest_entry(0, clubs=1)]
    ),
    "a number of clubs that is none": lambda raw: forge_backup(
        [(record_file_name(disk_member("0")), raw), old_manifest_entry(clubs="none")]
    ),
    "nothing said of itself": lambda raw: forge_backup([(record_file_name(disk_member("0")), raw)]),
    "a seal that is wrong": lambda raw: forge_backup(
        [(record_file_name(disk_member("0")), raw.replace(b"Dana", b"Lena")), manifest_entry()]
    ),
    "a book that is none": lambda _: forge_backup(
        [(record_file_name(disk_member("0")), seal_json(b'{"book":{}}')[0]), manifest_entry()]
    ),
    "memos that are none": lambda _: forge_backup(
        [(key_values.MEMO_FILE_NAME, seal_json(b'{"memos":{"a":7}}')[0]), manifest_entry(0)]
    ),
    "a time without a zone": lambda _: forge_backup([manifest_entry(0, made_at=datetime(2026, 1, 1))]),  # noqa: DTZ001
    "a link": lambda raw: backup_with_special_entry(tarfile.SYMTYPE, raw),
    "a hard link": lambda raw: backup_with_special_entry(tarfile.LNKTYPE, raw),
    "a device": lambda raw: backup_with_special_entry(tarfile.CHRTYPE, raw),
    "a folder": lambda raw: backup_with_special_entry(tarfile.DIRTYPE, raw),
    "a huge file": lambda _: forge_backup(
        [(record_file_name(CONTRACT_ADA), bytes(archive.MAX_ENTRY_BYTES + 1)), manifest_entry()]
    ),
    "a bomb": lambda _: decompression_bomb(),
    "no archive": lambda _: b"no archive at all",
    "nothing": lambda _: b"",
    "an empty archive": lambda _: gzip.compress(b""),
}


@pytest.mark.parametrize("forge", HOSTILE_BACKUPS.values(), ids=HOSTILE_BACKUPS)
def test_a_hostile_backup_is_refused_and_changes_nothing(tmp_path, saved, forge):
    saved.write_bytes(forge(first_book_bytes(tmp_path / "first")))
    asyncio.run(fill_store(tmp_path / "second", TEXT_SINCE_BACKUP))
    before = folder_content(tmp_path / "second")
    with pytest.raises(
        HostRequestRefused, match=r"is no backup of this program, or it is damaged\. Nothing was changed"
    ):
        restore_backup_file(tmp_path / "second", saved, DAY_AFTER_BACKUP, replace=True)
    assert folder_content(tmp_path / "second") == before
    assert not list(tmp_path.glob("*.json"))


def test_a_huge_file_is_refused_before_it_is_read():
    head = tarfile.TarInfo(record_file_name(CONTRACT_ADA))
    head.size = archive.MAX_ENTRY_BYTES + 1
    with pytest.raises(ValueError, match="too large"):  # and not that it is cut short
        list(archive.read_archive(io.BytesIO(gzip.compress(head.tobuf()))))


def test_a_forged_archive_that_is_right_is_taken(tmp_path, saved):
    saved.write_bytes(
        forge_backup([(record_file_name(disk_member("0")), first_book_bytes(tmp_path / "first")), manifest_entry()])
    )
    assert restore_backup_file(tmp_path / "second", saved, DAY_AFTER_BACKUP).manifest.books == 1


def test_a_backup_from_before_there_were_clubs_comes_back_and_those_that_are_there_go_aside(tmp_path, saved):
    saved.write_bytes(
        forge_backup([(record_file_name(disk_member("0")), first_book_bytes(tmp_path / "first")), old_manifest_entry()])
    )
    done = restore_backup_file(tmp_path / "first", saved, DAY_AFTER_BACKUP, replace=True)
    assert (done.manifest.books, done.manifest.clubs) == (1, 0)
    assert [folder.name.partition("-")[0] for folder in done.aside_folders] == ["members.before", "clubs.before"]
    assert [record.owner for record in asyncio.run(read_store_records(tmp_path / "first"))] == [disk_member("0")]


@pytest.mark.parametrize("replace", [True, False])
def test_a_backup_without_books_takes_the_place_of_none(tmp_path, saved, replace):
    saved.write_bytes(forge_backup([manifest_entry(0)]))
    before = folder_content(tmp_path)
    with pytest.raises(HostRequestRefused, match=r"is a backup without any book: .* Nothing was changed\."):
        restore_backup_file(tmp_path / "first", saved, DAY_AFTER_BACKUP, replace=replace)
    assert folder_content(tmp_path) == before


@pytest.mark.parametrize("books", [0, 1])
def test_a_backup_of_a_newer_version_is_refused(tmp_path, books):
    target, newer = tmp_path / "backup.tar.gz", Codec(SCHEMA_VERSION + 1, {})
    if books:
        store = TinyStore.open(tmp_path / "newer", codec=newer)
        asyncio.run(store.save(contract_book()))
        asyncio.run(store.close())
        backup.write_backup(tmp_path / "newer", target, CONTRACT_NOON, "9", codec=newer)
    else:
        target.write_bytes(forge_backup([manifest_entry(0, schema=SCHEMA_VERSION + 1)]))
    with pytest.raises(HostRequestRefused, match=f"newer version .*schema {SCHEMA_VERSION + 1}"):
        restore_backup_file(tmp_path / "second", target, DAY_AFTER_BACKUP)
    assert asyncio.run(read_store_records(tmp_path / "second")) == []
