"""So many at once, then so many a second."""

from __future__ import annotations

import pytest

from adapters.common.command_budget import RateLimiter


class SteppedClock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


def test_a_budget_is_spent_at_once_and_comes_back_at_its_rate(clock: SteppedClock) -> None:
    budget = RateLimiter(3, 2, clock)
    assert [budget.try_take("ada") for _ in range(4)] == [True, True, True, False]
    assert budget.seconds_until_free("ada") == pytest.approx(0.5)
    clock.now += 0.5
    assert budget.seconds_until_free("ada") == 0
    assert [budget.try_take("ada") for _ in range(2)] == [True, False]
    clock.now += 3600
    assert [budget.try_take("ada") for _ in range(4)] == [True, True, True, False], "and no more than that is saved up"


def test_each_has_a_budget_of_their_own(clock: SteppedClock) -> None:
    budget = RateLimiter(1, 1, clock)
    assert [budget.try_take("ada"), budget.try_take("ada"), budget.try_take("lee")] == [True, False, True]


def test_a_budget_remembers_the_most_at_most(clock: SteppedClock) -> None:
    budget = RateLimiter(1, 1, clock, max_keys=2)
    for name in ("ada", "lee", "sam"):
        budget.try_take(name)
    assert len(budget._busy_until) == 2
    assert not budget.try_take("sam")
