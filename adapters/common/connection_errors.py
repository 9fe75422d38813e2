"""Why a request got no answer, as a code that a host can read."""

from __future__ import annotations

import aiohttp


def connection_error_reason(problem: Exception) -> str:
    """The reason: `timeout`, `no_connection` (nothing was sent), `connection_lost`, or `unreadable_answer`."""
    match problem:
        case TimeoutError():
            return "timeout"
        case aiohttp.ClientConnectorError() | aiohttp.ClientHttpProxyError() | aiohttp.InvalidURL():
            return "no_connection"
        case aiohttp.ContentTypeError():
            return "unreadable_answer"
        case aiohttp.ClientError() | OSError():
            return "connection_lost"
        case _:
            return "unreadable_answer"
