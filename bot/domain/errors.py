"""What can go wrong, as data: no sentences here. Their words stand in `bot.views.input_errors`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


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


class BadValueReason(StrEnum):
    """Why an argument cannot be taken. `bot.views.input_errors` has a sentence for each."""

    UNCLEAR_TIME = "unclear time"  # no day or hour can be read from it
    UNCLEAR_PAST_TIME = "unclear past"  # the same, where it asks when something happened
    HOUR_MISSING = "needs an hour"  # a day without the hour that is needed
    UNCLEAR_HOUR = "hour"  # no hour of the day can be read from it
    IN_PAST = "past"  # a time that is over, where one to come is needed
    IN_FUTURE = "future"  # a time to come, where one that is over is needed
    TOO_FAR = "too far"  # more than ten years ahead, or before 2000
    BEFORE_FIRST_DAY = "before it begins"  # busy days that end before they begin
    AFTER_STAND_IN = "stands in"  # later than the speaker's own time as stand-in ends
    NOT_A_CHOICE = "not a choice"  # none of the choices, or several
    NOT_YES_OR_NO = "yes or no"
    OUT_OF_RANGE = "number"  # no whole number within `limits`
    TOO_LONG = "too long"
    CHANNEL_MISSING = "reached how"  # a day of an attempt without its channel
    NOT_AN_EMAIL = "e-mail"
    UNKNOWN_ZONE = "zone"  # no time zone by this name
    SEVERAL_ZONES = "zones"  # a place with several time zones; `typed` lists cities
    UNKNOWN_COUNTRY = "country"
    OWN_INTRODUCER = "themselves"  # a contact named as their own introducer
    NAMES_CONTACT = "names"  # a text for the club that names a contact of the speaker
    NO_CLUB_CHANNEL = "channel"  # no channel of the platform
    NO_CLUB_MEMBER = "member"  # nobody of the platform


@dataclass(unsafe_hash=True)
class BadValue(UserError):
    """An argument that cannot be taken as it was typed."""

    #: The argument's name in the command table.
    name: str
    reason: BadValueReason
    #: What the member typed, or what its sentence lists instead.
    typed: str = ""
    #: The least and the greatest number allowed, both included. Only with `OUT_OF_RANGE`.
    limits: tuple[int, int] | None = None


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
