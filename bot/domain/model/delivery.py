"""Reminders and club posts: what they are about, the envelopes in progress, and the reminders that were sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.model.occasions import Occasion


class ReminderKind(StrEnum):
    """The kinds of messages that the bot sends without being asked. The order is their priority, highest first."""

    CALL_CHECK = "call"  # asks how a planned call went
    CLUB_NOTE = "club"  # passes on a note of a club
    PERMISSION = "may"  # a follow-up is fine now
    STALEMATE = "stalemate"  # suggests turning to someone else
    SNOOZE_OVER = "later"  # the day of a snooze has come
    PATIENCE = "patience"  # halfway through a wait: be patient
    BASKET = "basket"  # the weekly overview
    GOING_QUIET = "quiet"  # announces that reminders stop, because none was answered
    CHANNEL_POST = "post"  # in the club's channel; never in a member's book


@dataclass(frozen=True, slots=True)
class ReminderItem:
    """One subject of a message. Several items that are due together share one envelope."""

    kind: ReminderKind
    #: Distinguishes this item from the next one of its kind.
    occasion: Occasion
    #: Empty: the item is not about a single contact.
    contact_id: str = ""

    @property
    def key(self) -> str:
        """Stable text of kind and occasion. `Contact.reminded_keys` holds the keys that were sent."""
        return f"{self.kind}:{self.occasion}"


class DeliveryState(StrEnum):
    """Progress of an envelope. A delivered one is removed, and a book then holds a `SentReminder` instead."""

    WAITING = "waiting"  # certainly not sent; the next try is at `retry_at`
    SENDING = "sending"  # saved before the platform call: from here on it may have been sent
    PARKED = "parked"  # given up and retained, so that the host can see and retry it


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A message that is being delivered. Its items are fixed before the first try, and a retry never changes them."""

    #: Idempotency key: derived from the owner and the items, and the same for every try.
    id: str
    #: Never empty. The order is that of their priority, highest first.
    items: tuple[ReminderItem, ...]
    #: UTC.
    created_at: datetime
    #: Earliest moment (UTC) of the next try.
    retry_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    #: When the first try was saved (UTC). An earlier copy cannot exist. None: not tried yet.
    first_tried_at: datetime | None = None
    #: When the last try was saved (UTC). None: not tried yet.
    last_tried_at: datetime | None = None
    #: Number of tries that were saved, whatever became of them.
    tries: int = 0
    #: Number of tries that may have reached the platform.
    possible_copies: int = 0
    #: Number of times in a row that a try could not even start: no turn, or no answer to the look-up.
    deferrals: int = 0
    #: True if an item had been due for more than `Policy.late_after` at creation: the message then says so.
    is_late: bool = False
    #: Why the last try or look-up did not succeed, as a code (see `bot.domain.errors`). Empty: there was none yet.
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReminder:
    """A reminder that was sent. Its contents are not recorded here."""

    #: UTC.
    sent_at: datetime
    #: True if it asks the member something. Three such reminders without an answer stop all reminders.
    expects_answer: bool
    #: True if it counts towards `Policy.max_reminders_per_day` and `max_reminders_per_week`.
    uses_budget: bool
    #: True once the member has used any command or button since.
    was_answered: bool = False
