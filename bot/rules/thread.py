"""What the entries of an outreach add up to, before the time is considered.

A fold: each entry turns one `Thread` into the next. Nothing here knows a clock or a calendar.
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
    """A stretch of silence. Waits count from `touched`, the last touch or settled slot.

    `touch` and `hold` are the ids of the entries that began the present wait and that last changed it: a reminder
    is sent once for each; `touches` are the ids of all entries that began a wait. `abrupt`: a planned call did not
    happen. `promised`: the day by which they would answer.
    """

    id: str
    wait_started_at: datetime
    wait_started_by: str
    wait_changed_by: str
    wait_starter_ids: tuple[str, ...]
    follows_missed_call: bool = False
    answer_promised_by: date | None = None
    used_slots: tuple[Slot, ...] = ()
    declined_slots: tuple[Slot, ...] = ()
    introducer_asked: bool = False

    @property
    def is_first_wait(self) -> bool:
        """No follow-up was made or declined yet."""
        return not self.used_slots and not self.declined_slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """`who` moves next (None: not contacted yet). `news_used`: the one justified episode was opened."""

    whose_turn: Party | None = None
    episode: Episode | None = None
    plans: tuple[Plan, ...] = ()
    absences: tuple[tuple[datetime, date], ...] = ()
    has_answered: bool = False
    last_answered_at: datetime | None = None
    news_used: bool = False
    snoozed: Snoozed | None = None
    set_aside: SetAside | None = None
    closed: Closed | None = None


def read_timeline(contact: Contact) -> Thread:
    """The thread after all entries, taken by time and then by order of logging."""
    return reduce(apply_entry, sorted(contact.entries, key=timeline_time), Thread())


def is_waiting_for_answer(contact: Contact) -> bool:
    """Whether the member has written and the contact has not answered yet."""
    return read_timeline(contact).episode is not None


def timeline_time(entry: Entry) -> datetime:
    """When an entry takes its place: a call noted down after it was to be held was agreed on before."""
    return min(entry.at, entry.starts_at) if isinstance(entry, Plan) else entry.at


def apply_entry(thread: Thread, entry: Entry) -> Thread:
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
        woken = replace(thread, set_aside=None, closed=None, news_used=True)
        return replace(woken, whose_turn=Party.CONTACT, episode=_open_episode(attempt), snoozed=None)
    if thread.episode is None:
        return replace(thread, whose_turn=Party.CONTACT, episode=_open_episode(attempt), snoozed=None)
    used = (*thread.episode.used_slots, attempt.channel.slot)
    return replace(thread, episode=_restart_wait(replace(thread.episode, used_slots=used), attempt), snoozed=None)


def _open_episode(entry: Attempt | NextMove) -> Episode:
    return Episode(
        id=entry.id,
        wait_started_at=entry.at,
        wait_started_by=entry.id,
        wait_changed_by=entry.id,
        wait_starter_ids=(entry.id,),
    )


def _restart_wait(episode: Episode, entry: Attempt | SlotDeclined) -> Episode:
    """A promise and a missed call shape the first wait only; from here on the ordinary ones hold."""
    return replace(
        episode,
        wait_started_at=max(episode.wait_started_at, entry.at),
        wait_started_by=entry.id,
        wait_changed_by=entry.id,
        wait_starter_ids=(*episode.wait_starter_ids, entry.id),
        answer_promised_by=None,
        follows_missed_call=False,
    )


def _apply_sign_of_life(thread: Thread, at: datetime) -> Thread:
    """A sign of life at any time ends the episode: the quota is fresh, and nothing is set aside any more."""
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


def _apply_next_move(thread: Thread, turn: NextMove) -> Thread:
    if turn.party is not Party.CONTACT:
        return replace(thread, whose_turn=turn.party, episode=None)
    episode = thread.episode or _open_episode(turn)
    return replace(
        thread,
        whose_turn=Party.CONTACT,
        episode=replace(episode, answer_promised_by=turn.promised_day, wait_changed_by=turn.id),
    )


def _apply_call_outcome(thread: Thread, outcome: CallOutcome) -> Thread:
    planned = next((plan for plan in thread.plans if plan.id == outcome.plan_id), None)
    if planned is None:
        return thread
    left = replace(thread, plans=tuple(plan for plan in thread.plans if plan != planned))
    match outcome.result:
        case CallResult.HELD:
            return replace(_apply_sign_of_life(left, outcome.at), whose_turn=Party.MEMBER)
        case CallResult.MISSED:
            return replace(left, whose_turn=Party.MEMBER, episode=None)
        case CallResult.MOVED:
            return left
        case CallResult.NO_CALL:
            return replace(left, whose_turn=Party.CONTACT, episode=_open_missed_call_episode(planned, outcome))


def _open_missed_call_episode(plan: Plan, outcome: CallOutcome) -> Episode:
    """A planned call that did not happen opens an episode at the planned time."""
    return Episode(
        id=outcome.id,
        wait_started_at=plan.starts_at,
        wait_started_by=outcome.id,
        wait_changed_by=outcome.id,
        wait_starter_ids=(outcome.id,),
        follows_missed_call=True,
    )


def _apply_wait_change(thread: Thread, entry: Away | SlotDeclined | Snoozed | IntroducerAsked) -> Thread:
    """The entries that shape a wait without ending it."""
    episode = thread.episode
    held = replace(episode, wait_changed_by=entry.id) if episode else None
    match entry:
        case Away():
            return replace(thread, episode=held, absences=(*thread.absences, (entry.at, entry.last_day)))
        case Snoozed():
            return replace(thread, episode=held, snoozed=entry)
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
