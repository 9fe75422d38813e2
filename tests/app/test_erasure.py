"""What was forgotten stays forgotten: in the book, in the files, and while a reminder is on its way."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.errors import StoreUnavailable
from bot.domain.model import Address, Book, Club
from storage.open import open_store
from tests.fakes import Member
from tests.faults.faulty_disk import folder_content
from tests.samples import BERLIN_HOME


def member_on_disk(folder: Path) -> Member:
    return Member(store=open_store(f"tinydb:{folder}"), home=BERLIN_HOME)  # type: ignore[arg-type]


async def erase(member: Member, typed: str) -> str:
    """Forget something, and press the button that does it."""
    await member.say(typed)
    return await member.press_line(member.card.buttons[0].line)


async def test_a_book_that_was_erased_while_a_reminder_was_sent_stays_erased_and_the_new_one_stays(ada: Member) -> None:
    async def erase_and_begin_anew() -> None:
        await erase(ada, "forget me")
        await ada.say("add Bob")
        await ada.say("add Cleo")

    await ada.say("add Dana channel: email via: Sam")
    ada.at("2026-12-08 09:00")
    ada.messenger.before_send = erase_and_begin_anew
    await ada.core.sweep(ada.now)
    assert await ada.names() == ["Bob", "Cleo"]


async def test_an_erased_contact_is_in_no_file_any_more(tmp_path: Path) -> None:
    ada = member_on_disk(tmp_path)
    await ada.say("add Dana channel: email company: Canaryco note: canarynote")
    await ada.say("add Lee")
    await erase(ada, "forget Dana")
    await ada.core.close()
    kept = b"".join(folder_content(tmp_path).values())
    assert b"Lee" in kept
    assert not any(word in kept for word in (b"Dana", b"Canaryco", b"canarynote"))


async def test_a_damaged_book_can_still_be_erased_by_its_owner(tmp_path: Path) -> None:
    ada = member_on_disk(tmp_path)
    await ada.say("add Dana")
    await ada.core.close()
    for file in (tmp_path / "members").glob("*.json*"):
        file.write_bytes(b"junk")
    ada = member_on_disk(tmp_path)
    assert "can't be opened" in await ada.say("board")
    assert "erased" in await erase(ada, "forget me")
    assert "Give me one name" in await ada.say("board")
    await ada.core.close()


async def refuse_second_save(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full for the second of the next two saves."""
    save, saves = member.store.save, iter((True, False))

    async def limited(record: Book | Club) -> Book | Club:
        if not next(saves, True):
            raise StoreUnavailable("the disk is full")
        return await save(record)

    monkeypatch.setattr(member.store, "save", limited)


async def test_an_erasure_that_is_interrupted_is_finished_by_the_next_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = member_on_disk(tmp_path)
    await ada.say("add Dana channel: email note: canarynote")
    await ada.say("forget Dana")
    await refuse_second_save(ada, monkeypatch)
    assert "Erased" in await ada.press_line(ada.card.buttons[0].line)
    assert b"canarynote" in b"".join(folder_content(tmp_path).values())
    assert await ada.core.next_wake() == ada.now
    await ada.sweep()
    assert b"canarynote" not in b"".join(folder_content(tmp_path).values())
    await ada.core.close()


async def test_a_damaged_book_is_not_said_to_be_erased_when_the_disk_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = member_on_disk(tmp_path)
    await ada.say("add Dana")
    await ada.core.close()
    for file in (tmp_path / "members").glob("*.json*"):
        file.write_bytes(b"junk")
    ada = member_on_disk(tmp_path)
    await ada.say("forget me")

    async def refuse(_owner: Address) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(ada.store, "erase", refuse)
    assert "nothing was changed" in await ada.press_line(ada.card.buttons[0].line)
    await ada.core.close()
