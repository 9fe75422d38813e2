"""Reminders on their way and those that went out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.model.occasions import Occasion


class ReminderKind(StrEnum):
    """The reminders: messages that nobody asked for at that moment. Order: the most useful first."""

    CALL_CHECK = "call"
    CLUB_NOTE = "club"
    PERMISSION = "may"
    STALEMATE = "stalemate"
    SNOOZE_OVER = "later"
    PATIENCE = "patience"
    BASKET = "basket"
    GOING_QUIET = "quiet"
    CHANNEL_POST = "post"  # in the club's channel; never in a member's book


class ClubNoteKind(StrEnum):
    """What a letter is about."""

    SEASONS = "seasons"  # not said: the club's busy days go into the book
    DIGEST_PREVIEW = "view"  # to the facilitator: tomorrow's digest, as it stands
    OFFER_MADE = "match"  # to the asker: somebody would introduce them
    INTRODUCED = "met"  # to both: who the other is
    QUESTION_OVER = "over"  # to the asker: two weeks have passed
    THANKS = "thanks"  # to a helper whose offer was not needed
    TALK_WANTED = "talk"  # to the facilitator: a member would like to talk
    CHANNEL_REFUSED = "shut"  # to the facilitator: the channel takes no posts
    POST_UNCONFIRMED = "doubt"  # to whom a post belongs: nobody knows whether it arrived
    ROLE_RECEIVED = "role"  # to who has the facilitator's role now
    CLUB_ENDED = "ended"  # to each member: the club ends


@dataclass(frozen=True, slots=True)
class ReminderItem:
    """One thing that a reminder says. The occasion tells it apart from the next of its kind."""

    kind: ReminderKind
    occasion: Occasion
    #: Empty for what is about no single contact.
    contact_id: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.occasion}"


class DeliveryState(StrEnum):
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
    items: tuple[ReminderItem, ...]
    created_at: datetime
    retry_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    first_tried_at: datetime | None = None
    last_tried_at: datetime | None = None
    tries: int = 0
    possible_copies: int = 0
    deferrals: int = 0
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReminder:
    """A reminder that went out. `asks`: it waits for a press. `counts`: it uses the budget of the day and week."""

    sent_at: datetime
    expects_answer: bool
    uses_budget: bool
    was_answered: bool = False
