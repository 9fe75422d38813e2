"""A drill: a backup is made, life goes on, the disk is lost, the backup is put back.

What was sent since is not sent again, what was not comes, and every book is there as it was.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.delivery import member_worker
from bot.domain.model import Address, Book
from storage import backup, restore
from tests.faults.figures import report_figure, trial_count
from tests.faults.member_crowd import MemberCrowd, open_member_crowd

DRILL_MEMBERS = trial_count("DRILL", 8)


@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_what_was_sent_since_the_backup_is_not_sent_again(
    platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, kept = tmp_path / "store", tmp_path / "kept.tar.gz"
    async with open_member_crowd(platform, DRILL_MEMBERS, folder=folder) as place:
        made = backup.write_backup(folder, kept, place.now(), "test")
        before = {who: await place.book(who) for who in place.people}
        with monkeypatch.context() as patched:
            patched.setattr(member_worker, "MAX_RECORDS_PER_SWEEP", DRILL_MEMBERS // 2)
            await place.core.sweep(place.now())
        sent = place.count_copies().total()
        assert 0 < sent < DRILL_MEMBERS
        await put_backup_back(place, folder, kept)
        assert {who: book_shape(await place.book(who)) for who in place.people} == {
            who: book_shape(book) for who, book in before.items()
        }
        await place.wait(hours=8)
        assert set(place.count_copies().values()) == {1}
        assert len(place.posts()) == DRILL_MEMBERS
        assert [len((await place.book(who)).sent_reminders) for who in place.people] == [1] * DRILL_MEMBERS
    assert made.books == DRILL_MEMBERS
    report_figure("restore", members=DRILL_MEMBERS, **{"sent since the backup": sent, "sent again": 0, "lost": 0})


async def put_backup_back(place: MemberCrowd, folder: Path, kept: Path) -> None:
    await place.club.bot.stop()
    await place.club.store.close()
    restore.restore_backup_file(folder, kept, place.now(), replace=True)
    await place.club.start()


def book_shape(book: Book) -> tuple[Address, int, object, object]:
    return book.owner, book.version, book.contacts, book.sent_reminders
