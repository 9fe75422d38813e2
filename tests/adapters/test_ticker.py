"""The ticker on a real scheduler, with short sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import apscheduler.schedulers.base
import pytest
import structlog

from adapters import ticker as module
from adapters.ticker import Ticker

TICKER_PAUSE_SECONDS = 0.05  # seconds


def ticker_utc_now() -> datetime:
    return datetime.now(UTC)


class TickerFakeCore:
    """Wakes at the moments of `due`; `effect` is what happens inside a sweep."""

    def __init__(self, *due: float, effect: Callable[[], object] | None = None) -> None:
        self.due = [ticker_utc_now() + timedelta(seconds=seconds) for seconds in due]
        self.sweeps: list[datetime] = []
        self.served: list[datetime] = []
        self.effect = effect
        self.running = self.most_running = 0

    async def sweep(self, now: datetime, utc_now: Callable[[], datetime] | None = None) -> int:
        self.sweeps.append(now)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            if self.effect is not None:
                await self._take_effect()
        finally:
            self.running -= 1
        ready = [at for at in self.due if at <= now][:1]
        self.due = [at for at in self.due if at not in ready]
        self.served += ready
        return len(ready)

    async def _take_effect(self) -> None:
        assert self.effect is not None
        result = self.effect()
        if asyncio.iscoroutine(result):
            await result

    async def next_wake(self) -> datetime | None:
        return min(self.due, default=None)


async def wait_until_ticked(true: Callable[[], object], seconds: float = 3) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 what is waited for is somebody else's state
            await asyncio.sleep(0.005)


@pytest.fixture
async def started():
    running: list[Ticker] = []

    def start(
        core: TickerFakeCore, max_sleep: float = 30, drain: float = 5, clock: Callable[[], datetime] = ticker_utc_now
    ) -> Ticker:
        running.append(Ticker(core, clock, max_sleep, drain))
        running[-1].start()
        return running[-1]

    yield start
    for ticker in running:
        await ticker.stop()


@pytest.fixture(autouse=True)
def short_pause(monkeypatch):
    monkeypatch.setattr(module, "RETRY_PAUSE_SECONDS", TICKER_PAUSE_SECONDS)


async def test_what_is_due_at_the_start_is_swept_until_nothing_is_left(started):
    core = TickerFakeCore(-3, -2, -1)
    started(core)
    await wait_until_ticked(lambda: len(core.served) == 3)
    await wait_until_ticked(lambda: len(core.sweeps) == 4)
    await asyncio.sleep(3 * TICKER_PAUSE_SECONDS)
    assert len(core.sweeps) == 4  # then it sleeps


async def test_it_wakes_at_the_earliest_moment_and_not_before(started):
    core = TickerFakeCore(0.3, 0.15)
    due = min(core.due)
    started(core)
    await wait_until_ticked(lambda: len(core.served) == 2)
    assert core.served[0] == due
    assert len(core.sweeps) <= 6


async def test_it_looks_at_least_every_max_sleep_seconds(started):
    core = TickerFakeCore()
    started(core, max_sleep=TICKER_PAUSE_SECONDS)
    await wait_until_ticked(lambda: len(core.sweeps) > 4)


async def test_a_nudge_makes_it_look_at_once(started):
    core = TickerFakeCore()
    ticker = started(core)
    await wait_until_ticked(lambda: core.sweeps)
    core.due.append(ticker_utc_now())
    await asyncio.sleep(TICKER_PAUSE_SECONDS)
    assert not core.served
    ticker.nudge()
    await wait_until_ticked(lambda: core.served, 0.5)


async def test_nudges_during_a_sweep_are_not_lost_and_never_run_two_at_once(started):
    core = TickerFakeCore(effect=lambda: asyncio.sleep(TICKER_PAUSE_SECONDS))
    ticker = started(core)
    await wait_until_ticked(lambda: core.running)
    for _ in range(20):
        ticker.nudge()
    await wait_until_ticked(lambda: len(core.sweeps) == 2)
    await asyncio.sleep(3 * TICKER_PAUSE_SECONDS)
    assert (len(core.sweeps), core.most_running) == (2, 1)


@pytest.mark.parametrize("error", [RuntimeError("Dana's secret"), asyncio.CancelledError("Dana's secret")])
async def test_a_sweep_that_fails_is_tried_again_and_tells_nobodys_words(started, error, caplog):
    def fail() -> None:
        core.effect = None
        raise error

    core = TickerFakeCore(0, effect=fail)
    with structlog.testing.capture_logs() as logs:
        started(core)
        await wait_until_ticked(lambda: core.served)
    assert "secret" not in f"{logs} {caplog.text}"
    assert [record["problem"] for record in logs] == [type(error).__name__], "it is told, wordless"


class LeasedElsewhereCore(TickerFakeCore):
    """Its book is due, and another process holds it."""

    async def next_wake(self) -> datetime | None:
        return ticker_utc_now() - timedelta(hours=1)


async def test_a_moment_that_nobody_serves_is_looked_at_again_with_a_pause(started):
    core = LeasedElsewhereCore()
    started(core)
    await asyncio.sleep(5 * TICKER_PAUSE_SECONDS)
    assert 2 <= len(core.sweeps) <= 6


async def test_a_wall_clock_set_back_by_an_hour_is_noticed_within_max_sleep(started, monkeypatch):
    core = TickerFakeCore(60)
    started(core, max_sleep=4 * TICKER_PAUSE_SECONDS)
    await wait_until_ticked(lambda: core.sweeps)

    class SetBack(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) - timedelta(hours=1)

    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", SetBack)
    before = len(core.sweeps)
    await wait_until_ticked(lambda: len(core.sweeps) > before + 2, 2)


async def test_a_wall_clock_set_forward_serves_what_became_due(started):
    ahead = timedelta()
    core = TickerFakeCore(3600)
    started(core, max_sleep=TICKER_PAUSE_SECONDS, clock=lambda: ticker_utc_now() + ahead)
    await wait_until_ticked(lambda: core.sweeps)
    assert not core.served
    ahead = timedelta(hours=2)
    await wait_until_ticked(lambda: core.served)


async def test_one_that_was_never_started_is_stopped_at_once() -> None:
    async with asyncio.timeout(1):
        await Ticker(TickerFakeCore(), ticker_utc_now).stop()


async def test_stopping_waits_for_the_sweep_in_hand_and_begins_no_other(started):
    finished: list[bool] = []

    async def slow() -> None:
        await asyncio.sleep(3 * TICKER_PAUSE_SECONDS)
        finished.append(True)

    core = TickerFakeCore(-2, -1, effect=slow)
    ticker = started(core)
    await wait_until_ticked(lambda: core.running)
    await ticker.stop()
    assert finished == [True]
    ticker.nudge()
    await ticker.stop()
    await asyncio.sleep(4 * TICKER_PAUSE_SECONDS)
    assert len(core.sweeps) == 1


async def test_a_sweep_that_does_not_end_is_cut_short(started):
    core = TickerFakeCore(effect=lambda: asyncio.sleep(60))
    ticker = started(core, drain=TICKER_PAUSE_SECONDS)
    await wait_until_ticked(lambda: core.running)
    await asyncio.wait_for(ticker.stop(), 2)
    await wait_until_ticked(lambda: not core.running)


async def test_stopping_what_was_just_started_is_harmless():
    ticker = Ticker(TickerFakeCore(), ticker_utc_now)
    ticker.start()
    await ticker.stop()
    await Ticker(TickerFakeCore(), ticker_utc_now, drain_seconds=TICKER_PAUSE_SECONDS).stop()


class SaveAfterSweepCore(TickerFakeCore):
    """A save ends in the same turn of the loop as a sweep: the scheduler has not yet said that the job is over."""

    ticker: Ticker

    async def next_wake(self) -> datetime | None:
        if len(self.sweeps) == 1:
            asyncio.get_running_loop().call_soon(self._save)
        return await super().next_wake()

    def _save(self) -> None:
        self.due.append(ticker_utc_now())
        self.ticker.nudge()


async def test_a_nudge_just_after_a_sweep_is_not_forgotten(started):
    core = SaveAfterSweepCore()
    core.ticker = started(core, max_sleep=30)
    await wait_until_ticked(lambda: core.served)


@pytest.mark.parametrize("moments", range(6))
async def test_a_stop_in_the_first_moments_is_no_error(caplog: pytest.LogCaptureFixture, moments: int) -> None:
    ticker = Ticker(TickerFakeCore(), ticker_utc_now)
    ticker.start()
    for _ in range(moments):
        await asyncio.sleep(0)
    await ticker.stop()
    await asyncio.sleep(0.01)
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
