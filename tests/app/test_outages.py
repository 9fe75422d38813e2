"""Outages, look-ups that fail, time without us, and clocks that jump: nothing is lost, nothing twice, nothing spins."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
import structlog

from bot.delivery import sender
from bot.delivery.book_outcomes import with_book_outcome
from bot.delivery.outbox import Outcome, OutcomeKind
from bot.domain.errors import BookDamaged, DeliveryUncertain, MessageRejected, TryLater
from bot.domain.model import Book, DeliveryState, EntryOccasion, Envelope, ReminderItem, ReminderKind
from tests.fakes import FailingStore, FakeMessenger, Member, only_card
from tests.samples import local_instant

OUTAGE_PERMISSION_TEXT = "It's okay to send Dana your one e-mail now, and okay not to."
OUTAGE_APOLOGY_TEXT = "Sorry, this comes late: I was away."
OUTAGE_DUE_AT = local_instant("2026-12-08 09:00")


async def envelope_delivery_states(member: Member) -> list[DeliveryState]:
    return [envelope.state for envelope in (await member.book()).envelopes]


# Time without us.


@pytest.mark.parametrize(
    ("away", "late"),
    [(timedelta(seconds=5), False), (timedelta(minutes=59), False), (timedelta(days=3), True)],
)
async def test_what_fell_due_while_we_were_away_comes_once(due: Member, away: timedelta, late: bool) -> None:
    due.now = OUTAGE_DUE_AT + away
    assert (OUTAGE_APOLOGY_TEXT in only_card(await due.sweep())) == late
    assert await due.live("2026-12-14 08:00") == []
    assert len((await due.book()).sent_reminders) == 1


async def test_after_two_months_there_is_one_message_and_no_flood(due: Member) -> None:
    for name in ("Lee", "Priya", "Sam", "Kim", "Ana", "Bo"):
        await due.say(f"add {name} channel: email when: 24 nov")
    due.now = OUTAGE_DUE_AT + timedelta(days=62)  # a Monday
    said = only_card(await due.sweep())
    assert said.startswith(OUTAGE_APOLOGY_TEXT)
    assert await due.sweep() == []
    assert len(due.messenger.delivered[0][1].buttons) <= 4


async def test_a_clock_that_is_set_back_says_nothing_twice(due: Member) -> None:
    assert OUTAGE_PERMISSION_TEXT in only_card(await due.sweep())
    due.now = OUTAGE_DUE_AT - timedelta(days=1)
    assert await due.sweep() == []
    assert await due.live("2026-12-14 08:00") == []


async def test_a_clock_that_was_set_ahead_by_a_day_and_right_again_costs_no_reminder(due: Member) -> None:
    due.now = OUTAGE_DUE_AT - timedelta(days=1)
    ahead = due.now + timedelta(days=1)
    assert await due.core.sweep(ahead) == 1
    assert len(due.messenger.delivered) == 1
    assert await due.live("2026-12-14 08:00") == []


# Outages and look-ups.


async def test_failures_of_the_road_are_no_copies(due: Member) -> None:
    """After an outage one answer is lost: that is one copy at the most, and it is tried again."""
    due.messenger.troubles = [*[TryLater("down") for _ in range(7)], DeliveryUncertain("lost")]
    assert OUTAGE_PERMISSION_TEXT in only_card(await due.live("2026-12-08 19:00"))
    assert (await due.book()).envelopes == ()


async def test_where_nobody_can_be_asked_a_failure_before_leaves_both_copies(due: Member) -> None:
    due.messenger.troubles, due.messenger.can_look_up = [TryLater("down"), DeliveryUncertain("lost")], False
    assert OUTAGE_PERMISSION_TEXT in only_card(await due.live("2026-12-08 19:00"))


@pytest.mark.parametrize("trouble", [TryLater("down"), DeliveryUncertain("lost")])
async def test_who_cannot_be_asked_is_asked_less_and_less_often(
    due: Member, trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    due.messenger.troubles = [DeliveryUncertain("lost")]
    asked = 0

    async def down(*_: object) -> bool:
        nonlocal asked
        asked += 1
        raise trouble

    with monkeypatch.context() as patched:
        patched.setattr(FakeMessenger, "was_sent", down)
        await due.live("2026-12-09 12:00")
    assert asked <= 27 + 6, "once an hour, after some in the first"
    assert OUTAGE_PERMISSION_TEXT in only_card(await due.live("2026-12-09 19:00"))


async def test_a_look_up_without_end_counts_as_one_that_cannot_be_made(
    due: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    due.messenger.troubles = [DeliveryUncertain("lost")]
    await due.sweep()

    async def endless(*_: object) -> bool:
        await asyncio.Event().wait()
        return True

    monkeypatch.setattr(FakeMessenger, "was_sent", endless)
    monkeypatch.setattr(sender, "MAX_LOOKUP_SECONDS", 0.01)
    due.wait(minutes=1)
    assert OUTAGE_PERMISSION_TEXT in only_card(await due.sweep())


async def test_a_store_that_always_conflicts_is_left_for_later(due: Member) -> None:
    async def conflict() -> None:
        assert isinstance(due.store, FailingStore)
        due.store.conflicts = 10_000

    due.messenger.before_send = conflict
    assert await due.core.sweep(due.now) == 1
    assert isinstance(due.store, FailingStore)
    assert due.store.conflicts > 9_900
    due.store.conflicts, due.messenger.before_send = 0, None
    due.wait(minutes=2)
    assert await due.sweep() == []
    assert len((await due.book()).sent_reminders) == 1


async def test_a_fault_in_the_midst_of_a_fault_stops_nobody_else(due: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = due.another("ben")
    ben.at("2026-11-24 10:00")
    await ben.say("settings patience: no basket: never")
    await ben.say("add Lee channel: email")
    save = FailingStore.save

    async def damaged(self: FailingStore, book: Book) -> Book:
        if book.owner == due.actor.address:
            raise BookDamaged("3f")
        return await save(self, book)

    monkeypatch.setattr(FailingStore, "save", damaged)
    with structlog.testing.capture_logs():
        assert "Lee" in only_card(await due.sweep())


async def test_where_a_look_up_is_not_allowed_there_are_two_copies_at_most(
    due: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: object) -> bool:
        raise MessageRejected("missing_scope")

    monkeypatch.setattr(FakeMessenger, "was_sent", refused)
    due.messenger.always, due.messenger.stores = DeliveryUncertain(), True
    await due.live("2026-12-09 19:00")
    assert len(due.messenger.delivered) == 2
    assert await envelope_delivery_states(due) == [DeliveryState.PARKED]


# What was given up.


async def live_through_outage(member: Member, back: datetime, looks: int, minutes: int) -> None:
    """The platform takes nothing before `back`; we look so often, and wait so many minutes between two looks."""
    began = member.now
    for number in range(looks):
        member.now = began + timedelta(minutes=minutes * number)
        member.messenger.always = TryLater() if member.now < back else None
        await member.core.sweep(member.now)


async def test_an_outage_of_a_morning_loses_no_permission(ada: Member) -> None:
    await ada.say("add Dana channel: email via: Sam")
    ada.now = OUTAGE_DUE_AT
    await live_through_outage(ada, OUTAGE_DUE_AT + timedelta(hours=3), looks=72, minutes=5)
    assert ["It's okay to send Dana" in text for text in ada.messenger.texts] == [True]


async def test_a_week_whose_message_was_given_up_does_not_end_the_weekly_message(ada: Member) -> None:
    ada.at("2026-12-01 10:00")
    await ada.say("add Dana")
    await live_through_outage(ada, local_instant("2026-12-12 09:00"), looks=24 * 30, minutes=60)
    assert len(ada.messenger.delivered) == 3


async def test_a_given_up_basket_lets_the_week_go_on_and_a_given_up_goodbye_is_quiet(ada: Member) -> None:
    await ada.say("add Dana")
    for kind, gone in ((ReminderKind.BASKET, None), (ReminderKind.GOING_QUIET, OUTAGE_DUE_AT)):
        envelope = Envelope(
            id="e",
            items=(ReminderItem(kind, EntryOccasion("")),),
            created_at=OUTAGE_DUE_AT,
            retry_at=OUTAGE_DUE_AT,
        )
        left = with_book_outcome(await ada.book(), Outcome(OutcomeKind.PARKED, envelope, OUTAGE_DUE_AT), ada.home)
        assert left.envelopes[-1].state is DeliveryState.PARKED
        assert (left.last_basket_day is not None) == (kind is ReminderKind.BASKET)
        assert left.quiet_since == gone
