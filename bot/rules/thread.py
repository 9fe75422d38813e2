"""Fold a contact's entries into a `Thread`, independently of the current time.

Each entry turns one `Thread` into the next. Nothing here depends on a clock or a calendar.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce

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
    follows_unheld_call: bool = False
    #: The local day by which the contact promised to answer. None: no promise.
    answer_promised_by: date | None = None
    #: One slot for each follow-up; the opening attempt uses none.
    used_slots: tuple[Slot, ...] = ()
    declined_slots: tuple[Slot, ...] = ()
    introducer_asked: bool = False

    @property
    def is_first_wait(self) -> bool:
        """Whether no follow-up was made or declined yet."""
        return not self.used_slots and not self.declined_slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What a contact's entries add up to."""

    #: Who moves next. None: not contacted yet.
    whose_turn: Party | None = None
    #: None: the member waits for no answer.
    episode: Episode | None = None
    #: Plans without an outcome, in the order of the timeline.
    plans: tuple[Plan, ...] = ()
    #: When an absence was logged (UTC), and its last local day.
    absences: tuple[tuple[datetime, date], ...] = ()
    has_answered: bool = False
    #: UTC.
    last_answered_at: datetime | None = None
    #: Whether an attempt with news opened an episode since the last answer; that is allowed once.
    news_used: bool = False
    snoozed: Snoozed | None = None
    set_aside: SetAside | None = None
    closed: Closed | None = None


def read_timeline(contact: Contact) -> Thread:
    """Fold all entries into a thread, by time and then by order of logging."""
    return reduce(apply_entry, sorted(contact.entries, key=timeline_time), Thread())


def is_waiting_for_answer(contact: Contact) -> bool:
    """Whether the member has written and the contact has not answered yet."""
    return read_timeline(contact).episode is not None


def timeline_time(entry: Entry) -> datetime:
    """Return the time (UTC) by which an entry is sorted. A plan logged after its start is sorted by its start."""
    return min(entry.at, entry.starts_at) if isinstance(entry, Plan) else entry.at


def apply_entry(thread: Thread, entry: Entry) -> Thread:
    """Return the thread after one more entry."""
    match entry:
        case Attempt():
            return _apply_attempt(thread, entry)
        case ReplyReceived():
            return _apply_reply(thread, entry)
        case NextMove():
            return _apply_next_move(thread, entry)
        case Plan():
            return replace(_apply_sign_of_life(thread, entry.at), whose_turn=Party.NOBODY, plans=(*thread.plans, entry))
        case CallOutcome():
            return _apply_call_outcome(thread, entry)
        case SetAside():
            return replace(thread, set_aside=entry)
        case Resumed():
            return replace(thread, set_aside=None, closed=None)
        case Closed():
            return replace(thread, closed=entry, set_aside=None, plans=())
        case _:
            return _apply_wait_change(thread, entry)


def _apply_attempt(thread: Thread, attempt: Attempt) -> Thread:
    if attempt.courtesy:
        return thread
    if attempt.news and not thread.news_used:
        reopened = replace(thread, set_aside=None, closed=None, news_used=True)
        return replace(reopened, whose_turn=Party.CONTACT, episode=_open_episode(attempt), snoozed=None)
    if thread.episode is None:
        return replace(thread, whose_turn=Party.CONTACT, episode=_open_episode(attempt), snoozed=None)
    used_slots = (*thread.episode.used_slots, attempt.channel.slot)
    return replace(thread, episode=_restart_wait(replace(thread.episode, used_slots=used_slots), attempt), snoozed=None)


def _open_episode(entry: Attempt | NextMove) -> Episode:
    return Episode(
        id=entry.id,
        wait_started_at=entry.at,
        wait_started_by=entry.id,
        wait_changed_by=entry.id,
        wait_starter_ids=(entry.id,),
    )


def _restart_wait(episode: Episode, entry: Attempt | SlotDeclined) -> Episode:
    """Begin the next wait. A promise or a missed call shapes only the first wait, so both are cleared."""
    return replace(
        episode,
        wait_started_at=max(episode.wait_started_at, entry.at),
        wait_started_by=entry.id,
        wait_changed_by=entry.id,
        wait_starter_ids=(*episode.wait_starter_ids, entry.id),
        answer_promised_by=None,
        follows_unheld_call=False,
    )


def _apply_sign_of_life(thread: Thread, at: datetime) -> Thread:
    """End the episode: any sign of life restores the quota, and reopens a contact that is set aside or closed."""
    return replace(
        thread,
        episode=None,
        has_answered=True,
        last_answered_at=at,
        news_used=False,
        snoozed=None,
        set_aside=None,
        closed=None,
    )


def _apply_reply(thread: Thread, reply: ReplyReceived) -> Thread:
    return replace(
        _apply_sign_of_life(thread, reply.at),
        whose_turn=Party.NOBODY if reply.reply_kind is ReplyKind.NO else Party.MEMBER,
    )


def _apply_next_move(thread: Thread, move: NextMove) -> Thread:
    if move.party is not Party.CONTACT:
        return replace(thread, whose_turn=move.party, episode=None)
    episode = thread.episode or _open_episode(move)
    return replace(
        thread,
        whose_turn=Party.CONTACT,
        episode=replace(episode, answer_promised_by=move.promised_day, wait_changed_by=move.id),
    )


def _apply_call_outcome(thread: Thread, outcome: CallOutcome) -> Thread:
    plan = next((plan for plan in thread.plans if plan.id == outcome.plan_id), None)
    if plan is None:
        return thread
    without_plan = replace(thread, plans=tuple(other for other in thread.plans if other != plan))
    match outcome.result:
        case CallResult.HELD:
            return replace(_apply_sign_of_life(without_plan, outcome.at), whose_turn=Party.MEMBER)
        case CallResult.MISSED:
            return replace(without_plan, whose_turn=Party.MEMBER, episode=None)
        case CallResult.MOVED:
            return without_plan
        case CallResult.NO_CALL:
            return replace(without_plan, whose_turn=Party.CONTACT, episode=_open_missed_call_episode(plan, outcome))


def _open_missed_call_episode(plan: Plan, outcome: CallOutcome) -> Episode:
    """A planned call that did not happen opens an episode at the planned time."""
    return Episode(
        id=outcome.id,
        wait_started_at=plan.starts_at,
        wait_started_by=outcome.id,
        wait_changed_by=outcome.id,
        wait_starter_ids=(outcome.id,),
        follows_unheld_call=True,
    )


def _apply_wait_change(thread: Thread, entry: Away | SlotDeclined | Snoozed | IntroducerAsked) -> Thread:
    """Apply an entry that changes a wait without ending it."""
    episode = thread.episode
    changed_episode = replace(episode, wait_changed_by=entry.id) if episode else None
    match entry:
        case Away():
            return replace(thread, episode=changed_episode, absences=(*thread.absences, (entry.at, entry.last_day)))
        case Snoozed():
            return replace(thread, episode=changed_episode, snoozed=entry)
        case SlotDeclined() if episode:
            return replace(
                thread,
                episode=_restart_wait(replace(episode, declined_slots=(*episode.declined_slots, entry.slot)), entry),
                snoozed=None,
            )
        case IntroducerAsked() if episode:
            return replace(thread, episode=replace(episode, introducer_asked=True))
        case _:
            return thread
