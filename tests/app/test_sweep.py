"""Sending what is due: claim, envelope, send, settle; and what happens when something breaks in between."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
import structlog

from bot.app.service import Service
from bot.delivery import member_worker
from bot.domain.errors import DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.domain.model import Actor, Address, Book, DeliveryState
from tests.fakes import FailingStore, FakeMessenger, Member, ProcessCrash, only_card
from tests.samples import local_instant

SWEEP_PERMISSION_TEXT = "It's okay to send Dana your one e-mail now, and okay not to."
LATE_APOLOGY_TEXT = "Sorry, this comes late: I was away."


def drop_all_leases(member: Member) -> None:
    """Every lease is gone; the books are there."""
    assert isinstance(member.store, FailingStore)
    member.store.open()


async def envelope_states(member: Member) -> list[tuple[DeliveryState, int]]:
    return [(envelope.state, envelope.tries) for envelope in (await member.book()).envelopes]


# The ordinary way.


async def test_what_is_due_is_sent_once_and_remembered(due: Member) -> None:
    assert SWEEP_PERMISSION_TEXT in only_card(await due.sweep())
    assert await due.sweep() == []
    book = await due.book()
    assert (book.envelopes, len(book.sent_reminders), len((await due.contact("Dana")).reminded_keys)) == ((), 1, 1)


async def test_the_envelope_is_saved_before_the_call(due: Member) -> None:
    seen: list[Book] = []

    async def look() -> None:
        seen.append(await due.book())

    due.messenger.before_send = look
    await due.sweep()
    [envelope] = only_book(seen).envelopes
    assert (envelope.state, envelope.tries, envelope.first_tried_at) == (DeliveryState.SENDING, 1, due.now)
    assert envelope.id == due.messenger.delivered[0][2]


def only_book(books: list[Book]) -> Book:
    [book] = books
    return book


async def test_a_member_of_a_platform_that_takes_nothing_waits_for_it(due: Member) -> None:
    for messengers in ({}, {due.actor.address.platform: FakeMessenger(ready=False)}):
        core = replace(due.core, messengers=messengers)
        assert (await core.sweep(due.now), await core.next_wake()) == (0, None)
    assert SWEEP_PERMISSION_TEXT in only_card(await due.sweep())


# Crashes.


async def test_after_a_crash_before_the_platform_got_it_the_same_envelope_is_sent(due: Member) -> None:
    due.messenger.troubles = [ProcessCrash()]
    with pytest.raises(ProcessCrash):
        await due.sweep()
    [before] = (await due.book()).envelopes
    drop_all_leases(due)
    due.wait(minutes=1)
    assert SWEEP_PERMISSION_TEXT in only_card(await due.sweep())
    assert due.messenger.delivered[0][2] == before.id
    assert len(due.messenger.lookups) == 1


async def test_after_a_crash_that_lost_the_confirmation_it_is_looked_up_and_not_sent_again(due: Member) -> None:
    due.messenger.troubles, due.messenger.stores = [ProcessCrash()], True
    with pytest.raises(ProcessCrash):
        await due.sweep()
    drop_all_leases(due)
    due.wait(minutes=1)
    await due.sweep()
    assert len(due.messenger.delivered) == 1
    assert (await due.book()).envelopes == ()
    assert len((await due.book()).sent_reminders) == 1


@pytest.mark.parametrize("saves", [1, 2, 3])
async def test_a_crash_at_any_save_neither_loses_nor_doubles(due: Member, store: FailingStore, saves: int) -> None:
    class CrashAt(FailingStore):
        async def save(self, book: Book) -> Book:
            saved = await FailingStore.save(self, book)
            if self.saves == before + saves:
                raise ProcessCrash
            return saved

    before = store.saves
    store.__class__ = CrashAt
    for _ in range(4):
        try:
            await due.sweep()
        except ProcessCrash:
            drop_all_leases(due)
        due.wait(minutes=1)
    assert len(due.messenger.delivered) == 1
    assert (await due.book()).envelopes == ()


async def test_a_crash_in_the_evening_is_made_good_in_the_morning_and_not_at_night(due: Member) -> None:
    due.messenger.troubles = [ProcessCrash()]
    with pytest.raises(ProcessCrash):
        await due.sweep()
    drop_all_leases(due)
    due.at("2026-12-08 23:30")
    assert await due.sweep() == []
    assert (await due.live("2026-12-09 08:59")) == []
    said = only_card(await due.live("2026-12-09 09:00"))
    assert LATE_APOLOGY_TEXT in said


async def test_what_may_have_been_sent_waits_as_it_stands_through_the_night(due: Member) -> None:
    due.messenger.troubles, due.messenger.can_look_up = [ProcessCrash()], False
    with pytest.raises(ProcessCrash):
        await due.sweep()
    [before] = (await due.book()).envelopes
    drop_all_leases(due)
    due.at("2026-12-08 23:30")
    assert await due.sweep() == []
    assert len(await due.live("2026-12-09 12:00")) == 1
    assert due.messenger.delivered[0][2] == before.id


# What the platform says.


async def test_somebody_who_cannot_be_reached_is_tried_once_until_their_next_command(due: Member) -> None:
    due.messenger.always = Undeliverable("DMs are closed")
    await due.sweep()
    await due.live("2026-12-14 08:00")
    assert due.messenger.tries == 1
    assert (await due.book()).unreachable_reason == "DMs are closed"
    due.messenger.always = None
    due.at("2026-12-14 10:00")
    await due.say("board")
    assert await due.sweep() == []
    assert SWEEP_PERMISSION_TEXT in only_card(await due.live("2026-12-15 12:00"))


async def test_try_later_backs_off_and_heeds_what_the_platform_asks(due: Member) -> None:
    due.messenger.troubles = [TryLater("busy"), TryLater("busy"), TryLater("busy", timedelta(minutes=30))]
    tried = []
    for _ in range(4):
        await due.sweep()
        tried.append(due.now)
        wake = await due.core.next_wake()
        assert wake
        due.now = wake
    assert [late - early for early, late in pairwise(tried)] == [
        timedelta(minutes=1),
        timedelta(minutes=2),
        timedelta(minutes=30),
    ]
    assert len(due.messenger.delivered) == 1
    assert due.messenger.lookups == []


async def test_an_outage_of_the_platform_is_outwaited_not_counted(due: Member) -> None:
    due.messenger.always = TryLater("down")
    await due.live("2026-12-08 19:00")
    assert due.messenger.tries > 8
    assert [state for state, _tries in await envelope_states(due)] == [DeliveryState.WAITING]


@pytest.mark.parametrize("after", [None, timedelta(minutes=50), timedelta(hours=24)])
async def test_a_platform_that_is_away_or_rests_for_days_is_outwaited(due: Member, after: timedelta | None) -> None:
    due.messenger.always = TryLater("down", after)
    await due.live("2026-12-16 19:00")
    assert due.messenger.tries <= 24 * 8
    due.messenger.always = None
    assert SWEEP_PERMISSION_TEXT in only_card(await due.live("2026-12-17 19:00"))


@pytest.mark.parametrize("trouble", [TryLater("down"), DeliveryUncertain("lost")])
async def test_a_day_in_which_nothing_could_be_tried_is_no_reason_to_give_up(due: Member, trouble: Exception) -> None:
    due.messenger.troubles = [trouble]
    await due.sweep()
    due.messenger.ready = False
    due.wait(hours=25)
    assert await due.core.sweep(due.now) == 0
    due.messenger.ready, due.messenger.troubles = True, [TryLater("ratelimited")]
    await due.sweep()
    assert [envelope.state for envelope in (await due.book()).envelopes] != [DeliveryState.PARKED]
    assert len(await due.live("2026-12-11 12:00")) >= 1
    assert SWEEP_PERMISSION_TEXT in "".join(due.messenger.texts)


async def test_a_platform_that_refuses_us_in_the_midst_of_a_batch_is_left_alone(
    due: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lee", "sam"):
        await due.another(name).say("add Priya channel: email when: 2026-11-02")
    due.at("2026-12-09 09:30")
    assert len(await due.store.claim(due.now, timedelta(0), 9, {due.actor.address.platform})) == 3

    one_by_one = asyncio.Lock()

    async def turn(_to: Address) -> str:
        async with one_by_one:
            await asyncio.sleep(0.01)
        return ""

    async def refuse() -> None:
        due.messenger.ready = False

    monkeypatch.setattr(due.messenger, "wait_for_turn", turn)
    due.messenger.before_send, due.messenger.always = refuse, TryLater("token_revoked")
    due.wait(minutes=1)
    await due.core.sweep(due.now)
    assert due.messenger.tries == 1


async def test_what_is_parked_neither_comes_again_nor_blocks_others(due: Member) -> None:
    due.messenger.always = MessageRejected("no_text")
    await due.live("2026-12-08 19:00")
    assert await envelope_states(due) == [(DeliveryState.PARKED, 8)]
    due.messenger.always = None
    await due.say("add Lee channel: email when: 24 nov")
    said = await due.live("2026-12-11 19:00")
    assert "Dana your one e-mail" not in "".join(said)
    assert "Lee" in only_card(said)


async def test_an_uncertain_message_that_arrived_is_found_and_settled(due: Member) -> None:
    due.messenger.troubles, due.messenger.stores = [DeliveryUncertain()], True
    await due.sweep()
    assert await envelope_states(due) == [(DeliveryState.SENDING, 1)]
    due.wait(minutes=1)
    await due.sweep()
    assert len(due.messenger.delivered) == due.messenger.tries == 1
    assert (await due.book()).envelopes == ()
    assert due.messenger.lookups[0] < local_instant("2026-12-08 09:00")


async def test_an_uncertain_message_that_did_not_arrive_is_sent_again(due: Member) -> None:
    due.messenger.troubles = [DeliveryUncertain()]
    await due.sweep()
    due.wait(minutes=1)
    assert SWEEP_PERMISSION_TEXT in only_card(await due.sweep())


async def test_where_nobody_can_be_asked_there_are_two_copies_at_most(due: Member) -> None:
    due.messenger.always, due.messenger.can_look_up, due.messenger.stores = DeliveryUncertain(), False, True
    await due.live("2026-12-12 19:00")
    assert len(due.messenger.delivered) == due.messenger.tries == 2
    assert await envelope_states(due) == [(DeliveryState.PARKED, 2)]


async def test_what_stays_uncertain_is_given_up_after_eight_tries(due: Member) -> None:
    due.messenger.always = DeliveryUncertain()
    await due.live("2026-12-08 19:00")
    assert due.messenger.tries == 8
    assert await envelope_states(due) == [(DeliveryState.PARKED, 8)]


async def test_a_fault_of_the_messenger_counts_as_uncertain_and_names_nobody(due: Member) -> None:
    due.messenger.troubles = [RuntimeError("could not send Dana")]
    with structlog.testing.capture_logs() as log:
        await due.sweep()
    assert "Dana" not in repr(log)
    assert await envelope_states(due) == [(DeliveryState.SENDING, 1)]
    due.wait(minutes=1)
    assert SWEEP_PERMISSION_TEXT in only_card(await due.sweep())
    assert len(due.messenger.lookups) == 1


async def test_a_look_up_that_fails_is_tried_later_and_nothing_is_sent_meanwhile(
    due: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    due.messenger.troubles = [DeliveryUncertain()]
    await due.sweep()

    async def down(*_: object) -> bool:
        raise TryLater("down")

    with monkeypatch.context() as patched:
        patched.setattr(type(due.messenger), "was_sent", down)
        due.wait(minutes=1)
        await due.sweep()
    assert due.messenger.tries == 1
    due.wait(minutes=1)
    assert SWEEP_PERMISSION_TEXT in only_card(await due.sweep())


# The member does something meanwhile.


async def test_a_change_between_claim_and_envelope_puts_the_book_off(due: Member, store: FailingStore) -> None:
    store.conflicts = 1
    assert await due.core.sweep(due.now) == 1
    assert due.messenger.tries == 0
    assert SWEEP_PERMISSION_TEXT in only_card(await due.sweep())


async def test_a_change_between_send_and_settle_is_kept(due: Member) -> None:
    async def note() -> None:
        await due.say("edit Dana note: meanwhile")

    due.messenger.before_send = note
    await due.sweep()
    due.messenger.before_send = None
    dana = await due.contact("Dana")
    assert (dana.note, len(dana.reminded_keys)) == ("meanwhile", 1)
    assert (await due.book()).envelopes == ()
    assert await due.sweep() == []


async def test_forgetting_between_send_and_settle_leaves_nothing(due: Member) -> None:
    async def forget() -> None:
        await due.confirm_line("forget contact: me")

    due.messenger.before_send = forget
    await due.sweep()
    assert not await due.core.has_book(due.actor.address)


@pytest.mark.parametrize("trouble", [TryLater("busy"), DeliveryUncertain(), ProcessCrash()])
@pytest.mark.parametrize("said", ["reply Dana kind: answer", "rest Dana", "pause until: 1 march", "landed"])
async def test_what_no_longer_holds_is_not_sent_at_the_next_try(due: Member, trouble: BaseException, said: str) -> None:
    due.messenger.troubles = [trouble]
    try:
        await due.sweep()
    except ProcessCrash:
        drop_all_leases(due)
    await due.say(said)
    due.wait(minutes=5)
    assert await due.sweep() == []
    assert (await due.book()).envelopes == ()


async def test_a_forgotten_contact_is_not_written_about(due: Member) -> None:
    due.messenger.troubles, due.messenger.can_look_up = [DeliveryUncertain()], False
    await due.sweep()
    await due.confirm_line(f"forget contact: #{(await due.contact('Dana')).id}")
    await due.live("2026-12-20 12:00")
    assert due.messenger.delivered == []
    assert (await due.book()).envelopes == ()


async def test_what_a_retry_says_stays_as_it_was_though_more_is_due_by_then(due: Member) -> None:
    due.messenger.troubles = [TryLater("busy", timedelta(hours=1))]
    await due.say("add Sam")
    await due.say("plan Sam when: today 9:10 minutes: 5")
    await due.sweep()
    due.at("2026-12-08 10:00")
    said = await due.sweep()
    assert len(said) == 2
    assert "Sam" not in said[0]
    assert "Did your call with Sam happen?" in said[1]


# Others.


async def test_one_members_poison_stops_nobody_else(due: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = due.another("ben")
    ben.at("2026-11-24 10:00")
    await ben.say("settings patience: no basket: never")
    await ben.say("add Lee channel: email")
    whole = member_worker.reminder_card

    def poisoned(context: member_worker.BookContext, *rest: object, **more: bool) -> object:
        if context.book.owner == due.actor.address:
            raise RuntimeError("Dana cannot be drawn")
        return whole(context, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(member_worker, "reminder_card", poisoned)
    with structlog.testing.capture_logs() as log:
        assert "Lee" in only_card(await due.sweep())
    assert "Dana" not in repr(log)
    assert await envelope_states(due) == [(DeliveryState.WAITING, 1)]
    monkeypatch.setattr(member_worker, "reminder_card", whole)
    due.wait(minutes=1)
    assert SWEEP_PERMISSION_TEXT in only_card(await due.sweep())


async def test_a_store_that_cannot_be_written_before_the_call_sends_nothing(due: Member, store: FailingStore) -> None:
    store.unavailable = 1
    await due.core.sweep(due.now)
    assert due.messenger.tries == 0
    due.wait(minutes=2)
    assert SWEEP_PERMISSION_TEXT in only_card(await due.sweep())


# What is said, and when.


async def test_a_message_after_downtime_comes_with_a_word_of_apology(due: Member) -> None:
    due.at("2026-12-10 11:00")
    said = only_card(await due.sweep())
    assert said.splitlines() == [LATE_APOLOGY_TEXT, SWEEP_PERMISSION_TEXT]


async def test_many_late_ones_are_folded_into_one(due: Member) -> None:
    for name in ("Lee", "Priya"):
        await due.say(f"add {name} channel: email when: 24 nov")
    due.at("2026-12-10 11:00")
    said = only_card(await due.sweep())
    assert said.splitlines() == [LATE_APOLOGY_TEXT, SWEEP_PERMISSION_TEXT, "2 more can wait: Lee and Priya"]
    card = due.messenger.delivered[0][1]
    assert [button.label for button in card.buttons][-1] == "Board"
    assert len(card.buttons) <= 4
    assert await due.live("2026-12-11 19:00") == []


@pytest.mark.parametrize("night", ["2026-12-08 20:00", "2026-12-09 03:00", "2026-12-09 07:59"])
async def test_the_quiet_hours_are_quiet(due: Member, night: str) -> None:
    due.at(night)
    assert await due.sweep() == []
    assert len(await due.live("2026-12-09 09:00")) == 1


@pytest.mark.parametrize("typed", ["pause until: 1 march", "landed"])
async def test_nothing_comes_in_a_pause_or_after_landing(due: Member, typed: str) -> None:
    await due.say(typed)
    assert await due.live("2027-02-28 12:00") == []


async def test_at_most_one_a_day_and_three_a_week(ada: Member) -> None:
    await ada.say("settings basket: never")
    for day, name in enumerate(("Ann", "Bob", "Cleo", "Dan", "Eve")):
        ada.at(f"2026-11-{16 + day} 10:00")
        await ada.say(f"add {name} channel: email")
    sent: list[str] = []
    days: list[int] = []
    while (wake := await ada.core.next_wake()) and wake < local_instant("2026-12-07"):
        ada.now = wake
        if said := await ada.sweep():
            sent += said
            days.append(ada.now.day if ada.now.month == 11 else ada.now.day + 30)
            await ada.say("board")
    assert len(days) == len(set(days))
    for monday in (16, 23, 30):
        assert sum(monday <= day < monday + 7 for day in days) <= 3
    assert len(sent) > 3


async def test_many_call_checks_do_not_hide_the_messages_of_the_week(ada: Member) -> None:
    for number in range(22):
        await ada.say(f"add Call{number:02}")
        await ada.say(f"plan Call{number:02} when: 2026-12-01 {10 + number % 8}:{number:02}")
    before = await ada.book()
    await ada.live("2026-12-04 12:00")
    after = await ada.book()
    assert len(after.sent_reminders) > 5
    assert len([reminder for reminder in after.sent_reminders if not reminder.uses_budget]) >= len(
        before.sent_reminders
    )


async def test_after_three_ignored_the_bot_says_so_once_and_is_silent_until_a_command(ada: Member) -> None:
    for name in ("Ann", "Bob", "Cleo"):
        ada.wait(days=3)
        await ada.say(f"add {name} channel: email")
    said = await ada.live("2027-03-01 12:00")
    quiet = [text for text in said if "perhaps I write too much" in text]
    assert len(quiet) == 1
    assert said[-1] == quiet[0]
    card = ada.messenger.delivered[-1][1]
    assert [button.label for button in card.buttons] == ["Keep going", "Ask again later", "Stop"]
    await ada.say("board")
    assert await ada.live("2027-03-20 12:00")


@pytest.mark.parametrize(("label", "comes"), [("Keep going", True), ("Ask again later", True), ("Stop", False)])
async def test_the_three_answers_to_going_quiet(ada: Member, label: str, comes: bool) -> None:
    for name in ("Ann", "Bob", "Cleo"):
        ada.wait(days=3)
        await ada.say(f"add {name} channel: email")
    await ada.live("2027-03-01 12:00")
    ada.last = ada.messenger.delivered[-1][1]
    assert "went wrong" not in await ada.press(label)
    assert bool(await ada.live("2027-04-20 12:00")) == comes


async def test_an_eye_for_one_platform_leaves_the_others_to_theirs() -> None:
    here, there = Member(), Member(actor=Actor(Address("elsewhere", "ada")))
    there.store = here.store
    for member in (here, there):
        await member.say("add Dana channel: email")
        member.at("2026-12-08 10:00")
    core = Service(here.store, {"console": here.messenger, "elsewhere": there.messenger}, here.home, here.new_id)
    while await core.for_platform("elsewhere").sweep(here.now):
        pass
    assert (len(here.messenger.delivered), len(there.messenger.delivered) > 0) == (0, True)
    assert await core.next_wake() is not None
