"""The entries shown to each member and in the channel, in order, as a chat window has them. All see the channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

from bot.domain.messages import Form, Response
from bot.domain.model import Address, ClubChannel
from bot.domain.ports import Destination

SCREEN_VERSION = 2
MAX_SCREEN_ENTRIES = 200  # direct messages to one member, as many other entries, and as many posts in a channel


class ScreenEntryKind(StrEnum):
    REPLY = "reply"
    DIRECT_MESSAGE = "dm"
    CHANNEL = "channel"
    FORM = "form"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class ScreenEntry:
    """A card or form that the bot has shown. The field names are stored in the saved screen."""

    id: str
    kind: ScreenEntryKind
    to: Destination
    #: When it was shown (UTC).
    at: datetime
    what: Response
    #: Id of the entry that it replaces. None: it is new.
    replaces: str | None = None
    #: Idempotency key of the envelope, for a direct message or a post. Empty: none.
    key: str = ""


@dataclass(frozen=True, slots=True)
class SavedScreen:
    """A screen as it is stored in a file."""

    #: Number of the last entry.
    number: int = 0
    #: The members who had a book.
    known: tuple[Address, ...] = ()
    #: The entries, in the order shown to each member or in each channel.
    said: tuple[ScreenEntry, ...] = ()
    #: What the fields of an entry are called: 2 since the names of schema 6.
    version: int = SCREEN_VERSION


class ConsoleScreen:
    """The remembered entries. Replaced ones stay, since buttons of old messages can be pressed on every platform."""

    def __init__(self, saved: SavedScreen | None = None) -> None:
        saved = saved or SavedScreen()
        self.last_number = saved.number
        self.known_members = set(saved.known)
        self._entries: dict[Destination, list[ScreenEntry]] = {}
        for entry in saved.said:
            self._entries.setdefault(entry.to, []).append(entry)

    def next_id(self) -> str:
        self.last_number += 1
        return f"m{self.last_number}"

    def add(self, entry: ScreenEntry) -> None:
        self._entries[entry.to] = newest_screen_entries([*self._entries.get(entry.to, ()), entry], MAX_SCREEN_ENTRIES)

    def entries_to(self, owner: Destination) -> list[ScreenEntry]:
        """The remembered entries shown to this member in private, or posted in this channel, the oldest first."""
        return list(self._entries.get(owner, ()))

    def channel_posts(self) -> list[ScreenEntry]:
        """The remembered posts of all channels, the oldest first in each."""
        return [entry for to, entries in self._entries.items() if isinstance(to, ClubChannel) for entry in entries]

    def newest_first(self, owner: Address) -> Iterator[ScreenEntry]:
        """The entries that the member sees, in private and in the channel, the newest first."""
        return iter(sorted([*self.entries_to(owner), *self.channel_posts()], key=_screen_entry_order, reverse=True))

    def newest_form(self, owner: Address) -> Form | None:
        """The newest form shown to this member."""
        return next((entry.what for entry in self.newest_first(owner) if isinstance(entry.what, Form)), None)

    def has_message(self, to: Destination, key: str, since: datetime) -> bool:
        """Whether the envelope with this key was shown there at `since` (UTC) or later."""
        return any(entry.key == key and entry.at >= since for entry in self.entries_to(to))

    def forget(self, owner: Address, except_entries: Iterable[ScreenEntry] = ()) -> None:
        """Drop the entries shown to this member, except these. Posts in the channel stay."""
        self.known_members.discard(owner)
        self._entries[owner] = list(except_entries)

    def to_saved(self, limit: int) -> SavedScreen:
        """The screen to store: for each member and channel, `limit` direct messages and `limit` other entries."""
        newest = chain.from_iterable(newest_screen_entries(entries, limit) for entries in self._entries.values())
        return SavedScreen(self.last_number, tuple(self.known_members), tuple(newest))


def _screen_entry_order(entry: ScreenEntry) -> tuple[int, str]:
    """A sort key by which `m9` comes before `m10`."""
    return len(entry.id), entry.id


def newest_screen_entries(entries: list[ScreenEntry], limit: int) -> list[ScreenEntry]:
    """The newest direct messages and the newest others, `limit` of each, so that answers displace no reminder."""
    if len(entries) <= limit:
        return entries
    messages = [entry for entry in entries if entry.kind is ScreenEntryKind.DIRECT_MESSAGE]
    others = [entry for entry in entries if entry.kind is not ScreenEntryKind.DIRECT_MESSAGE]
    newest_ids = {entry.id for entry in (*messages[-limit:], *others[-limit:])}
    return [entry for entry in entries if entry.id in newest_ids]
