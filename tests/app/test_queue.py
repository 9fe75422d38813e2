"""The queue before a message: what happens while it stands in it, and when there is no turn for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery.outbox import MAX_SEND_TRIES
from bot.domain.errors import AccountClosed, DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.domain.model import Book, DeliveryState, Envelope
from bot.rules.moment import BookMoment
from tests.fakes import FakeMessenger, Member, only_card

QUEUE_PERMISSION_TEXT = "It's okay to send Dana your one e-mail now, and okay not to."


@pytest.fixture
async def due(ada: Member) -> Member:
    """A permission to follow up with Dana is due now; nothing else comes this week."""
    return await member_with_due_permission(ada)


async def member_with_due_permission(member: Member) -> Member:
    member.at("2026-11-24 10:00")
    await member.say("settings patience: no basket: never")
    await member.say("add Dana channel: email")
    member.at("2026-12-08 09:00")
    return member


async def members_with_due_permission(member: Member, many: int) -> list[Member]:
    return [await member_with_due_permission(member.another(f"member{number}")) for number in range(many)]


def raise_on_turns(problem: Exception, times: int = 1_000) -> Callable[[], Awaitable[None]]:
    """What happens to the next turns."""
    left = iter(range(times))

    async def fail() -> None:
        if next(left, None) is not None:
            raise problem

    return fail


async def first_envelope(member: Member) -> Envelope | None:
    return next(iter((await member.book()).envelopes), None)


# While it waits.


async def test_nothing_is_begun_before_its_turn_has_come(due: Member) -> None:
    seen: list[Book] = []

    async def look() -> None:
        seen.append(await due.book())

    due.messenger.before_turn = look
    assert QUEUE_PERMISSION_TEXT in only_card(await due.sweep())
    assert [one.envelopes for one in seen] == [()]


@pytest.mark.parametrize(
    "said", ["pause until: 1 march", "reply Dana kind: answer", "rest Dana", "landed", "edit Dana note: hi"]
)
async def test_what_a_member_does_meanwhile_is_heeded(due: Member, said: str) -> None:
    async def meanwhile() -> None:
        due.messenger.before_turn = None
        await due.say(said)

    due.messenger.before_turn = meanwhile
    assert await due.core.sweep(due.now) == 1
    assert due.messenger.tries == 0
    assert len(await due.live("2026-12-09 12:00")) == said.startswith("edit")


async def test_forgetting_meanwhile_leaves_nothing(due: Member) -> None:
    async def forget() -> None:
        await due.confirm_line("forget contact: me")

    due.messenger.before_turn = forget
    await due.core.sweep(due.now)
    assert due.messenger.tries == 0
    assert not await due.core.has_book(due.actor.address)


async def test_when_the_night_falls_meanwhile_it_waits_for_the_morning(due: Member) -> None:
    due.at("2026-12-08 19:59")

    async def night() -> None:
        due.at("2026-12-08 20:00")

    due.messenger.before_turn = night
    assert await due.core.sweep(due.now, lambda: due.now) == 1
    assert due.messenger.tries == 0
    due.messenger.before_turn = None
    assert await due.live("2026-12-09 08:59") == []
    assert QUEUE_PERMISSION_TEXT in only_card(await due.live("2026-12-09 09:30"))


async def test_the_others_are_served_while_one_waits(due: Member) -> None:
    gate, others = asyncio.Event(), await members_with_due_permission(due, 5)
    first = iter([True])

    async def slow() -> None:
        if next(first, False):
            await gate.wait()

    due.messenger.before_turn = slow
    sweeping = asyncio.create_task(due.core.sweep(due.now))
    async with asyncio.timeout(5):
        while len(due.messenger.delivered) < len(others):  # noqa: ASYNC110 what is waited for is the others' doing
            await asyncio.sleep(0.001)
    gate.set()
    await sweeping
    assert len(due.messenger.delivered) == len(others) + 1


async def test_an_end_meanwhile_begins_nothing_and_settles_what_was_handed_over(due: Member) -> None:
    await members_with_due_permission(due, 3)
    handed, reached, first = asyncio.Event(), asyncio.Event(), iter([True])

    async def queue() -> None:
        if not next(first, False):
            await asyncio.Event().wait()  # for ever

    async def answer() -> None:
        reached.set()
        await handed.wait()

    due.messenger.before_turn, due.messenger.before_send = queue, answer
    sweeping = asyncio.create_task(due.core.sweep(due.now))
    await reached.wait()
    for _ in range(3):  # however often it is told
        sweeping.cancel()
        await asyncio.sleep(0.01)
        assert not sweeping.done()
    handed.set()
    with pytest.raises(asyncio.CancelledError):
        await sweeping
    books = [book async for book in due.store.all(Book)]
    assert [len(book.sent_reminders) for book in books] == [1, 0, 0, 0]
    assert [book.envelopes for book in books] == [()] * 4, "nothing is left to be looked up at the next start"


# What is remembered.


async def test_the_conversation_is_remembered_with_the_message_and_recalled_after_a_restart(due: Member) -> None:
    await due.sweep()
    assert (await due.book()).conversation_id == f"with {due.actor.address.user}"
    due.messenger = FakeMessenger()
    await due.say("add Lee channel: email")
    assert len(await due.live("2026-12-23 12:00")) == 1
    assert due.messenger.restored_conversations == [f"with {due.actor.address.user}"]


# When there is no turn.


async def test_a_rest_that_the_platform_asks_for_is_no_failure(due: Member) -> None:
    due.messenger.before_turn = raise_on_turns(TryLater("held", timedelta(seconds=7)), 3)
    tried = []
    while not due.messenger.delivered:
        await due.sweep()
        tried.append(due.now)
        due.now = await due.core.next_wake() or due.now
        if not due.messenger.delivered:
            [waits] = (await due.book()).envelopes
            assert (waits.state, waits.tries, waits.deferrals) == (DeliveryState.WAITING, 0, 0)
    assert [late - tried[0] for late in tried] == [timedelta(seconds=7 * number) for number in range(4)]
    assert due.messenger.tries == 1


async def test_without_one_it_comes_later_and_later(due: Member) -> None:
    due.messenger.before_turn = raise_on_turns(TryLater("down"), 4)
    tried = []
    while not due.messenger.delivered:
        await due.sweep()
        tried.append(due.now)
        due.now = await due.core.next_wake() or due.now
    minutes = [(late - tried[0]) / timedelta(minutes=1) for late in tried]
    assert minutes == [0, 1, 3, 7, 15]
    assert due.messenger.lookups == []


@pytest.mark.parametrize("where", ["before_turn", "before_send"])
async def test_what_stays_refused_is_given_up_after_eight_tries(due: Member, where: str) -> None:
    setattr(due.messenger, where, raise_on_turns(MessageRejected("invalid_blocks")))
    await due.live("2026-12-08 19:00")
    found = await first_envelope(due)
    assert found is not None
    assert (found.state, max(found.tries, found.deferrals)) == (DeliveryState.PARKED, MAX_SEND_TRIES)
    assert found.possible_copies == 0


@pytest.mark.parametrize("problem", [Undeliverable("50007"), AccountClosed("deactivated")])
async def test_whom_the_platform_refuses_is_left_alone(due: Member, problem: Exception) -> None:
    due.messenger.before_turn = raise_on_turns(problem)
    await due.live("2026-12-18 12:00")
    book = await due.book()
    assert book.envelopes == ()
    assert bool(book.unreachable_reason) != bool(book.profile.account_closed_at)
    assert BookMoment(
        replace(book, unreachable_reason="", profile=replace(book.profile, account_closed_at=None)), due.now, due.home
    ).due


async def test_a_turn_that_fails_counts_as_no_copy_of_what_may_have_been_sent(due: Member) -> None:
    due.messenger.troubles, due.messenger.can_look_up, due.messenger.stores = [DeliveryUncertain()], False, True
    await due.sweep()
    due.messenger.before_turn = raise_on_turns(TryLater("down"), 5)
    await due.live("2026-12-08 19:00")
    assert len(due.messenger.delivered) == due.messenger.tries == 2
    assert (await due.book()).envelopes == ()


# Two processes.


@asynccontextmanager
async def pause_during_send(due: Member, ends: Exception | None = None) -> AsyncIterator[None]:
    """One process is stopped in the midst of its call until the block is over; a minute has passed for the other."""
    gate, reached = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        reached.set()
        await gate.wait()

    ours = replace(due, messenger=FakeMessenger(before_send=slow, always=ends))
    sweeping = asyncio.create_task(ours.core.sweep(due.now))
    await reached.wait()
    due.wait(minutes=1)
    yield
    gate.set()
    await sweeping


async def test_one_that_was_held_up_has_no_say_in_what_another_took_over(due: Member) -> None:
    async with pause_during_send(due, TryLater("busy")):
        due.messenger.troubles = [DeliveryUncertain()]
        await due.sweep()
        before = await first_envelope(due)
    assert await first_envelope(due) == before
    assert before is not None
    assert (before.state, before.tries) == (DeliveryState.SENDING, 2)


async def test_that_it_was_delivered_holds_whoever_tried(due: Member) -> None:
    async with pause_during_send(due):
        due.messenger.troubles = [DeliveryUncertain()]
        await due.sweep()
    book = await due.book()
    assert (book.envelopes, len(book.sent_reminders)) == ((), 1)
    due.wait(minutes=10)
    assert await due.sweep() == []


async def test_what_another_has_settled_is_not_settled_twice(due: Member) -> None:
    async with pause_during_send(due):
        assert QUEUE_PERMISSION_TEXT in only_card(await due.sweep())
        settled = await due.book()
    assert await due.book() == settled
    assert len(settled.sent_reminders) == 1
