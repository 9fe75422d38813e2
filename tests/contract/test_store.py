"""What every store promises of each kind of record (`bot.domain.ports.Store`).

The tests of generated records take seconds: each record is saved and read again by a store opened anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Conflict, StoreUnavailable
from bot.domain.model import Address, Book, Club, ClubKey
from bot.domain.ports import RecordKey, Store
from storage.open import open_store
from tests.contract.record_strategies import book_records, club_records, contract_settings
from tests.contract.sample_records import CONTRACT_ADA, CONTRACT_CLUB_KEY, CONTRACT_NOON, contract_book, contract_club

STORE_LEASE = timedelta(minutes=1)
STORE_CLAIM_PLATFORMS = ("slack", "discord", "console")


@dataclass(frozen=True)
class RecordKind:
    """Books or clubs. `key_named`: of an id, and a platform; `text_field` holds any text, `day_field` any day."""

    record_type: type[Book] | type[Club]
    key: RecordKey
    sample: Callable[..., Any]
    key_named: Callable[..., RecordKey]
    key_of: Callable[[Any], RecordKey]
    text_field: str
    day_field: str
    elsewhere: tuple[RecordKey, ...]


BOOKS = RecordKind(
    Book,
    CONTRACT_ADA,
    contract_book,
    lambda named, platform="slack": Address(platform, named, "T1"),
    lambda book: book.owner,
    "unreachable_reason",
    "last_basket_day",
    (Address("discord", "U1", "T1"), Address("slack", "U1", "T2"), Address("slack", "U1")),
)
CLUBS = RecordKind(
    Club,
    CONTRACT_CLUB_KEY,
    contract_club,
    lambda named, platform="slack": ClubKey(platform, named),
    lambda club: club.key,
    "channel_refusal",
    "quiet_digest_day",
    (ClubKey("discord", "T1"), ClubKey("slack", "T2"), ClubKey("slack", "")),
)


@pytest.fixture(params=[BOOKS, CLUBS], ids=["books", "clubs"])
def kind(request: pytest.FixtureRequest) -> RecordKind:
    return request.param


def record_name(record: Book | Club) -> str:
    """The user of a book, or the team of a club."""
    return record.owner.user if isinstance(record, Book) else record.key.team


async def claimed_names(store: Store, now=CONTRACT_NOON, limit=10, platforms=STORE_CLAIM_PLATFORMS) -> list[str]:
    return [record_name(record) for record in await store.claim(now, STORE_LEASE, limit, platforms)]


async def test_what_was_never_saved_is_not_there(store, kind):
    other = CLUBS if kind is BOOKS else BOOKS
    await store.save(other.sample())
    assert await store.load(kind.key) is None
    assert [record async for record in store.all(kind.record_type)] == []


async def test_a_saved_record_is_read_back_with_its_next_version(store, kind):
    saved = await store.save(kind.sample())
    assert saved == replace(kind.sample(), version=1)
    assert await store.load(kind.key) == saved


@pytest.mark.parametrize("scheme", ["memory", "tiny"])
@pytest.mark.parametrize("kind", [BOOKS, CLUBS], ids=["books", "clubs"])
@contract_settings
@given(data=st.data())
def test_every_record_survives_saving_and_reopening(scheme, kind: RecordKind, data: st.DataObject):
    record = data.draw(book_records if kind is BOOKS else club_records)

    async def round_trip(url: str) -> None:
        store = open_store(url)
        saved = await store.save(record)
        assert await store.load(kind.key_of(record)) == saved == replace(record, version=1)
        await store.close()
        if scheme == "tiny":
            store = open_store(url)
            assert await store.load(kind.key_of(record)) == saved
            await store.close()

    with TemporaryDirectory() as folder:
        asyncio.run(round_trip("memory:" if scheme == "memory" else f"tinydb:{Path(folder) / 'data'}"))


async def test_saving_an_older_version_is_a_conflict_and_changes_nothing(store, kind):
    first = await store.save(kind.sample())
    second = await store.save(replace(first, **{kind.day_field: CONTRACT_NOON.date()}))
    for stale in (first, kind.sample(), replace(second, created_at=CONTRACT_NOON + STORE_LEASE)):
        with pytest.raises(Conflict):
            await store.save(stale)
    assert await store.load(kind.key) == second


async def test_two_who_save_the_same_version_at_once_give_one_conflict(store, kind):
    record = await store.save(kind.sample())
    results = await asyncio.gather(store.save(record), store.save(record), return_exceptions=True)
    assert {type(result) for result in results} == {kind.record_type, Conflict}


async def test_twenty_changes_at_once_are_twenty_versions(store, kind):
    await store.save(kind.sample())

    async def change() -> None:
        while True:
            try:
                await store.save(await store.load(kind.key))
                return
            except Conflict:
                await asyncio.sleep(0)

    await asyncio.gather(*(change() for _ in range(20)))
    assert (await store.load(kind.key)).version == 21


async def test_text_that_cannot_be_written_is_refused_and_changes_nothing(store, kind):
    kept = await store.save(kind.sample(wake_at=CONTRACT_NOON))
    with pytest.raises(ValueError, match="surrogate"):
        await store.save(replace(kept, **{kind.text_field: "\ud83d", "wake_at": None}))
    assert await store.load(kind.key) == kept
    assert await store.next_wake(STORE_CLAIM_PLATFORMS) == CONTRACT_NOON


async def test_equal_ids_elsewhere_are_other_records(store, kind):
    mine = await store.save(kind.sample())
    for other in kind.elsewhere:
        theirs = await store.save(replace(kind.sample(other), **{kind.text_field: "theirs"}))
        assert (await store.load(kind.key), await store.load(other)) == (mine, theirs)
    assert {kind.key_of(one) async for one in store.all(kind.record_type)} == {kind.key, *kind.elsewhere}


@pytest.mark.parametrize("named", ["../../etc/passwd", "a/b", "", ".", "x" * 5000, "a\nb", "nul\0"])
async def test_a_hostile_id_is_an_id_like_any_other(store, kind, named):
    saved = await store.save(kind.sample(kind.key_named(named)))
    assert await store.load(kind.key_named(named)) == saved


async def test_a_book_and_a_club_of_the_same_ids_are_two(store):
    owner = Address("slack", "", "T1")
    book, club = await store.save(contract_book(owner)), await store.save(contract_club())
    assert (await store.load(owner), await store.load(CONTRACT_CLUB_KEY)) == (book, club)
    assert ([one async for one in store.all(Book)], [one async for one in store.all(Club)]) == ([book], [club])


async def test_what_is_due_is_claimed_as_it_was_saved_and_no_more_than_that(store, kind):
    due = await store.save(kind.sample(kind.key_named("due"), wake_at=CONTRACT_NOON))
    await store.save(kind.sample(kind.key_named("later"), wake_at=CONTRACT_NOON + STORE_LEASE))
    await store.save(kind.sample(kind.key_named("never")))
    assert await store.claim(CONTRACT_NOON, STORE_LEASE, 9, STORE_CLAIM_PLATFORMS) == [due]


async def test_what_is_claimed_is_claimed_again_when_its_lease_is_over(store, kind):
    await store.save(kind.sample(wake_at=CONTRACT_NOON - STORE_LEASE))
    [claimed] = await claimed_names(store)
    assert await claimed_names(store) == []
    assert await store.next_wake(STORE_CLAIM_PLATFORMS) == CONTRACT_NOON + STORE_LEASE
    assert await claimed_names(store, CONTRACT_NOON + STORE_LEASE - timedelta(seconds=1)) == []
    assert await claimed_names(store, CONTRACT_NOON + STORE_LEASE) == [claimed]


async def test_the_earliest_is_claimed_first_and_no_more_than_asked_for(store, kind):
    assert await store.next_wake(STORE_CLAIM_PLATFORMS) is None
    for number in (3, 1, 2):
        at = CONTRACT_NOON - STORE_LEASE * (4 - number)
        await store.save(kind.sample(kind.key_named(str(number)), wake_at=at))
    assert await store.next_wake(STORE_CLAIM_PLATFORMS) == CONTRACT_NOON - STORE_LEASE * 3
    assert await claimed_names(store, limit=2) == ["1", "2"]
    assert await claimed_names(store, limit=2) == ["3"]


async def test_books_and_clubs_are_claimed_together_the_earliest_first(store):
    await store.save(contract_book(Address("slack", "second"), wake_at=CONTRACT_NOON - STORE_LEASE * 2))
    await store.save(contract_club(ClubKey("slack", "third"), wake_at=CONTRACT_NOON - STORE_LEASE))
    await store.save(contract_club(ClubKey("discord", "first"), wake_at=CONTRACT_NOON - STORE_LEASE * 3))
    await store.save(contract_book(Address("discord", "fourth"), wake_at=CONTRACT_NOON))
    assert await store.next_wake(STORE_CLAIM_PLATFORMS) == CONTRACT_NOON - STORE_LEASE * 3
    assert await claimed_names(store, limit=3) == ["first", "second", "third"]
    assert await claimed_names(store) == ["fourth"]


async def test_an_expired_lease_keeps_its_place_in_the_order(store, kind):
    await store.save(kind.sample(kind.key_named("old"), wake_at=CONTRACT_NOON - STORE_LEASE))
    assert await claimed_names(store) == ["old"]
    await store.save(kind.sample(kind.key_named("new"), wake_at=CONTRACT_NOON))
    assert await claimed_names(store, CONTRACT_NOON + STORE_LEASE) == ["old", "new"]


async def test_the_records_of_a_platform_that_does_not_run_are_left_alone(store, kind):
    for platform, at in (
        ("slack", CONTRACT_NOON),
        ("discord", CONTRACT_NOON - STORE_LEASE),
        ("console", CONTRACT_NOON + STORE_LEASE),
    ):
        await store.save(kind.sample(kind.key_named(platform, platform), wake_at=at))
    assert await store.next_wake(("slack", "console")) == CONTRACT_NOON
    assert await claimed_names(store, platforms=("slack", "console")) == ["slack"]
    assert await store.next_wake(("console",)) == CONTRACT_NOON + STORE_LEASE
    assert await store.next_wake(()) is None
    assert await claimed_names(store, CONTRACT_NOON + STORE_LEASE, limit=2) == ["discord", "slack"]
    assert await claimed_names(store, CONTRACT_NOON + STORE_LEASE) == ["console"]


async def test_a_save_ends_the_lease_and_may_put_the_record_off(store, kind):
    await store.save(kind.sample(wake_at=CONTRACT_NOON))
    [record] = await store.claim(CONTRACT_NOON, STORE_LEASE, 1, STORE_CLAIM_PLATFORMS)
    record = await store.save(record)
    assert await claimed_names(store) == [record_name(record)]
    await store.save(replace(record, wake_at=CONTRACT_NOON + STORE_LEASE))
    assert await claimed_names(store) == []


async def test_reopening_keeps_records_and_wake_ups_and_ends_leases(shop, kind):
    store = shop.open()
    saved = await store.save(kind.sample(wake_at=CONTRACT_NOON))
    await claimed_names(store)
    store = await shop.reopened(store)
    assert await store.load(kind.key) == saved
    assert await store.next_wake(STORE_CLAIM_PLATFORMS) == CONTRACT_NOON
    assert await claimed_names(store) == [record_name(saved)]
    await store.close()


async def test_an_erased_book_is_gone_and_wakes_nobody(store, shop):
    book = await store.save(await store.save(contract_book(wake_at=CONTRACT_NOON)))
    await store.erase(CONTRACT_ADA)
    assert (
        await store.load(CONTRACT_ADA),
        await store.next_wake(STORE_CLAIM_PLATFORMS),
        await claimed_names(store),
    ) == (None, None, [])
    with pytest.raises(Conflict):
        await store.save(book)
    assert await (await shop.reopened(store)).load(CONTRACT_ADA) is None


async def test_erasing_a_member_touches_no_club_and_nobody_else(store):
    club = await store.save(contract_club(wake_at=CONTRACT_NOON))
    for owner in (CONTRACT_ADA, Address("slack", "", "T1"), *BOOKS.elsewhere):
        await store.save(contract_book(owner, wake_at=CONTRACT_NOON))
    for owner in (CONTRACT_ADA, Address("slack", "", "T1")):
        await store.erase(owner)
    assert await store.load(CONTRACT_CLUB_KEY) == club
    assert {book.owner async for book in store.all(Book)} == {*BOOKS.elsewhere}


async def test_erasing_what_is_not_there_is_harmless(store):
    await store.erase(CONTRACT_ADA)


async def test_a_closed_store_keeps_nothing_more_and_closing_twice_is_harmless(store, kind):
    await store.close()
    await store.close()
    for refused in (store.save(kind.sample()), store.load(kind.key), store.save_value("discord", "seen")):
        with pytest.raises(StoreUnavailable):
            await refused


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


async def test_memos_that_were_damaged_are_those_of_the_time_before(tmp_path):
    store = open_store(f"tinydb:{tmp_path}")
    await store.save_value("discord", "one")
    await store.save_value("discord", "two")
    (tmp_path / "memos.json").write_bytes(b"\0\0")
    assert await store.load_value("discord") == "one"
    (tmp_path / "memos.json.prev").write_bytes(b"{}")
    assert await store.load_value("discord") == ""
    await store.close()
