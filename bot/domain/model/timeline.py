"""A contact and its time line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field


class Channel(StrEnum):
    """How the member reached out."""

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
    """How the member came to know of an opening."""

    UNADVERTISED = "unadvertised opening"
    REFERRAL = "in-house referral"
    FRIEND = "friend of a friend"
    POSTED = "posted"


class ReplyKind(StrEnum):
    """What a reply was. (Being away is no reply: see `Away`.)"""

    ANSWER = "answer"
    REFERRAL = "referral"
    NO = "no"


class Party(StrEnum):
    """Who moves next, as the member told it."""

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
    """What every entry of a time line has. `at` is when it happened, which may be before it was logged."""

    id: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt(TimelineEntry):
    """One touch by the member. `news`: the reason that justifies an episode of its own. `courtesy`: a thank-you."""

    channel: Channel
    news: str = ""
    courtesy: bool = False
    kind: Literal["attempt"] = "attempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReceived(TimelineEntry):
    """They got back. It ends the episode."""

    reply_kind: ReplyKind
    kind: Literal["reply_received"] = "reply_received"


@dataclass(frozen=True, slots=True, kw_only=True)
class Away(TimelineEntry):
    """An answer of a machine: they are away. Lengthens the wait, ends nothing. `until`: the last day away."""

    last_day: date
    kind: Literal["away"] = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextMove(TimelineEntry):
    """The member said who moves next. `by`: the day that the contact promised."""

    party: Party
    promised_day: date | None = None
    kind: Literal["next_move"] = "next_move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(TimelineEntry):
    """A call or meeting agreed with the contact, which counts as a reply."""

    starts_at: datetime
    minutes: int
    kind: Literal["plan"] = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutcome(TimelineEntry):
    """How the planned call `plan` (the id of a `Plan`) went."""

    plan_id: str
    result: CallResult
    kind: Literal["call_outcome"] = "call_outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotDeclined(TimelineEntry):
    """The member would rather not: the slot counts as used."""

    slot: Slot
    kind: Literal["slot_declined"] = "slot_declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(TimelineEntry):
    """No reminder about this contact before `until`."""

    until: date
    kind: Literal["snoozed"] = "snoozed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside(TimelineEntry):
    """Set aside by the member, for good or until a day; a reply wakes it."""

    until: date | None = None
    kind: Literal["set_aside"] = "set_aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(TimelineEntry):
    """Taken up again by the member: what was before the rest or the closing holds again."""

    kind: Literal["resumed"] = "resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(TimelineEntry):
    """Ended by the member."""

    reason: CloseReason
    kind: Literal["closed"] = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroducerAsked(TimelineEntry):
    """The introducer was asked whether all is well; once per episode."""

    kind: Literal["introducer_asked"] = "introducer_asked"


# Told apart by `kind`: reading a book is nine times as fast as when all twelve are tried.
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


@dataclass(frozen=True, slots=True)
class DateRange:
    """Local days, both included, in which a contact is known to be busy."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The thread with one contact. `entries` stand in the order of logging; `via` is the id of the introducer.

    `told` holds the keys (`Item.key`) of the reminders about this contact that went out; `changed` is when the
    member last changed anything here: what became due by that very change waits for the next hour of reminders.
    """

    id: str
    name: str
    added_at: datetime
    changed_at: datetime
    company: str = ""
    role: str = ""
    introducer_id: str = ""
    lead_source: LeadSource | None = None
    email: str = ""
    phone: str = ""
    note: str = ""
    matters: bool = False
    busy_ranges: tuple[DateRange, ...] = ()
    entries: tuple[Entry, ...] = ()
    reminded_keys: tuple[str, ...] = ()

    @property
    def revision(self) -> str:
        """Changes with every entry; a button that carries an older mark is stale."""
        return self.entries[-1].id if self.entries else "new"
