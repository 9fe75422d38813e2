"""What the entries of an outreach add up to, before the time is considered.

A fold: each entry turns one `Thread` into the next. Nothing here knows a clock or a calendar.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce

from bot.domain.model import (
    Answer,
    Attempt,
    Away,
    Closed,
    Entry,
    Happened,
    IntroducerAsked,
    Outcome,
    Outreach,
    Plan,
    Reply,
    Rested,
    Settled,
    Slot,
    Snoozed,
    Turn,
    Who,
    Woken,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A stretch of silence. Waits count from `touched`, the last touch or settled slot.

    `touch` and `hold` are the ids of the entries that began the present wait and that last changed it: a reminder
    is sent once for each; `touches` are the ids of all entries that began a wait. `abrupt`: a planned call did not
    happen. `promised`: the day by which they would answer.
    """

    id: str
    touched: datetime
    touch: str
    hold: str
    touches: tuple[str, ...]
    abrupt: bool = False
    promised: date | None = None
    used: tuple[Slot, ...] = ()
    settled: tuple[Slot, ...] = ()
    introducer_asked: bool = False

    @property
    def fresh(self) -> bool:
        """No follow-up was made or declined yet."""
        return not self.used and not self.settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """`who` moves next (None: not contacted yet). `news_used`: the one justified episode was opened."""

    who: Who | None = None
    episode: Episode | None = None
    plans: tuple[Plan, ...] = ()
    away: tuple[tuple[datetime, date], ...] = ()
    answered: bool = False
    last_answer: datetime | None = None
    news_used: bool = False
    snoozed: Snoozed | None = None
    rested: Rested | None = None
    closed: Closed | None = None


def read(outreach: Outreach) -> Thread:
    """The thread after all entries, taken by time and then by order of logging."""
    return reduce(step, sorted(outreach.entries, key=happened_at), Thread())


def waited_for(outreach: Outreach) -> bool:
    """Whether the member has written and the contact has not answered yet."""
    return read(outreach).episode is not None


def happened_at(entry: Entry) -> datetime:
    """When an entry takes its place: a call noted down after it was to be held was agreed on before."""
    return min(entry.at, entry.start) if isinstance(entry, Plan) else entry.at


def step(thread: Thread, entry: Entry) -> Thread:
    match entry:
        case Attempt():
            return _attempted(thread, entry)
        case Reply():
            return _replied(thread, entry)
        case Turn():
            return _turned(thread, entry)
        case Plan():
            return replace(_answered(thread, entry.at), who=Who.NOBODY, plans=(*thread.plans, entry))
        case Outcome():
            return _called(thread, entry)
        case Rested():
            return replace(thread, rested=entry)
        case Woken():
            return replace(thread, rested=None, closed=None)
        case Closed():
            return replace(thread, closed=entry, rested=None, plans=())
        case _:
            return _held_up(thread, entry)


def _attempted(thread: Thread, attempt: Attempt) -> Thread:
    if attempt.courtesy:
        return thread
    if attempt.news and not thread.news_used:
        woken = replace(thread, rested=None, closed=None, news_used=True)
        return replace(woken, who=Who.THEY, episode=_opened(attempt), snoozed=None)
    if thread.episode is None:
        return replace(thread, who=Who.THEY, episode=_opened(attempt), snoozed=None)
    used = (*thread.episode.used, attempt.channel.slot)
    return replace(thread, episode=_touched(replace(thread.episode, used=used), attempt), snoozed=None)


def _opened(entry: Attempt | Turn) -> Episode:
    return Episode(id=entry.id, touched=entry.at, touch=entry.id, hold=entry.id, touches=(entry.id,))


def _touched(episode: Episode, entry: Attempt | Settled) -> Episode:
    """A promise and a missed call shape the first wait only; from here on the ordinary ones hold."""
    return replace(
        episode,
        touched=max(episode.touched, entry.at),
        touch=entry.id,
        hold=entry.id,
        touches=(*episode.touches, entry.id),
        promised=None,
        abrupt=False,
    )


def _answered(thread: Thread, at: datetime) -> Thread:
    """A sign of life at any time ends the episode: the quota is fresh, and nothing is set aside any more."""
    return replace(
        thread,
        episode=None,
        answered=True,
        last_answer=at,
        news_used=False,
        snoozed=None,
        rested=None,
        closed=None,
    )


def _replied(thread: Thread, reply: Reply) -> Thread:
    return replace(_answered(thread, reply.at), who=Who.NOBODY if reply.answer is Answer.NO else Who.ME)


def _turned(thread: Thread, turn: Turn) -> Thread:
    if turn.who is not Who.THEY:
        return replace(thread, who=turn.who, episode=None)
    episode = thread.episode or _opened(turn)
    return replace(thread, who=Who.THEY, episode=replace(episode, promised=turn.by, hold=turn.id))


def _called(thread: Thread, outcome: Outcome) -> Thread:
    planned = next((plan for plan in thread.plans if plan.id == outcome.plan), None)
    if planned is None:
        return thread
    left = replace(thread, plans=tuple(plan for plan in thread.plans if plan != planned))
    match outcome.happened:
        case Happened.HELD:
            return replace(_answered(left, outcome.at), who=Who.ME)
        case Happened.MISSED:
            return replace(left, who=Who.ME, episode=None)
        case Happened.MOVED:
            return left
        case Happened.NO_CALL:
            return replace(left, who=Who.THEY, episode=_silent_since(planned, outcome))


def _silent_since(plan: Plan, outcome: Outcome) -> Episode:
    """A planned call that did not happen opens an episode at the planned time."""
    return Episode(
        id=outcome.id, touched=plan.start, touch=outcome.id, hold=outcome.id, touches=(outcome.id,), abrupt=True
    )


def _held_up(thread: Thread, entry: Away | Settled | Snoozed | IntroducerAsked) -> Thread:
    """The entries that shape a wait without ending it."""
    episode = thread.episode
    held = replace(episode, hold=entry.id) if episode else None
    match entry:
        case Away():
            return replace(thread, episode=held, away=(*thread.away, (entry.at, entry.until)))
        case Snoozed():
            return replace(thread, episode=held, snoozed=entry)
        case Settled() if episode:
            return replace(
                thread, episode=_touched(replace(episode, settled=(*episode.settled, entry.slot)), entry), snoozed=None
            )
        case IntroducerAsked() if episode:
            return replace(thread, episode=replace(episode, introducer_asked=True))
        case _:
            return thread
