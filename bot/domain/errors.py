"""Errors as data, without sentences. The texts for members are in `bot.views.input_errors`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class UserError(Exception):
    """An error that the member can correct. Subclasses are records of what they need to know.

    Not frozen: the interpreter writes an exception's traceback.
    """


@dataclass(unsafe_hash=True)
class UnknownCommand(UserError):
    typed: str
    nearest: str = ""
    #: The slash command under which the text was looked up; empty without one.
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
    """Why an argument cannot be accepted. `bot.views.input_errors` has a sentence for each."""

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
    """An argument that cannot be accepted as it was typed."""

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
    #: Ids of contacts with a similar name.
    similar_ids: tuple[str, ...] = ()
    #: The name of the argument.
    name: str = "contact"


@dataclass(unsafe_hash=True)
class AmbiguousContact(UserError):
    typed: str
    matching_ids: tuple[str, ...]
    name: str = "contact"


@dataclass(unsafe_hash=True)
class AmbiguousTime(UserError):
    """Words that can mean two days."""

    name: str
    typed: str
    #: ISO texts, each of which parses to one meaning.
    options: tuple[str, ...]


@dataclass(unsafe_hash=True)
class NotFound(UserError):
    """An id that is not in this member's book: removed, or never theirs. Both get the same response."""


@dataclass(unsafe_hash=True)
class StaleButton(UserError):
    """A button from before the contact's last change: nothing is done, the present state is shown."""

    contact: str


class BookLimit(StrEnum):
    """What a book holds too much of; see `bot.rules.limits`."""

    CONTACT_ENTRIES = "entries of a contact"
    BOOK_ENTRIES = "entries"
    CONTACTS = "contacts"
    PLANS = "planned calls with a contact"
    BUSY_RANGES = "busy days of a contact"


@dataclass(unsafe_hash=True)
class LimitReached(UserError):
    """The book may not grow further there. Nothing was changed."""

    limit: BookLimit
    #: The most that the book may hold.
    number: int
    #: The id of the contact that the limit is about. Empty: it is about the book.
    contact: str = ""


@dataclass(unsafe_hash=True)
class NothingToUndo(UserError):
    pass


@dataclass(unsafe_hash=True)
class NoClub(UserError):
    """There is no club here yet, or it has ended."""

    #: Whether there can be a club here at all.
    club_possible: bool
    ended: bool = False


@dataclass(unsafe_hash=True)
class ClubUnreadable(UserError):
    """The club's file cannot be read; this is logged for the host."""


@dataclass(unsafe_hash=True)
class NotClubMember(UserError):
    """Only members who joined the club may do this."""


@dataclass(unsafe_hash=True)
class NotFacilitator(UserError):
    """Only the club's facilitator may do this."""


class StoreError(Exception):
    """A failure of the store, which only the host can repair."""


class Conflict(StoreError):
    """The record was changed by someone else since it was loaded."""


class StoreUnavailable(StoreError):
    """The store cannot be written or read now; nothing was changed."""


class BookDamaged(StoreError):
    """One record cannot be read, and no earlier copy is good. Others are not affected."""


class StoreInUse(StoreError):
    """Another process uses the store; `str()` says which."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of this program; nothing was changed."""


class HostRequestRefused(Exception):
    """The host's request cannot be carried out; `str()` tells them why, and what to do about it."""


# The `str()` of each delivery error below is its reason in one code: the platform's own (`missing_scope`, `50007`,
# `http_503`), or ours where there was no answer (`timeout`). Hosts read it, so it never quotes a member.


class Undeliverable(Exception):
    """The platform refuses to deliver to this person."""


class AccountClosed(Undeliverable):
    """The person's account is closed: nothing is sent until the platform reports it open again."""


class ChannelRefused(Undeliverable):
    """A channel accepts no post of ours; `str()` is why: `gone`, `archived` or `not ours`."""

    def __init__(self, why: str, code: str = "") -> None:
        super().__init__(why)
        #: What the platform said. Empty: it was not asked.
        self.code = code


class TryLater(Exception):
    """The message was certainly not sent. `retry_after` is how long the platform asked to wait, if it did."""

    def __init__(self, reason: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class MessageRejected(TryLater):
    """Certainly not sent: the platform rejects the content, and may reject it again."""


class DeliveryUncertain(Exception):
    """The message may have been sent: the platform's answer was lost."""

    retry_after: timedelta | None = None  # the platform did not ask to wait
