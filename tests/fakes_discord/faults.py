"""How Discord's servers can fail to answer."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes_common.failures import Failure, Fault, bad_json, dropped, empty, hang, html, slow, status
from tests.fakes_discord import errors

__all__ = ["Failure", "Fault", "bad_json", "dropped", "empty", "error", "hang", "html", "limited", "slow", "status"]

CREATE_MESSAGE = "POST /channels/{channel}/messages"
READ_HISTORY = "GET /channels/{channel}/messages"
OPEN_DM = "POST /users/@me/channels"
INTERACTION_CALLBACK = "POST /interactions/{interaction}/{token}/callback"
FOLLOW_UP = "POST /webhooks/{application}/{token}"
EDIT_ANSWER = "PATCH /webhooks/{application}/{token}/messages/{message}"
PUT_COMMANDS = "PUT /applications/{application}/commands"
GET_CURRENT_USER = "GET /users/@me"
GET_GATEWAY_BOT_ROUTE = "GET /gateway/bot"


def limited(
    retry_after: float = 0.2, *, everywhere: bool = False, via: bool = True, scope: str = "user", header: bool = True
) -> Failure:
    """429 as Discord says it; without `via` as Cloudflare does, for which `everywhere` is what its ban is."""
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere}
    headers = {"Via": "1.1 google"} if via else {}
    headers |= {"Retry-After": str(max(1, round(retry_after)))} if header else {}
    headers |= {"X-RateLimit-Scope": "global" if everywhere else scope}
    headers |= {"X-RateLimit-Global": "true"} if everywhere else {}
    return Failure("429", 429, json.dumps(body), headers=headers, wait=retry_after, everywhere=everywhere)


def error(code: int, number: int, message: str, **more: Any) -> Failure:
    """An answer with one of Discord's own codes, such as `error(403, 50007, "Cannot send messages to this user")`."""
    return Failure(f"{code} {number}", code, json.dumps(errors.ApiError(code, number, message, **more).body))
