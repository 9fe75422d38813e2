"""Reminders on their way and those that went out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """The reminders: messages that nobody asked for at that moment. Order: the most useful first."""

    CALL_CHECK = "call"
    CLUB = "club"
    MAY = "may"
    STALEMATE = "stalemate"
    LATER = "later"
    PATIENCE = "patience"
    BASKET = "basket"
    GONE_QUIET = "quiet"
    POST = "post"  # in the club's channel; never in a member's book


class Word(StrEnum):
    """What a letter is about."""

    SEASONS = "seasons"  # not said: the club's busy days go into the book
    VIEW = "view"  # to the facilitator: tomorrow's digest, as it stands
    MATCH = "match"  # to the asker: somebody would introduce them
    MET = "met"  # to both: who the other is
    OVER = "over"  # to the asker: two weeks have passed
    THANKS = "thanks"  # to a helper whose offer was not needed
    TALK = "talk"  # to the facilitator: a member would like to talk
    SHUT = "shut"  # to the facilitator: the channel takes no posts
    DOUBT = "doubt"  # to whom a post belongs: nobody knows whether it arrived
    ROLE = "role"  # to who has the facilitator's role now
    ENDED = "ended"  # to each member: the club ends


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
