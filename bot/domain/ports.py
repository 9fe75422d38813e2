"""What the core needs of the world, named by need."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.messages import Card
from bot.domain.model import Address, Book, Club, ClubChannel, ClubKey


class KeyValueStore(Protocol):
    """A few words that a platform has to remember over a restart; nothing of a member's."""

    async def load_value(self, key: str) -> str:
        """What was kept under this key; empty when nothing was. Raises `StoreUnavailable`."""

    async def save_value(self, key: str, value: str) -> None:
        """Durably. Raises `StoreUnavailable`."""


class Store(KeyValueStore, Protocol):
    """Keeps the books. Every change is one whole book; another member's book cannot be reached from it."""

    async def load_book(self, owner: Address) -> Book | None:
        """The owner's book, or None when there is none. Raises `BookDamaged` when no good copy is left."""

    async def save_book(self, book: Book) -> Book:
        """Keep the book durably and return it with its next version.

        `book.version` is the version that was read; raises `Conflict` when the kept one is another, and
        `StoreUnavailable` when it cannot be written (the kept one is then unchanged).
        """

    async def load_club(self, key: ClubKey) -> Club | None:
        """The club, or None when there is none. Raises `BookDamaged` when no good copy is left."""

    async def save_club(self, club: Club) -> Club:
        """As `save`, for a club."""

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, platforms: Collection[str]
    ) -> Sequence[Book | Club]:
        """Books and clubs of these platforms whose `wake_at` has come, the earliest first.

        None of them is given again before the lease is over or it was saved.
        """

    async def next_wake(self, platforms: Collection[str]) -> datetime | None:
        """The earliest moment at which `claim` can give something, or None: a `wake_at`, or the end of a lease."""

    def all_books(self) -> AsyncIterator[Book]:
        """Every book that can be read, in no order: for the host's own commands, and for nothing that is done often."""

    def all_clubs(self) -> AsyncIterator[Club]:
        """Every club that can be read; see `books`."""

    async def erase(self, owner: Address) -> None:
        """Forget the owner's book and every copy of it. There is no way back."""

    async def close(self) -> None:
        """Let go of files and locks. Closing twice is harmless."""


Destination = Address | ClubChannel
"""Where a message goes: a member's direct messages, or the channel of a club."""


class Messenger(Protocol):
    """Sends unasked messages on one platform, and posts in the channels of clubs."""

    @property
    def ready(self) -> bool:
        """Whether the platform takes messages at all; while it does not, its books are left alone."""

    def restore_conversation(self, to: Address, conversation: str) -> None:
        """Take what `turn` gave for this member once, perhaps before a restart; empty when there was nothing."""

    async def wait_for_turn(self, to: Destination) -> str:
        """Wait until a message may go there, as the platform's pace allows; nothing is sent yet.

        What comes back is the conversation, to be recalled later. Raises `Undeliverable` or `TryLater`.
        """

    async def send(self, to: Destination, card: Card, key: str) -> None:
        """Send once, now; `key` is the same for every try of the same envelope.

        Raises `Undeliverable` (stop; `RoomShut` for a channel), `TryLater` (surely not sent) or `Uncertain` (may have
        been sent).
        """

    async def is_in_workspace(self, who: Address, club: ClubKey) -> bool:
        """Whether they are in this workspace or server. False only when the platform says surely that they are not."""

    async def was_sent(self, to: Destination, key: str, since: datetime) -> bool | None:
        """Whether a message with this key was sent; None when the platform cannot be asked, now or ever.

        None of that key can be older than `since` (UTC), by our clock. Raises `TryLater` or `Uncertain` when it cannot
        be told now.
        """


def ready_platforms(messengers: Mapping[str, Messenger]) -> frozenset[str]:
    """The platforms that take messages now."""
    return frozenset(name for name, messenger in messengers.items() if messenger.ready)
