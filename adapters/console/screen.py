"""What was said, to whom, in order: the console's memory of cards, as chat windows have it. All see the channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

from bot.domain.messages import Form, Reply
from bot.domain.model import Address, Room
from bot.domain.ports import To

KEPT = 200  # things said to one member in direct messages, as many others, and as many posts in the channel


class Kind(StrEnum):
    REPLY = "reply"
    DM = "dm"
    CHANNEL = "channel"
    FORM = "form"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said by the bot (`at` in UTC). `key` is that of the envelope, for a direct message or a post."""

    id: str
    kind: Kind
    to: To
    at: datetime
    what: Reply
    replaces: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A screen as it is kept: the last number given, the members who have had a book, and what was said."""

    number: int = 0
    known: tuple[Address, ...] = ()
    said: tuple[Said, ...] = ()


class Screen:
    """Remembers; what was replaced stays, since old messages are pressed on every platform."""

    def __init__(self, kept: Kept | None = None) -> None:
        kept = kept or Kept()
        self.number = kept.number
        self.known = set(kept.known)
        self._said: dict[To, list[Said]] = {}
        for said in kept.said:
            self._said.setdefault(said.to, []).append(said)

    def next_id(self) -> str:
        self.number += 1
        return f"m{self.number}"

    def add(self, said: Said) -> None:
        self._said[said.to] = newest([*self._said.get(said.to, ()), said], KEPT)

    def to(self, owner: To) -> list[Said]:
        """All that is remembered of what was said to this member in private, the oldest first; or of a channel."""
        return list(self._said.get(owner, ()))

    def posts(self) -> list[Said]:
        """All that is remembered of what was posted, the oldest first."""
        return [said for to, things in self._said.items() if isinstance(to, Room) for said in things]

    def latest(self, owner: Address) -> Iterator[Said]:
        """What the member sees, in private and in the channel, the newest first."""
        return iter(sorted([*self.to(owner), *self.posts()], key=_place, reverse=True))

    def form(self, owner: Address) -> Form | None:
        """The newest form that this member was shown."""
        return next((said.what for said in self.latest(owner) if isinstance(said.what, Form)), None)

    def has(self, to: To, key: str, since: datetime) -> bool:
        """Whether the envelope with this key was shown there, at `since` or later."""
        return any(said.key == key and said.at >= since for said in self.to(to))

    def forget(self, owner: Address, keeping: Iterable[Said] = ()) -> None:
        """Drop what was said to this member, except these. What was posted in the channel stays."""
        self.known.discard(owner)
        self._said[owner] = list(keeping)

    def kept(self, limit: int) -> Kept:
        """What is worth keeping: the newest direct messages and the newest others of each, `limit` of them."""
        said = chain.from_iterable(newest(things, limit) for things in self._said.values())
        return Kept(self.number, tuple(self.known), tuple(said))


def _place(said: Said) -> tuple[int, str]:
    """`m9` comes before `m10`."""
    return len(said.id), said.id


def newest(things: list[Said], limit: int) -> list[Said]:
    """The newest direct messages and the newest others, `limit` of each: many answers push out no reminder."""
    if len(things) <= limit:
        return things
    asked = {said.id for said in [one for one in things if one.kind is not Kind.DM][-limit:]}
    unasked = {said.id for said in [one for one in things if one.kind is Kind.DM][-limit:]}
    return [said for said in things if said.id in asked | unasked]
