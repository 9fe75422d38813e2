"""Whose turn it is and what is allowed, derived from the thread and the time; never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.calendar import ONE_DAY, Calendar
from bot.domain.model import Channel, Ending, Outreach, Plan, Policy, Quota, Settings, Slot, Who
from bot.rules.thread import Episode, Thread, read


class Stage(StrEnum):
    TO_CONTACT = "to contact"
    THEIR_TURN = "their turn, be patient"
    MAY = "you may follow up"
    SOMEONE_ELSE = "someone else"
    YOUR_TURN = "your turn"
    CALL_PLANNED = "call planned"
    IN_TOUCH = "nothing open"
    RESTING = "resting"
    CLOSED = "closed"


ASIDE = frozenset({Stage.CLOSED, Stage.RESTING, Stage.CALL_PLANNED})


class Brake(StrEnum):
    """Why an attempt of today meets the kind brake."""

    TOO_SOON = "too soon"
    SLOT_USED = "slot used"
    QUOTA_USED = "quota used"
    RESTING = "resting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Window:
    """A patience window in local days: from the last touch to the day on which the next thing is welcome.

    `permits`: a follow-up is welcome at its end; otherwise it is the last one, and "someone else" comes.
    """

    start: date
    end: date
    permits: bool

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand with one contact at one moment. `free`: the slots that may still be used."""

    stage: Stage
    thread: Thread
    quota: Quota
    free: tuple[Slot, ...] = ()
    window: Window | None = None
    lapses: date | None = None
    plan: Plan | None = None

    @property
    def until(self) -> date | None:
        """The day to be patient until."""
        return self.window.end if self.window and self.stage is Stage.THEIR_TURN else None


def tightened(policy: Policy, settings: Settings) -> Quota:
    """The member's quota: lowered as they chose. Nobody can raise it. (Rule 1.)"""
    chosen, ceiling = settings.quota, policy.quota
    return Quota(written=max(0, min(chosen.written, ceiling.written)), phone=max(0, min(chosen.phone, ceiling.phone)))


def standing(outreach: Outreach, now: datetime, calendar: Calendar, policy: Policy, settings: Settings) -> Standing:
    """Stage, free slots and window of an outreach at `now`, in the local days of `calendar`."""
    thread, quota, today = read(outreach), tightened(policy, settings), calendar.day(now)
    episode = thread.episode
    if episode is None:
        return Standing(stage=_stage(thread, today, calendar), thread=thread, quota=quota, plan=next_plan(thread))
    free = free_slots(episode, quota)
    window = window_of(outreach, thread, episode, calendar, policy, permits=bool(free))
    lapses = _lapse(outreach, window, thread, calendar, policy)
    stage = _stage(thread, today, calendar)
    return Standing(
        stage=stage if stage in ASIDE else _waiting(window, lapses, today),
        thread=thread,
        quota=quota,
        free=free,
        window=window,
        lapses=lapses,
        plan=next_plan(thread),
    )


def _stage(thread: Thread, today: date, calendar: Calendar) -> Stage:
    """The stage that is told by the entries alone; those in `ASIDE` stand whatever the silence is."""
    if thread.closed:
        return Stage.CLOSED
    if thread.rested and (thread.rested.until is None or today < thread.rested.until):
        return Stage.RESTING
    if thread.plans and (thread.episode is None or today <= last_call_day(thread, calendar)):
        return Stage.CALL_PLANNED
    match thread.who:
        case None:
            return Stage.TO_CONTACT
        case Who.NOBODY:
            return Stage.IN_TOUCH
        case _:
            return Stage.YOUR_TURN


def _waiting(window: Window, lapses: date, today: date) -> Stage:
    if today < window.end:
        return Stage.THEIR_TURN
    return Stage.MAY if window.permits and today < lapses else Stage.SOMEONE_ELSE


def last_call_day(thread: Thread, calendar: Calendar) -> date:
    return max(calendar.day(plan.start) for plan in thread.plans)


def held_until(thread: Thread, calendar: Calendar) -> date | None:
    """The day from which a snooze, a rest or a call whose outcome nobody told no longer holds a wait back."""
    days = [held.until for held in (thread.snoozed, thread.rested) if held and held.until]
    if thread.episode and thread.plans:
        days.append(last_call_day(thread, calendar) + ONE_DAY)
    return max(days, default=None)


def next_plan(thread: Thread) -> Plan | None:
    return min(thread.plans, key=lambda plan: plan.start, default=None)


def free_slots(episode: Episode, quota: Quota) -> tuple[Slot, ...]:
    """The slots that are neither used nor settled, the written one first."""
    gone = (*episode.used, *episode.settled)
    return tuple(slot for slot in Slot if gone.count(slot) < quota.of(slot))


def window_of(
    outreach: Outreach, thread: Thread, episode: Episode, calendar: Calendar, policy: Policy, *, permits: bool
) -> Window:
    """The present wait. Days on which the contact is away or busy do not count."""
    start = calendar.day(episode.touched)

    def free(day: date) -> bool:
        return not any(days.first <= day <= days.last for days in outreach.busy) and not any(
            calendar.day(since) <= day <= until for since, until in thread.away
        )

    def working(day: date) -> bool:
        return calendar.is_working(day) and free(day)

    if episode.promised:
        end = calendar.after(max(episode.promised, start), policy.promise_grace, working)
    elif not permits:
        # "a week", longer over public holidays
        end = calendar.after(start, policy.last_wait, lambda day: free(day) and not calendar.is_holiday(day))
    elif not episode.fresh:
        # "a few days", of which some were working days for them
        few = calendar.after(start, policy.between_days, free)
        between = calendar.after(start, policy.between_working, working)
        end = max(few, calendar.after(between, 1, free))
    elif episode.abrupt:
        end = start
    else:
        known = bool(outreach.via) or thread.answered
        end = calendar.after(start, policy.first_wait if known else policy.stranger_wait, working)
    # an absence that is told when the wait is over already holds it open until they are back
    back = [until + ONE_DAY for since, until in thread.away if since >= episode.touched]
    return Window(start, max(end, *back) if back else end, permits)


def _lapse(outreach: Outreach, window: Window, thread: Thread, calendar: Calendar, policy: Policy) -> date:
    """From this day on an unused permission is left in peace, so that those who never dare are served too.

    It counts from when the member could first have heard of it: not from before the contact was on the board.
    """
    known = max(window.end, calendar.day(outreach.added))
    return max(known, held_until(thread, calendar) or known) + timedelta(days=policy.lapse)


def brake(now_stands: Standing, channel: Channel) -> Brake | None:
    """Why an attempt of today on this channel is too soon or beyond the quota, or None. (Rule 2.)"""
    match now_stands.stage:
        case Stage.RESTING:
            return Brake.RESTING
        case Stage.CLOSED:
            return Brake.CLOSED
        case _ if now_stands.thread.episode:
            return _beyond(now_stands, channel.slot)
        case _:
            return None


def _beyond(now_stands: Standing, slot: Slot) -> Brake | None:
    if not now_stands.free:
        return Brake.QUOTA_USED
    if slot not in now_stands.free:
        return Brake.SLOT_USED
    return Brake.TOO_SOON if now_stands.stage is Stage.THEIR_TURN else None


def news_allowed(now_stands: Standing, now: datetime, policy: Policy) -> bool:
    """Whether a reason in words may open an episode: once until a reply; a resting contact rests 60 days first."""
    thread = now_stands.thread
    if thread.news_used or (thread.closed and thread.closed.ending is Ending.DO_NOT_CONTACT):
        return False
    if now_stands.stage is not Stage.RESTING or thread.rested is None:
        return True
    return now >= thread.rested.at + timedelta(days=policy.approach_rest)


def may_ask_introducer(now_stands: Standing, outreach: Outreach) -> bool:
    """Asking the introducer whether all is well: once an episode, after the quota."""
    episode = now_stands.thread.episode
    return bool(outreach.via and episode and not now_stands.free and not episode.introducer_asked)
