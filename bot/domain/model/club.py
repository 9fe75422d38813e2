"""A club: all that its members do together. It holds no contact of anybody, and no count of any single member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from bot.domain.model.delivery import ClubNoteKind, Envelope
from bot.domain.model.occasions import PostKind, PostOccasion, PostSubject
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

    channel_id: str
    weekday: Weekday
    start_time: time
    zone: str


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who has the facilitator's role until the end of a day (local to the club's zone)."""

    member: Address
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Days, both included, on which nobody is expected to answer, and why."""

    id: str
    first: date
    last: date
    reason: str = ""


class OfferStatus(StrEnum):
    """How far an offer to introduce somebody came."""

    ASKING_CONTACT = "asking"  # the helper asks their contact first
    WILLING = "willing"  # both on the helper's side said yes; the asker is asked
    INTRODUCED = "introduced"
    DECLINED = "declined"  # by the helper or their contact; nobody is told
    REFUSED = "refused"  # by the asker; to the helper it looks as if they were still asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Somebody may know someone. `share`: what the asker may be told; `how`: how the helper would go about it."""

    id: str
    helper: Address
    helper_name: str
    shareable: str
    approach: str
    offered_at: datetime
    status: OfferStatus = OfferStatus.ASKING_CONTACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question for the club. The asker is told to nobody before both sides said yes."""

    id: str
    asker: Address
    company: str
    about: str
    asked_at: datetime
    closed_at: datetime | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WinOrTip:
    """A win or a tip, in its author's own words; `name` is empty when it is shared without one."""

    id: str
    author: Address
    text: str
    shared_at: datetime
    author_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post that waits to be made in the club's channel."""

    subject: PostSubject
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
class OutgoingNote:
    """A private word to one member, on its way to their book. `kind` and `values` are those of its `Note`."""

    id: str
    recipient: Address
    created_at: datetime
    kind: ClubNoteKind
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The club's counts from `since` to `at`, as they may be shown; what must not be shown is not here.

    `figures` by name: sums and numbers of members, rounded, and medians. `topics`: what at least five members meet.
    """

    counted_at: datetime
    counted_from: datetime
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
    created_at: datetime
    facilitator: Address
    meeting: Meeting
    setup_id: str
    version: int = 0
    language: str = ""
    stand_in: StandIn | None = None
    introduced_setup_id: str = ""
    members: tuple[Address, ...] = ()
    seasons: tuple[Season, ...] = ()
    questions: tuple[Question, ...] = ()
    wins: tuple[WinOrTip, ...] = ()
    tips: tuple[WinOrTip, ...] = ()
    posts: tuple[Post, ...] = ()
    envelopes: tuple[Envelope, ...] = ()
    outgoing_notes: tuple[OutgoingNote, ...] = ()
    digest_done_day: date | None = None
    preview_done_day: date | None = None
    skipped_day: date | None = None
    quiet_digest_day: date | None = None
    counted_members: tuple[Address, ...] = ()
    counted_at: datetime | None = None
    pulse: Pulse | None = None
    channel_refusal: str = ""
    unconfirmed_posts: tuple[str, ...] = ()
    ended_at: datetime | None = None
    wake_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Introduced, and not ended."""
        return bool(self.introduced_setup_id) and self.ended_at is None
