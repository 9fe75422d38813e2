"""Who still belongs to a club, by their own books and by the platform."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.delivery.member_books import load_member_books, look_up_members
from bot.domain.errors import BookDamaged
from bot.domain.model import Address, Book, Club, ClubKey, Membership, Profile
from bot.domain.ports import RecordKey
from storage.memory import MemoryStore
from tests.cards import NOON
from tests.fakes import FakeMessenger

CLUB = ClubKey("slack", "T1")
IN, LEFT, CLOSED, ERASED, UNREADABLE, STRANGER = (
    Address("slack", user, "T1") for user in ("in", "left", "closed", "erased", "unreadable", "stranger")
)
PLACEHOLDER = Address("slack", "nobody 0", "T1")
ALL_ASKED_ABOUT = (IN, LEFT, CLOSED, ERASED, UNREADABLE, STRANGER, PLACEHOLDER)


class DamagedBookStore(MemoryStore):
    async def load(self, key: RecordKey) -> Book | Club | None:
        if key == UNREADABLE:
            raise BookDamaged("3f")
        return await super().load(key)


class AskingMessenger(FakeMessenger):
    async def is_in_workspace(self, who: Address, club: ClubKey) -> bool:
        assert who != PLACEHOLDER, "that is nobody on any platform"
        return await super().is_in_workspace(who, club)


async def store_of_members() -> MemoryStore:
    store = DamagedBookStore()
    book = Book(owner=IN, created_at=NOON, last_active_at=NOON)
    book = replace(book, memberships=(Membership(club=CLUB, joined_at=NOON - timedelta(days=1)),))
    for saved in (
        book,
        replace(book, owner=STRANGER),
        replace(book, owner=LEFT, memberships=(Membership(club=ClubKey("slack", "T2"), joined_at=NOON),)),
        replace(book, owner=CLOSED, profile=Profile(account_closed_at=NOON)),
    ):
        await store.save(saved)
    return store


async def test_only_who_has_a_membership_and_an_open_account_is_counted() -> None:
    books = await load_member_books(await store_of_members(), CLUB, ALL_ASKED_ABOUT)
    assert {member: (book.owner, at) for member, (book, at) in books.joined.items()} == {
        member: (member, NOON - timedelta(days=1)) for member in (IN, STRANGER)
    }


async def test_who_left_is_known_by_the_book_or_by_the_platform() -> None:
    messenger = AskingMessenger(strangers={STRANGER.user})
    books = await look_up_members(await store_of_members(), messenger, CLUB, ALL_ASKED_ABOUT)
    assert books.departed == [LEFT, ERASED, PLACEHOLDER, STRANGER]
