"""Moves the console's clock forward; everything that becomes due on the way is sent at its own time."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.console.clock import ConsoleClock
from bot.app.service import Service

MAX_SWEEPS_PER_MOMENT = 10_000
STUCK_RETRY_STEP = timedelta(minutes=15)  # in every zone, local hours begin on a quarter of an hour in UTC


async def sweep_until_nothing_is_due(service: Service, now: datetime) -> None:
    """Sweep at `now` (UTC) until nothing is left to send."""
    for _ in range(MAX_SWEEPS_PER_MOMENT):
        if not await service.sweep(now):
            return


async def advance_console_clock(service: Service, clock: ConsoleClock, target: datetime) -> None:
    """Move the clock to `target` (UTC), stopping and sweeping at every time at which something is due."""
    await sweep_until_nothing_is_due(service, clock.now())
    while (wake := await service.next_wake()) is not None and wake <= target:
        # A due time that was swept and is still the next one is stuck: move on and retry, so that others are served.
        next_stop = wake if wake > clock.now() else _next_quarter_hour(clock.now())
        clock.move(min(next_stop, target))
        await sweep_until_nothing_is_due(service, clock.now())
        if clock.now() == target:
            return
    clock.move(target)
    await sweep_until_nothing_is_due(service, target)


def _next_quarter_hour(at: datetime) -> datetime:
    seconds = STUCK_RETRY_STEP.total_seconds()
    return at + timedelta(seconds=seconds - at.timestamp() % seconds)
