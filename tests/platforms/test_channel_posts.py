"""Posts in a club's channel: sent once, where they may be, and what it means that one is not taken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.common.token import TokenRefused
from bot.domain.errors import ChannelRefused, DeliveryUncertain, MessageRejected, TryLater
from bot.domain.messages import Button, Card
from tests.platforms.stage import Stage

MEETING_CARD = Card((("We meet on Tuesday, @everyone.",),), buttons=(Button("Join", "help"), Button("Board", "board")))
REFUSALS = {"gone": "gone", "archived": "archived", "closed": "not ours"}


@pytest.fixture
def here(stage: Stage) -> Stage:
    stage.open_room()
    return stage


async def send(stage: Stage) -> None:
    await stage.messenger.send(stage.club_channel, MEETING_CARD, "k1")


async def test_a_post_stands_in_the_channel_for_all_who_are_in_it(here: Stage) -> None:
    post = await here.post(MEETING_CARD)
    assert here.read(post) == "We meet on Tuesday, @everyone."
    assert here.labels(post) == ["Join", "Board"]
    assert here.in_room(here.lee) == [post]
    assert here.inbox() == here.private() == []
    assert (here.count("message"), here.count("open")) == (1, 0)


@pytest.mark.parametrize("how", REFUSALS)
async def test_a_channel_that_takes_no_post_says_why_until_it_takes_posts_again(here: Stage, how: str) -> None:
    here.shut_room(how)
    for _ in range(2):
        with pytest.raises(ChannelRefused, match=f"^{REFUSALS[how]}$"):
            await send(here)
    here.shut_room("")
    await here.post(MEETING_CARD)
    assert len(here.in_room()) == 1


@pytest.mark.parametrize("failure", ["message", "token", "status", "dropped", "limited"])
async def test_what_says_nothing_of_the_channel_does_not_shut_it(here: Stage, failure: str) -> None:
    made = {"status": lambda: here.faults.status(503), "limited": lambda: here.faults.limited(7)}
    made |= {"dropped": here.faults.dropped}
    here.fail("message", made[failure]() if failure in made else here.refusals[failure], times=None)
    expected = {"message": MessageRejected, "token": TokenRefused, "limited": TryLater}
    with pytest.raises(expected.get(failure, DeliveryUncertain)) as problem:
        await send(here)
    assert not isinstance(problem.value, ChannelRefused)


async def test_a_rest_that_one_channel_asked_for_keeps_no_member_waiting(here: Stage) -> None:
    here.fail("message", here.faults.limited(600))
    with pytest.raises(TryLater):
        await send(here)
    with pytest.raises(TryLater) as held:
        await send(here)
    assert held.value.retry_after is not None
    assert held.value.retry_after > timedelta(seconds=500)
    await here.messenger.wait_for_turn(here.address())
    await here.messenger.send(here.address(), MEETING_CARD, "k2")
    assert len(here.inbox()) == 1


async def test_posts_keep_a_distance_and_do_not_hold_up_a_member(here: Stage) -> None:
    await here.messenger.wait_for_turn(here.address())
    began = here.seconds()
    await here.messenger.wait_for_turn(here.club_channel)
    assert here.seconds() - began < 1
    await here.messenger.wait_for_turn(here.club_channel)
    assert 1 <= here.seconds() - began < 2.5


async def test_nothing_is_posted_while_the_token_is_refused(here: Stage) -> None:
    here.refuse("message", "token")
    for _ in range(2):
        with pytest.raises(TryLater):
            await send(here)
    assert (here.count("message"), here.in_room()) == (1, [])


@pytest.mark.parametrize("stored", [False, True])
async def test_whether_a_post_arrived_is_looked_up_where_that_takes_no_right_to_read_all(
    here: Stage, stored: bool
) -> None:
    began = here.clock.now()
    here.fail("message", here.faults.dropped(), stored=stored)
    with pytest.raises(DeliveryUncertain):
        await send(here)
    known = await here.messenger.was_sent(here.club_channel, "k1", began)
    if here.can_search_channels:
        assert known is (True if stored else None), "an empty history tells nothing"
    else:
        assert (known, here.count("history")) == (None, 0)
