"""What the months on Slack and Discord have in common: pauses that take no time, and how the channel is said."""

from __future__ import annotations

import asyncio
import time

A_STEP = 2.0  # seconds that people take for anything
CLUB = "the club's channel"


class Strides:
    """Seconds of which the bot's pauses cost none: the time jumps over them."""

    def __init__(self) -> None:
        self.jumped = 0.0

    def now(self) -> float:
        return time.monotonic() + self.jumped

    def pass_by(self, seconds: float = A_STEP) -> None:
        self.jumped += seconds

    async def sleep(self, seconds: float) -> None:
        self.pass_by(seconds)
        await asyncio.sleep(0)
