"""A drill: a backup is made, life goes on, the disk is lost, the backup is put back.

What was sent since is not sent again, what was not comes, and every book is there as it was.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.delivery import member_worker
from bot.domain.model import Address, Book
from storage import backup, restore
from tests.faults.figures import figure, size
from tests.faults.halls import Hall, hall

MEMBERS = size("DRILL", 8)


@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_what_was_sent_since_the_backup_is_not_sent_again(
    platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, kept = tmp_path / "store", tmp_path / "kept.tar.gz"
    async with hall(platform, MEMBERS, folder=folder) as place:
        made = backup.write_backup(folder, kept, place.now(), "test")
        before = {who: await place.book(who) for who in place.people}
        with monkeypatch.context() as patched:
            patched.setattr(member_worker, "MAX_RECORDS_PER_SWEEP", MEMBERS // 2)
            await place.core.sweep(place.now())
        sent = place.copies().total()
        assert 0 < sent < MEMBERS
        await put_back(place, folder, kept)
        assert {who: shape(await place.book(who)) for who in place.people} == {
            who: shape(book) for who, book in before.items()
        }
        await place.wait(hours=8)
        assert set(place.copies().values()) == {1}
        assert len(place.posts()) == MEMBERS
        assert [len((await place.book(who)).sent_reminders) for who in place.people] == [1] * MEMBERS
    assert made.books == MEMBERS
    figure("restore", members=MEMBERS, **{"sent since the backup": sent, "sent again": 0, "lost": 0})


async def put_back(place: Hall, folder: Path, kept: Path) -> None:
    await place.club.bot.stop()
    await place.club.store.close()
    restore.restore_backup_file(folder, kept, place.now(), replace=True)
    await place.club.start()


def shape(book: Book) -> tuple[Address, int, object, object]:
    return book.owner, book.version, book.contacts, book.sent_reminders
