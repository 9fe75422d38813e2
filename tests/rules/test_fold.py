"""A contact's timeline is folded in linear time, and once for each contact object."""

from __future__ import annotations

import gc
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.model import Away, Book, CallOutcome, CallResult, Contact, Entry, Slot, SlotDeclined
from bot.rules import Thread, read_timeline
from bot.rules.fold import fold_entries
from storage.codec import CODEC, to_json
from tests.cpu_cost import GROWTH_FACTOR, cpu_growth
from tests.samples import call_plan, local_instant, sample_book, sample_contact, sent_attempt

FOLD_START = local_instant("2026-10-20 15:00")
ONE_MINUTE = timedelta(minutes=1)


def follow_ups(count: int) -> list[Entry]:
    return [sent_attempt(FOLD_START + ONE_MINUTE * number, id=f"{number}") for number in range(count)]


def absences(count: int) -> list[Entry]:
    day = FOLD_START.date()
    return [Away(id=f"{number}", at=FOLD_START + ONE_MINUTE * number, last_day=day) for number in range(count)]


def declined_slots(count: int) -> list[Entry]:
    return [
        sent_attempt(FOLD_START, id="first"),
        *(
            SlotDeclined(id=f"{number}", at=FOLD_START + ONE_MINUTE * number, slot=Slot.PHONE)
            for number in range(count)
        ),
    ]


def plans_moved_last_first(count: int) -> list[Entry]:
    plans = [call_plan(FOLD_START, FOLD_START + timedelta(days=1) + ONE_MINUTE * number) for number in range(count)]
    return [
        *plans,
        *(
            CallOutcome(id=f"of {plan.id}", at=FOLD_START, plan_id=plan.id, result=CallResult.MOVED)
            for plan in reversed(plans)
        ),
    ]


@pytest.mark.parametrize("timeline", [follow_ups, absences, declined_slots, plans_moved_last_first])
def test_a_longer_timeline_takes_no_more_than_its_share(timeline: Callable[[int], list[Entry]]) -> None:
    entries = {size: tuple(timeline(size)) for size in (400, GROWTH_FACTOR * 400)}
    assert cpu_growth(lambda size: fold_entries(entries[size]), 400) < 2 * GROWTH_FACTOR


def waiting_contact() -> Contact:
    return sample_contact("Dana", sent_attempt(FOLD_START))


def test_a_contact_is_folded_once() -> None:
    contact = waiting_contact()
    assert read_timeline(contact) is read_timeline(contact)


def test_a_changed_contact_is_folded_anew() -> None:
    contact = waiting_contact()
    assert read_timeline(contact).episode
    changed = replace(contact, entries=())
    assert read_timeline(changed).episode is None
    assert read_timeline(contact).episode


@pytest.mark.parametrize("look", [repr, hash, deepcopy, lambda one: CODEC.decode(CODEC.encode(sample_book(one)), Book)])
def test_nothing_shows_that_a_contact_was_folded(look: Callable[[Contact], object]) -> None:
    fresh, folded = waiting_contact(), waiting_contact()
    assert read_timeline(folded)
    assert folded == fresh
    assert look(folded) == look(fresh)
    assert not hasattr(deepcopy(folded), "derived")
    assert to_json(CODEC.encode(sample_book(folded))) == to_json(CODEC.encode(sample_book(fresh)))


def test_what_was_folded_goes_with_its_contact() -> None:
    contact = waiting_contact()
    before = len(threads_in_memory())
    assert read_timeline(contact)
    assert len(threads_in_memory()) == before + 1
    del contact
    assert len(threads_in_memory()) == before


def threads_in_memory() -> list[Thread]:
    return [one for one in gc.get_objects() if isinstance(one, Thread)]
