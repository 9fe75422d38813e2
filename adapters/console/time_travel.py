"""Time passes on a clock that is moved: all that is due on the way is sent, each at its own moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.console.clock import ConsoleClock
from adapters.console.ports import ConsoleService

MAX_SWEEPS_PER_MOMENT = 10_000  # sweeps at one moment, at most
STUCK_RETRY_STEP = timedelta(minutes=15)  # every zone's local hours begin on a quarter


async def sweep_until_nothing_is_due(service: ConsoleService, now: datetime) -> None:
    """Send what is due, until nothing is left."""
    for _ in range(MAX_SWEEPS_PER_MOMENT):
        if not await service.sweep(now):
            return


async def advance_console_clock(service: ConsoleService, clock: ConsoleClock, target: datetime) -> None:
    """Move the clock to `target` (UTC) by way of every moment at which something is due."""
    await sweep_until_nothing_is_due(service, clock.now())
    while (wake := await service.next_wake()) is not None and wake <= target:
        # A moment that was swept and still stands before us is stuck: look again later, so that the others are served.
        at = wake if wake > clock.now() else _next_quarter_hour(clock.now())
        clock.move(min(at, target))
        await sweep_until_nothing_is_due(service, clock.now())
        if clock.now() == target:
            return
    clock.move(target)
    await sweep_until_nothing_is_due(service, target)


def _next_quarter_hour(at: datetime) -> datetime:
    seconds = STUCK_RETRY_STEP.total_seconds()
    return at + timedelta(seconds=seconds - at.timestamp() % seconds)
