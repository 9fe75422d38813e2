"""Which conversation is whose: opened when it is first needed, recalled after a restart, given up when it is gone."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from adapters.common.recent import RecentEntries

MAX_CONVERSATIONS = 10_000  # conversations remembered

ConversationId = TypeVar("ConversationId")  # how the platform calls one


class Conversations(ABC, Generic[ConversationId]):
    """The direct messages with each member."""

    def __init__(self, max_conversations: int = MAX_CONVERSATIONS) -> None:
        self._opening_lock = asyncio.Lock()
        self._known: RecentEntries[str, ConversationId] = RecentEntries(max_conversations)
        self._restored: RecentEntries[str, ConversationId] = RecentEntries(max_conversations)
        self._gone: RecentEntries[str, ConversationId] = RecentEntries(max_conversations)

    @abstractmethod
    async def open_conversation(self, user: str) -> ConversationId:
        """Ask the platform for it; what fails here sent nothing, and asking twice is harmless."""

    def raise_if_unopenable(self, user: str) -> None:
        """Raises `TryLater` while none may be opened, and theirs is not known."""

    def is_known(self, user: str) -> bool:
        return user in self._known

    def find_known(self, user: str) -> ConversationId | None:
        return self._known.get(user)

    def remember(self, user: str, conversation: ConversationId) -> None:
        """What was opened, or what a message of theirs told by the way."""
        self._known.put(user, conversation)
        self._restored.drop(user)

    def restore(self, user: str, conversation: ConversationId) -> None:
        """What was known before a restart; what was learnt since is better, and what was lost is worth nothing."""
        if user not in self._known and conversation != self._gone.get(user):
            self.remember(user, conversation)
            self._restored.put(user, conversation)

    def is_restored(self, user: str) -> bool:
        """Whether it is known from before a restart alone: another bot may have had our name then."""
        return user in self._restored

    def forget(self, user: str) -> bool:
        """Whether it was known."""
        return self._known.drop(user)

    def mark_gone(self, user: str) -> bool:
        """It is gone. Whether another may be there: not when the very same was gone before."""
        place, before = self._known.get(user), self._gone.get(user)
        if place is not None:
            self._gone.put(user, place)
        return self.forget(user) and place != before

    async def get_or_open(self, user: str) -> ConversationId:
        """Raises as `opened` does."""
        if user in self._known:
            return self._known[user]
        async with self._opening_lock:  # so that a refusal is heard before the next is asked for
            self.raise_if_unopenable(user)
            if user not in self._known:
                self.remember(user, await self.open_conversation(user))
        return self._known[user]
