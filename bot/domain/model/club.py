"""A club: all that its members do together. It holds no contact of anybody, and no count of any single member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from bot.domain.model.delivery import Envelope, Word
from bot.domain.model.people import Address, ClubKey


class Weekday(StrEnum):
    """The day of a meeting, in the order of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Where and when the club meets: `room` is the platform's id of the channel, `zone` an IANA name."""

    room: str
    day: Weekday
    hour: time
    zone: str


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who has the facilitator's role until the end of a day (local to the club's zone)."""

    member: Address
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Days, both included, on which nobody is expected to answer, and why."""

    id: str
    first: date
    last: date
    reason: str = ""


class Said(StrEnum):
    """How far an offer to introduce somebody came."""

    ASKING = "asking"  # the helper asks their contact first
    WILLING = "willing"  # both on the helper's side said yes; the asker is asked
    INTRODUCED = "introduced"
    DECLINED = "declined"  # by the helper or their contact; nobody is told
    REFUSED = "refused"  # by the asker; to the helper it looks as if they were still asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Somebody may know someone. `share`: what the asker may be told; `how`: how the helper would go about it."""

    id: str
    helper: Address
    name: str
    share: str
    how: str
    at: datetime
    said: Said = Said.ASKING


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question for the club. The asker is told to nobody before both sides said yes."""

    id: str
    asker: Address
    company: str
    about: str
    at: datetime
    closed_at: datetime | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A win or a tip, in its author's own words; `name` is empty when it is shared without one."""

    id: str
    by: Address
    text: str
    at: datetime
    name: str = ""


class PostKind(StrEnum):
    """What is said in the channel."""

    INTRODUCTION = "introduction"
    ASK = "ask"
    WIN = "win"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Something to be said in the channel. `about`: the id of an ask or a win, or the ISO day of a meeting."""

    kind: PostKind
    about: str
    at: datetime

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.about}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A private word to one member, on its way to their book. `kind` and `values` are those of its `Note`."""

    id: str
    to: Address
    at: datetime
    kind: Word
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The club's counts from `since` to `at`, as they may be shown; what must not be shown is not here.

    `figures` by name: sums and numbers of members, rounded, and medians. `topics`: what at least five members meet.
    """

    at: datetime
    since: datetime
    figures: tuple[tuple[str, int], ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Club:
    """The unit of every change that members share. `version` 0 is a club never saved.

    `mark` changes with each set-up, and `introduced` is the one that was introduced in the channel. `members`: who
    joined, by their own word. `digested`, `viewed`: the meeting day whose digest, and whose private view before it, is
    done with; `skipped`: the one that is left out; `hushed`: the one whose digest said that the week was quiet.
    `cohort`: whom the last counts were about, counted at `counted_at`. `shut`: why the channel takes no posts.
    `doubts`: ids of posts of which nobody knows whether they arrived, until somebody says.
    """

    key: ClubKey
    created: datetime
    facilitator: Address
    meeting: Meeting
    mark: str
    version: int = 0
    language: str = ""
    stand_in: StandIn | None = None
    introduced: str = ""
    members: tuple[Address, ...] = ()
    seasons: tuple[Season, ...] = ()
    asks: tuple[Ask, ...] = ()
    wins: tuple[Shared, ...] = ()
    tips: tuple[Shared, ...] = ()
    posts: tuple[Post, ...] = ()
    envelopes: tuple[Envelope, ...] = ()
    letters: tuple[Letter, ...] = ()
    digested: date | None = None
    viewed: date | None = None
    skipped: date | None = None
    hushed: str = ""
    cohort: tuple[Address, ...] = ()
    counted_at: datetime | None = None
    pulse: Pulse | None = None
    shut: str = ""
    doubts: tuple[str, ...] = ()
    ended_at: datetime | None = None
    wake_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Introduced, and not ended."""
        return bool(self.introduced) and self.ended_at is None
