"""Time passes on a clock that is moved: all that is due on the way is sent, each at its own moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.console.clock import Clock
from adapters.console.ports import Core

ROUNDS = 10_000  # sweeps at one moment, at most
STEP = timedelta(minutes=15)  # every zone's local hours begin on a quarter


async def sweep(core: Core, now: datetime) -> None:
    """Send what is due, until nothing is left."""
    for _ in range(ROUNDS):
        if not await core.sweep(now):
            return


async def advance(core: Core, clock: Clock, target: datetime) -> None:
    """Move the clock to `target` (UTC) by way of every moment at which something is due."""
    await sweep(core, clock.now())
    while (wake := await core.next_wake()) is not None and wake <= target:
        # A moment that was swept and still stands before us is stuck: look again later, so that the others are served.
        at = wake if wake > clock.now() else _quarter_after(clock.now())
        clock.move(min(at, target))
        await sweep(core, clock.now())
        if clock.now() == target:
            return
    clock.move(target)
    await sweep(core, target)


def _quarter_after(at: datetime) -> datetime:
    seconds = STEP.total_seconds()
    return at + timedelta(seconds=seconds - at.timestamp() % seconds)
