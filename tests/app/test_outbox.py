"""What an envelope is called, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.delivery.outbox import backoff_delay, build_envelope, with_send_try, without_send_try
from bot.domain.model import Address, Book, EntryOccasion, ReminderItem, ReminderKind, WeekOccasion
from bot.rules.reminders import DueReminder
from tests.samples import local_instant

OUTBOX_NOW = local_instant("2026-12-08 09:00")
BASKET_REMINDER = DueReminder(ReminderItem(ReminderKind.BASKET, WeekOccasion(date(2026, 12, 7))), OUTBOX_NOW)
PERMISSION_REMINDER = DueReminder(
    ReminderItem(ReminderKind.PERMISSION, EntryOccasion("episode"), "dana"), OUTBOX_NOW - timedelta(hours=2)
)


def slack_book(user: str = "ada", created: str = "2026-11-24 10:00") -> Book:
    return Book(owner=Address("slack", user, "T1"), created_at=local_instant(created), last_active_at=OUTBOX_NOW)


def test_the_same_reminder_has_the_same_id_and_any_other_has_another() -> None:
    envelope = build_envelope(slack_book(), [BASKET_REMINDER, PERMISSION_REMINDER], OUTBOX_NOW)
    assert (
        build_envelope(
            replace(slack_book(), version=9), [PERMISSION_REMINDER, BASKET_REMINDER], OUTBOX_NOW + timedelta(days=1)
        ).id
        == envelope.id
    )
    others = [
        build_envelope(slack_book("lee"), [BASKET_REMINDER, PERMISSION_REMINDER], OUTBOX_NOW),
        build_envelope(slack_book(created="2026-11-24 10:01"), [BASKET_REMINDER, PERMISSION_REMINDER], OUTBOX_NOW),
        build_envelope(slack_book(), [BASKET_REMINDER], OUTBOX_NOW),
        build_envelope(
            slack_book(),
            [
                BASKET_REMINDER,
                replace(PERMISSION_REMINDER, item=replace(PERMISSION_REMINDER.item, occasion=EntryOccasion("another"))),
            ],
            OUTBOX_NOW,
        ),
        build_envelope(
            slack_book(),
            [BASKET_REMINDER, replace(PERMISSION_REMINDER, item=replace(PERMISSION_REMINDER.item, contact_id="lee"))],
            OUTBOX_NOW,
        ),
    ]
    assert len({envelope.id, *(other.id for other in others)}) == 6
    assert "ada" not in envelope.id
    assert len(envelope.id) == 22


def test_it_is_late_when_the_oldest_of_it_is() -> None:
    assert build_envelope(slack_book(), [BASKET_REMINDER, PERMISSION_REMINDER], OUTBOX_NOW).is_late
    assert not build_envelope(slack_book(), [BASKET_REMINDER], OUTBOX_NOW).is_late


def test_each_pause_is_twice_as_long_up_to_an_hour() -> None:
    assert [backoff_delay(tries).total_seconds() / 60 for tries in range(9)] == [1, 1, 2, 4, 8, 16, 32, 60, 60]


def test_a_try_ends_the_waiting_and_may_be_a_copy_until_it_is_known_not_to_be() -> None:
    waited = replace(build_envelope(slack_book(), [BASKET_REMINDER], OUTBOX_NOW), deferrals=5)
    tried = with_send_try(waited, OUTBOX_NOW)
    assert (tried.deferrals, tried.tries, tried.possible_copies, tried.first_tried_at) == (0, 1, 1, OUTBOX_NOW)
    again = with_send_try(tried, OUTBOX_NOW + timedelta(minutes=1))
    assert (again.possible_copies, again.first_tried_at, again.last_tried_at) == (
        2,
        OUTBOX_NOW,
        OUTBOX_NOW + timedelta(minutes=1),
    )
    assert without_send_try(again).possible_copies == 1
    assert without_send_try(again).tries == 2
