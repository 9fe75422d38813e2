"""What the months on Slack and Discord have in common: pauses that take no time, and how the channel is said."""

from __future__ import annotations

import asyncio
import time

STEP_SECONDS = 2.0  # seconds that people take for anything
CLUB_CHANNEL_WORDS = "the club's channel"


class TimeJumps:
    """Seconds of which the bot's pauses cost none: the time jumps over them."""

    def __init__(self) -> None:
        self.jumped = 0.0

    def now(self) -> float:
        return time.monotonic() + self.jumped

    def jump(self, seconds: float = STEP_SECONDS) -> None:
        self.jumped += seconds

    async def sleep(self, seconds: float) -> None:
        self.jump(seconds)
        await asyncio.sleep(0)
