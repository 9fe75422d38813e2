"""Reminders as direct messages: sent once, at the platform's pace, and found again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.domain.errors import DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.domain.messages import Button, Card
from bot.domain.model import Address
from tests.platforms.stage import Stage

TURN_CARD = Card((("Your turn.",),), buttons=(Button("Your board", "board"),))
KEY = "abc123"
POSTS_PER_SECOND = {"slack": 5, "discord": 45}  # of one bot
CROWD = 20
FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def lee(stage: Stage) -> Address:
    return stage.address(stage.lee.user.id)


async def send(stage: Stage, to: Address, key: str = KEY) -> None:
    await stage.messenger.send(to, TURN_CARD, key)


async def found(stage: Stage, to: Address, key: str = KEY, **ago: float) -> bool | None:
    """Whether it was sent since so long ago."""
    return await stage.messenger.was_sent(to, key, stage.clock.now() - timedelta(**ago))


def crowd(stage: Stage, many: int = CROWD) -> list[Address]:
    return [stage.address(stage.invite(number).user.id) for number in range(many)]


# -- sent


async def test_a_conversation_is_opened_once_and_a_message_with_each_key_is_sent(stage: Stage, lee: Address) -> None:
    for key in ("one", "two", "three"):
        await send(stage, lee, key)
    assert [one.said for one in stage.inbox(stage.lee)] == ["Your turn."] * 3
    assert (stage.count("open"), stage.count("message")) == (1, 3)
    assert stage.inbox() == []


async def test_a_conversation_is_recalled_after_a_restart_and_opened_by_nobody(stage: Stage, lee: Address) -> None:
    known = await stage.messenger.wait_for_turn(lee)
    other = await stage.messenger.wait_for_turn(stage.address())
    await stage.restart()
    opened = stage.count("open")
    stage.messenger.restore_conversation(lee, "")
    stage.messenger.restore_conversation(lee, known)
    assert await stage.messenger.wait_for_turn(lee) == known
    await send(stage, lee)
    stage.messenger.restore_conversation(lee, other)
    assert await stage.messenger.wait_for_turn(lee) == known, "what was learnt since is better"
    assert stage.count("open") == opened


async def test_a_conversation_that_is_gone_is_opened_anew_once(stage: Stage, lee: Address) -> None:
    known = await stage.messenger.wait_for_turn(lee)
    stage.refuse("message", "conversation")
    with pytest.raises(TryLater):
        await send(stage, lee)
    stage.messenger.restore_conversation(lee, known)  # from a book that knows no better
    await stage.messenger.wait_for_turn(lee)
    await send(stage, lee)
    assert (stage.count("open"), len(stage.inbox(stage.lee))) == (2, 1)
    stage.refuse("message", "conversation")
    with pytest.raises((Undeliverable, MessageRejected)):  # the very same is gone again
        await send(stage, lee)


@pytest.mark.parametrize("failure", ["dropped", "html", "empty", "bad_json"])
async def test_an_opening_whose_answer_is_lost_sent_nothing(stage: Stage, lee: Address, failure: str) -> None:
    stage.fail("open", getattr(stage.faults, failure)(), times=None)
    with pytest.raises(TryLater):
        await send(stage, lee)
    assert stage.count("message") == 0


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("minutes", [0, 60])
async def test_an_answer_that_is_lost_makes_no_second_message(
    stage: Stage, lee: Address, stored: bool, minutes: int
) -> None:
    stage.fail("message", stage.faults.dropped(), stored=stored)
    with pytest.raises(DeliveryUncertain):
        await send(stage, lee)
    assert stage.count("message") == 1, "it is for the core to try again"
    stage.clock.move(stage.clock.now() + timedelta(minutes=minutes))
    if not await found(stage, lee, minutes=minutes + 1):
        await send(stage, lee)
    assert len(stage.inbox(stage.lee)) == 1


async def test_while_the_platform_wants_rest_in_a_conversation_nothing_is_asked_there(
    stage: Stage, lee: Address
) -> None:
    await stage.messenger.wait_for_turn(lee)
    stage.fail("message", stage.faults.limited(600))
    for _ in range(3):
        with pytest.raises(TryLater) as later:
            await send(stage, lee)
        assert later.value.retry_after is not None
        assert later.value.retry_after > timedelta(seconds=590)
    assert stage.count("message") == 1
    await send(stage, stage.address())
    assert len(stage.inbox()) == 1, "nobody else has to wait"
    stage.clock.move(stage.clock.now() + timedelta(seconds=601))
    await send(stage, lee)
    assert len(stage.inbox(stage.lee)) == 1


async def test_it_is_not_ready_while_the_token_is_refused(stage: Stage, lee: Address) -> None:
    assert stage.messenger.ready
    stage.refuse("message", "token")
    for _ in range(3):
        with pytest.raises(TryLater):
            await send(stage, lee)
    assert not stage.messenger.ready
    assert stage.count("message") == 1


async def test_whoever_cannot_be_written_to_is_asked_once(stage: Stage, lee: Address) -> None:
    stage.refuse("message", "person")
    with pytest.raises(Undeliverable):
        await send(stage, lee)
    assert (stage.count("message"), stage.inbox(stage.lee)) == (1, [])


# -- found again


async def test_a_message_is_found_by_its_key_and_by_no_other(stage: Stage, lee: Address) -> None:
    assert await found(stage, lee, minutes=10) is False
    await send(stage, lee)
    assert await found(stage, lee, minutes=10) is True
    for other in ("other", f"{KEY}4", f"x{KEY}", KEY.upper()):
        assert await found(stage, lee, other, minutes=10) is False
    assert await found(stage, stage.address(), minutes=10) is False


async def test_it_is_found_however_far_the_platforms_clock_is_behind(stage: Stage, lee: Address) -> None:
    await send(stage, lee)
    assert await found(stage, lee, days=-30) is True


async def test_it_is_looked_for_on_every_page(stage: Stage, lee: Address) -> None:
    await stage.messenger.wait_for_turn(lee)
    stage.chat(stage.lee, 250)
    await send(stage, lee)
    stage.chat(stage.lee, 430)
    stage.clock.move(stage.clock.now() + FIVE_MINUTES)
    assert await found(stage, lee, minutes=30) is True
    assert await found(stage, lee, "other", minutes=30) is False
    assert stage.count("history") > 2 + 2


async def test_what_was_said_before_is_not_read_to_the_beginning(stage: Stage, lee: Address) -> None:
    await stage.messenger.wait_for_turn(lee)
    stage.chat(stage.lee, 430)
    stage.clock.move(stage.clock.now() + timedelta(days=1))
    assert await found(stage, lee, minutes=30) is False
    assert stage.count("history") == 1


@pytest.mark.parametrize("failure", ["status", "html", "empty", "bad_json", "dropped", "limited"])
async def test_a_look_that_failed_is_no_answer(stage: Stage, lee: Address, failure: str) -> None:
    made = {"status": lambda: stage.faults.status(503), "limited": lambda: stage.faults.limited(30)}
    stage.fail("history", made.get(failure, getattr(stage.faults, failure))(), times=None)
    with pytest.raises((TryLater, DeliveryUncertain)):
        await found(stage, lee, minutes=10)


async def test_where_the_platform_may_not_be_asked_nothing_is_known(stage: Stage, lee: Address) -> None:
    stage.refuse("history", "history")
    with suppress(MessageRejected):  # which says why
        assert await found(stage, lee, minutes=10) is None


async def test_nobody_is_found_whose_conversation_cannot_be_opened(stage: Stage, lee: Address) -> None:
    stage.refuse("open", "person", times=None)
    assert await found(stage, lee, minutes=10) is None
    with pytest.raises(Undeliverable):
        await send(stage, lee)


# -- in turn


async def test_messages_keep_to_the_pace_of_a_conversation_and_of_the_bot(stage: Stage, lee: Address) -> None:
    people, rate = crowd(stage), POSTS_PER_SECOND[stage.platform]
    for who in people:
        await stage.messenger.wait_for_turn(who)
    began = stage.seconds()
    for who in people:
        await stage.messenger.wait_for_turn(who)
    assert (CROWD - 1) / rate <= stage.seconds() - began < CROWD / 2
    began = stage.seconds()
    for _ in range(5):
        await stage.messenger.wait_for_turn(lee)
    assert 4 <= stage.seconds() - began <= 8


async def test_who_would_stand_long_for_a_new_conversation_is_given_a_time_of_their_own(stage: Stage) -> None:
    people = crowd(stage)
    came = await asyncio.gather(*map(stage.messenger.wait_for_turn, people), return_exceptions=True)
    later = sorted(one.retry_after.total_seconds() for one in came if isinstance(one, TryLater) and one.retry_after)
    assert len(later) == CROWD - stage.count("open") >= 10
    assert all(after - before > 1 for before, after in pairwise(later)), "one after the other"


async def test_a_refusal_to_open_is_heard_before_the_next_is_asked_for(stage: Stage, lee: Address) -> None:
    known = stage.address()
    await stage.messenger.wait_for_turn(known)
    stage.refuse("open", "opening", times=None)
    came = await asyncio.gather(*map(stage.messenger.wait_for_turn, [lee, *crowd(stage, 2)]), return_exceptions=True)
    assert [type(one) for one in came] == [TryLater] * 3
    assert stage.count("open") == 2
    await send(stage, known)


async def test_a_rest_that_is_asked_for_while_one_waits_is_kept(stage: Stage, lee: Address) -> None:
    await stage.messenger.wait_for_turn(lee)
    stage.refuse("message", "rest")
    came = await asyncio.gather(send(stage, lee), stage.messenger.wait_for_turn(lee), return_exceptions=True)
    assert [type(one) for one in came] == [TryLater] * 2


async def test_who_is_known_waits_for_nobody_elses_opening(stage: Stage, lee: Address) -> None:
    await stage.messenger.wait_for_turn(stage.address())
    stage.fail("open", stage.faults.hang(0.5))
    opening = asyncio.create_task(stage.messenger.wait_for_turn(lee))
    await stage.fake.until(lambda: stage.count("open") == 2)
    await send(stage, stage.address())
    assert not opening.done()
    with pytest.raises(TryLater):
        await opening


# -- who is there


async def test_whoever_was_put_out_does_not_belong_there_any_more(stage: Stage, lee: Address) -> None:
    club = stage.club_channel.club
    stage.put_out(stage.lee)
    assert not await stage.messenger.is_in_workspace(lee, club)
    assert await stage.messenger.is_in_workspace(stage.address(), club)


async def test_what_cannot_be_told_puts_nobody_out(stage: Stage, lee: Address) -> None:
    stage.fail("member", stage.faults.status(503), times=None)
    stage.put_out(stage.lee)
    assert await stage.messenger.is_in_workspace(lee, stage.club_channel.club)
