"""What a contact's entries add up to, independently of the current time: see `bot.rules.fold`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.model import Closed, Party, Plan, SetAside, Slot, Snoozed


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """The time since an unanswered attempt: a first wait, and a wait after each follow-up or declined slot."""

    #: The id of the entry that opened the episode.
    id: str
    #: UTC. The present wait counts from here.
    wait_started_at: datetime
    #: The id of the entry that began the present wait: the occasion of its patience reminder.
    wait_started_by: str
    #: The id of the entry that last changed the present wait: the occasion of its permission reminder.
    wait_changed_by: str
    #: The ids of all entries that began a wait of this episode.
    wait_starter_ids: tuple[str, ...]
    #: Whether the first wait began with a planned call that did not happen.
    follows_unheld_call: bool
    #: The local day by which the contact promised to answer. None: no promise.
    answer_promised_by: date | None
    #: One slot for each follow-up; the opening attempt uses none.
    used_slots: tuple[Slot, ...]
    declined_slots: tuple[Slot, ...]
    introducer_asked: bool

    @property
    def is_first_wait(self) -> bool:
        """Whether no follow-up was made or declined yet."""
        return not self.used_slots and not self.declined_slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What a contact's entries add up to."""

    #: Who moves next. None: not contacted yet.
    whose_turn: Party | None
    #: None: the member waits for no answer.
    episode: Episode | None
    #: Plans without an outcome, in the order of the timeline.
    plans: tuple[Plan, ...]
    #: When an absence was logged (UTC), and its last local day.
    absences: tuple[tuple[datetime, date], ...]
    #: UTC. None: the contact never answered.
    last_answered_at: datetime | None
    #: Whether an attempt with news opened an episode since the last answer; that is allowed once.
    news_used: bool
    snoozed: Snoozed | None
    set_aside: SetAside | None
    closed: Closed | None

    @property
    def has_answered(self) -> bool:
        return self.last_answered_at is not None
