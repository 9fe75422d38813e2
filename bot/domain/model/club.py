"""A club: what its members share. It holds nobody's contacts, and no count about any single member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from bot.domain.model.club_notes import ClubNote
from bot.domain.model.delivery import Envelope
from bot.domain.model.occasions import PostKind, PostOccasion, PostSubject
from bot.domain.model.people import Address, ClubKey


class Weekday(StrEnum):
    """The weekday of a meeting, in the order of the week (Monday first)."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Where and when the club meets each week."""

    #: The platform's own id of the channel in which the club posts.
    channel_id: str
    weekday: Weekday
    #: Local to `zone`.
    start_time: time
    #: IANA zone. It defines the club's local days.
    zone: str


@dataclass(frozen=True, slots=True)
class StandIn:
    """A member who has the facilitator's role for a while."""

    member: Address
    #: The last day, included (local to the club's zone).
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """The club's busy days, on which nobody is expected to answer."""

    id: str
    #: Local day, included.
    first: date
    #: Local day, included.
    last: date
    #: In the facilitator's words. Empty: not given.
    reason: str = ""


class OfferStatus(StrEnum):
    """Progress of an offer to introduce somebody."""

    ASKING_CONTACT = "asking"  # the helper asks their contact first
    WILLING = "willing"  # the helper and their contact agreed; the asker has to decide
    INTRODUCED = "introduced"
    DECLINED = "declined"  # by the helper or their contact; nobody is notified
    REFUSED = "refused"  # by the asker; the helper still sees it as undecided


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A member offers to introduce the asker of a question to somebody they know."""

    id: str
    helper: Address
    #: As others see the helper.
    helper_name: str
    #: What the helper allows the asker to read.
    shareable: str
    #: How the helper would introduce them: one of the choices of the command `mayknow`.
    approach: str
    #: UTC.
    offered_at: datetime
    status: OfferStatus = OfferStatus.ASKING_CONTACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question to the club: does anybody know someone at a company? Posts never name the asker.

    The asker and a helper see each other's names only after both have agreed.
    """

    id: str
    asker: Address
    company: str
    about: str
    #: UTC.
    asked_at: datetime
    #: UTC. None: not closed yet.
    closed_at: datetime | None = None
    #: At most one for each helper.
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WinOrTip:
    """Good news or a tip, in its author's own words."""

    id: str
    author: Address
    text: str
    #: UTC.
    shared_at: datetime
    #: Empty: shared without a name.
    author_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post that is still to be made in the club's channel."""

    subject: PostSubject
    #: UTC.
    requested_at: datetime

    @property
    def kind(self) -> PostKind:
        return PostKind(self.subject.kind)

    @property
    def occasion(self) -> PostOccasion:
        return PostOccasion(self.subject)

    @property
    def key(self) -> str:
        return str(self.occasion)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The club's anonymous counts of one week. Only what may be shown is stored; `bot.club.statistics` decides."""

    #: End of the counted time (UTC), excluded.
    counted_at: datetime
    #: Start of the counted time (UTC), included.
    counted_from: datetime
    #: Pairs of a name and a number: sums and numbers of members, rounded, and medians as the start of their band.
    figures: tuple[tuple[str, int], ...] = ()
    #: Names of the situations that at least five members are in.
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Club:
    """All shared data of one club, saved whole or not at all. Meeting days are local to the club's zone."""

    #: One club each.
    key: ClubKey
    #: UTC.
    created_at: datetime
    #: Its `user` is empty after the facilitator's data was erased.
    facilitator: Address
    meeting: Meeting
    #: A new id with each set-up of the club.
    setup_id: str
    #: Incremented by each save, for optimistic locking. 0: never saved.
    version: int = 0
    #: BCP 47, of the posts. Empty: not known.
    language: str = ""
    #: May have expired. None: nobody stands in.
    stand_in: StandIn | None = None
    #: The `setup_id` for which an introduction was last requested in the channel. Empty: none was yet.
    introduced_setup_id: str = ""
    #: Those who joined. `Book.memberships` of each decides whether they still belong to the club.
    members: tuple[Address, ...] = ()
    seasons: tuple[Season, ...] = ()
    questions: tuple[Question, ...] = ()
    wins: tuple[WinOrTip, ...] = ()
    tips: tuple[WinOrTip, ...] = ()
    #: The posts that are still to be made, in the order of request.
    posts: tuple[Post, ...] = ()
    #: The outbox: parked envelopes, and at most one that is being delivered.
    envelopes: tuple[Envelope, ...] = ()
    #: Notes that are still to be moved into their recipients' books.
    outgoing_notes: tuple[ClubNote, ...] = ()
    #: The last meeting day whose digest is settled: requested, skipped or impossible. None: none yet.
    digest_done_day: date | None = None
    #: The last meeting day whose count and preview are settled: done, or not needed (local). None: none yet.
    preview_done_day: date | None = None
    #: The meeting day whose digest is skipped. None: none.
    skipped_day: date | None = None
    #: The meeting day whose digest reported a quiet week; a second one in a row is not posted. None: the last digest
    #: had something to report.
    quiet_digest_day: date | None = None
    #: The members whom the last count was about.
    counted_members: tuple[Address, ...] = ()
    #: When the last count was made (UTC). None: never.
    counted_at: datetime | None = None
    #: None: nothing may be shown.
    pulse: Pulse | None = None
    #: The reason for which the platform refused posts in the channel. Empty: it takes them.
    channel_refusal: str = ""
    #: What the platform said when it refused them, as a code. Empty: not known.
    channel_refusal_code: str = ""
    #: Envelope ids of the posts that may not have arrived, until somebody has looked.
    unconfirmed_posts: tuple[str, ...] = ()
    #: UTC. None: it has not ended.
    ended_at: datetime | None = None
    #: Earliest moment (UTC) at which a sweep may find something to do. None: never.
    wake_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """True once the introduction was requested, and until the club ends."""
        return bool(self.introduced_setup_id) and self.ended_at is None
