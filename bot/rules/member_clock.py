"""A member's clock: their zone, working days and language, and the hours in which reminders may be sent to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from bot.domain.calendar import ONE_DAY, Calendar
from bot.domain.model import POLICY, Book, HostDefaults, Policy

PLACELESS_ZONES = frozenset(
    ("UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu", "GMT", "Etc/GMT")
)


@dataclass(frozen=True, slots=True)
class MemberClock:
    """When a member may be sent reminders."""

    calendar: Calendar
    #: Local time from which reminders are sent on a working day.
    reminder_hour: time
    policy: Policy

    def reminder_time_from(self, day: date) -> datetime:
        """The reminder hour (UTC) on `day`, or on the next working day."""
        return self.calendar.first_working_instant(day, self.reminder_hour)

    def next_reminder_time(self, after: datetime) -> datetime:
        """The first reminder hour (UTC) that is later than `after`."""
        today = self.calendar.day_of(after)
        first = self.reminder_time_from(today)
        return first if first > after else self.reminder_time_from(today + ONE_DAY)

    def is_reminder_time(self, at: datetime) -> bool:
        """Whether reminders may be sent at this moment: on a working day, from the reminder hour to the quiet hours."""
        local = self.calendar.to_local(at)
        return (
            self.calendar.is_working_day(local.date()) and self.reminder_hour <= local.time() < self.policy.quiet_from
        )

    def after_quiet_hours(self, at: datetime) -> datetime:
        """`at` itself, or the end (UTC) of the quiet hours that contain it."""
        local = self.calendar.to_local(at)
        if local.time() < self.policy.quiet_until:
            return self.calendar.instant_at(local.date(), self.policy.quiet_until)
        if local.time() >= self.policy.quiet_from:
            return self.calendar.instant_at(local.date() + ONE_DAY, self.policy.quiet_until)
        return at


def member_calendar(book: Book, defaults: HostDefaults) -> Calendar:
    """The member's calendar: zone and country as they chose, else as their platform reports, else the host's.

    If the host's zone is only UTC, it does not show where members live, and a zone guessed from the language is used.
    """
    assumed = (book.profile.likely_zone or defaults.zone) if defaults.zone in PLACELESS_ZONES else defaults.zone
    return Calendar(book.settings.zone or book.profile.zone or assumed, book.settings.country or defaults.country)


def member_language(book: Book) -> str:
    """The member's language (BCP 47): as they chose, else as their platform reports, else English."""
    return book.settings.language or book.profile.language or "en"


def member_clock(book: Book, defaults: HostDefaults, policy: Policy = POLICY) -> MemberClock:
    return MemberClock(member_calendar(book, defaults), policy.reminder_times[book.settings.reminder_hour], policy)
