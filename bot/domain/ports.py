"""Ports: the stores and messengers that the core needs, as protocols."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar, overload

from bot.domain.messages import Card
from bot.domain.model import Address, Book, Club, ClubChannel, ClubKey

RecordKey = Address | ClubKey
"""Whose record it is: a member's book, or a club."""

RecordT = TypeVar("RecordT", bound=Book | Club)
"""A stored record, which is saved whole and has its own version."""


class KeyValueStore(Protocol):
    """Short texts that a platform must remember across restarts. They contain nothing of a member's."""

    async def load_value(self, key: str) -> str:
        """The value stored under this key; empty when there is none. Raises `StoreUnavailable`."""

    async def save_value(self, key: str, value: str) -> None:
        """Store the value durably. Raises `StoreUnavailable`."""


class Store(KeyValueStore, Protocol):
    """Stores records: books and clubs. Each save replaces one whole record and cannot touch another one."""

    @overload
    async def load(self, key: Address) -> Book | None: ...

    @overload
    async def load(self, key: ClubKey) -> Club | None:
        """The record, or None. Raises `BookDamaged` when no copy is good, `StoreTooNew`, `StoreUnavailable`."""

    async def save(self, record: RecordT) -> RecordT:
        """Store the record durably and return it with its next version.

        `record.version` is the version that was loaded. Raises `Conflict` when the stored version is another one, and
        `StoreUnavailable` when the record cannot be written (the stored one is then unchanged).
        """

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, platforms: Collection[str]
    ) -> Sequence[Book | Club]:
        """At most `limit` books and clubs of these platforms with `wake_at` <= `now` (UTC), the earliest first.

        None of them is returned again until its lease ends or it is saved.
        """

    async def next_wake(self, platforms: Collection[str]) -> datetime | None:
        """The earliest time (UTC) at which `claim` can return something, also as a lease ends. None: never."""

    def all(self, record_type: type[RecordT]) -> AsyncIterator[RecordT]:
        """Every readable record of this type, in no order. Slow: for the host's commands, not for frequent calls."""

    async def erase(self, owner: Address) -> None:
        """Remove the owner's book and every copy of it. This cannot be undone. Raises `StoreUnavailable`."""

    async def close(self) -> None:
        """Release files and locks. Closing twice is harmless."""


Destination = Address | ClubChannel
"""Where a message goes: a member's direct messages, or the channel of a club."""


class Messenger(Protocol):
    """Sends reminders on one platform, and posts in the channels of clubs."""

    @property
    def ready(self) -> bool:
        """Whether the platform accepts messages now. While it does not, its books are not claimed."""

    def restore_conversation(self, to: Address, conversation: str) -> None:
        """Restore a conversation id that `wait_for_turn` returned, perhaps before a restart. Empty: none is known."""

    async def wait_for_turn(self, to: Destination) -> str:
        """Wait until the platform's rate limit allows a message to this destination, without sending one.

        Returns the conversation id for `restore_conversation`. Raises `Undeliverable` or `TryLater`.
        """

    async def send(self, to: Destination, card: Card, key: str) -> None:
        """Send the message once, now. `key` is the idempotency key: the same for every try of one envelope.

        Raises `Undeliverable` (do not retry; `ChannelRefused` for a channel), `TryLater` (certainly not sent) or
        `DeliveryUncertain` (may have been sent).
        """

    async def is_in_workspace(self, who: Address, club: ClubKey) -> bool:
        """Whether the member is in this workspace or server. False only when the platform says so for certain."""

    async def was_sent(self, to: Destination, key: str, since: datetime) -> bool | None:
        """Whether a message with this key was sent. None: the platform cannot tell, and a retry will not change that.

        A message with this key cannot be older than `since` (UTC, by our clock). Raises `TryLater` or
        `DeliveryUncertain` when the platform cannot answer now, and `MessageRejected` when it refuses the look-up.
        """


def ready_platforms(messengers: Mapping[str, Messenger]) -> frozenset[str]:
    """The names of the platforms that accept messages now."""
    return frozenset(name for name, messenger in messengers.items() if messenger.ready)
