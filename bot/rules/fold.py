"""Fold a contact's entries into a `Thread`. Each entry changes the thread of those before it.

Nothing here depends on a clock or a calendar.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.model import (
    Attempt,
    Away,
    CallOutcome,
    CallResult,
    Closed,
    Contact,
    Entry,
    IntroducerAsked,
    NextMove,
    Party,
    Plan,
    ReplyKind,
    ReplyReceived,
    Resumed,
    SetAside,
    Slot,
    SlotDeclined,
    Snoozed,
)
from bot.rules.thread import Episode, Thread


def read_timeline(contact: Contact) -> Thread:
    """Fold all entries into a thread, by time and then by order of logging; once for each `Contact` object."""
    derived = getattr(contact, "derived", None)
    if isinstance(derived, Thread):
        return derived
    thread = fold_entries(contact.entries)
    object.__setattr__(contact, "derived", thread)
    return thread


def fold_entries(entries: tuple[Entry, ...]) -> Thread:
    """What these entries add up to, in time linear in their number."""
    fold = _ThreadFold()
    for entry in sorted(entries, key=timeline_time):
        fold.apply(entry)
    return fold.to_thread()


def is_waiting_for_answer(contact: Contact) -> bool:
    """Whether the member has written and the contact has not answered yet."""
    return read_timeline(contact).episode is not None


def timeline_time(entry: Entry) -> datetime:
    """Return the time (UTC) by which an entry is sorted. A plan logged after its start is sorted by its start."""
    return min(entry.at, entry.starts_at) if isinstance(entry, Plan) else entry.at


@dataclass(slots=True, kw_only=True)
class _EpisodeFold:
    """An `Episode` while entries are added to it."""

    id: str
    wait_started_at: datetime
    follows_unheld_call: bool = False
    wait_started_by: str = ""
    wait_changed_by: str = ""
    wait_starter_ids: list[str] = field(default_factory=list)
    answer_promised_by: date | None = None
    used_slots: list[Slot] = field(default_factory=list)
    declined_slots: list[Slot] = field(default_factory=list)
    introducer_asked: bool = False

    def __post_init__(self) -> None:
        self._begin_wait(self.id)

    def restart_wait(self, entry: Attempt | SlotDeclined) -> None:
        """Begin the next wait. A promise or a missed call shapes only the first wait, so both are cleared."""
        self.wait_started_at = max(self.wait_started_at, entry.at)
        self.answer_promised_by, self.follows_unheld_call = None, False
        self._begin_wait(entry.id)

    def _begin_wait(self, entry_id: str) -> None:
        self.wait_started_by = self.wait_changed_by = entry_id
        self.wait_starter_ids.append(entry_id)

    def to_episode(self) -> Episode:
        return Episode(
            id=self.id,
            wait_started_at=self.wait_started_at,
            wait_started_by=self.wait_started_by,
            wait_changed_by=self.wait_changed_by,
            wait_starter_ids=tuple(self.wait_starter_ids),
            follows_unheld_call=self.follows_unheld_call,
            answer_promised_by=self.answer_promised_by,
            used_slots=tuple(self.used_slots),
            declined_slots=tuple(self.declined_slots),
            introducer_asked=self.introducer_asked,
        )


@dataclass(slots=True)
class _ThreadFold:
    """A `Thread` while entries are added to it. It is changed, not replaced: copies would take quadratic time."""

    whose_turn: Party | None = None
    episode: _EpisodeFold | None = None
    plans: dict[str, Plan] = field(default_factory=dict)
    absences: list[tuple[datetime, date]] = field(default_factory=list)
    last_answered_at: datetime | None = None
    news_used: bool = False
    snoozed: Snoozed | None = None
    set_aside: SetAside | None = None
    closed: Closed | None = None

    def apply(self, entry: Entry) -> None:
        match entry:
            case Attempt():
                self._apply_attempt(entry)
            case ReplyReceived():
                self._apply_sign_of_life(entry.at)
                self.whose_turn = Party.NOBODY if entry.reply_kind is ReplyKind.NO else Party.MEMBER
            case NextMove():
                self._apply_next_move(entry)
            case Plan():
                self._apply_sign_of_life(entry.at)
                self.whose_turn = Party.NOBODY
                self.plans[entry.id] = entry
            case CallOutcome():
                self._apply_call_outcome(entry)
            case SetAside():
                self.set_aside = entry
            case Resumed():
                self.set_aside = self.closed = None
            case Closed():
                self.closed, self.set_aside = entry, None
                self.plans.clear()
            case _:
                self._apply_wait_change(entry)

    def _apply_attempt(self, attempt: Attempt) -> None:
        if attempt.courtesy:
            return
        reopens = bool(attempt.news) and not self.news_used
        if reopens:
            self.set_aside, self.closed, self.news_used = None, None, True
        if reopens or self.episode is None:
            self.whose_turn = Party.CONTACT
            self.episode = _EpisodeFold(id=attempt.id, wait_started_at=attempt.at)
        else:
            self.episode.used_slots.append(attempt.channel.slot)
            self.episode.restart_wait(attempt)
        self.snoozed = None

    def _apply_sign_of_life(self, at: datetime) -> None:
        """End the episode: any sign of life restores the quota, and reopens a contact that is set aside or closed."""
        self.episode, self.last_answered_at, self.news_used = None, at, False
        self.snoozed = self.set_aside = self.closed = None

    def _apply_next_move(self, move: NextMove) -> None:
        self.whose_turn = move.party
        if move.party is not Party.CONTACT:
            self.episode = None
            return
        self.episode = self.episode or _EpisodeFold(id=move.id, wait_started_at=move.at)
        self.episode.answer_promised_by, self.episode.wait_changed_by = move.promised_day, move.id

    def _apply_call_outcome(self, outcome: CallOutcome) -> None:
        plan = self.plans.pop(outcome.plan_id, None)
        if plan is None:
            return
        match outcome.result:
            case CallResult.HELD:
                self._apply_sign_of_life(outcome.at)
                self.whose_turn = Party.MEMBER
            case CallResult.MISSED:
                self.whose_turn, self.episode = Party.MEMBER, None
            case CallResult.NO_CALL:
                # A planned call that did not happen opens an episode at the planned time.
                self.whose_turn = Party.CONTACT
                self.episode = _EpisodeFold(id=outcome.id, wait_started_at=plan.starts_at, follows_unheld_call=True)
            case CallResult.MOVED:
                pass

    def _apply_wait_change(self, entry: Away | SlotDeclined | Snoozed | IntroducerAsked) -> None:
        """Apply an entry that changes a wait without ending it."""
        match entry:
            case Away():
                self.absences.append((entry.at, entry.last_day))
            case Snoozed():
                self.snoozed = entry
            case SlotDeclined() if self.episode:
                self.episode.declined_slots.append(entry.slot)
                self.episode.restart_wait(entry)
                self.snoozed = None
            case IntroducerAsked() if self.episode:
                self.episode.introducer_asked = True
        if self.episode and isinstance(entry, Away | Snoozed):
            self.episode.wait_changed_by = entry.id

    def to_thread(self) -> Thread:
        return Thread(
            whose_turn=self.whose_turn,
            episode=self.episode.to_episode() if self.episode else None,
            plans=tuple(self.plans.values()),
            absences=tuple(self.absences),
            last_answered_at=self.last_answered_at,
            news_used=self.news_used,
            snoozed=self.snoozed,
            set_aside=self.set_aside,
            closed=self.closed,
        )
