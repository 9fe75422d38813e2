"""What an envelope is called, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.delivery.outbox import attempted, backoff, made, unsent
from bot.domain.model import Address, Book, Item, Kind
from bot.rules.schedule import Due
from tests.samples import local

NOW = local("2026-12-08 09:00")
BASKET = Due(Item(Kind.BASKET, mark="2026-12-07"), NOW)
MAY = Due(Item(Kind.MAY, "dana", "episode"), NOW - timedelta(hours=2))


def book(user: str = "ada", created: str = "2026-11-24 10:00") -> Book:
    return Book(owner=Address("slack", user, "T1"), created=local(created), active_at=NOW)


def test_the_same_reminder_has_the_same_id_and_any_other_has_another() -> None:
    one = made(book(), [BASKET, MAY], NOW)
    assert made(replace(book(), version=9), [MAY, BASKET], NOW + timedelta(days=1)).id == one.id
    others = [
        made(book("lee"), [BASKET, MAY], NOW),
        made(book(created="2026-11-24 10:01"), [BASKET, MAY], NOW),
        made(book(), [BASKET], NOW),
        made(book(), [BASKET, replace(MAY, item=replace(MAY.item, mark="another"))], NOW),
        made(book(), [BASKET, replace(MAY, item=replace(MAY.item, contact="lee"))], NOW),
    ]
    assert len({one.id, *(other.id for other in others)}) == 6
    assert "ada" not in one.id
    assert len(one.id) == 22


def test_it_is_late_when_the_oldest_of_it_is() -> None:
    assert made(book(), [BASKET, MAY], NOW).late
    assert not made(book(), [BASKET], NOW).late


def test_each_pause_is_twice_as_long_up_to_an_hour() -> None:
    assert [backoff(tries).total_seconds() / 60 for tries in range(9)] == [1, 1, 2, 4, 8, 16, 32, 60, 60]


def test_a_try_ends_the_waiting_and_may_be_a_copy_until_it_is_known_not_to_be() -> None:
    waited = replace(made(book(), [BASKET], NOW), waits=5)
    tried = attempted(waited, NOW)
    assert (tried.waits, tried.attempts, tried.copies, tried.first_tried_at) == (0, 1, 1, NOW)
    again = attempted(tried, NOW + timedelta(minutes=1))
    assert (again.copies, again.first_tried_at, again.tried_at) == (2, NOW, NOW + timedelta(minutes=1))
    assert unsent(again).copies == 1
    assert unsent(again).attempts == 2
