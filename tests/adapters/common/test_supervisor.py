"""One connection kept open, without a platform, on a clock that moves only when somebody sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters.common.supervisor import ConnectionSupervisor, ReconnectTiming, retry_until_reached
from adapters.common.token import TokenRefused
from bot.domain.errors import DeliveryUncertain, TryLater


class FinalProblem(Exception):
    """No use to try again."""


class PlayedSupervisor(ConnectionSupervisor[int]):
    """Connections are numbers. `script` says what becomes of each: how many seconds it lives, and how it ends.

    A problem instead of a number of seconds: it does not open. After the script a connection lives for ever.
    """

    def __init__(self, *script: tuple[float | Exception, Exception | None]) -> None:
        self.seconds = 100.0
        self.slept: list[float] = []
        self.events: list[str] = []
        self.script = list(script)
        super().__init__("played", ReconnectTiming(now=lambda: self.seconds, sleep=self.sleep, jitter=lambda: 1.0))

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)

    async def open(self) -> int:
        if self.script and isinstance(problem := self.script[0][0], Exception):
            self.script.pop(0)
            raise problem
        self.events.append("open")
        return len(self.events)

    async def watch(self, connection: int) -> None:
        if not self.script:
            await asyncio.Event().wait()
        lived, problem = self.script.pop(0)
        assert not isinstance(lived, Exception)
        self.seconds += lived
        if problem is not None:
            raise problem

    async def close(self, connection: int) -> None:
        self.events.append("close")

    def is_final(self, problem: Exception) -> bool:
        return isinstance(problem, FinalProblem)


async def play(*script: tuple[float | Exception, Exception | None]) -> PlayedSupervisor:
    """A supervisor that has come to the end of this script, and is stopped."""
    played = PlayedSupervisor(*script)
    played.start()
    for _ in range(200):
        await asyncio.sleep(0)
    assert played.script == []
    played.events.append("stop")
    await played.stop()
    assert played.connection is None
    return played


async def test_a_good_connection_that_is_lost_is_opened_again_at_once() -> None:
    played = await play((1000.0, DeliveryUncertain("closed")))
    assert played.events == ["open", "close", "open", "stop", "close"]
    assert played.slept == []


async def test_one_that_should_be_replaced_is_closed_only_when_the_next_is_open() -> None:
    played = await play((1000.0, None))
    assert played.events == ["open", "open", "close", "stop", "close"]


async def test_one_that_works_is_kept_while_the_next_cannot_be_opened() -> None:
    played = await play((1000.0, None), (OSError(), None), (OSError(), None))
    assert played.events == ["open", "open", "close", "stop", "close"]
    assert played.slept == [1, 2]


async def test_failed_tries_and_short_lives_are_spaced_further_and_further_and_a_long_life_ends_that() -> None:
    failures = [(OSError(), None)] * 4
    played = await play(*failures, (5.0, DeliveryUncertain("closed")), (OSError(), None), (20.0, OSError()), *failures)
    assert played.slept == [1, 2, 4, 8, 16, 30, 1, 2, 4, 8]


async def test_a_platform_that_asks_for_longer_is_given_it() -> None:
    played = await play((TryLater("limited", timedelta(seconds=77)), None), (OSError(), None))
    assert played.slept == [77, 2]


async def test_a_final_problem_ends_it() -> None:
    played = PlayedSupervisor((5.0, FinalProblem()))
    played.start()
    await played.wait_ended()
    assert played.events == ["open", "close"]
    await played.stop()
    await played.stop()


@pytest.mark.parametrize("moments", range(4))
async def test_stopping_in_the_first_moments_leaves_nothing_open(moments: int) -> None:
    played = PlayedSupervisor()
    played.start()
    for _ in range(moments):
        await asyncio.sleep(0)
    await played.stop()
    assert played.events in ([], ["open", "close"])


async def test_a_reason_is_told_once_and_the_end_of_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    await play(*[(TryLater("http_503"), None)] * 5, (1000.0, None), (ValueError("Dana's secret"), None))
    said = capsys.readouterr().out
    assert said.count("http_503") == 1
    assert said.count("connected again") == 2
    assert "ValueError" in said
    assert "Dana" not in said


def in_turn(*outcomes: object) -> Callable[[], object]:
    left = list(outcomes)

    async def call() -> object:
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return call


async def test_a_platform_is_waited_for_until_it_answers_or_refuses_the_token() -> None:
    played = PlayedSupervisor()
    away = (DeliveryUncertain("http_500"), TryLater("limited", timedelta(seconds=9)))
    assert await retry_until_reached("played", in_turn(*away, "here"), played._timing) == "here"
    assert played.slept == [1, 9]
    with pytest.raises(TokenRefused):
        await retry_until_reached("played", in_turn(TokenRefused("revoked")), played._timing)
