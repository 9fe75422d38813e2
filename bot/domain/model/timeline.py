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


class Lead(StrEnum):
    """How the member came to know of an opening."""

    UNADVERTISED = "unadvertised opening"
    REFERRAL = "in-house referral"
    FRIEND = "friend of a friend"
    POSTED = "posted"


class Answer(StrEnum):
    """What a reply was. (Being away is no reply: see `Away`.)"""

    ANSWER = "answer"
    REFERRAL = "referral"
    NO = "no"


class Who(StrEnum):
    """Who moves next, as the member told it."""

    ME = "me"
    THEY = "they"
    NOBODY = "nobody"


class Happened(StrEnum):
    """How a planned call went."""

    HELD = "held"
    NO_CALL = "no call"
    MOVED = "moved"
    MISSED = "missed"


class Ending(StrEnum):
    """Why a contact was closed."""

    MET = "met"
    LANDED = "landed"
    NOT_INTERESTED = "not interested"
    DO_NOT_CONTACT = "do not contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What every entry of a time line has. `at` is when it happened, which may be before it was logged."""

    id: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt(Happening):
    """One touch by the member. `news`: the reason that justifies an episode of its own. `courtesy`: a thank-you."""

    channel: Channel
    news: str = ""
    courtesy: bool = False
    kind: Literal["attempt"] = "attempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Happening):
    """They got back. It ends the episode."""

    answer: Answer
    kind: Literal["reply"] = "reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Away(Happening):
    """An answer of a machine: they are away. Lengthens the wait, ends nothing. `until`: the last day away."""

    until: date
    kind: Literal["away"] = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(Happening):
    """The member said who moves next. `by`: the day that the contact promised."""

    who: Who
    by: date | None = None
    kind: Literal["turn"] = "turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Happening):
    """A call or meeting agreed with the contact, which counts as a reply."""

    start: datetime
    minutes: int
    kind: Literal["plan"] = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Happening):
    """How the planned call `plan` (the id of a `Plan`) went."""

    plan: str
    happened: Happened
    kind: Literal["outcome"] = "outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(Happening):
    """The member would rather not: the slot counts as used."""

    slot: Slot
    kind: Literal["settled"] = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(Happening):
    """No reminder about this contact before `until`."""

    until: date
    kind: Literal["snoozed"] = "snoozed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rested(Happening):
    """Set aside by the member, for good or until a day; a reply wakes it."""

    until: date | None = None
    kind: Literal["rested"] = "rested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Woken(Happening):
    """Taken up again by the member: what was before the rest or the closing holds again."""

    kind: Literal["woken"] = "woken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Happening):
    """Ended by the member."""

    ending: Ending
    kind: Literal["closed"] = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroducerAsked(Happening):
    """The introducer was asked whether all is well; once per episode."""

    kind: Literal["introducer_asked"] = "introducer_asked"


# Told apart by `kind`: reading a book is nine times as fast as when all twelve are tried.
Entry = Annotated[
    Attempt | Reply | Away | Turn | Plan | Outcome | Settled | Snoozed | Rested | Woken | Closed | IntroducerAsked,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Days:
    """Local days, both included, in which a contact is known to be busy."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    """The thread with one contact. `entries` stand in the order of logging; `via` is the id of the introducer.

    `told` holds the keys (`Item.key`) of the reminders about this contact that went out; `changed` is when the
    member last changed anything here: what became due by that very change waits for the next hour of reminders.
    """

    id: str
    name: str
    added: datetime
    changed: datetime
    company: str = ""
    role: str = ""
    via: str = ""
    lead: Lead | None = None
    email: str = ""
    phone: str = ""
    note: str = ""
    matters: bool = False
    busy: tuple[Days, ...] = ()
    entries: tuple[Entry, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """Changes with every entry; a button that carries an older mark is stale."""
        return self.entries[-1].id if self.entries else "new"
