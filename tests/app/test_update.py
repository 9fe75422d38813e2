"""What `Records` promises of each change: tried again, given up, notified of, and scrubbed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import Conflict, StoreUnavailable
from bot.domain.model import Book, Club
from bot.domain.ports import RecordKey
from bot.domain.update import MAX_UPDATE_TRIES, Changes, Records
from tests.fakes import CONSOLE_ADA, FailingStore
from tests.samples import local_instant, sample_book

UPDATE_NOW = local_instant("2026-12-01 10:00")
NEXT_WAKE = UPDATE_NOW + timedelta(days=1)


@pytest.fixture
async def records() -> Records:
    async def next_wake(_record: Book | Club, _now: datetime) -> datetime | None:
        return NEXT_WAKE

    records = Records(FailingStore(), next_wake, Changes())
    await records.save(replace(sample_book(), owner=CONSOLE_ADA), UPDATE_NOW)
    return records


async def stored_book(records: Records) -> Book:
    book = await records.store.load(CONSOLE_ADA)
    assert book is not None
    return book


def failing_store_of(records: Records) -> FailingStore:
    assert isinstance(records.store, FailingStore)
    return records.store


def with_refusal(book: Book) -> Book:
    return replace(book, unreachable_reason="closed")


async def test_a_change_is_applied_to_what_somebody_else_saved_meanwhile(records: Records) -> None:
    book, notified = await stored_book(records), list[RecordKey]()
    records.changes.subscribe(notified.append)
    await records.save(replace(book, conversation_id="D1"), UPDATE_NOW)
    saved = await records.update(book, with_refusal, UPDATE_NOW)
    assert saved is not None
    assert (saved.conversation_id, saved.unreachable_reason, saved.wake_at) == ("D1", "closed", NEXT_WAKE)
    assert saved == await stored_book(records)
    assert notified == [CONSOLE_ADA, CONSOLE_ADA]


async def test_a_change_that_is_always_too_late_is_given_up(records: Records) -> None:
    store = failing_store_of(records)
    store.conflicts = MAX_UPDATE_TRIES - 1
    assert await records.update(await stored_book(records), with_refusal, UPDATE_NOW)
    store.conflicts = MAX_UPDATE_TRIES
    with pytest.raises(Conflict):
        await records.update(await stored_book(records), lambda book: replace(book, conversation_id="D2"), UPDATE_NOW)
    assert (await stored_book(records)).conversation_id == ""


async def test_what_was_erased_meanwhile_is_not_changed_and_neither_is_a_new_one(records: Records) -> None:
    book = await stored_book(records)
    await records.erase(CONSOLE_ADA)
    assert await records.update(book, with_refusal, UPDATE_NOW) is None
    await records.save(replace(book, version=0, created_at=UPDATE_NOW + timedelta(hours=1)), UPDATE_NOW)
    assert await records.update(book, with_refusal, UPDATE_NOW) is None
    assert (await stored_book(records)).unreachable_reason == ""


async def test_what_stays_the_same_is_saved_only_when_its_wake_has_come(records: Records) -> None:
    book = await stored_book(records)
    saves = failing_store_of(records).saves
    await records.update(book, lambda same: same, UPDATE_NOW)
    assert failing_store_of(records).saves == saves
    due = await records.save_with_wake(replace(book, wake_at=UPDATE_NOW))
    await records.update(due, lambda same: same, UPDATE_NOW)
    assert (await stored_book(records)).wake_at == NEXT_WAKE


async def test_what_was_not_saved_twice_is_due_until_it_was(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    save, answers = records.store.save, iter((True, False))

    async def limited(record: Book) -> Book:
        if not next(answers, True):
            raise StoreUnavailable("the disk is full")
        return await save(record)

    monkeypatch.setattr(records.store, "save", limited)
    with pytest.raises(StoreUnavailable):
        await records.update(await stored_book(records), with_refusal, UPDATE_NOW, scrub=True)
    assert (await stored_book(records)).wake_at == UPDATE_NOW
    await records.update(await stored_book(records), with_refusal, UPDATE_NOW, scrub=True)
    assert (await stored_book(records)).wake_at == NEXT_WAKE
