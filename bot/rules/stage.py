"""Whose turn it is and what is allowed, derived from the thread and the time; never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.calendar import ONE_DAY, Calendar
from bot.domain.model import Channel, CloseReason, Contact, Party, Plan, Policy, Quota, Settings, Slot
from bot.rules.thread import Episode, Thread, read_timeline


class Stage(StrEnum):
    TO_CONTACT = "to contact"
    THEIR_TURN = "their turn, be patient"
    MAY_FOLLOW_UP = "you may follow up"
    SOMEONE_ELSE = "someone else"
    YOUR_TURN = "your turn"
    CALL_PLANNED = "call planned"
    IN_TOUCH = "nothing open"
    RESTING = "resting"
    CLOSED = "closed"


STAGES_WITHOUT_WAIT = frozenset({Stage.CLOSED, Stage.RESTING, Stage.CALL_PLANNED})


class BrakeReason(StrEnum):
    """Why an attempt of today meets the kind brake."""

    TOO_SOON = "too soon"
    SLOT_USED = "slot used"
    QUOTA_USED = "quota used"
    RESTING = "resting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class WaitWindow:
    """A patience window in local days: from the last touch to the day on which the next thing is welcome.

    `permits`: a follow-up is welcome at its end; otherwise it is the last one, and "someone else" comes.
    """

    start: date
    end: date
    allows_follow_up: bool

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactStatus:
    """How things stand with one contact at one moment. `free`: the slots that may still be used."""

    stage: Stage
    thread: Thread
    quota: Quota
    free_slots: tuple[Slot, ...] = ()
    window: WaitWindow | None = None
    lapse_day: date | None = None
    next_plan: Plan | None = None

    @property
    def patient_until(self) -> date | None:
        """The day to be patient until."""
        return self.window.end if self.window and self.stage is Stage.THEIR_TURN else None


def effective_quota(policy: Policy, settings: Settings) -> Quota:
    """The member's quota: lowered as they chose. Nobody can raise it. (Rule 1.)"""
    chosen, ceiling = settings.quota, policy.quota
    return Quota(written=max(0, min(chosen.written, ceiling.written)), phone=max(0, min(chosen.phone, ceiling.phone)))


def contact_status(
    contact: Contact, now: datetime, calendar: Calendar, policy: Policy, settings: Settings
) -> ContactStatus:
    """Stage, free slots and window of an outreach at `now`, in the local days of `calendar`."""
    thread, quota, today = read_timeline(contact), effective_quota(policy, settings), calendar.day_of(now)
    episode = thread.episode
    if episode is None:
        return ContactStatus(
            stage=_stage_from_entries(thread, today, calendar),
            thread=thread,
            quota=quota,
            next_plan=find_next_plan(thread),
        )
    free = find_free_slots(episode, quota)
    window = wait_window(contact, thread, episode, calendar, policy, allows_follow_up=bool(free))
    lapses = _permission_lapse_day(contact, window, thread, calendar, policy)
    stage = _stage_from_entries(thread, today, calendar)
    return ContactStatus(
        stage=stage if stage in STAGES_WITHOUT_WAIT else _waiting_stage(window, lapses, today),
        thread=thread,
        quota=quota,
        free_slots=free,
        window=window,
        lapse_day=lapses,
        next_plan=find_next_plan(thread),
    )


def _stage_from_entries(thread: Thread, today: date, calendar: Calendar) -> Stage:
    """The stage that is told by the entries alone; those in `ASIDE` stand whatever the silence is."""
    if thread.closed:
        return Stage.CLOSED
    if thread.set_aside and (thread.set_aside.until is None or today < thread.set_aside.until):
        return Stage.RESTING
    if thread.plans and (thread.episode is None or today <= last_call_day(thread, calendar)):
        return Stage.CALL_PLANNED
    match thread.whose_turn:
        case None:
            return Stage.TO_CONTACT
        case Party.NOBODY:
            return Stage.IN_TOUCH
        case _:
            return Stage.YOUR_TURN


def _waiting_stage(window: WaitWindow, lapse_day: date, today: date) -> Stage:
    if today < window.end:
        return Stage.THEIR_TURN
    return Stage.MAY_FOLLOW_UP if window.allows_follow_up and today < lapse_day else Stage.SOMEONE_ELSE


def last_call_day(thread: Thread, calendar: Calendar) -> date:
    return max(calendar.day_of(plan.starts_at) for plan in thread.plans)


def wait_held_until(thread: Thread, calendar: Calendar) -> date | None:
    """The day from which a snooze, a rest or a call whose outcome nobody told no longer holds a wait back."""
    days = [held.until for held in (thread.snoozed, thread.set_aside) if held and held.until]
    if thread.episode and thread.plans:
        days.append(last_call_day(thread, calendar) + ONE_DAY)
    return max(days, default=None)


def find_next_plan(thread: Thread) -> Plan | None:
    return min(thread.plans, key=lambda plan: plan.starts_at, default=None)


def find_free_slots(episode: Episode, quota: Quota) -> tuple[Slot, ...]:
    """The slots that are neither used nor settled, the written one first."""
    gone = (*episode.used_slots, *episode.declined_slots)
    return tuple(slot for slot in Slot if gone.count(slot) < quota.of(slot))


def wait_window(
    contact: Contact, thread: Thread, episode: Episode, calendar: Calendar, policy: Policy, *, allows_follow_up: bool
) -> WaitWindow:
    """The present wait. Days on which the contact is away or busy do not count."""
    start = calendar.day_of(episode.wait_started_at)

    def free(day: date) -> bool:
        return not any(days.first <= day <= days.last for days in contact.busy_ranges) and not any(
            calendar.day_of(since) <= day <= until for since, until in thread.absences
        )

    def working(day: date) -> bool:
        return calendar.is_working_day(day) and free(day)

    if episode.answer_promised_by:
        end = calendar.day_after(max(episode.answer_promised_by, start), policy.promise_grace_working_days, working)
    elif not allows_follow_up:
        # "a week", longer over public holidays
        end = calendar.day_after(start, policy.last_wait_days, lambda day: free(day) and not calendar.is_holiday(day))
    elif not episode.is_first_wait:
        # "a few days", of which some were working days for them
        few = calendar.day_after(start, policy.between_wait_days, free)
        between = calendar.day_after(start, policy.between_wait_working_days, working)
        end = max(few, calendar.day_after(between, 1, free))
    elif episode.follows_missed_call:
        end = start
    else:
        known = bool(contact.introducer_id) or thread.has_answered
        end = calendar.day_after(
            start, policy.first_wait_working_days if known else policy.stranger_wait_working_days, working
        )
    # an absence that is told when the wait is over already holds it open until they are back
    back = [until + ONE_DAY for since, until in thread.absences if since >= episode.wait_started_at]
    return WaitWindow(start, max(end, *back) if back else end, allows_follow_up)


def _permission_lapse_day(
    contact: Contact, window: WaitWindow, thread: Thread, calendar: Calendar, policy: Policy
) -> date:
    """From this day on an unused permission is left in peace, so that those who never dare are served too.

    It counts from when the member could first have heard of it: not from before the contact was on the board.
    """
    known = max(window.end, calendar.day_of(contact.added_at))
    return max(known, wait_held_until(thread, calendar) or known) + timedelta(days=policy.unused_permission_days)


def find_brake_reason(status: ContactStatus, channel: Channel) -> BrakeReason | None:
    """Why an attempt of today on this channel is too soon or beyond the quota, or None. (Rule 2.)"""
    match status.stage:
        case Stage.RESTING:
            return BrakeReason.RESTING
        case Stage.CLOSED:
            return BrakeReason.CLOSED
        case _ if status.thread.episode:
            return _slot_brake_reason(status, channel.slot)
        case _:
            return None


def _slot_brake_reason(status: ContactStatus, slot: Slot) -> BrakeReason | None:
    if not status.free_slots:
        return BrakeReason.QUOTA_USED
    if slot not in status.free_slots:
        return BrakeReason.SLOT_USED
    return BrakeReason.TOO_SOON if status.stage is Stage.THEIR_TURN else None


def may_write_with_news(status: ContactStatus, now: datetime, policy: Policy) -> bool:
    """Whether a reason in words may open an episode: once until a reply; a resting contact rests 60 days first."""
    thread = status.thread
    if thread.news_used or (thread.closed and thread.closed.reason is CloseReason.DO_NOT_CONTACT):
        return False
    if status.stage is not Stage.RESTING or thread.set_aside is None:
        return True
    return now >= thread.set_aside.at + timedelta(days=policy.new_approach_days)


def may_ask_introducer(status: ContactStatus, contact: Contact) -> bool:
    """Asking the introducer whether all is well: once an episode, after the quota."""
    episode = status.thread.episode
    return bool(contact.introducer_id and episode and not status.free_slots and not episode.introducer_asked)
