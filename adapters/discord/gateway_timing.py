"""How long the connection to Discord's gateway waits for what, and the clock that it uses."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from adapters.common.rate_limits import AsyncSleep, MonotonicClock


@dataclass(frozen=True, slots=True)
class GatewayTiming:
    """Timeouts and pauses in seconds, and the clock that they use."""

    #: For the gateway address and the connection, and again for the greeting.
    connect_timeout: float = 30.0
    #: Before the second try; doubled with each try, up to `max_pause`.
    first_pause: float = 1.0
    max_pause: float = 30.0
    #: A connection that ended sooner counts as a failed try.
    stable_after: float = 20.0
    #: Between two tries of a refused token.
    token_retry_interval: float = 60.0
    #: Between two heartbeats of our own; Discord asks for one every 41 seconds.
    heartbeat_interval: float = 10.0
    #: A connection on which nothing was received for so long is considered dead.
    silence_timeout: float = 25.0
    now: MonotonicClock = time.monotonic
    sleep: AsyncSleep = asyncio.sleep
    jitter: Callable[[], float] = field(default=random.random)

    async def pause_before_retry(self, tries: int, requested: timedelta | None = None) -> None:
        """Sleep after so many failures in a row: exponential backoff with jitter, at least as long as Discord asked."""
        # From half to the whole of it: many bots that lost Discord together should not reconnect together.
        pause = min(self.first_pause * 2 ** min(tries - 1, 30), self.max_pause) * (0.5 + self.jitter() / 2)
        await self.sleep(max(pause, requested.total_seconds() if requested else 0.0))
