"""What a member chose, and what the article leaves open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

from bot.domain.model.timeline import Slot


class ReminderHour(StrEnum):
    """When a member likes to be reminded, in their zone."""

    MORNING = "morning"
    NOON = "noon"
    EVENING = "after work"


class Cadence(StrEnum):
    """How often the basket message comes."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Quota:
    """Follow-ups in one episode."""

    written: int = 1
    phone: int = 1

    def of(self, slot: Slot) -> int:
        return self.written if slot is Slot.WRITTEN else self.phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a member chose. An empty `zone` means the one that their platform tells, or the host's default; an empty
    `country` the host's default. `names`: whether notifications may show a contact's name."""

    zone: str = ""
    country: str = ""
    language: str = ""
    reminder_hour: ReminderHour = ReminderHour.MORNING
    quota: Quota = Quota()
    patience_reminders: bool = True
    basket_cadence: Cadence = Cadence.WEEKLY
    checkin: bool = True
    names_in_notifications: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the article leaves open, in one place. A quota can be lowered by a member, never raised.

    Waits are in days of the member; `first_wait`, `stranger_wait`, `between_working` and `promise_grace` in
    working days of their country.
    """

    quota: Quota = Quota()
    first_wait_working_days: int = 5
    stranger_wait_working_days: int = 10
    between_wait_days: int = 3
    between_wait_working_days: int = 2
    last_wait_days: int = 7
    promise_grace_working_days: int = 2
    unused_permission_days: int = 14  # a permission that nobody used for so long is left in peace: "someone else" comes
    min_patience_wait_days: int = 3  # shorter windows get no patience reminder
    call_minutes: int = 30
    call_check_delay: timedelta = timedelta(minutes=15)
    new_approach_days: int = 60
    max_reminders_per_day: int = 1
    max_reminders_per_week: int = 3
    max_ignored_reminders: int = 3
    ignored_after: timedelta = timedelta(days=3)
    basket_days: int = 28
    late_after: timedelta = timedelta(hours=1)
    reminder_times: dict[ReminderHour, time] = field(
        default_factory=lambda: {
            ReminderHour.MORNING: time(9),
            ReminderHour.NOON: time(12),
            ReminderHour.EVENING: time(17, 30),
        }
    )
    quiet_from: time = time(20)
    quiet_until: time = time(8)


POLICY = Policy()


MAX_DRAFT_AGE = timedelta(days=30)


MAX_HANDLED_EVENT_AGE = timedelta(hours=24)
