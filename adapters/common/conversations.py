"""The direct message conversation of each member: opened on first use, restored after a restart, dropped when gone."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from adapters.common.recent import RecentEntries

MAX_CONVERSATIONS = 10_000  # conversations remembered

ConversationId = TypeVar("ConversationId")  # how the platform identifies a conversation


class Conversations(ABC, Generic[ConversationId]):
    """Cache of direct message conversations by user id."""

    def __init__(self, max_conversations: int = MAX_CONVERSATIONS) -> None:
        self._opening_lock = asyncio.Lock()
        self._known: RecentEntries[str, ConversationId] = RecentEntries(max_conversations)
        self._restored: RecentEntries[str, ConversationId] = RecentEntries(max_conversations)
        self._gone: RecentEntries[str, ConversationId] = RecentEntries(max_conversations)

    @abstractmethod
    async def open_conversation(self, user: str) -> ConversationId:
        """Open the conversation on the platform. A failure means that nothing was sent; opening twice is harmless."""

    def raise_if_unopenable(self, user: str) -> None:
        """Raises `TryLater` while no conversation may be opened with a user whose conversation is not known."""

    def is_known(self, user: str) -> bool:
        return user in self._known

    def find_known(self, user: str) -> ConversationId | None:
        return self._known.get(user)

    def remember(self, user: str, conversation: ConversationId) -> None:
        """Store a conversation that was opened, or that a message of the user revealed."""
        self._known[user] = conversation
        self._restored.pop(user, None)

    def restore(self, user: str, conversation: ConversationId) -> None:
        """Store a conversation from before a restart, unless another is known already or this one was found gone."""
        if user not in self._known and conversation != self._gone.get(user):
            self.remember(user, conversation)
            self._restored[user] = conversation

    def is_restored(self, user: str) -> bool:
        """Whether it is known only from before a restart. It may then belong to a bot that ran here before."""
        return user in self._restored

    def forget(self, user: str) -> bool:
        """Drop the conversation. Return True if one was known."""
        return self._known.pop(user, None) is not None

    def mark_gone(self, user: str) -> bool:
        """Drop the conversation because it is gone. Return True if opening another is worth trying.

        False if none was known, or if the platform gave the same dead one again.
        """
        conversation, gone_before = self._known.get(user), self._gone.get(user)
        if conversation is not None:
            self._gone[user] = conversation
        return self.forget(user) and conversation != gone_before

    async def get_or_open(self, user: str) -> ConversationId:
        """The conversation, opened if needed. Raises as `raise_if_unopenable` and `open_conversation` do."""
        if user in self._known:
            return self._known[user]
        async with self._opening_lock:  # one at a time, so that a refusal is known before the next one is opened
            self.raise_if_unopenable(user)
            if user not in self._known:
                self.remember(user, await self.open_conversation(user))
        return self._known[user]
