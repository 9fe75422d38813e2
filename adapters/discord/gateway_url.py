"""The address of Discord's gateway, and whether a session may begin there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import discord
from discord.http import Route
from yarl import URL

from adapters.discord.api import translate_discord_errors
from bot.domain.errors import DeliveryUncertain, TryLater

NOT_FOUND_ERROR = "http_404"
DAY_MILLISECONDS = 86_400_000  # Discord docs, Gateway, Session Start Limit Object: the limit is counted by days


async def fetch_discord_gateway_url(client: discord.Client) -> URL:
    """The address for a new session.

    Raises as `translate_discord_errors` does, and `TryLater` when no session may begin now.
    """
    try:
        answer = await _fetch_gateway_info(client, "/gateway/bot")
    except TryLater as problem:
        if str(problem) != NOT_FOUND_ERROR:
            raise
        answer = await _fetch_gateway_info(client, "/gateway")  # without the limit; some proxies pass only this on
    _check_session_start_limit(answer.get("session_start_limit"))
    url = answer.get("url")
    address = URL(url) if isinstance(url, str) else URL()
    if not address.is_absolute():
        raise DeliveryUncertain("no_gateway")
    return address


async def _fetch_gateway_info(client: discord.Client, path: str) -> Mapping[str, Any]:
    # Not `get_bot_gateway`: it fails when Discord sends no limit, and hides what a failure was.
    answer = await translate_discord_errors(client.http.request(Route("GET", path)))
    if not isinstance(answer, Mapping):
        raise DeliveryUncertain("no_gateway")
    return answer


def _check_session_start_limit(limit: object) -> None:
    """Raise `TryLater` when no session is left. A limit that is missing or unreadable is ignored.

    That is safe because `DiscordSessionLimit` counts sessions, too.
    """
    if not isinstance(limit, Mapping):
        return
    remaining, reset_after = limit.get("remaining"), limit.get("reset_after")
    if isinstance(remaining, int) and remaining < 1:
        wait = reset_after if isinstance(reset_after, int) and 0 <= reset_after <= DAY_MILLISECONDS else 0
        raise TryLater("session_start_limit", timedelta(milliseconds=wait))
