"""What every store promises of clubs (`bot.domain.ports.Store`), beside the books that are in it."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, find, given, settings

from bot.domain.errors import Conflict, StoreUnavailable
from bot.domain.model import Address, Book, Club, ClubKey
from bot.domain.ports import Store
from storage.open import open_store
from tests.contract.record_strategies import club_records, contract_settings
from tests.contract.sample_records import CONTRACT_ADA, CONTRACT_CLUB_KEY, CONTRACT_NOON, contract_book, contract_club

CLUB_LEASE = timedelta(minutes=1)
CLUB_CLAIM_PLATFORMS = ("slack", "discord")


def team_key(team: str, platform: str = "slack") -> ClubKey:
    return ClubKey(platform, team)


async def claimed_users_and_teams(
    store: Store, now=CONTRACT_NOON, limit=10, platforms=CLUB_CLAIM_PLATFORMS
) -> list[str]:
    """The users of books and the teams of clubs."""
    due = await store.claim(now, CLUB_LEASE, limit, platforms)
    return [one.owner.user if isinstance(one, Book) else one.key.team for one in due]


async def test_where_nobody_set_one_up_there_is_no_club(store):
    await store.save(contract_book())
    assert await store.load(CONTRACT_CLUB_KEY) is None
    assert [club async for club in store.all(Club)] == []


async def test_a_saved_club_is_read_back_with_its_next_version(store):
    saved = await store.save(contract_club())
    assert saved == replace(contract_club(), version=1)
    assert await store.load(CONTRACT_CLUB_KEY) == saved


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of what was found, which nobody reads
@pytest.mark.parametrize("name", [field.name for field in fields(Club) if field.default == ()])
def test_the_generated_clubs_have_something_of_everything(name):
    patient = settings(max_examples=5_000, deadline=None, database=None, phases=[Phase.generate])
    find(club_records, lambda club: len(getattr(club, name)) > 0, settings=patient)


@pytest.mark.parametrize("scheme", ["memory", "tiny"])
@contract_settings
@given(club=club_records)
def test_every_club_survives_saving_and_reopening(scheme, club: Club):
    async def round_trip(url: str) -> None:
        store = open_store(url)
        saved = await store.save(club)
        assert await store.load(club.key) == saved == replace(club, version=1)
        await store.close()
        if scheme == "tiny":
            store = open_store(url)
            assert await store.load(club.key) == saved
            await store.close()

    with TemporaryDirectory() as folder:
        asyncio.run(round_trip("memory:" if scheme == "memory" else f"tinydb:{Path(folder) / 'data'}"))


async def test_saving_an_older_version_of_a_club_is_a_conflict_and_changes_nothing(store):
    first = await store.save(contract_club())
    second = await store.save(replace(first, quiet_digest_day=date(2026, 11, 24)))
    for stale in (first, contract_club(), replace(second, created_at=CONTRACT_NOON + CLUB_LEASE)):
        with pytest.raises(Conflict):
            await store.save(stale)
    assert await store.load(CONTRACT_CLUB_KEY) == second


async def test_two_who_save_the_same_version_of_a_club_at_once_give_one_conflict(store):
    club = await store.save(contract_club())
    results = await asyncio.gather(store.save(club), store.save(club), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Club", "Conflict"]


async def test_twenty_changes_of_a_club_at_once_are_twenty_versions(store):
    await store.save(contract_club())

    async def change() -> None:
        while True:
            try:
                await store.save(await store.load(CONTRACT_CLUB_KEY))
                return
            except Conflict:
                await asyncio.sleep(0)

    await asyncio.gather(*(change() for _ in range(20)))
    assert (await store.load(CONTRACT_CLUB_KEY)).version == 21


async def test_text_of_a_club_that_cannot_be_written_is_refused_and_changes_nothing(store):
    kept = await store.save(contract_club(wake_at=CONTRACT_NOON))
    with pytest.raises(ValueError, match="surrogate"):
        await store.save(replace(kept, channel_refusal="\ud83d", wake_at=None))
    assert await store.load(CONTRACT_CLUB_KEY) == kept
    assert await store.next_wake(CLUB_CLAIM_PLATFORMS) == CONTRACT_NOON


@pytest.mark.parametrize("other", [team_key("T1", "discord"), team_key("T2"), team_key("")])
async def test_equal_ids_elsewhere_are_other_clubs(store, other):
    ours = await store.save(contract_club(about="ours"))
    theirs = await store.save(contract_club(other, about="theirs"))
    assert (await store.load(CONTRACT_CLUB_KEY), await store.load(other)) == (ours, theirs)
    assert {club.key async for club in store.all(Club)} == {CONTRACT_CLUB_KEY, other}


@pytest.mark.parametrize("team", ["../../etc/passwd", "a/b", "", ".", "x" * 5000, "a\nb", "nul\0"])
async def test_a_hostile_id_of_a_club_is_an_id_like_any_other(store, team):
    saved = await store.save(contract_club(team_key(team)))
    assert await store.load(team_key(team)) == saved


async def test_a_book_and_a_club_of_the_same_ids_are_two(store):
    owner = Address("slack", "", "T1")
    book, club = await store.save(contract_book(owner)), await store.save(contract_club())
    assert (await store.load(owner), await store.load(CONTRACT_CLUB_KEY)) == (book, club)
    assert ([one async for one in store.all(Book)], [one async for one in store.all(Club)]) == ([book], [club])


async def test_books_and_clubs_are_claimed_together_the_earliest_first(store):
    await store.save(contract_book(Address("slack", "second"), wake_at=CONTRACT_NOON - CLUB_LEASE * 2))
    await store.save(contract_club(team_key("third"), wake_at=CONTRACT_NOON - CLUB_LEASE))
    await store.save(contract_club(team_key("first", "discord"), wake_at=CONTRACT_NOON - CLUB_LEASE * 3))
    await store.save(contract_book(Address("discord", "fourth"), wake_at=CONTRACT_NOON))
    await store.save(contract_club(team_key("later"), wake_at=CONTRACT_NOON + CLUB_LEASE))
    await store.save(contract_club(team_key("never")))
    assert await store.next_wake(CLUB_CLAIM_PLATFORMS) == CONTRACT_NOON - CLUB_LEASE * 3
    assert await claimed_users_and_teams(store, limit=3) == ["first", "second", "third"]
    assert await claimed_users_and_teams(store) == ["fourth"]
    assert await claimed_users_and_teams(store) == []
    assert await store.next_wake(CLUB_CLAIM_PLATFORMS) == CONTRACT_NOON + CLUB_LEASE


async def test_what_is_claimed_is_what_was_saved(store):
    book, club = (
        await store.save(contract_book(wake_at=CONTRACT_NOON)),
        await store.save(contract_club(wake_at=CONTRACT_NOON - CLUB_LEASE)),
    )
    assert await store.claim(CONTRACT_NOON, CLUB_LEASE, 9, CLUB_CLAIM_PLATFORMS) == [club, book]


async def test_a_lease_on_a_club_ends_with_its_time_or_with_a_save(store):
    club = await store.save(contract_club(wake_at=CONTRACT_NOON))
    assert await claimed_users_and_teams(store) == ["T1"]
    assert await store.next_wake(CLUB_CLAIM_PLATFORMS) == CONTRACT_NOON + CLUB_LEASE
    assert await claimed_users_and_teams(store, CONTRACT_NOON + CLUB_LEASE - timedelta(seconds=1)) == []
    assert await claimed_users_and_teams(store, CONTRACT_NOON + CLUB_LEASE) == ["T1"]
    club = await store.save(club)
    assert await claimed_users_and_teams(store) == ["T1"]
    await store.save(replace(club, wake_at=CONTRACT_NOON + CLUB_LEASE))
    assert await claimed_users_and_teams(store) == []


async def test_the_clubs_of_a_platform_that_does_not_run_are_left_alone(store):
    await store.save(contract_club(team_key("there", "discord"), wake_at=CONTRACT_NOON - CLUB_LEASE))
    await store.save(contract_club(team_key("here"), wake_at=CONTRACT_NOON))
    assert await store.next_wake(("slack",)) == CONTRACT_NOON
    assert await claimed_users_and_teams(store, platforms=("slack",)) == ["here"]
    assert await claimed_users_and_teams(store) == ["there"]


async def test_reopening_keeps_clubs_and_their_wake_ups_and_ends_leases(shop):
    store = shop.open()
    saved = await store.save(contract_club(wake_at=CONTRACT_NOON))
    await claimed_users_and_teams(store)
    store = await shop.reopened(store)
    assert await store.load(CONTRACT_CLUB_KEY) == saved
    assert await store.next_wake(CLUB_CLAIM_PLATFORMS) == CONTRACT_NOON
    assert await claimed_users_and_teams(store) == ["T1"]
    await store.close()


async def test_erasing_a_member_does_not_touch_a_club(store):
    club = await store.save(contract_club(wake_at=CONTRACT_NOON))
    for owner in (CONTRACT_ADA, Address("slack", "", "T1")):
        await store.save(contract_book(owner, wake_at=CONTRACT_NOON))
        await store.erase(owner)
    assert await store.load(CONTRACT_CLUB_KEY) == club
    assert await claimed_users_and_teams(store) == ["T1"]


async def test_a_closed_store_keeps_no_club(store):
    await store.close()
    with pytest.raises(StoreUnavailable):
        await store.save(contract_club())
    with pytest.raises(StoreUnavailable):
        await store.load(CONTRACT_CLUB_KEY)
