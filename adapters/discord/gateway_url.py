"""Where Discord's gateway is, and whether a session may begin there."""

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
DAY_MILLISECONDS = 86_400_000  # ms; Discord docs, Gateway, Session Start Limit Object: what is left is counted by days


async def fetch_discord_gateway_url(client: discord.Client) -> URL:
    """The address for a new session. Raises as `told` does, and `TryLater` when no session may begin now."""
    try:
        answer = await _fetch_gateway_info(client, "/gateway/bot")
    except TryLater as problem:
        if str(problem) != NOT_FOUND_ERROR:
            raise
        answer = await _fetch_gateway_info(
            client, "/gateway"
        )  # the same without the limit: all that some proxies pass on
    _check_session_start_limit(answer.get("session_start_limit"))
    url = answer.get("url")
    address = URL(url) if isinstance(url, str) else URL()
    if not address.is_absolute():
        raise DeliveryUncertain("no_gateway")
    return address


async def _fetch_gateway_info(client: discord.Client, path: str) -> Mapping[str, Any]:
    # Not `get_bot_gateway`: that stumbles where Discord tells no limit, and says of no failure what it was.
    answer = await translate_discord_errors(client.http.request(Route("GET", path)))
    if not isinstance(answer, Mapping):
        raise DeliveryUncertain("no_gateway")
    return answer


def _check_session_start_limit(limit: object) -> None:
    """We count by ourselves too (`identify`), so that a limit that is not told, or cannot be read, stops nobody."""
    if not isinstance(limit, Mapping):
        return
    left, rest = limit.get("remaining"), limit.get("reset_after")
    if isinstance(left, int) and left < 1:
        known = rest if isinstance(rest, int) and 0 <= rest <= DAY_MILLISECONDS else 0
        raise TryLater("session_start_limit", timedelta(milliseconds=known))
