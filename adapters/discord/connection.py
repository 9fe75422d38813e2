"""The connection of the bot to Discord: logged in once, and all its shards kept connected until it is closed."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from discord.http import Route

from adapters.common.supervisor import retry_until_reached
from adapters.common.token import TokenRefused, TokenState
from adapters.discord.api import CURRENT_USER_PATH, translate_discord_errors
from adapters.discord.client import DiscordClient
from adapters.discord.gateway import AUTHENTICATION_FAILED_CODE, CLOSE_CODE_FIXES, ShardConnection
from adapters.discord.gateway_timing import GatewayTiming
from bot.domain.errors import DeliveryUncertain, HostRequestRefused, TryLater, Undeliverable


class DiscordConnection:
    """The connection of one client: `log_in`, then connected in the background, until `close`."""

    def __init__(
        self, client: DiscordClient, token: str, token_state: TokenState, timing: GatewayTiming | None = None
    ) -> None:
        self._client = client
        self._token = token
        self._token_state = token_state
        self._timing = timing or GatewayTiming()
        self._shards: tuple[ShardConnection, ...] = ()
        self._token_task: asyncio.Task[None] | None = None

    @property
    def healthy(self) -> bool:
        """Whether Discord accepts the token and every shard is connected."""
        are_connected = bool(self._shards) and all(shard.healthy for shard in self._shards)
        return self._token_state.is_accepted and are_connected

    async def log_in(self) -> None:
        """Log in, retrying without end; then the client's `user` and `application_id` are known, and it connects.

        Raises `HostRequestRefused` when Discord refuses the token.
        """
        try:
            await retry_until_reached("discord", self._try_login, self._timing)
        except TokenRefused as refusal:
            fix = CLOSE_CODE_FIXES[AUTHENTICATION_FAILED_CODE]
            raise HostRequestRefused(f"Discord refuses DISCORD_TOKEN ({refusal}). {fix}.") from None
        self._token_task = asyncio.create_task(self._retry_refused_token())
        numbers = range(self._client.shard_count) if self._client.shard_count else (None,)
        self._shards = tuple(
            ShardConnection(self._client, number, self._token_state, self._timing) for number in numbers
        )
        for shard in self._shards:
            shard.start()

    async def disconnect(self) -> None:
        """Stop receiving events; pending interactions can still be answered. It may be called twice."""
        if self._token_task is not None:
            self._token_task.cancel()
        await asyncio.gather(*(shard.stop() for shard in self._shards))

    async def close(self) -> None:
        """Disconnect and release everything. It may be called twice."""
        await self.disconnect()
        await self._client.close()

    async def _try_login(self) -> None:
        try:
            await translate_discord_errors(self._client.login(self._token))
        except BaseException:
            await self._client.discard_login()
            raise

    async def _retry_refused_token(self) -> None:
        """Test a refused token from time to time: a single refusal may have been Discord's mistake."""
        while True:
            await asyncio.sleep(self._timing.refused_retry_seconds)
            if not self._token_state.is_accepted:
                with suppress(TryLater, DeliveryUncertain, Undeliverable):
                    await translate_discord_errors(self._client.http.request(Route("GET", CURRENT_USER_PATH)))
                    self._token_state.mark_accepted()
