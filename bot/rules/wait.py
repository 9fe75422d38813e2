"""How long to wait for an answer: the present wait of a contact, and what delays it. (Rule 3: be patient.)"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.calendar import ONE_DAY, Calendar, DateRange, day_after, merge_date_ranges
from bot.domain.model import Contact, Policy
from bot.rules.thread import Episode, Thread


@dataclass(frozen=True, slots=True)
class WaitWindow:
    """One wait for an answer, in local days."""

    #: The day on which the wait began.
    start: date
    #: The first day on which the next step is welcome.
    end: date
    #: Whether a follow-up is allowed at the end. Otherwise this is the last wait, and the stage "someone else" follows.
    allows_follow_up: bool

    @property
    def days(self) -> int:
        return (self.end - self.start).days


def wait_window(
    contact: Contact,
    thread: Thread,
    episode: Episode,
    calendar: Calendar,
    policy: Policy,
    seasons: Sequence[DateRange],
    *,
    allows_follow_up: bool,
) -> WaitWindow:
    """Return the present wait. Days on which the contact is away or busy, and those of `seasons`, do not count."""
    start = calendar.day_of(episode.wait_started_at)
    busy = _busy_days(contact, thread, calendar, seasons, start)
    if episode.answer_promised_by:
        end = calendar.working_day_after(
            max(episode.answer_promised_by, start), policy.promise_grace_working_days, busy
        )
    elif not allows_follow_up:
        # "a week", longer over public holidays
        end = day_after(start, policy.last_wait_days, lambda day: not calendar.is_holiday(day), busy)
    elif not episode.is_first_wait:
        # "a few days", of which some were working days for them
        calendar_days_end = _free_day_after(start, policy.between_wait_days, busy)
        working_days_end = calendar.working_day_after(start, policy.between_wait_working_days, busy)
        end = max(calendar_days_end, _free_day_after(working_days_end, 1, busy))
    elif episode.follows_unheld_call:
        end = start
    else:
        is_known = bool(contact.introducer_id) or thread.has_answered
        end = calendar.working_day_after(
            start, policy.first_wait_working_days if is_known else policy.stranger_wait_working_days, busy
        )
    # an absence logged after the wait is over still extends it until they are back
    return_days = [until + ONE_DAY for since, until in thread.absences if since >= episode.wait_started_at]
    return WaitWindow(start, max(end, *return_days) if return_days else end, allows_follow_up)


def _busy_days(
    contact: Contact, thread: Thread, calendar: Calendar, seasons: Sequence[DateRange], after: date
) -> list[DateRange]:
    """The days on which the contact is away or busy, or that are of a season, as far as they end after a day."""
    if not (contact.busy_ranges or thread.absences or seasons):
        return []
    absences = (DateRange(calendar.day_of(since), until) for since, until in thread.absences if until > after)
    return merge_date_ranges([*(days for days in (*contact.busy_ranges, *seasons) if days.last > after), *absences])


def _free_day_after(day: date, days: int, busy: Sequence[DateRange]) -> date:
    return day_after(day, days, lambda _day: True, busy) if busy else day + ONE_DAY * days


def permission_lapse_day(
    contact: Contact, window: WaitWindow, thread: Thread, calendar: Calendar, policy: Policy
) -> date:
    """Return the first local day on which an unused permission to follow up lapses: "someone else" then replaces it.

    So members who never dare to follow up get suggestions, too. Days count from the end of the wait, but not from
    before the contact was added or while something delays the wait.
    """
    first_day = max(window.end, calendar.day_of(contact.added_at))
    return max(first_day, wait_held_until(thread, calendar) or first_day) + timedelta(
        days=policy.unused_permission_days
    )


def last_call_day(thread: Thread, calendar: Calendar) -> date:
    """Return the local day of the latest plan. Raises ValueError without plans."""
    latest = max(plan.starts_at for plan in thread.plans)
    # Where clocks are set back over midnight, the latest moment is not always on the latest day.
    return max(calendar.day_of(plan.starts_at) for plan in thread.plans if plan.starts_at > latest - ONE_DAY)


def wait_held_until(thread: Thread, calendar: Calendar) -> date | None:
    """Return the local day on which the last snooze, rest or call without an outcome stops delaying a wait, or None."""
    days = [entry.until for entry in (thread.snoozed, thread.set_aside) if entry and entry.until]
    if thread.episode and thread.plans:
        days.append(last_call_day(thread, calendar) + ONE_DAY)
    return max(days, default=None)
