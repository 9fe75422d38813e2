"""What was said, to whom, in order: the console's memory of cards, as chat windows have it. All see the channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

from bot.domain.messages import Form, Response
from bot.domain.model import Address, ClubChannel
from bot.domain.ports import Destination

MAX_SCREEN_ENTRIES = (
    200  # things said to one member in direct messages, as many others, and as many posts in the channel
)


class ScreenEntryKind(StrEnum):
    REPLY = "reply"
    DIRECT_MESSAGE = "dm"
    CHANNEL = "channel"
    FORM = "form"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class ScreenEntry:
    """One thing said by the bot (`at` in UTC). `key` is that of the envelope, for a direct message or a post."""

    id: str
    kind: ScreenEntryKind
    to: Destination
    at: datetime
    what: Response
    replaces: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class SavedScreen:
    """A screen as it is kept: the last number given, the members who have had a book, and what was said."""

    number: int = 0
    known: tuple[Address, ...] = ()
    said: tuple[ScreenEntry, ...] = ()


class ConsoleScreen:
    """Remembers; what was replaced stays, since old messages are pressed on every platform."""

    def __init__(self, saved: SavedScreen | None = None) -> None:
        saved = saved or SavedScreen()
        self.last_number = saved.number
        self.known_members = set(saved.known)
        self._entries: dict[Destination, list[ScreenEntry]] = {}
        for said in saved.said:
            self._entries.setdefault(said.to, []).append(said)

    def next_id(self) -> str:
        self.last_number += 1
        return f"m{self.last_number}"

    def add(self, entry: ScreenEntry) -> None:
        self._entries[entry.to] = newest_screen_entries([*self._entries.get(entry.to, ()), entry], MAX_SCREEN_ENTRIES)

    def entries_to(self, owner: Destination) -> list[ScreenEntry]:
        """All that is remembered of what was said to this member in private, the oldest first; or of a channel."""
        return list(self._entries.get(owner, ()))

    def channel_posts(self) -> list[ScreenEntry]:
        """All that is remembered of what was posted, the oldest first."""
        return [said for to, things in self._entries.items() if isinstance(to, ClubChannel) for said in things]

    def newest_first(self, owner: Address) -> Iterator[ScreenEntry]:
        """What the member sees, in private and in the channel, the newest first."""
        return iter(sorted([*self.entries_to(owner), *self.channel_posts()], key=_screen_entry_order, reverse=True))

    def newest_form(self, owner: Address) -> Form | None:
        """The newest form that this member was shown."""
        return next((said.what for said in self.newest_first(owner) if isinstance(said.what, Form)), None)

    def has_message(self, to: Destination, key: str, since: datetime) -> bool:
        """Whether the envelope with this key was shown there, at `since` or later."""
        return any(said.key == key and said.at >= since for said in self.entries_to(to))

    def forget(self, owner: Address, except_entries: Iterable[ScreenEntry] = ()) -> None:
        """Drop what was said to this member, except these. What was posted in the channel stays."""
        self.known_members.discard(owner)
        self._entries[owner] = list(except_entries)

    def to_saved(self, limit: int) -> SavedScreen:
        """What is worth keeping: the newest direct messages and the newest others of each, `limit` of them."""
        said = chain.from_iterable(newest_screen_entries(things, limit) for things in self._entries.values())
        return SavedScreen(self.last_number, tuple(self.known_members), tuple(said))


def _screen_entry_order(entry: ScreenEntry) -> tuple[int, str]:
    """`m9` comes before `m10`."""
    return len(entry.id), entry.id


def newest_screen_entries(entries: list[ScreenEntry], limit: int) -> list[ScreenEntry]:
    """The newest direct messages and the newest others, `limit` of each: many answers push out no reminder."""
    if len(entries) <= limit:
        return entries
    asked = {
        said.id for said in [entry for entry in entries if entry.kind is not ScreenEntryKind.DIRECT_MESSAGE][-limit:]
    }
    unasked = {
        said.id for said in [entry for entry in entries if entry.kind is ScreenEntryKind.DIRECT_MESSAGE][-limit:]
    }
    return [said for said in entries if said.id in asked | unasked]
