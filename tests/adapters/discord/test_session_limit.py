"""New sessions are counted over restarts: no crash loop comes near the thousand that reset a token."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.session_limit import SESSION_BURST, SESSION_INTERVAL, SESSION_LIMIT_KEY, DiscordSessionLimit
from tests.adapters.discord.loopback_client import CLIENT_START, DiscordFakeTime, FakeKeyValues

SESSION_DAY = timedelta(hours=24)


def most_sessions_a_day(moments: list[datetime]) -> int:
    return max((sum(first <= moment < first + SESSION_DAY for moment in moments) for first in moments), default=0)


async def session_start_times(steps: list[tuple[int, bool]]) -> list[datetime]:
    """One for each step; before it so many seconds pass, and perhaps the process is started anew."""
    time, memos, taken = DiscordFakeTime(), FakeKeyValues(), []
    counted = DiscordSessionLimit(memos, time.wall, time.sleep)
    for seconds, restarted in steps:
        time.seconds += seconds
        if restarted:
            counted = DiscordSessionLimit(memos, time.wall, time.sleep)
        await counted.wait_for_session()
        await counted.reserve_session()
        taken.append(time.wall())
    return taken


async def test_five_hundred_restarts_in_a_day_stay_below_two_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = await session_start_times([(1, True)] * 500)
    assert 190 <= most_sessions_a_day(taken) < 200


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0, 1, 60, 400, 4000, 40000]), st.booleans()), min_size=1, max_size=260))
def test_whenever_they_are_asked_for_a_day_holds_less_than_two_hundred(steps: list[tuple[int, bool]]) -> None:
    assert most_sessions_a_day(asyncio.run(session_start_times(steps))) < 200


async def test_the_first_ones_wait_only_for_their_spacing() -> None:
    time = DiscordFakeTime()
    counted = DiscordSessionLimit(FakeKeyValues(), time.wall, time.sleep)
    for _ in range(SESSION_BURST):
        await counted.reserve_session()
    assert time.slept == [5] * (SESSION_BURST - 1)
    await counted.reserve_session()
    assert sum(time.slept[SESSION_BURST - 1 :]) > 400


async def test_a_turn_is_kept_before_it_is_given() -> None:
    time, memos = DiscordFakeTime(), FakeKeyValues()
    await DiscordSessionLimit(memos, time.wall, time.sleep).reserve_session()
    assert datetime.fromisoformat(memos.values[SESSION_LIMIT_KEY]) == CLIENT_START + SESSION_INTERVAL


async def test_waiting_for_a_turn_counts_nothing() -> None:
    time, memos = DiscordFakeTime(), FakeKeyValues()
    for _ in range(50):
        await DiscordSessionLimit(memos, time.wall, time.sleep).wait_for_session()
    assert memos.values == {}
    assert time.slept == []


async def test_a_long_wait_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    time, memos = DiscordFakeTime(), FakeKeyValues()
    memos.values[SESSION_LIMIT_KEY] = (CLIENT_START + SESSION_BURST * SESSION_INTERVAL).isoformat()
    await DiscordSessionLimit(memos, time.wall, time.sleep).reserve_session()
    assert time.slept == [SESSION_INTERVAL.total_seconds()]
    assert capsys.readouterr().out.count("too many new sessions") == 1


async def test_a_store_that_fails_stops_nothing_but_counts_within_the_process(
    capsys: pytest.CaptureFixture[str],
) -> None:
    time, memos = DiscordFakeTime(), FakeKeyValues()
    memos.broken = True
    counted = DiscordSessionLimit(memos, time.wall, time.sleep)
    for _ in range(SESSION_BURST + 1):
        await counted.reserve_session()
    assert sum(time.slept) >= SESSION_INTERVAL.total_seconds() - 5
    said = capsys.readouterr().out
    assert "cannot be written" in said
    assert "CANARY" not in said


@pytest.mark.parametrize("kept", ["rubbish", "9" * 5000, "2026-13-01", "0001-01-01T00:00:00+14:00"])
async def test_what_cannot_be_read_is_counted_anew(kept: str) -> None:
    time, memos = DiscordFakeTime(), FakeKeyValues()
    memos.values[SESSION_LIMIT_KEY] = kept
    await DiscordSessionLimit(memos, time.wall, time.sleep).reserve_session()
    assert time.slept == []


@pytest.mark.parametrize("kept", ["2127-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00"])
async def test_a_moment_too_far_ahead_is_not_believed(kept: str) -> None:
    time, memos = DiscordFakeTime(), FakeKeyValues()
    memos.values[SESSION_LIMIT_KEY] = kept
    counted = DiscordSessionLimit(memos, time.wall, time.sleep)
    await counted.wait_for_session()
    await counted.reserve_session()
    assert time.slept == []


async def test_a_clock_set_back_while_we_run_keeps_nobody_waiting() -> None:
    time = DiscordFakeTime()
    counted = DiscordSessionLimit(FakeKeyValues(), time.wall, time.sleep)
    await counted.reserve_session()
    time.seconds -= 10 * 24 * 3600
    await counted.reserve_session()
    assert sum(time.slept) <= 5
