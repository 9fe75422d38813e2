"""How often a new session may begin. Discord resets a token that identifies 1,000 times in a day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from adapters.common.rate_limits import AsyncSleep
from bot.domain.errors import StoreUnavailable
from bot.domain.ports import KeyValueStore

# Discord docs, Gateway, Session Start Limit: 1,000 in 24 hours, then every session is ended and the token reset.
# 100 at once and one in a quarter of an hour are 196 in any 24 hours, however often the bot is started.
SESSION_BURST = 100
SESSION_INTERVAL = timedelta(minutes=15)
MIN_SESSION_SPACING = timedelta(
    seconds=5
)  # Discord docs, Gateway, Rate Limiting: `max_concurrency` (1) in five seconds
SESSION_LIMIT_KEY = "discord.identify"
NO_SESSION_YET = datetime.fromtimestamp(0, UTC)

log = structlog.get_logger(__name__)


class DiscordSessionLimit:
    """Counts new sessions, over restarts too, by one moment: until when all so far would last at one in `GAP`."""

    def __init__(
        self, key_values: KeyValueStore, wall: Callable[[], datetime], sleep: AsyncSleep = asyncio.sleep
    ) -> None:
        self._key_values = key_values
        self._wall = wall
        self._sleep = sleep
        self._used_until = NO_SESSION_YET
        self._last_session_at = NO_SESSION_YET
        self._is_loaded = False
        self._lock = asyncio.Lock()

    async def wait_for_session(self) -> None:
        """Wait until a session may begin; nothing is counted. A call of `turn` that follows does not wait."""
        async with self._lock:
            await self._sleep_until_allowed()

    async def reserve_session(self) -> None:
        """Wait until a session may begin, and count it: durably, before this returns."""
        async with self._lock:
            await self._sleep_until_allowed()
            now = self._wall()
            self._last_session_at = now
            self._used_until = max(self._used_until, now) + SESSION_INTERVAL
            await self._save_used_until(self._used_until)

    async def _sleep_until_allowed(self) -> None:
        said = False
        await self._load_used_until()
        while (rest := self._remaining_wait()) > timedelta():
            if rest > MIN_SESSION_SPACING and not said:
                log.warning(
                    "too many new sessions on discord; the next one waits, so that discord does not reset the token",
                    minutes=round(rest / timedelta(minutes=1), 1),
                )
                said = True
            await self._sleep(rest.total_seconds())

    def _remaining_wait(self) -> timedelta:
        now = self._wall()
        if self._used_until > now + SESSION_BURST * SESSION_INTERVAL:
            # So far ahead it can only be that the clock was wrong then, or is now: not believed, counted anew.
            log.warning("the moment kept for discord's sessions lies too far ahead; was the clock set back?")
            self._used_until = now
        if self._last_session_at > now:
            self._last_session_at = now
        spaced = (
            self._last_session_at + MIN_SESSION_SPACING - now if self._last_session_at > NO_SESSION_YET else timedelta()
        )
        return max(self._used_until - (SESSION_BURST - 1) * SESSION_INTERVAL - now, spaced, timedelta())

    async def _load_used_until(self) -> None:
        """What earlier processes used. Read once: from then on it is we who count."""
        if self._is_loaded:
            return
        self._used_until = max(self._used_until, await self._read_used_until())

    async def _read_used_until(self) -> datetime:
        try:
            kept = await self._key_values.load_value(SESSION_LIMIT_KEY)
        except StoreUnavailable:
            log.warning("sessions on discord are counted without what was kept: the store cannot be read")
            return NO_SESSION_YET
        self._is_loaded = True
        return _parse_session_limit(kept)

    async def _save_used_until(self, used_until: datetime) -> None:
        try:
            await self._key_values.save_value(SESSION_LIMIT_KEY, used_until.astimezone(UTC).isoformat())
        except StoreUnavailable:
            log.warning("sessions on discord are not counted over a restart: the store cannot be written")


def _parse_session_limit(stored: str) -> datetime:
    if not stored:
        return NO_SESSION_YET
    try:
        return datetime.fromisoformat(stored).astimezone(UTC)
    except (ValueError, OverflowError):
        log.warning("what was kept of discord's sessions cannot be read; counted anew")
        return NO_SESSION_YET
