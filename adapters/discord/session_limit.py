"""How often a new session may begin. Discord resets a token that identifies 1,000 times in a day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from adapters.common.rate_limits import Sleep
from bot.domain.errors import StoreUnavailable
from bot.domain.ports import Memos

# Discord docs, Gateway, Session Start Limit: 1,000 in 24 hours, then every session is ended and the token reset.
# 100 at once and one in a quarter of an hour are 196 in any 24 hours, however often the bot is started.
AT_ONCE = 100
GAP = timedelta(minutes=15)
SPACING = timedelta(seconds=5)  # Discord docs, Gateway, Rate Limiting: `max_concurrency` (1) in five seconds
MEMO = "discord.identify"
NEVER = datetime.fromtimestamp(0, UTC)

log = structlog.get_logger(__name__)


class Identifies:
    """Counts new sessions, over restarts too, by one moment: until when all so far would last at one in `GAP`."""

    def __init__(self, memos: Memos, wall: Callable[[], datetime], sleep: Sleep = asyncio.sleep) -> None:
        self._memos = memos
        self._wall = wall
        self._sleep = sleep
        self._used_until = NEVER
        self._last = NEVER
        self._known = False
        self._door = asyncio.Lock()

    async def free(self) -> None:
        """Wait until a session may begin; nothing is counted. A call of `turn` that follows does not wait."""
        async with self._door:
            await self._wait()

    async def turn(self) -> None:
        """Wait until a session may begin, and count it: durably, before this returns."""
        async with self._door:
            await self._wait()
            now = self._wall()
            self._last = now
            self._used_until = max(self._used_until, now) + GAP
            await self._write(self._used_until)

    async def _wait(self) -> None:
        said = False
        await self._look()
        while (rest := self._rest()) > timedelta():
            if rest > SPACING and not said:
                log.warning(
                    "too many new sessions on discord; the next one waits, so that discord does not reset the token",
                    minutes=round(rest / timedelta(minutes=1), 1),
                )
                said = True
            await self._sleep(rest.total_seconds())

    def _rest(self) -> timedelta:
        now = self._wall()
        if self._used_until > now + AT_ONCE * GAP:
            # So far ahead it can only be that the clock was wrong then, or is now: not believed, counted anew.
            log.warning("the moment kept for discord's sessions lies too far ahead; was the clock set back?")
            self._used_until = now
        if self._last > now:
            self._last = now
        spaced = self._last + SPACING - now if self._last > NEVER else timedelta()
        return max(self._used_until - (AT_ONCE - 1) * GAP - now, spaced, timedelta())

    async def _look(self) -> None:
        """What earlier processes used. Read once: from then on it is we who count."""
        if self._known:
            return
        self._used_until = max(self._used_until, await self._read())

    async def _read(self) -> datetime:
        try:
            kept = await self._memos.memo(MEMO)
        except StoreUnavailable:
            log.warning("sessions on discord are counted without what was kept: the store cannot be read")
            return NEVER
        self._known = True
        return _moment(kept)

    async def _write(self, moment: datetime) -> None:
        try:
            await self._memos.keep_memo(MEMO, moment.astimezone(UTC).isoformat())
        except StoreUnavailable:
            log.warning("sessions on discord are not counted over a restart: the store cannot be written")


def _moment(kept: str) -> datetime:
    if not kept:
        return NEVER
    try:
        return datetime.fromisoformat(kept).astimezone(UTC)
    except (ValueError, OverflowError):
        log.warning("what was kept of discord's sessions cannot be read; counted anew")
        return NEVER
