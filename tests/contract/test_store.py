"""What every store promises (`bot.domain.ports.Store`)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest
from hypothesis import Phase, find, given, settings

from bot.domain.errors import Conflict, StoreUnavailable
from bot.domain.model import Address, Book, Entry
from bot.domain.ports import Store
from storage.open import open_store
from tests.contract.record_strategies import book_records, contract_settings, entry_records
from tests.contract.sample_records import CONTRACT_ADA, CONTRACT_NOON, contract_book

STORE_LEASE = timedelta(minutes=1)
STORE_CLAIM_PLATFORMS = ("slack", "discord", "console")


async def claimed_users(store: Store, now=CONTRACT_NOON, limit=10, platforms=STORE_CLAIM_PLATFORMS) -> list[str]:
    return [book.owner.user for book in await store.claim(now, STORE_LEASE, limit, platforms)]


def store_member(user: str) -> Address:
    return Address("slack", user, "T1")


async def test_a_member_who_was_never_here_has_no_book(store):
    assert await store.load(CONTRACT_ADA) is None


async def test_a_saved_book_is_read_back_with_its_next_version(store):
    saved = await store.save(contract_book())
    assert saved == replace(contract_book(), version=1)
    assert await store.load(CONTRACT_ADA) == saved


@pytest.mark.parametrize("kind", get_args(get_args(Entry)[0]))
def test_the_generated_books_have_every_kind_of_entry(kind):
    patient = settings(max_examples=5_000, deadline=None, database=None, phases=[Phase.generate])
    find(entry_records, lambda entry: isinstance(entry, kind), settings=patient)


@pytest.mark.parametrize("scheme", ["memory", "tiny"])
@contract_settings
@given(book=book_records)
def test_every_book_survives_saving_and_reopening(scheme, book: Book):
    async def round_trip(url: str) -> None:
        store = open_store(url)
        saved = await store.save(book)
        assert await store.load(book.owner) == saved == replace(book, version=1)
        await store.close()
        if scheme == "tiny":
            store = open_store(url)
            assert await store.load(book.owner) == saved
            await store.close()

    with TemporaryDirectory() as folder:
        asyncio.run(round_trip("memory:" if scheme == "memory" else f"tinydb:{Path(folder) / 'data'}"))


async def test_saving_an_older_version_is_a_conflict_and_changes_nothing(store):
    first = await store.save(contract_book())
    second = await store.save(replace(first, zone_announced=True))
    with pytest.raises(Conflict):
        await store.save(first)
    assert await store.load(CONTRACT_ADA) == second


async def test_a_new_book_cannot_replace_a_kept_one(store):
    await store.save(contract_book())
    with pytest.raises(Conflict):
        await store.save(contract_book())


async def test_two_who_save_the_same_version_at_once_give_one_conflict(store):
    book = await store.save(contract_book())
    results = await asyncio.gather(store.save(book), store.save(book), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Book", "Conflict"]


async def test_a_hundred_changes_at_once_are_a_hundred_versions(store):
    await store.save(contract_book())

    async def change() -> None:
        while True:
            try:
                await store.save(await store.load(CONTRACT_ADA))
                return
            except Conflict:
                await asyncio.sleep(0)

    await asyncio.gather(*(change() for _ in range(20)))
    assert (await store.load(CONTRACT_ADA)).version == 21


async def test_text_that_cannot_be_written_is_refused_and_changes_nothing(store):
    kept = await store.save(contract_book())
    with pytest.raises(ValueError, match="surrogate"):
        await store.save(replace(kept, unreachable_reason="\ud83d"))
    assert await store.load(CONTRACT_ADA) == kept


@pytest.mark.parametrize(
    "other", [Address("discord", "U1", "T1"), Address("slack", "U1", "T2"), Address("slack", "U1")]
)
async def test_equal_user_ids_elsewhere_are_other_people(store, other):
    mine = await store.save(contract_book(note="mine"))
    theirs = await store.save(contract_book(other, note="theirs"))
    assert (await store.load(CONTRACT_ADA), await store.load(other)) == (mine, theirs)
    await store.erase(other)
    assert (await store.load(CONTRACT_ADA), await store.load(other)) == (mine, None)


@pytest.mark.parametrize("user", ["../../etc/passwd", "a/b", "", ".", "x" * 5000, "a\nb", "nul\0"])
async def test_a_hostile_id_is_an_id_like_any_other(store, user):
    saved = await store.save(contract_book(store_member(user)))
    assert await store.load(store_member(user)) == saved


async def test_a_due_book_is_claimed_and_one_that_is_not_due_is_not(store):
    await store.save(contract_book(store_member("due"), wake_at=CONTRACT_NOON))
    await store.save(contract_book(store_member("later"), wake_at=CONTRACT_NOON + STORE_LEASE))
    await store.save(contract_book(store_member("never")))
    assert await claimed_users(store) == ["due"]


async def test_a_claimed_book_is_not_claimed_twice(store):
    await store.save(contract_book(wake_at=CONTRACT_NOON))
    assert await claimed_users(store) == ["U1"]
    assert await claimed_users(store) == []


async def test_a_lease_that_is_over_lets_the_book_be_claimed_again(store):
    await store.save(contract_book(wake_at=CONTRACT_NOON))
    await claimed_users(store)
    assert await claimed_users(store, CONTRACT_NOON + STORE_LEASE - timedelta(seconds=1)) == []
    assert await claimed_users(store, CONTRACT_NOON + STORE_LEASE) == ["U1"]


async def test_the_earliest_is_claimed_first_and_no_more_than_asked_for(store):
    for number in (3, 1, 2):
        await store.save(contract_book(store_member(str(number)), wake_at=CONTRACT_NOON - STORE_LEASE * (4 - number)))
    assert await claimed_users(store, limit=2) == ["1", "2"]
    assert await claimed_users(store, limit=2) == ["3"]


async def test_an_expired_lease_keeps_its_place_in_the_order(store):
    await store.save(contract_book(store_member("old"), wake_at=CONTRACT_NOON - STORE_LEASE))
    assert await claimed_users(store) == ["old"]
    await store.save(contract_book(store_member("new"), wake_at=CONTRACT_NOON))
    assert await claimed_users(store, CONTRACT_NOON + STORE_LEASE) == ["old", "new"]


async def test_the_books_of_a_platform_that_does_not_run_are_left_alone(store):
    for platform, at in (
        ("slack", CONTRACT_NOON),
        ("discord", CONTRACT_NOON - STORE_LEASE),
        ("console", CONTRACT_NOON + STORE_LEASE),
    ):
        await store.save(contract_book(Address(platform, platform), wake_at=at))
    assert await store.next_wake(("slack", "console")) == CONTRACT_NOON
    assert await claimed_users(store, platforms=("slack", "console")) == ["slack"]
    assert await store.next_wake(("console",)) == CONTRACT_NOON + STORE_LEASE
    assert await store.next_wake(()) is None
    assert await claimed_users(store, CONTRACT_NOON + STORE_LEASE, limit=2) == ["discord", "slack"]
    assert await claimed_users(store, CONTRACT_NOON + STORE_LEASE) == ["console"]


async def test_a_save_ends_the_lease(store):
    await store.save(contract_book(wake_at=CONTRACT_NOON))
    (book,) = await store.claim(CONTRACT_NOON, STORE_LEASE, 1, STORE_CLAIM_PLATFORMS)
    await store.save(book)
    assert await claimed_users(store) == ["U1"]


async def test_a_book_put_off_is_not_claimed(store):
    book = await store.save(contract_book(wake_at=CONTRACT_NOON))
    await store.save(replace(book, wake_at=CONTRACT_NOON + STORE_LEASE))
    assert await claimed_users(store) == []


async def test_the_next_wake_is_the_earliest_of_all(store):
    assert await store.next_wake(STORE_CLAIM_PLATFORMS) is None
    await store.save(contract_book(store_member("b"), wake_at=CONTRACT_NOON + STORE_LEASE))
    await store.save(contract_book(store_member("a"), wake_at=CONTRACT_NOON))
    assert await store.next_wake(STORE_CLAIM_PLATFORMS) == CONTRACT_NOON


async def test_a_leased_book_wakes_nobody_before_its_lease_is_over(store):
    await store.save(contract_book(wake_at=CONTRACT_NOON - STORE_LEASE))
    await claimed_users(store)
    assert await store.next_wake(STORE_CLAIM_PLATFORMS) == CONTRACT_NOON + STORE_LEASE


async def test_an_erased_book_is_gone_and_wakes_nobody(store, shop):
    book = await store.save(await store.save(contract_book(wake_at=CONTRACT_NOON)))
    await store.erase(CONTRACT_ADA)
    assert (
        await store.load(CONTRACT_ADA),
        await store.next_wake(STORE_CLAIM_PLATFORMS),
        await claimed_users(store),
    ) == (None, None, [])
    with pytest.raises(Conflict):
        await store.save(book)
    assert await (await shop.reopened(store)).load(CONTRACT_ADA) is None


async def test_erasing_what_is_not_there_is_harmless(store):
    await store.erase(CONTRACT_ADA)


async def test_reopening_keeps_books_and_wake_ups_and_ends_leases(shop):
    store = shop.open()
    saved = await store.save(contract_book(wake_at=CONTRACT_NOON))
    await claimed_users(store)
    store = await shop.reopened(store)
    assert await store.load(CONTRACT_ADA) == saved
    assert await store.next_wake(STORE_CLAIM_PLATFORMS) == CONTRACT_NOON
    assert await claimed_users(store) == ["U1"]
    await store.close()


async def test_a_closed_store_keeps_nothing_more_and_closing_twice_is_harmless(store):
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable):
        await store.save(contract_book())


@pytest.mark.parametrize("url", ["", "tinydb:", "redis:x", "memory:x"])
def test_an_unknown_address_of_a_store_is_refused(url):
    with pytest.raises(ValueError, match="a store is"):
        open_store(url)


async def test_a_memo_is_there_after_a_restart(shop, store):
    assert await store.load_value("discord") == ""
    await store.save_value("discord", "seen")
    await store.save_value("slack", "heard")
    again = await shop.reopened(store)
    assert (await again.load_value("discord"), await again.load_value("slack")) == ("seen", "heard")
    await again.close()


async def test_a_closed_store_keeps_no_memo(store):
    await store.close()
    with pytest.raises(StoreUnavailable):
        await store.save_value("discord", "seen")


async def test_memos_that_were_damaged_are_those_of_the_time_before(tmp_path):
    store = open_store(f"tinydb:{tmp_path}")
    await store.save_value("discord", "one")
    await store.save_value("discord", "two")
    (tmp_path / "memos.json").write_bytes(b"\0\0")
    assert await store.load_value("discord") == "one"
    (tmp_path / "memos.json.prev").write_bytes(b"{}")
    assert await store.load_value("discord") == ""
    await store.close()


async def test_the_host_can_walk_through_all_books(store):
    for user in "abc":
        await store.save(contract_book(store_member(user)))
    await store.erase(store_member("b"))
    assert sorted([book.owner.user async for book in store.all(Book)]) == ["a", "c"]
