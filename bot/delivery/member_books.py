"""The books of some members of a club, for one step of the club's work: each book is read once.

The members' own books decide who belongs to the club, so this also holds while an update of the club is still pending.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.club.membership import without_member
from bot.club.statistics import is_erased_placeholder
from bot.domain.errors import StoreError
from bot.domain.model import Address, Book, Club, ClubKey
from bot.domain.ports import Messenger, Store


@dataclass(frozen=True, slots=True)
class MemberBooks:
    """The books as they were read. They are not saved from here."""

    club: ClubKey
    #: None: the member has no book. A book that cannot be read is missing, so that it does not hold up the club.
    books: Mapping[Address, Book | None]
    #: Those who are not in the workspace or server any more, as far as the platform was asked.
    strangers: frozenset[Address] = frozenset()

    @property
    def departed(self) -> list[Address]:
        """Who left the club, the workspace or the server, or has no book any more."""
        left = (member for member, book in self.books.items() if book is None or not book.membership_in(self.club))
        return [*dict.fromkeys((*left, *self.strangers))]

    @property
    def joined(self) -> dict[Address, tuple[Book, datetime]]:
        """Whose book has a membership and an open account: the book, and when they joined (UTC)."""
        return {
            member: (book, membership.joined_at)
            for member, book in self.books.items()
            if book and not book.profile.account_closed_at and (membership := book.membership_in(self.club))
        }


async def load_member_books(store: Store, club: ClubKey, members: Iterable[Address]) -> MemberBooks:
    books = {}
    for member in dict.fromkeys(members):
        try:
            books[member] = await store.load(member)
        except StoreError:
            continue
    return MemberBooks(club, books)


async def look_up_members(store: Store, messenger: Messenger, club: ClubKey, members: Iterable[Address]) -> MemberBooks:
    """Ask the platform who is still there, and then read the books: what they say is as fresh as possible."""
    candidates = list(dict.fromkeys(members))
    strangers = [
        member
        for member in candidates
        if not is_erased_placeholder(member) and not await messenger.is_in_workspace(member, club)
    ]
    loaded = await load_member_books(store, club, candidates)
    return MemberBooks(club, loaded.books, frozenset(strangers))


def without_departed_members(club: Club, members: MemberBooks, now: datetime) -> Club:
    """The club without the data of those who left."""
    for member in members.departed:
        club = without_member(club, member, now)
    return club
