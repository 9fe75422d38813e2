"""Turns and rests, on a clock that moves only when somebody sleeps on it."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from adapters.common import rate_limits
from adapters.common.rate_limits import RateLimiter, RateLimitHolds, RequestPacer
from bot.domain.errors import TryLater


class WaitingClock:
    """Time passes when all wait: `sleep` yields to the others, then moves on to the earliest alarm."""

    def __init__(self) -> None:
        self.now = 100.0
        self._alarms: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        alarm = self.now + seconds
        self._alarms.append(alarm)
        while self.now < alarm:
            for _ in range(5):
                await asyncio.sleep(0)
            if self.now < alarm and min(self._alarms) == alarm:
                self.now = alarm
        self._alarms.remove(alarm)


@pytest.fixture
def clock() -> WaitingClock:
    return WaitingClock()


async def take_paced_turn(
    pacer: RequestPacer, clock: WaitingClock, channel: str, taken: list[tuple[str, float]]
) -> None:
    await pacer.wait_for_turn(channel)
    taken.append((channel, clock.now))


def turn_gaps(moments: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(moments)]


async def test_who_would_wait_longer_than_they_may_is_given_a_time_of_their_own(clock: WaitingClock) -> None:
    pacer, taken = RequestPacer(1, 1, clock, clock.sleep), []
    pacer.raise_if_crowded(0)
    standing = [asyncio.create_task(take_paced_turn(pacer, clock, str(number), taken)) for number in range(3)]
    await asyncio.sleep(0)
    pacer.raise_if_crowded(4)
    times = []
    for _ in range(3):
        with pytest.raises(TryLater) as crowded:
            pacer.raise_if_crowded(2)
        assert crowded.value.retry_after is not None
        times.append(crowded.value.retry_after.total_seconds())
    await asyncio.gather(*standing)
    assert turn_gaps(times) == pytest.approx([1 / 0.95] * 2, abs=1e-5)
    assert clock.now < 100 + times[0], "later than all who stand there already"
    clock.now = 100 + times[-1]
    pacer.raise_if_crowded(0)


async def test_turns_of_one_channel_keep_their_distance_and_their_order(clock: WaitingClock) -> None:
    pacer, order = RequestPacer(5, 1, clock, clock.sleep), []

    async def number(index: int) -> None:
        await pacer.wait_for_turn("D1")
        order.append((index, clock.now))

    await asyncio.gather(*map(number, range(5)))
    assert [index for index, _ in order] == [0, 1, 2, 3, 4]
    assert turn_gaps([at for _, at in order]) == pytest.approx([1 / 0.95] * 4)


async def test_turns_in_many_channels_keep_the_rate_of_the_workspace(clock: WaitingClock) -> None:
    pacer, taken = RequestPacer(5, 1, clock, clock.sleep), []
    await asyncio.gather(*(take_paced_turn(pacer, clock, f"D{index}", taken) for index in range(50)))
    assert turn_gaps([at for _, at in taken]) == pytest.approx([0.2 / 0.95] * 49)


async def test_a_busy_channel_keeps_no_other_waiting(clock: WaitingClock) -> None:
    pacer, taken = RequestPacer(5, 1, clock, clock.sleep), []
    busy = [take_paced_turn(pacer, clock, "BUSY", taken) for _ in range(10)]
    await asyncio.gather(*busy, *(take_paced_turn(pacer, clock, f"D{index}", taken) for index in range(10)))
    others = [at for channel, at in taken if channel != "BUSY"]
    assert max(others) - 100 < 4


async def test_a_turn_is_taken_without_waiting_or_not_at_all(clock: WaitingClock) -> None:
    pacer = RequestPacer(5, 1, clock, clock.sleep)
    assert pacer.try_take_turn("D1")
    assert not pacer.try_take_turn("D2")
    clock.now += 0.3
    assert not pacer.try_take_turn("D1")
    assert pacer.try_take_turn("D2")


async def test_an_optional_turn_does_not_push_in(clock: WaitingClock) -> None:
    pacer = RequestPacer(5, 1, clock)  # sleeps for real: this clock stands
    await pacer.wait_for_turn("D1")
    waiting = asyncio.create_task(pacer.wait_for_turn("D1"))
    await asyncio.sleep(0)
    clock.now += 0.5  # the workspace is free, and somebody waits
    assert not pacer.try_take_turn("D2")
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert pacer.try_take_turn("D2")


async def test_channels_that_are_free_again_are_forgotten(clock: WaitingClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_PACED_CHANNELS", 10)
    pacer = RequestPacer(100, 1, clock, clock.sleep)
    for index in range(1000):
        await pacer.wait_for_turn(f"D{index}")
    assert len(pacer._lanes) < 150


async def test_of_the_rate_nine_tenths_are_reached_though_each_sleep_ends_a_little_late(clock: WaitingClock) -> None:
    """As sleeps do; what is reached on a real clock is measured by `make bench`."""

    async def sleep(seconds: float) -> None:
        await clock.sleep(seconds + 0.0005)

    pacer, began = RequestPacer(100, 1, clock, sleep), clock.now
    await pacer.wait_for_turn("first")
    for index in range(40):
        await pacer.wait_for_turn(f"D{index}")
    assert 40 / 100 <= clock.now - began <= 40 / 90


def test_what_is_held_is_told_with_the_rest_of_its_time(clock: WaitingClock) -> None:
    holds = RateLimitHolds(clock)
    holds.hold("chat.postMessage", 30)
    clock.now += 10
    with pytest.raises(TryLater) as later:
        holds.raise_if_held("chat.postMessage")
    assert later.value.retry_after is not None
    assert later.value.retry_after.total_seconds() == pytest.approx(20)
    holds.raise_if_held("users.info")
    clock.now += 20
    holds.raise_if_held("chat.postMessage")


def test_a_shorter_hold_ends_no_longer_one(clock: WaitingClock) -> None:
    holds = RateLimitHolds(clock)
    holds.hold("x", 30)
    holds.hold("x", 1)
    clock.now += 5
    with pytest.raises(TryLater):
        holds.raise_if_held("x")


def test_a_budget_is_spent_at_once_and_comes_back_at_its_rate(clock: WaitingClock) -> None:
    budget = RateLimiter(3, 2, clock)
    assert [budget.try_take("ada") for _ in range(4)] == [True, True, True, False]
    assert budget.seconds_until_free("ada") == pytest.approx(0.5)
    clock.now += 0.5
    assert budget.seconds_until_free("ada") == 0
    assert [budget.try_take("ada") for _ in range(2)] == [True, False]
    clock.now += 3600
    assert [budget.try_take("ada") for _ in range(4)] == [True, True, True, False], "and no more than that is saved up"


def test_each_has_a_budget_of_their_own(clock: WaitingClock) -> None:
    budget = RateLimiter(1, 1, clock)
    assert [budget.try_take("ada"), budget.try_take("ada"), budget.try_take("lee")] == [True, False, True]


def test_a_budget_remembers_the_most_at_most(clock: WaitingClock) -> None:
    budget = RateLimiter(1, 1, clock, max_keys=2)
    for name in ("ada", "lee", "sam"):
        budget.try_take(name)
    assert len(budget._busy_until) == 2
    assert not budget.try_take("sam")
