"""A contact and its time line of entries. Every `datetime` is in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.calendar import DateRange
from bot.domain.model.derived import DerivedOnce


class Channel(StrEnum):
    """How the member reached out to a contact."""

    EMAIL = "email"
    PHONE = "phone"
    VOICEMAIL = "voicemail"
    TEXT = "text"
    LINKEDIN = "linkedin"
    IN_PERSON = "in person"
    OTHER = "other"

    @property
    def slot(self) -> Slot:
        """Which of the two follow-ups an attempt on this channel uses."""
        return Slot.PHONE if self in (Channel.PHONE, Channel.VOICEMAIL) else Slot.WRITTEN


class Slot(StrEnum):
    """The two follow-ups of an episode. (Rule 1: limit your follow-up.)"""

    WRITTEN = "written"
    PHONE = "phone"


class LeadSource(StrEnum):
    """How the member learned of an opening."""

    UNADVERTISED = "unadvertised opening"
    REFERRAL = "in-house referral"
    FRIEND = "friend of a friend"
    POSTED = "posted"


class ReplyKind(StrEnum):
    """What kind of reply a contact gave. (An out-of-office message is not a reply: see `Away`.)"""

    ANSWER = "answer"
    REFERRAL = "referral"
    NO = "no"


class Party(StrEnum):
    """Who moves next, according to the member."""

    MEMBER = "me"
    CONTACT = "they"
    NOBODY = "nobody"


class CallResult(StrEnum):
    """How a planned call went."""

    HELD = "held"
    NO_CALL = "no call"
    MOVED = "moved"
    MISSED = "missed"


class CloseReason(StrEnum):
    """Why a contact was closed."""

    MET = "met"
    LANDED = "landed"
    NOT_INTERESTED = "not interested"
    DO_NOT_CONTACT = "do not contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """The fields that every entry of a time line has."""

    id: str
    #: When it happened (UTC), which may be earlier than when it was logged.
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt(TimelineEntry):
    """The member reached out to the contact once."""

    channel: Channel
    #: The new reason that justifies a new episode. Empty: none was given.
    news: str = ""
    #: True for a thank-you, which starts no wait and uses no slot.
    courtesy: bool = False
    kind: Literal["attempt"] = "attempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReceived(TimelineEntry):
    """The contact replied, which ends the episode."""

    reply_kind: ReplyKind
    kind: Literal["reply_received"] = "reply_received"


@dataclass(frozen=True, slots=True, kw_only=True)
class Away(TimelineEntry):
    """An automatic out-of-office reply. It lengthens the wait and ends nothing."""

    #: The last day of absence, included (local).
    last_day: date
    kind: Literal["away"] = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextMove(TimelineEntry):
    """The member stated who moves next."""

    party: Party
    #: The local day by which the contact promised an answer. None: no day was named.
    promised_day: date | None = None
    kind: Literal["next_move"] = "next_move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(TimelineEntry):
    """A call or meeting agreed with the contact. Agreeing on it counts as a reply."""

    starts_at: datetime
    minutes: int
    kind: Literal["plan"] = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutcome(TimelineEntry):
    """How a planned call went. `plan_id` is the id of its `Plan`."""

    plan_id: str
    result: CallResult
    kind: Literal["call_outcome"] = "call_outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotDeclined(TimelineEntry):
    """The member decided against one of the two follow-ups: the slot counts as used."""

    slot: Slot
    kind: Literal["slot_declined"] = "slot_declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(TimelineEntry):
    """The member wants no reminder about this contact for a while."""

    #: The first local day with reminders again.
    until: date
    kind: Literal["snoozed"] = "snoozed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside(TimelineEntry):
    """The member set the contact aside: the stage is then "resting". A reply ends it early."""

    #: The first local day on which the contact is active again. None: no end.
    until: date | None = None
    kind: Literal["set_aside"] = "set_aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(TimelineEntry):
    """The member took the contact up again. This cancels an earlier `SetAside` or `Closed`."""

    kind: Literal["resumed"] = "resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(TimelineEntry):
    """The member closed the contact."""

    reason: CloseReason
    kind: Literal["closed"] = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroducerAsked(TimelineEntry):
    """The member asked the introducer whether all is well; at most once per episode."""

    kind: Literal["introducer_asked"] = "introducer_asked"


# `kind` discriminates: reading a book is then nine times as fast as when all twelve types are tried in turn.
Entry = Annotated[
    Attempt
    | ReplyReceived
    | Away
    | NextMove
    | Plan
    | CallOutcome
    | SlotDeclined
    | Snoozed
    | SetAside
    | Resumed
    | Closed
    | IntroducerAsked,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(DerivedOnce):
    """A person of the member's network. An empty text and a `lead_source` of None mean: not given."""

    id: str
    name: str
    added_at: datetime
    #: The member's last change (UTC). What became due by that change waits for the next reminder hour.
    changed_at: datetime
    company: str = ""
    role: str = ""
    #: The id of the contact who introduced this one. Empty: nobody did.
    introducer_id: str = ""
    lead_source: LeadSource | None = None
    email: str = ""
    phone: str = ""
    note: str = ""
    #: True if the member marked this contact as important: "someone else" is then suggested earlier.
    matters: bool = False
    #: Days on which the contact is known to be busy. They do not count towards a wait.
    busy_ranges: tuple[DateRange, ...] = ()
    #: In the order of logging, which is not always that of `TimelineEntry.at`.
    entries: tuple[Entry, ...] = ()
    #: `ReminderItem.key` of each reminder about this contact that was sent.
    reminded_keys: tuple[str, ...] = ()

    @property
    def revision(self) -> str:
        """Changes with every entry. A button that carries an older revision is stale."""
        return self.entries[-1].id if self.entries else "new"
