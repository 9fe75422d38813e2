"""Serving platforms that stumble at their start or their end."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass, field
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app.service import Service
from bot.domain.errors import HostRequestRefused
from bot.domain.model import HostDefaults
from bot.host.runner import serve_platforms
from storage.memory import MemoryStore


@dataclass
class StumblingPlatform:
    """A platform or a ticker; `at_start` and `at_stop` are raised, `slow` never gets ready."""

    at_start: Exception | None = None
    at_stop: Exception | None = None
    slow: bool = False
    messenger: Any = None
    happened: list[str] = field(default_factory=list)

    async def start(self, _core: Service) -> None:
        try:
            await asyncio.sleep(3600 if self.slow else 0)
        except asyncio.CancelledError:
            self.happened.append("let go")
            raise
        if self.at_start:
            raise self.at_start
        self.happened.append("started")

    async def stop(self) -> None:
        self.happened.append("stopped")
        if self.at_stop:
            raise self.at_stop


class StumblingTicker(StumblingPlatform):
    def start(self) -> None:  # type: ignore[override]
        self.happened.append("started")


def empty_service() -> Service:
    return Service(MemoryStore(), {}, HostDefaults("UTC"))


def terminate_soon() -> None:
    asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGTERM)


async def test_all_is_started_and_at_sigterm_all_is_stopped() -> None:
    stages = StumblingTicker(), StumblingPlatform(), StumblingTicker(), StumblingPlatform()
    terminate_soon()
    await serve_platforms([(stages[1], stages[0]), (stages[3], stages[2])], empty_service())
    assert [stage.happened for stage in stages] == [["started", "stopped"]] * 4


async def test_one_that_stumbles_at_its_end_keeps_no_other_from_being_closed() -> None:
    stages = (
        StumblingTicker(at_stop=ValueError("Dana")),
        StumblingPlatform(at_stop=ValueError("Dana")),
        StumblingPlatform(),
    )
    terminate_soon()
    with capture_logs() as logs:
        await serve_platforms([(stages[1], stages[0]), (stages[2], StumblingTicker())], empty_service())
    assert [stage.happened[-1] for stage in stages] == ["stopped"] * 3
    assert [log["event"] for log in logs].count("fault") == 2
    assert "Dana" not in str(logs)


async def test_where_one_is_refused_the_others_are_let_go_and_all_is_closed() -> None:
    ticker, refused, slow = (
        StumblingTicker(at_stop=ValueError()),
        StumblingPlatform(at_start=HostRequestRefused("mend it")),
        StumblingPlatform(slow=True),
    )
    with pytest.raises(HostRequestRefused, match="mend it"):
        async with asyncio.timeout(2):
            await serve_platforms([(refused, ticker), (slow, StumblingTicker())], empty_service())
    assert (ticker.happened, refused.happened, slow.happened) == (["stopped"], ["stopped"], ["let go", "stopped"])


async def test_one_that_is_slow_to_reach_does_not_hold_up_the_reminders_of_another() -> None:
    waiting, ticker = StumblingTicker(), StumblingTicker()
    terminate_soon()
    await serve_platforms([(StumblingPlatform(slow=True), waiting), (StumblingPlatform(), ticker)], empty_service())
    assert (waiting.happened, ticker.happened) == (["stopped"], ["started", "stopped"])


async def test_the_end_may_come_before_the_start_is_over() -> None:
    ticker, slow, quick = StumblingTicker(), StumblingPlatform(slow=True), StumblingPlatform()
    terminate_soon()
    await serve_platforms([(slow, ticker), (quick, StumblingTicker())], empty_service())
    assert (ticker.happened, slow.happened) == (["stopped"], ["let go", "stopped"])
    assert quick.happened == ["started", "stopped"]


async def test_what_nobody_waited_for_is_told_without_its_text() -> None:
    async def stumbles() -> None:
        raise ValueError("Dana")

    async def begins(_core: Service) -> None:
        asyncio.get_running_loop().call_soon(lambda: [][0])
        lost = asyncio.ensure_future(stumbles())
        await asyncio.wait({lost})

    platform = StumblingPlatform()
    platform.start = begins  # type: ignore[method-assign]
    terminate_soon()
    with capture_logs() as logs:
        await serve_platforms([(platform, StumblingTicker())], empty_service())
    asyncio.get_running_loop().set_exception_handler(None)
    assert [log["error"] for log in logs if log["event"] == "fault"] == ["IndexError", "ValueError"]
    assert "Dana" not in str(logs)
