"""What can go wrong, as data: no sentences here. Their words stand in `bot.views.input_errors`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


class UserError(Exception):
    """Something that the member can mend. Subclasses are records of what they need to know.

    Not frozen: the interpreter itself writes an exception's traceback.
    """


@dataclass(unsafe_hash=True)
class UnknownCommand(UserError):
    """`root`: the slash command under which it was looked for, when one was said."""

    typed: str
    nearest: str = ""
    root: str = ""


@dataclass(unsafe_hash=True)
class UnknownArgument(UserError):
    command: str
    name: str
    nearest: str = ""


@dataclass(unsafe_hash=True)
class DuplicateArgument(UserError):
    name: str


@dataclass(unsafe_hash=True)
class UnclosedQuote(UserError):
    excerpt: str


@dataclass(unsafe_hash=True)
class BadValue(UserError):
    """An argument that cannot be taken as it was typed. `reason` names the sentence; `typed` is what was typed."""

    name: str
    reason: str
    typed: str = ""


@dataclass(unsafe_hash=True)
class UnknownContact(UserError):
    typed: str
    similar_ids: tuple[str, ...] = ()  # ids of contacts that look alike
    name: str = "contact"  # the argument


@dataclass(unsafe_hash=True)
class AmbiguousContact(UserError):
    typed: str
    matching_ids: tuple[str, ...]
    name: str = "contact"


@dataclass(unsafe_hash=True)
class AmbiguousTime(UserError):
    """Words that mean two days. `options` are ISO texts that parse to one each."""

    name: str
    typed: str
    options: tuple[str, ...]


@dataclass(unsafe_hash=True)
class NotFound(UserError):
    """An id that is not in this member's book: gone, or never theirs. Both get the same answer."""


@dataclass(unsafe_hash=True)
class StaleButton(UserError):
    """A button from before the last change of this contact: nothing is done, the present state is shown."""

    contact: str


@dataclass(unsafe_hash=True)
class NothingToUndo(UserError):
    pass


@dataclass(unsafe_hash=True)
class NoClub(UserError):
    """There is no club here yet, or it has `ended`. `server`: whether one could be here at all."""

    club_possible: bool
    ended: bool = False


@dataclass(unsafe_hash=True)
class ClubUnreadable(UserError):
    """Its file cannot be read; the host has been told."""


@dataclass(unsafe_hash=True)
class NotClubMember(UserError):
    """Only for those who said that they want to be in."""


@dataclass(unsafe_hash=True)
class NotFacilitator(UserError):
    """Only for whoever leads the club."""


class StoreError(Exception):
    """Trouble with the store; the host's to mend."""


class Conflict(StoreError):
    """The book was changed by someone else since it was read."""


class StoreUnavailable(StoreError):
    """The store cannot be written or read now; nothing was changed."""


class BookDamaged(StoreError):
    """One book cannot be read, and no earlier copy is good. Only its owner is touched."""


class StoreInUse(StoreError):
    """Another process holds the store; `str()` says who."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of this program; nothing was changed."""


class HostRequestRefused(Exception):
    """What the host asked for cannot be done as things are; `str()` tells them what and how to mend it."""


class Undeliverable(Exception):
    """The platform will not deliver to this person; `str()` is the platform's word for why."""


class AccountClosed(Undeliverable):
    """The person's account is closed: nothing is sent until the platform tells that it is open again."""


class ChannelRefused(Undeliverable):
    """A channel takes no post of ours; `str()` is why: gone, archived, or not ours (removed from it, not allowed)."""


class TryLater(Exception):
    """Surely not sent. `after` is how long the platform asked to wait, if it did."""

    def __init__(self, reason: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class MessageRejected(TryLater):
    """Surely not sent: the platform refuses what it was given, and may do so again."""


class DeliveryUncertain(Exception):
    """It may have been sent: the answer was lost."""

    retry_after: timedelta | None = None  # nobody asked us to wait
