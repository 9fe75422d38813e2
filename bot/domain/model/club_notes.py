"""A club's private notes to its members. One is queued in the club, and then moved into the member's book as it is.

The kinds are part of the notes' ids, so they must never change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.model.occasions import PostSubject
from bot.domain.model.people import Address, ClubKey


@dataclass(frozen=True, slots=True)
class SeasonsNote:
    """To each member: the club's busy days changed. Never shown: the book copies them when it gets the note."""

    kind: Literal["seasons"] = "seasons"


@dataclass(frozen=True, slots=True)
class DigestPreviewNote:
    """To the facilitator: a preview of tomorrow's digest."""

    kind: Literal["view"] = "view"


@dataclass(frozen=True, slots=True)
class OfferNote:
    """To the asker of a question: somebody would introduce them."""

    question_id: str
    offer_id: str
    kind: Literal["match"] = "match"


@dataclass(frozen=True, slots=True)
class IntroducedNote:
    """To the asker and to the helper, after both said yes: who the other is."""

    other: Address
    #: As others see them. Empty: not known.
    other_name: str
    #: Of the question. Empty: it was about no company.
    company: str = ""
    kind: Literal["met"] = "met"


@dataclass(frozen=True, slots=True)
class QuestionOverNote:
    """To the asker: the question was open for two weeks without a match."""

    #: Of the question. Empty: it was about no company.
    company: str = ""
    kind: Literal["over"] = "over"


@dataclass(frozen=True, slots=True)
class OfferThanksNote:
    """To a helper whose offer was not needed."""

    kind: Literal["thanks"] = "thanks"


@dataclass(frozen=True, slots=True)
class TalkRequestNote:
    """To the facilitator: a member would like to talk."""

    member: Address
    #: As others see them. Empty: not known.
    member_name: str
    kind: Literal["talk"] = "talk"


@dataclass(frozen=True, slots=True)
class ChannelRefusedNote:
    """To the facilitator: the channel takes no posts; `Club.channel_refusal` says why."""

    kind: Literal["shut"] = "shut"


@dataclass(frozen=True, slots=True)
class PostUnconfirmedNote:
    """To the author of a post, or to the facilitator: it was given up, and somebody has to look whether it arrived."""

    subject: PostSubject
    #: The post's envelope; see `Club.unconfirmed_posts`.
    envelope_id: str
    #: False: the platform certainly refused it.
    may_have_arrived: bool
    kind: Literal["doubt"] = "doubt"


@dataclass(frozen=True, slots=True)
class RoleReceivedNote:
    """To the member who has the facilitator's role now."""

    #: Included (local to the club's zone). None: for good.
    last_day: date | None = None
    kind: Literal["role"] = "role"


@dataclass(frozen=True, slots=True)
class RoleLostNote:
    """To a member who had the facilitator's role, and whom another one relieved of it."""

    kind: Literal["role_lost"] = "role_lost"


@dataclass(frozen=True, slots=True)
class ClubEndedNote:
    """To each member: the club ends."""

    kind: Literal["ended"] = "ended"


# `kind` discriminates, as for `Entry`.
NoteContent = Annotated[
    SeasonsNote
    | DigestPreviewNote
    | OfferNote
    | IntroducedNote
    | QuestionOverNote
    | OfferThanksNote
    | TalkRequestNote
    | ChannelRefusedNote
    | PostUnconfirmedNote
    | RoleReceivedNote
    | RoleLostNote
    | ClubEndedNote,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClubNote:
    """A private note of a club to one member, in the club until it is saved in the book, and there until it is sent."""

    #: Idempotency key: the same occasion gives the same id.
    id: str
    club: ClubKey
    recipient: Address
    #: When the club wrote it, or the time to which its delivery into the book was postponed (UTC).
    created_at: datetime
    content: NoteContent
