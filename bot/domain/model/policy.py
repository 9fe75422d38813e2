"""A member's settings, and the figures of the rules.

The rules: 1 Limit your follow-up, 2 Don't get pushy, 3 Be patient, 4 Don't put all your eggs in one basket. "House
default" marks a figure that they do not name and that was chosen for this bot; docs/decisions.md says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

from bot.domain.model.timeline import Slot


class ReminderHour(StrEnum):
    """When a member wants their reminders. `Policy.reminder_times` has the local times."""

    MORNING = "morning"
    NOON = "noon"
    EVENING = "after work"


class Cadence(StrEnum):
    """How often the overview of the member's network (the basket message) is sent."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Quota:
    """How many follow-ups one episode allows in each slot."""

    #: Rule 1: "one email".
    written: int = 1
    #: Rule 1: "one phone call".
    phone: int = 1

    def of(self, slot: Slot) -> int:
        return self.written if slot is Slot.WRITTEN else self.phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a member chose."""

    #: IANA zone. Empty: the one that the platform reports, else the host's.
    zone: str = ""
    #: ISO 3166-1 code, for public holidays. Empty: the host's.
    country: str = ""
    #: BCP 47. Empty: the one that the platform reports, else English.
    language: str = ""
    reminder_hour: ReminderHour = ReminderHour.MORNING
    #: Lowers the quota of the policy; a higher number has no effect.
    quota: Quota = Quota()
    #: Whether reminders to be patient are sent.
    patience_reminders: bool = True
    basket_cadence: Cadence = Cadence.WEEKLY
    #: Whether cards offer the question "How am I?" about a silent contact.
    checkin: bool = True
    #: Whether notifications may show a contact's name.
    names_in_notifications: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The figures of the rules. Days are local days of the member, working days are those of the member's country."""

    #: The most follow-ups in one episode. Rule 1. A member can lower it, nobody can raise it.
    quota: Quota = Quota()
    #: Wait before the first follow-up to somebody who knows the member. Rule 3; the figure is a house default.
    first_wait_working_days: int = 5
    #: The same for somebody who has no introducer and never replied. Rule 3; the figure is a house default.
    stranger_wait_working_days: int = 10
    #: Wait between the two follow-ups ("a few days"). Rule 3; the figure is a house default.
    between_wait_days: int = 3
    #: Working days that must lie between the two follow-ups. Rule 3; the figure is a house default.
    between_wait_working_days: int = 2
    #: Wait after the last follow-up ("a week"), before the bot suggests someone else. Rules 3 and 4.
    last_wait_days: int = 7
    #: Wait after the day that a contact promised. Rule 3; the figure is a house default.
    promise_grace_working_days: int = 2
    #: If a permitted follow-up is not made for so long, the bot suggests someone else. Rule 4; house default.
    unused_permission_days: int = 14
    #: Shorter waits get no patience reminder. House default.
    min_patience_wait_days: int = 3
    #: Length of a planned call if none was given. House default.
    call_minutes: int = 30
    #: Time from the planned end of a call until the bot asks how it went. House default.
    call_check_delay: timedelta = timedelta(minutes=15)
    #: Entries in one contact's time line. House default.
    max_contact_entries: int = 500
    #: Entries in a whole book. House default.
    max_book_entries: int = 20_000
    #: People on one board, approached or not. House default.
    max_contacts: int = 3_000
    #: Planned calls with one contact that have no outcome yet. House default.
    max_open_plans: int = 20
    #: Stretches of busy days of one contact. House default.
    max_busy_ranges: int = 50
    #: How long a contact rests before a new reason may start an episode. Rule 2; the figure is a house default.
    new_approach_days: int = 60
    #: Reminders within the budget, per local day of the member. House default.
    max_reminders_per_day: int = 1
    #: Reminders within the budget, per local ISO week (Monday to Sunday). House default.
    max_reminders_per_week: int = 3
    #: Reminders in a row without an answer after which reminders stop. House default.
    max_ignored_reminders: int = 3
    #: Time from the last of them until the bot announces that it stops. House default.
    ignored_after: timedelta = timedelta(days=3)
    #: Time over which the basket counts the member's steps. Rule 4; the figure is a house default.
    basket_days: int = 28
    #: A reminder that is sent later than this says so. House default.
    late_after: timedelta = timedelta(hours=1)
    #: Local times of the member. House default.
    reminder_times: dict[ReminderHour, time] = field(
        default_factory=lambda: {
            ReminderHour.MORNING: time(9),
            ReminderHour.NOON: time(12),
            ReminderHour.EVENING: time(17, 30),
        }
    )
    #: Start of the hours without any message (local). House default.
    quiet_from: time = time(20)
    #: End of these hours, the next morning (local). House default.
    quiet_until: time = time(8)


POLICY = Policy()

MAX_DRAFT_AGE = timedelta(days=30)

MAX_HANDLED_EVENT_AGE = timedelta(hours=24)
