"""The connection of the bot to Discord: logged in once, and kept connected until it is closed."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from discord.http import Route

from adapters.common.token import TokenRefused, TokenState
from adapters.discord.api import CURRENT_USER_PATH, translate_discord_errors
from adapters.discord.client import DiscordClient
from adapters.discord.gateway import AUTHENTICATION_FAILED_CODE
from adapters.discord.gateway_timing import GatewayTiming
from bot.domain.errors import DeliveryUncertain, HostRequestRefused, TryLater, Undeliverable
from bot.faults import report_fault

log = structlog.get_logger(__name__)

# Discord docs, Gateway Close Event Codes: those after which a client should not reconnect, and how to fix each.
CLOSE_CODE_FIXES = {
    AUTHENTICATION_FAILED_CODE: "Copy the token anew from Bot at the Discord Developer Portal, and start again",
    4010: "DISCORD_SHARDS does not fit; set it to what Discord recommends, and start again",
    4011: "The bot is in too many servers for so few shards; set DISCORD_SHARDS higher, and start again",
    4012: "This version of the bot is too old for Discord; bring it up to date",
    4013: "This version of the bot asks for events that Discord does not know; bring it up to date",
    4014: "Discord does not allow the bot its events; look at Bot, Privileged Gateway Intents at the Developer Portal",
}


class DiscordConnection:
    """The connection of one client: `log_in`, then connected in the background, until `close`."""

    def __init__(
        self, client: DiscordClient, token: str, token_state: TokenState, timing: GatewayTiming | None = None
    ) -> None:
        self._client = client
        self._token = token
        self._token_state = token_state
        self._timing = timing or GatewayTiming()
        self._token_accepted = asyncio.Event()  # set when a refused token is accepted again
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether Discord accepts the token and every shard is connected."""
        return self._token_state.is_accepted and self._client.is_online

    async def log_in(self) -> None:
        """Log in, retrying without end; then the client's `user` and `application_id` are known, and it connects.

        Raises `HostRequestRefused` when Discord refuses the token.
        """
        tries, reason = 0, ""
        while (problem := await self._try_login()) is not None:
            tries += 1
            if reason != (reason := str(problem)):
                log.warning("discord cannot be reached yet", why=reason)
            await self._timing.pause_before_retry(tries, problem.retry_after if isinstance(problem, TryLater) else None)
        self._tasks = asyncio.create_task(self._keep_shards_running()), asyncio.create_task(self._retry_refused_token())

    async def disconnect(self) -> None:
        """Stop receiving events; pending interactions can still be answered. It may be called twice."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Disconnect and release everything. It may be called twice."""
        await self.disconnect()
        await self._client.close()

    async def wait_until_disconnected(self) -> None:
        """Wait until the connection has ended for good: Discord forbade reconnecting, or `disconnect` was called."""
        if self._tasks:
            await asyncio.wait(self._tasks[:1])

    async def _try_login(self) -> Exception | None:
        """Try to log in once; return the error that a later try may not meet. Raises `HostRequestRefused`."""
        try:
            await translate_discord_errors(self._client.login(self._token))
            return None
        except TokenRefused as refusal:
            await self._client.discard_login()
            fix = CLOSE_CODE_FIXES[AUTHENTICATION_FAILED_CODE]
            raise HostRequestRefused(f"Discord refuses DISCORD_TOKEN ({refusal}). {fix}.") from None
        except (TryLater, DeliveryUncertain, Undeliverable) as problem:
            await self._client.discard_login()
            return problem
        except BaseException:
            await self._client.discard_login()
            raise

    async def _keep_shards_running(self) -> None:
        code = AUTHENTICATION_FAILED_CODE
        while code == AUTHENTICATION_FAILED_CODE:
            try:
                code = await self._client.run_shards()
            except Exception as problem:  # a fault of ours; `healthy` is False from now on
                report_fault(problem)
                return
            if self._token_state.is_accepted or code != AUTHENTICATION_FAILED_CODE:
                log.error("discord has ended the connection", code=code, mend=CLOSE_CODE_FIXES.get(code, ""))
            if code == AUTHENTICATION_FAILED_CODE:
                self._token_state.mark_refused(str(code))
                self._token_accepted.clear()
                await self._token_accepted.wait()

    async def _retry_refused_token(self) -> None:
        """Test a refused token from time to time: a single refusal may have been Discord's mistake."""
        while True:
            await asyncio.sleep(self._timing.token_retry_interval)
            if not self._token_state.is_accepted:
                with suppress(TryLater, DeliveryUncertain, Undeliverable):
                    await translate_discord_errors(self._client.http.request(Route("GET", CURRENT_USER_PATH)))
                    self._token_state.mark_accepted()
                    self._token_accepted.set()
