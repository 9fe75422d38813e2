"""Derive a contact's stage and what is allowed from the thread and the time. None of it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.calendar import Calendar
from bot.domain.model import Channel, CloseReason, Contact, DateRange, Party, Plan, Policy, Quota, Settings, Slot
from bot.rules.fold import read_timeline
from bot.rules.thread import Episode, Thread
from bot.rules.wait import WaitWindow, last_call_day, permission_lapse_day, wait_window


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
    """Why the member is warned before an attempt of today is logged."""

    TOO_SOON = "too soon"
    SLOT_USED = "slot used"
    QUOTA_USED = "quota used"
    RESTING = "resting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactStatus:
    """What is derived about one contact at one moment."""

    stage: Stage
    thread: Thread
    #: The quota of the present episode: the policy's, or lower if the member chose so.
    quota: Quota
    #: Slots of the present episode that are neither used nor declined.
    free_slots: tuple[Slot, ...] = ()
    #: The present wait. None: no episode.
    window: WaitWindow | None = None
    #: The first local day on which an unused permission to follow up no longer counts. None: no episode.
    lapse_day: date | None = None
    #: The earliest plan without an outcome.
    next_plan: Plan | None = None

    @property
    def patient_until(self) -> date | None:
        """The local day on which the wait ends. None unless the stage is "their turn"."""
        return self.window.end if self.window and self.stage is Stage.THEIR_TURN else None


def effective_quota(policy: Policy, settings: Settings) -> Quota:
    """Return the member's chosen quota, capped by the policy's. (Rule 1.)"""
    chosen, ceiling = settings.quota, policy.quota
    return Quota(written=max(0, min(chosen.written, ceiling.written)), phone=max(0, min(chosen.phone, ceiling.phone)))


def contact_status(
    contact: Contact,
    now: datetime,
    calendar: Calendar,
    policy: Policy,
    settings: Settings,
    seasons: Sequence[DateRange] = (),
) -> ContactStatus:
    """Derive the status of a contact at `now` (UTC), in the local days of `calendar`. `seasons` lengthen its waits."""
    thread, quota, today = read_timeline(contact), effective_quota(policy, settings), calendar.day_of(now)
    episode = thread.episode
    if episode is None:
        return ContactStatus(
            stage=_stage_from_entries(thread, today, calendar),
            thread=thread,
            quota=quota,
            next_plan=find_next_plan(thread),
        )
    free_slots = find_free_slots(episode, quota)
    window = wait_window(contact, thread, episode, calendar, policy, seasons, allows_follow_up=bool(free_slots))
    lapse_day = permission_lapse_day(contact, window, thread, calendar, policy)
    stage = _stage_from_entries(thread, today, calendar)
    return ContactStatus(
        stage=stage if stage in STAGES_WITHOUT_WAIT else _waiting_stage(window, lapse_day, today),
        thread=thread,
        quota=quota,
        free_slots=free_slots,
        window=window,
        lapse_day=lapse_day,
        next_plan=find_next_plan(thread),
    )


def _stage_from_entries(thread: Thread, today: date, calendar: Calendar) -> Stage:
    """Return the stage without regard to a wait; those in `STAGES_WITHOUT_WAIT` apply even during an episode."""
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


def find_next_plan(thread: Thread) -> Plan | None:
    return min(thread.plans, key=lambda plan: plan.starts_at, default=None)


def find_free_slots(episode: Episode, quota: Quota) -> tuple[Slot, ...]:
    """Return the slots that are neither used nor declined, the written one first."""
    unavailable = (*episode.used_slots, *episode.declined_slots)
    return tuple(slot for slot in Slot if unavailable.count(slot) < quota.of(slot))


def find_brake_reason(status: ContactStatus, channel: Channel) -> BrakeReason | None:
    """Return why an attempt of today on this channel needs a warning, or None. (Rule 2.)"""
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
    """Whether an attempt with real news may open a new episode.

    That is allowed once until a reply, never after "do not contact", and for a resting contact only after
    `policy.new_approach_days`.
    """
    thread = status.thread
    if thread.news_used or (thread.closed and thread.closed.reason is CloseReason.DO_NOT_CONTACT):
        return False
    if status.stage is not Stage.RESTING or thread.set_aside is None:
        return True
    return now >= thread.set_aside.at + timedelta(days=policy.new_approach_days)


def may_ask_introducer(status: ContactStatus, contact: Contact) -> bool:
    """Whether the member may ask the introducer if all is well: once in an episode, after the quota is used."""
    episode = status.thread.episode
    return bool(contact.introducer_id and episode and not status.free_slots and not episode.introducer_asked)
