"""Which conversation is whose: opened when it is first needed, recalled after a restart, given up when it is gone."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from adapters.common.recent import Recent

MOST = 10_000  # conversations remembered

Place = TypeVar("Place")  # how the platform calls one


class Conversations(ABC, Generic[Place]):
    """The direct messages with each member."""

    def __init__(self, most: int = MOST) -> None:
        self._one_by_one = asyncio.Lock()
        self._known: Recent[str, Place] = Recent(most)
        self._recalled: Recent[str, Place] = Recent(most)
        self._lost: Recent[str, Place] = Recent(most)

    @abstractmethod
    async def opened(self, user: str) -> Place:
        """Ask the platform for it; what fails here sent nothing, and asking twice is harmless."""

    def check(self, user: str) -> None:
        """Raises `TryLater` while none may be opened, and theirs is not known."""

    def knows(self, user: str) -> bool:
        return user in self._known

    def known(self, user: str) -> Place | None:
        return self._known.get(user)

    def learn(self, user: str, place: Place) -> None:
        """What was opened, or what a message of theirs told by the way."""
        self._known.put(user, place)
        self._recalled.drop(user)

    def recollect(self, user: str, place: Place) -> None:
        """What was known before a restart; what was learnt since is better, and what was lost is worth nothing."""
        if user not in self._known and place != self._lost.get(user):
            self.learn(user, place)
            self._recalled.put(user, place)

    def is_recalled(self, user: str) -> bool:
        """Whether it is known from before a restart alone: another bot may have had our name then."""
        return user in self._recalled

    def forget(self, user: str) -> bool:
        """Whether it was known."""
        return self._known.drop(user)

    def lost(self, user: str) -> bool:
        """It is gone. Whether another may be there: not when the very same was gone before."""
        place, before = self._known.get(user), self._lost.get(user)
        if place is not None:
            self._lost.put(user, place)
        return self.forget(user) and place != before

    async def of(self, user: str) -> Place:
        """Raises as `opened` does."""
        if user in self._known:
            return self._known[user]
        async with self._one_by_one:  # so that a refusal is heard before the next is asked for
            self.check(user)
            if user not in self._known:
                self.learn(user, await self.opened(user))
        return self._known[user]
