"""Limits how often a new session begins: Discord resets a token that identifies 1,000 times in a day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from adapters.common.rate_limits import AsyncSleep
from bot.domain.errors import StoreUnavailable
from bot.domain.ports import KeyValueStore

# Discord docs, Gateway, Session Start Limit: 1,000 in 24 hours, then every session is ended and the token reset.
# A burst of 100 and one every 15 minutes make 196 in any 24 hours, however often the bot is started.
SESSION_BURST = 100
SESSION_INTERVAL = timedelta(minutes=15)
# Discord docs, Gateway, Rate Limiting: `max_concurrency` (1) sessions in five seconds.
MIN_SESSION_SPACING = timedelta(seconds=5)
SESSION_LIMIT_KEY = "discord.identify"
NO_SESSION_YET = datetime.fromtimestamp(0, UTC)

log = structlog.get_logger(__name__)


class DiscordSessionLimit:
    """Counts new sessions, across restarts, by one stored instant (UTC) that each session moves `SESSION_INTERVAL` on.

    A new session waits while the instant lies more than `SESSION_BURST - 1` intervals ahead.
    """

    def __init__(
        self, key_values: KeyValueStore, wall: Callable[[], datetime], sleep: AsyncSleep = asyncio.sleep
    ) -> None:
        self.start_lock = asyncio.Lock()  # sessions begin one after the other
        self._key_values = key_values
        self._wall = wall
        self._sleep = sleep
        self._used_until = NO_SESSION_YET
        self._last_session_at = NO_SESSION_YET
        self._is_loaded = False
        self._lock = asyncio.Lock()

    async def wait_for_session(self) -> None:
        """Wait until a session may begin, without counting it. `reserve_session` called next does not wait."""
        async with self._lock:
            await self._sleep_until_allowed()

    async def reserve_session(self) -> None:
        """Wait until a session may begin, and count it. The count is stored first; a store error is only logged."""
        async with self._lock:
            await self._sleep_until_allowed()
            now = self._wall()
            self._last_session_at = now
            self._used_until = max(self._used_until, now) + SESSION_INTERVAL
            await self._save_used_until(self._used_until)

    async def _sleep_until_allowed(self) -> None:
        has_warned = False
        await self._load_used_until()
        while (wait := self._remaining_wait()) > timedelta():
            if wait > MIN_SESSION_SPACING and not has_warned:
                log.warning(
                    "too many new sessions on discord; the next one waits, so that discord does not reset the token",
                    minutes=round(wait / timedelta(minutes=1), 1),
                )
                has_warned = True
            await self._sleep(wait.total_seconds())

    def _remaining_wait(self) -> timedelta:
        now = self._wall()
        if self._used_until > now + SESSION_BURST * SESSION_INTERVAL:
            # So far ahead the clock must have been wrong then, or be wrong now: start counting again.
            log.warning("the moment kept for discord's sessions lies too far ahead; was the clock set back?")
            self._used_until = now
        if self._last_session_at > now:
            self._last_session_at = now
        spacing = (
            self._last_session_at + MIN_SESSION_SPACING - now if self._last_session_at > NO_SESSION_YET else timedelta()
        )
        return max(self._used_until - (SESSION_BURST - 1) * SESSION_INTERVAL - now, spacing, timedelta())

    async def _load_used_until(self) -> None:
        """Add what earlier processes used. Loaded once, then counted in memory."""
        if self._is_loaded:
            return
        try:
            stored = await self._key_values.load_value(SESSION_LIMIT_KEY)
        except StoreUnavailable:
            log.warning("sessions on discord are counted without what was kept: the store cannot be read")
            return
        self._is_loaded = True
        self._used_until = max(self._used_until, _parse_session_limit(stored))

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
