"""A large book is derived in a thread, so that everybody else is answered meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import current_thread, main_thread

import pytest

from bot.delivery.book_outcomes import with_book_outcome
from bot.delivery.outbox import Outcome, OutcomeKind
from bot.domain.model import Book, Contact, Envelope
from bot.rules import schedule
from bot.rules.moment import BookMoment
from bot.text import i18n
from tests.cpu_cost import GROWTH_FACTOR, cpu_growth
from tests.fakes import Member
from tests.samples import BERLIN_HOME, local_instant, sample_book, sample_contact, sent_attempt

LARGE_BOOK_START = local_instant("2026-11-24 10:00")


def people(count: int) -> tuple[Contact, ...]:
    return tuple(sample_contact(f"Person{number}", sent_attempt(LARGE_BOOK_START)) for number in range(count))


@pytest.mark.parametrize(("count", "in_thread"), [(20, False), (501, True)])
async def test_a_command_on_a_large_book_is_decided_in_a_thread_in_the_language_of_its_member(
    ada: Member, count: int, in_thread: bool
) -> None:
    seen: list[tuple[bool, str]] = []
    new_id = ada.new_id

    def note_thread(size: int) -> str:
        seen.append((current_thread() is not main_thread(), i18n._current_language.get()))
        return new_id(size)

    ada.actor = replace(ada.actor, language="de")
    await ada.say("settings checkin: no")
    await ada.store.save(replace(await ada.book(), contacts=people(count)))
    ada.new_id = note_thread
    await ada.say("log Person7 channel: phone when: yesterday")
    assert seen[0] == (in_thread, "de")


@pytest.mark.parametrize(("count", "in_thread"), [(20, False), (501, True)])
async def test_what_is_due_in_a_large_book_is_derived_in_a_thread(
    ada: Member, count: int, in_thread: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[bool] = set()
    build = schedule.build_reminder_schedule

    def note_thread(book: Book, *args: object) -> object:
        if len(book.contacts) == count:
            seen.add(current_thread() is not main_thread())
        return build(book, *args)  # type: ignore[arg-type]

    await ada.say("settings checkin: no")
    await ada.store.save(replace(await ada.book(), contacts=people(count), wake_at=ada.now))
    monkeypatch.setattr("bot.rules.moment.build_reminder_schedule", note_thread)
    await ada.core.sweep(ada.now)
    assert seen == {in_thread}


def test_the_schedule_and_the_delivery_of_a_book_take_no_more_than_their_share() -> None:
    now = LARGE_BOOK_START + timedelta(days=40)
    books = {size: sample_book(*people(size)) for size in (200, GROWTH_FACTOR * 200)}
    items = {
        size: tuple(due.item for due in BookMoment(book, now, BERLIN_HOME).schedule) for size, book in books.items()
    }
    outcomes = {
        size: Outcome(OutcomeKind.DELIVERED, Envelope(id="all", items=about, created_at=now, retry_at=now), now)
        for size, about in items.items()
    }
    assert len(items[GROWTH_FACTOR * 200]) > GROWTH_FACTOR * 200
    assert cpu_growth(lambda size: BookMoment(books[size], now, BERLIN_HOME).next_wake, 200) < 2 * GROWTH_FACTOR
    assert cpu_growth(lambda size: with_book_outcome(books[size], outcomes[size], BERLIN_HOME), 200) < 2 * GROWTH_FACTOR
