"""The records of a member's book.

Records are frozen: they are replaced, never changed. Every `datetime` is aware and in UTC; every `date` is a
local day of the book's owner. What can be derived (stage, allowance, next moment) is not here: see `etiquette`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field


@dataclass(frozen=True, slots=True)
class Address:
    """Whose book it is: a person on one platform. Equal user numbers on two platforms or teams are two people."""

    platform: str
    user: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who speaks, with what the platform tells about them; `zone` and `language` are empty when it does not.

    `likely`: the zone in which nearly all live who use this platform in their language, where there is such a one.
    """

    address: Address
    zone: str = ""
    language: str = ""
    likely: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the member's platform tells of them, as it was told last; empty where it tells nothing.

    `left`: since when their account is closed (UTC). `likely`: a guess at their zone; see `Actor`.
    """

    zone: str = ""
    language: str = ""
    left: datetime | None = None
    likely: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """The host's name, and the defaults for members who have not told theirs. `country`: ISO 3166-1, or empty."""

    zone: str
    country: str = ""
    host: str = ""


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


class Hour(StrEnum):
    """When a member likes to be reminded, in their zone."""

    MORNING = "morning"
    NOON = "noon"
    EVENING = "after work"


class Pace(StrEnum):
    """How often the basket message comes."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Quota:
    """Follow-ups in one episode."""

    written: int = 1
    phone: int = 1

    def of(self, slot: Slot) -> int:
        return self.written if slot is Slot.WRITTEN else self.phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a member chose. An empty `zone` means the one that their platform tells, or the host's default; an empty
    `country` the host's default. `names`: whether notifications may show a contact's name."""

    zone: str = ""
    country: str = ""
    language: str = ""
    hour: Hour = Hour.MORNING
    quota: Quota = Quota()
    patience: bool = True
    basket: Pace = Pace.WEEKLY
    checkin: bool = True
    names: bool = True


class Kind(StrEnum):
    """The reminders: messages that nobody asked for at that moment. Order: the most useful first."""

    CALL_CHECK = "call"
    MAY = "may"
    STALEMATE = "stalemate"
    LATER = "later"
    PATIENCE = "patience"
    BASKET = "basket"
    GONE_QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a reminder is about. `mark` tells the occasion apart from the next of its kind."""

    kind: Kind
    contact: str = ""
    mark: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.mark}"


class Posted(StrEnum):
    """How far an envelope came. (A delivered one leaves the book and is remembered as `Sent`.)"""

    WAITING = "waiting"  # surely not sent yet; tried again at `retry_at`
    SENDING = "sending"  # saved before the call: from here on it may have been sent
    PARKED = "parked"  # given up and kept, for the host to see


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A reminder on its way: fixed before it is sent, and retried exactly as it stands.

    `copies`: tries that may have arrived. `waits`: how often in a row it could not be begun.
    """

    id: str
    items: tuple[Item, ...]
    made_at: datetime
    retry_at: datetime
    state: Posted = Posted.WAITING
    first_tried_at: datetime | None = None
    tried_at: datetime | None = None
    attempts: int = 0
    copies: int = 0
    waits: int = 0
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A reminder that went out. `asks`: it waits for a press. `counts`: it uses the budget of the day and week."""

    at: datetime
    asks: bool
    counts: bool
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Something typed and not yet done: the command with its values. Kept for 30 days, for its owner alone."""

    id: str
    at: datetime
    command: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What the member's last change replaced. `added`: ids that did not exist before it. `label`: the command."""

    label: str
    id: str = ""
    before: tuple[Outreach, ...] = ()
    added: tuple[str, ...] = ()
    settings: Settings | None = None
    paused_until: datetime | None = None
    landed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All that belongs to one member; the unit of every change. `version` 0 is a book never saved.

    `active_at`: the last command or press. `quiet_since`: since when nothing is sent because nobody answers.
    `resumed_at`: when reminders were last taken up again or their rules changed. `basket_day`: the local day of the
    last basket message. `wake_at`: nothing can be due before it. `unreachable`: why the platform refuses messages.
    `conversation`: the platform's own id of the direct messages with this member; empty when it is not known.
    `handled`: ids of inbound events of the last 24 hours, so that a repeat has no second effect.
    """

    owner: Address
    created: datetime
    active_at: datetime
    version: int = 0
    profile: Profile = Profile()
    settings: Settings = Settings()
    contacts: tuple[Outreach, ...] = ()
    drafts: tuple[Draft, ...] = ()
    envelopes: tuple[Envelope, ...] = ()
    sent: tuple[Sent, ...] = ()
    handled: tuple[tuple[str, datetime], ...] = ()
    undo: Undo | None = None
    paused_until: datetime | None = None
    quiet_since: datetime | None = None
    resumed_at: datetime | None = None
    landed_at: datetime | None = None
    basket_day: date | None = None
    unreachable: str = ""
    conversation: str = ""
    zone_told: bool = False
    wake_at: datetime | None = None

    def contact(self, key: str) -> Outreach | None:
        """The contact with this id, or None: another member's ids are simply not here."""
        return next((one for one in self.contacts if one.id == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the article leaves open, in one place. A quota can be lowered by a member, never raised.

    Waits are in days of the member; `first_wait`, `stranger_wait`, `between_working` and `promise_grace` in
    working days of their country.
    """

    quota: Quota = Quota()
    first_wait: int = 5
    stranger_wait: int = 10
    between_days: int = 3
    between_working: int = 2
    last_wait: int = 7
    promise_grace: int = 2
    lapse: int = 14  # a permission that nobody used for so long is left in peace: "someone else" comes
    patience_window: int = 3  # shorter windows get no patience reminder
    call_minutes: int = 30
    call_slack: timedelta = timedelta(minutes=15)
    approach_rest: int = 60
    per_day: int = 1
    per_week: int = 3
    ignored: int = 3
    ignored_after: timedelta = timedelta(days=3)
    basket_window: int = 28
    late_after: timedelta = timedelta(hours=1)
    hours: dict[Hour, time] = field(
        default_factory=lambda: {Hour.MORNING: time(9), Hour.NOON: time(12), Hour.EVENING: time(17, 30)}
    )
    quiet_from: time = time(20)
    quiet_until: time = time(8)


POLICY = Policy()
DRAFT_AGE = timedelta(days=30)
HANDLED_AGE = timedelta(hours=24)
